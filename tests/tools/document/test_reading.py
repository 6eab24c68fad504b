"""Reading documents page by page, scanned ones too, and pages as pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intermodal import Context, Document, Image
from intermodal.tools.document.asking import ask_document
from intermodal.tools.document.conversion import convert_document
from intermodal.tools.document.reading import read_document, render_pages
from intermodal.tools.document.tables import ask_table, extract_tables
from intermodal.tools.errors import InputError, ToolError


def test_the_pages_of_a_pdf(report: Path, ctx: Context) -> None:
    found = read_document(Document(report), ctx=ctx)
    assert (found.count, found.scanned, found.note) == (3, [], "")
    assert found.pages[1].splitlines() == [
        "The new telescope has a mirror of 82 cm.",
        "It was paid for by the city of Lund.",
    ]
    assert str(found) == found.text
    assert found.text.startswith("Annual report") and found.text.endswith("The café opens on 3 May.")


def test_other_documents(tmp_path: Path, word_file: Callable[[str], Path], ctx: Context) -> None:
    (tmp_path / "page.html").write_text("<html><title>T</title><script>no()</script><p>Hello <b>you</b></p></html>")
    (tmp_path / "table.csv").write_text("name,age\nAda,36\n")
    word = word_file("<w:p><w:r><w:t>Dear Ada,</w:t></w:r></w:p><w:p><w:r><w:t>thanks.</w:t></w:r></w:p>")
    assert str(read_document(Document(tmp_path / "page.html"), ctx=ctx)) == "T\nHello you"
    assert str(read_document(Document(tmp_path / "table.csv"), ctx=ctx)) == "name,age\nAda,36"
    assert str(read_document(Document(word), ctx=ctx)) == "Dear Ada,\nthanks."


def test_a_scanned_page_without_an_agent_is_said(scan: Path, ctx: Context) -> None:
    found = read_document(Document(scan), ctx=ctx)
    assert (found.text, found.scanned) == ("", [])
    assert found.note == "Scanned pages are read only inside an agent."


@pytest.mark.embedded
def test_a_scanned_page_is_read_off_its_picture(scan: Path, ctx: Context) -> None:
    from intermodal.tools.image.read import RapidOcr

    def call(tool: str, **arguments: Any) -> Any:
        assert tool == "read_text"
        return RapidOcr()(**arguments)

    ctx.call = call
    found = read_document(Document(scan), ctx=ctx)
    assert (found.text, found.scanned) == ("The invoice number is 4711.", [1])


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4\nnothing", b"PK\x03\x04 no archive"])
def test_damaged_files(tmp_path: Path, content: bytes, ctx: Context) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(content)
    if content:
        with pytest.raises(InputError, match=r"damaged|Word"):
            read_document(Document(path), ctx=ctx)
    else:
        assert read_document(Document(path), ctx=ctx).text == ""


def test_pages_become_pictures(report: Path, ctx: Context) -> None:
    found = render_pages(Document(report), dpi=72, ctx=ctx)
    assert [picture.path.name for picture in found] == [f"report-page-{number}.png" for number in (1, 2, 3)]
    assert found[0].pil().size == (595, 842)
    picture = render_pages(Document(report), first=2, last=2, dpi=150, ctx=ctx)[0].array()
    assert abs(picture.shape[0] - 842 * 150 / 72) < 2
    assert 0.001 < (picture < 128).mean() < 0.05  # some ink, mostly paper


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"first": 0}, "There is no page 0 to 3"),
        ({"first": 4}, "it has 3"),
        ({"first": 3, "last": 2}, "There is no page 3 to 2"),
        ({"dpi": 5000}, "20 to 600"),
    ],
)
def test_pages_that_are_not_there(report: Path, ctx: Context, wanted: dict[str, int], said: str) -> None:
    with pytest.raises(ToolError, match=said):
        render_pages(Document(report), **wanted, ctx=ctx)


def test_only_a_pdf_has_pages_to_draw(tmp_path: Path, ctx: Context) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(ToolError, match="is no PDF"):
        render_pages(Document(tmp_path / "notes.txt"), ctx=ctx)


def test_a_page_as_large_as_a_field_is_drawn_small(make_pdf: Callable[..., Path], ctx: Context) -> None:
    path = make_pdf([[(72, 72, "wide")]])
    path.write_bytes(path.read_bytes().replace(b"[0 0 595 842]", b"[0 0 14400 14400]"))
    found = render_pages(Document(path), dpi=600, ctx=ctx)
    assert isinstance(found[0], Image)
    width, height = found[0].pil().size
    assert width * height <= 41_000_000


@pytest.mark.parametrize(
    "call",
    [
        lambda document, ctx: read_document(document, ctx=ctx),
        lambda document, ctx: render_pages(document, ctx=ctx),
        lambda document, ctx: extract_tables(document, ctx=ctx),
        lambda document, ctx: convert_document(document, "html", ctx=ctx),
        lambda document, ctx: ask_table(document, "How many?", ctx=ctx),
        lambda document, ctx: ask_document(document, "How many?", ctx=ctx),
    ],
)
def test_files_that_are_not_there(call: Callable[..., Any], tmp_path: Path, ctx: Context) -> None:
    for path in (tmp_path / "nowhere.pdf", tmp_path):
        with pytest.raises(InputError, match=r"can't be read|no file|folder"):
            call(Document(path), ctx)
