"""Passages: cutting, finding, and what is kept of a document that was seen before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from intermodal import Context, Document
from intermodal.testing import ScriptedModel
from intermodal.tools.document import passages as module
from intermodal.tools.document.asking import ask_document, search_documents, search_folder, where
from intermodal.tools.document.passages import Passage, cut, index
from intermodal.tools.embedding import WEIGHTS
from intermodal.tools.errors import ToolError
from intermodal.tools.weights import Store

NOTES = {
    "garden.txt": "Tomatoes want warmth. Sow them in March and put them outside after the last frost.",
    "bills.txt": "The invoice of the plumber, number A-4711, was paid in cash on Friday.",
    "sub/trip.md": "# Trip\n\nWe took the ferry to the island and slept in a tent by the sea.",
}


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    for name, text in {**NOTES, ".hidden/secret.txt": "ferry ferry ferry", "photo.png": "no text"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "link.txt").symlink_to("/etc/hostname")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4\nnothing")
    return folder


def test_pages_are_cut_with_their_numbers() -> None:
    assert cut(["One.", "", "Two."]) == [(1, "One."), (3, "Two.")]
    with pytest.raises(ToolError, match="too long to search"):
        cut(["word " * 1_000_000])


@pytest.mark.embedded
def test_vectors_are_kept_and_damage_is_mended(data_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path("/opt")  # never looked at
    calls = []

    def embed(texts: list[str], _: Path) -> object:
        import numpy as np

        calls.append(len(texts))
        return np.ones((len(texts), module.SIZE), np.float32)

    monkeypatch.setattr(module, "embed", embed)
    first = index(["a page"], folder, lambda *_: None)
    assert index(["a page"], folder, lambda *_: None).vectors.tolist() == first.vectors.tolist()
    assert calls == [1]
    (kept,) = (data_home / "cache" / "vectors").iterdir()
    kept.write_bytes(b"damaged")
    index(["a page"], folder, lambda *_: None)
    assert calls == [1, 1]


@pytest.mark.embedded
@pytest.mark.parametrize(
    ("query", "source", "says"),
    [
        ("growing vegetables", "garden.txt", "Tomatoes"),
        ("holiday by boat", "sub/trip.md", "ferry"),
        ("A-4711", "bills.txt", "plumber"),
    ],
)
def test_a_folder_is_searched_by_meaning(notes: Path, ctx: Context, query: str, source: str, says: str) -> None:
    found = search_folder(str(notes), query, count=2, ctx=ctx)
    assert found.sources[0] == source and says in found.passages[0].text
    assert "secret" not in str(found) and "hostname" not in str(found)
    assert found.note.startswith("Not read: broken.pdf: ")
    assert str(found).startswith(f"{source}, page 1: ")


@pytest.mark.embedded
def test_documents_are_searched_with_their_pages(report: Path, notes: Path, ctx: Context) -> None:
    documents = [Document(report, "document-1"), Document(notes / "bills.txt")]
    best = search_documents(documents, "who gave the money for the telescope", count=1, ctx=ctx).passages[0]
    assert (best.source, best.page) == ("document-1", 2)


def test_what_can_not_be_searched(tmp_path: Path, ctx: Context, store: Store) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "blank.txt").write_text(" \n")
    blank = Document(tmp_path / "blank.txt")
    for folder in ("", str(tmp_path / "nowhere"), str(tmp_path / "blank.txt")):
        with pytest.raises(ToolError, match="There is no folder"):
            search_folder(folder, "anything", ctx=ctx)
    with pytest.raises(ToolError, match="holds no documents"):
        search_folder(str(tmp_path / "empty"), "anything", ctx=ctx)
    with pytest.raises(ToolError, match="No documents"):
        search_documents([], "anything", ctx=ctx)
    with pytest.raises(ToolError, match="query is empty"):
        search_documents([blank], " ", ctx=ctx)
    with pytest.raises(ToolError, match="1 to 50"):
        search_documents([blank], "anything", count=0, ctx=ctx)
    with pytest.raises(ToolError, match="There is no text"):
        search_documents([blank], "anything", ctx=ctx)
    with pytest.raises(ToolError, match="There is no text"):
        ask_document(blank, "anything?", ctx=ctx)
    assert WEIGHTS in store.names()


def test_a_quote_is_found_where_it_stands() -> None:
    one = Passage(text="The dome was built in 1931 by the sea.", source="a", page=1)
    two = Passage(text="It has a mirror\nof 82 cm, and it is heavy.", source="a", page=2)
    assert where("it has a mirror of 82 cm", [one, two]) is two
    assert where("The dome was built in 1931, by the see.", [one, two]) is one
    assert where("The moon is made of cheese.", [one, two]) is None
    assert where("", [one, two]) is None


@pytest.mark.parametrize(
    "reply",
    [
        '{"quote": "", "answer": "The document does not say."}',
        '{"quote": "The mirror is made of cheese.", "answer": "Cheese."}',
        '{"quote": "The new telescope has a mirror of 82 cm.", "answer": "It is 83 cm."}',
    ],
)
def test_an_answer_that_does_not_stand_on_the_document_is_not_given(report: Path, ctx: Context, reply: str) -> None:
    with ScriptedModel([reply]) as ctx.controller:
        found = ask_document(Document(report), "Who is the cook?", ctx=ctx)
    assert (found.found, found.page, str(found)) == (False, 0, "The document does not say.")
    assert len(found.passages) == 3


@pytest.mark.embedded
def test_of_a_long_document_the_nearest_passages_are_read(make_pdf: Callable[..., Path], ctx: Context) -> None:
    rain = "Line {} of page {} tells of rain and wind."
    filler = [[(72, 80 + 14 * row, rain.format(row, page)) for row in range(13)] for page in range(1, 9)]
    filler[5].append((72, 700, "The lighthouse keeper was called Ingrid Berg."))
    said = '{"quote": "The lighthouse keeper was called Ingrid Berg.", "answer": "Ingrid Berg."}'
    with ScriptedModel([said]) as model:
        ctx.controller = model
        found = ask_document(Document(make_pdf(filler)), "Who kept the lighthouse?", ctx=ctx)
        assert len(model.asked[0].messages[-1].content) < 6000
    assert (found.page, found.answer) == (6, "Ingrid Berg.") and len(found.passages) == 6


@pytest.mark.embedded
def test_questions_over_a_document(report: Path, talking: Context) -> None:
    document = Document(report, "document-1")
    found = ask_document(document, "How large is the mirror of the telescope?", ctx=talking)
    assert found.found and "82" in found.answer and found.page == 2 and "82 cm" in found.quote
    assert str(found).endswith(f"(page 2: “{found.quote}”)")
    nothing = ask_document(document, "What is the name of the director's dog?", ctx=talking)
    assert (nothing.found, str(nothing)) == (False, "The document does not say.")
