import math
import random

from intermodal.tools.image.layout import Piece, lines_of


def piece(text: str, x: float, y: float, width: float = 0.0, height: float = 20.0, angle: float = 0.0) -> Piece:
    width = width or 10.0 * len(text)
    cosine, sine = math.cos(angle), math.sin(angle)
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    return Piece(text=text, score=0.9, corners=[(a * cosine - b * sine, a * sine + b * cosine) for a, b in corners])


def texts(pieces: list[Piece]) -> list[str]:
    random.Random(4).shuffle(pieces)
    return [line.text for line in lines_of(pieces)]


def test_nothing_is_no_lines() -> None:
    assert lines_of([]) == []


def test_the_cells_of_a_row_make_one_line() -> None:
    receipt = [piece("Milk", 0, 0), piece("1.20", 300, 2), piece("Bread", 0, 30), piece("2.35", 300, 28)]
    assert texts([*receipt, piece("Apples", 0, 60), piece("3.10", 300, 61)]) == [
        "Milk  1.20",
        "Bread  2.35",
        "Apples  3.10",
    ]


def test_columns_of_prose_are_read_one_after_the_other() -> None:
    left = [piece(f"left column line {n}", 0, 40 + 30 * n) for n in range(4)]
    right = [piece(f"right column line {n}", 260, 40 + 30 * n) for n in range(4)]
    title = piece("A title that stands across both of the columns", 0, 0, width=450)
    assert texts([*left, *right, title]) == [title.text, *(p.text for p in left), *(p.text for p in right)]


def test_a_slanted_page_keeps_its_lines() -> None:
    angle = math.radians(5)
    page = [piece(f"line {n}", 0, 30 * n, angle=angle) for n in range(5)]
    page += [piece(f"and {n}", 400, 30 * n, angle=angle) for n in range(5)]
    assert texts(page) == [f"line {n}  and {n}" for n in range(5)]


def test_a_line_knows_its_box_and_score() -> None:
    line = lines_of([piece("one", 10, 5), piece("two", 60, 6)])[0]
    assert (line.x, line.y, line.width, line.height, line.score) == (10, 5, 80, 21, 0.9)
