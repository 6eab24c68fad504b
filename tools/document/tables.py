"""Tables: taken out of documents, and questions over them that code works out from a query that is shown."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...prompts import render
from ..context import Context
from ..contract import tool
from ..errors import IntermodalError, ToolError
from ..text.saying import fill_in, need
from ..values import Document
from .conversion import as_markup, is_table, read_table
from .querying import Query, Table, number, schema_of
from .reading import is_pdf

if TYPE_CHECKING:
    import bs4

MOST_PAGES = 100  # of a PDF that are looked through
MOST_TABLES = 100
MOST_OBJECTS, MOST_LETTERS = 5000, 30_000  # of one page of a PDF
FILLED = 0.75  # share of cells that hold something in a table without lines
COUNTED = 0.6  # share of numbers in at least one column of such a table, which prose has not
_CELLS = ["td", "th"]


@dataclass(frozen=True, kw_only=True)
class Tables:
    """The tables of a document.

    Args:
        tables: Each as a CSV file, in the order of the document.
        text: All of them as text, cells parted by " | ".
        note: What was left out; empty when nothing was.
    """

    tables: list[Document] = field(default_factory=list)
    text: str = ""
    note: str = ""

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.tables)

    def __str__(self) -> str:
        return "\n\n".join(part for part in (self.text or "no tables", self.note) if part)


@dataclass(frozen=True, kw_only=True)
class TableAnswer:
    """What a query over a table gave.

    Args:
        answer: The result in words.
        query: What was worked out, as it was understood from the question.
        values: The result's values: one number, or the values of a list.
    """

    answer: str
    query: str
    values: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.answer} [{self.query}]"


@tool(packages=("pdfplumber", "mammoth", "markdownify"), extra="local", room="documents", time_limit=180)
def extract_tables(document: Document, ctx: Context) -> Tables:
    """Take the tables out of a PDF, Word, HTML, Markdown or CSV document, each as a CSV file.

    In a PDF, tables with drawn lines are found well; of those without, only such as have a column of numbers and a page
    to themselves. Tables on scanned pages are not found.

    Args:
        document: The file to look through.

    Example:
        found = extract_tables("table.csv")
    """
    found: list[Document] = []
    notes: list[str] = []
    try:
        if is_pdf(document.path):
            grids = list(_of_pdf(document.path, ctx, notes))
        else:
            grids = [read_table(document.path)] if is_table(document.path) else list(_of_markup(document.path))
    except RecursionError as error:
        raise ToolError(f"{document.path.name!r} is nested too deeply to be looked through.") from error
    if len(grids) > MOST_TABLES:
        grids = grids[:MOST_TABLES]
        notes.append(f"Only the first {MOST_TABLES} tables were taken.")
    for place, rows in enumerate(grids, 1):
        path = ctx.new_file(f"{document.path.stem[:60]}-table-{place}.csv")
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        found.append(Document(path))
    text = "\n\n".join("\n".join(" | ".join(row) for row in rows) for rows in grids)
    return Tables(tables=found, text=text, note=" ".join(notes))


@tool(room="", controller=True)
def ask_table(table: Document, question: str, ctx: Context) -> TableAnswer:
    """Answer a question over a CSV table: count, sum, average, largest, list, by group, with conditions.

    The language model only writes a small query, which is checked, worked out exactly, and shown with the answer.

    Args:
        table: A CSV or TSV file whose first row names the columns.
        question: What to find out.

    Raises:
        ToolError: It is no table, or the query doesn't fit it.

    Example:
        total = ask_table("table.csv", "How many visitors came in 2025?")
    """
    need(question, "question", 1000)
    rows = Table.of(read_table(table.path), table.path.name)
    reply = fill_in(
        ctx.need_controller(),
        render("ask_table.md", columns=rows.described(), question=question),
        schema_of(rows),
        300,
    )
    query = Query.of(reply, rows)
    answer, values = query.run(rows)
    return TableAnswer(answer=answer, query=str(query), values=values)


def _of_markup(path: Path) -> Iterator[list[list[str]]]:
    for table in as_markup(path).find_all("table"):
        rows = []
        for row in table.find_all("tr"):
            if row.find_parent("table") is table:
                rows.append([_cell(cell) for cell in row.find_all(_CELLS) if cell.find_parent("tr") is row])
        rows = [row for row in rows if any(row)]
        if rows:
            yield rows


def _cell(cell: bs4.Tag) -> str:
    """A cell's own text: an end tag may be left out, and then the next cell lies within this one."""
    own = [text for text in cell.strings if text.find_parent(_CELLS) is cell]
    return " ".join(" ".join(own).split())


def _of_pdf(path: Path, ctx: Context, notes: list[str]) -> Iterator[list[list[str]]]:
    import pdfplumber

    from .. import media

    with media.open_pdf(path) as pages:  # also says what is wrong with the file before pdfplumber opens it
        crowded = {number for number in range(len(pages)) if _is_crowded(pages[number])}
        many = len(pages)
    if many > MOST_PAGES:
        raise ToolError(
            f"{path.name!r} has {many} pages, and tables are looked for on at most {MOST_PAGES}. Cut it first."
        )
    notes += [f"Page {number + 1} was left out: it holds too many lines or letters." for number in sorted(crowded)]
    try:
        with pdfplumber.open(path) as document:
            for number, page in enumerate(document.pages):
                if number not in crowded:
                    yield from _of_page(page)
                page.close()
                ctx.progress(number + 1, many, "pages")
    except (IntermodalError, RecursionError):
        raise
    except Exception as error:  # pdfminer meets damage with errors of every class
        raise ToolError(f"The tables of {path.name!r} can't be read ({type(error).__name__}: {error}).") from error


def _is_crowded(page: Any) -> bool:
    """Whether a page of an open PDF holds more than pdfplumber, which is written in Python, can take."""
    import pypdfium2.raw

    return bool(
        pypdfium2.raw.FPDFPage_CountObjects(page) > MOST_OBJECTS or page.get_textpage().count_chars() > MOST_LETTERS
    )


def _of_page(page: Any) -> Iterator[list[list[str]]]:
    ruled = [_cleaned(rows) for rows in page.extract_tables()]
    ruled = [rows for rows in ruled if len(rows) > 1 and len(rows[0]) > 1]
    if ruled:
        yield from ruled
        return
    by_place = {"vertical_strategy": "text", "horizontal_strategy": "text"}
    for rows in page.extract_tables(by_place):
        cleaned = _cleaned(rows)
        if _looks_like_a_table(cleaned):
            yield cleaned


def _cleaned(rows: Sequence[Sequence[str | None]]) -> list[list[str]]:
    """The rows and columns that hold something, with spaces and line ends made one space."""
    cells = [[" ".join((cell or "").split()) for cell in row] for row in rows]
    cells = [row for row in cells if any(row)]
    kept = [place for place in range(len(cells[0])) if any(row[place] for row in cells)] if cells else []
    return [[row[place] for place in kept] for row in cells]


def _looks_like_a_table(rows: list[list[str]]) -> bool:
    if len(rows) < 3 or len(rows[0]) < 2:
        return False
    filled = sum(bool(cell) for row in rows for cell in row)
    counted = max(sum(number(row[place]) is not None for row in rows[1:]) for place in range(len(rows[0])))
    return filled >= FILLED * len(rows) * len(rows[0]) and counted >= COUNTED * (len(rows) - 1)
