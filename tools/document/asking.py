"""Questions over documents: answers with the passages that they rest on, and search by meaning."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...prompts import render
from ..context import Context
from ..contract import tool
from ..embedding import WEIGHTS
from ..errors import IntermodalError, ToolError
from ..text.saying import PIECE, fill_in, need, object_of
from ..values import Document
from .passages import PASSAGE, Indexed, Passage, cut, index, nearest
from .reading import ROOM

SHOWN = 6  # passages that the controller reads
ALIKE = 0.85  # share of a quote that must stand in the passage as it is
UNSAID = "The document does not say."
MOST_FILES, MOST_BYTES = 300, 200_000_000
_ENDINGS = {".txt", ".md", ".markdown", ".rst", ".html", ".htm", ".csv", ".tsv", ".pdf", ".docx"}
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SCHEMA = object_of(quote={"type": "string", "maxLength": 300}, answer={"type": "string", "maxLength": 600})


@dataclass(frozen=True, kw_only=True)
class DocumentAnswer:
    """An answer, and what it rests on.

    Args:
        answer: In a sentence or two.
        found: Whether the document holds the answer.
        quote: The words of the document that it rests on.
        page: The page of the quote, from 1; 0 when nothing was found.
        passages: What was read for it, the most useful first.
    """

    answer: str
    found: bool
    quote: str = ""
    page: int = 0
    passages: list[Passage] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.answer} (page {self.page}: “{self.quote}”)" if self.found else self.answer


@dataclass(frozen=True, kw_only=True)
class Found:
    """The passages that a search found.

    Args:
        passages: The nearest first.
        note: Files that could not be read, and why; empty when all could.
    """

    passages: list[Passage]
    note: str = ""

    @property
    def sources(self) -> list[str]:
        """The documents that the passages are from, each once, the best first."""
        return list(dict.fromkeys(passage.source for passage in self.passages))

    def __str__(self) -> str:
        return "\n".join([*map(str, self.passages), *([self.note] if self.note else [])])


@tool(
    room=ROOM, controller=True, weights=(WEIGHTS,), packages=("tokenizers",), extra="local", memory=250, time_limit=300
)
def ask_document(document: Document, question: str, ctx: Context) -> DocumentAnswer:
    """Answer a question over a document (PDF, Word, HTML, text), with the page and quote it rests on.

    The quote always stands in the document, and so does every number of the answer; whether it answers the question is
    for the reader to see. A summary is the work of `summarize`, sums over a table that of `ask_table`.

    Args:
        document: The file to look into.
        question: What to find out.

    Returns:
        The answer, with its quote; or that the document does not say.

    Example:
        answer = ask_document("report.pdf", "Who wrote the report?")
    """
    need(question, "question", PIECE)
    pages = list(ctx.need_call()("read_document", document=document).pages) if ctx.call else document.text().split("\f")
    if not any(page.strip() for page in pages):
        raise ToolError(f"There is no text in {document.path.name!r}, so it can't answer anything.")
    passages = _to_read(document, pages, question, ctx)
    prompt = render("ask_document.md", passages=[passage.text for passage in passages], question=question)
    reply = fill_in(ctx.need_controller(), prompt, _SCHEMA, 300)
    answer, quote = (" ".join(str(reply[name]).split()) for name in ("answer", "quote"))
    place = where(quote, passages)
    stands = place is not None and bool(answer) and UNSAID.lower() not in answer.lower()
    if place is None or not stands or not _numbers_stand(answer, question, passages):
        return DocumentAnswer(answer=UNSAID, found=False, passages=passages)
    ordered = [place, *(passage for passage in passages if passage != place)]
    return DocumentAnswer(answer=answer, found=True, quote=quote, page=place.page, passages=ordered)


@tool(room=ROOM, weights=(WEIGHTS,), packages=("tokenizers",), extra="local", memory=250, time_limit=300)
def search_documents(documents: list[Document], query: str, count: int = 5, *, ctx: Context) -> Found:
    """Find the passages in some documents that are nearest in meaning to a query.

    It gives passages and no answer; for one document and a question there is `ask_document`.

    Args:
        documents: The files to search.
        query: What to look for, in words.
        count: How many passages to give, from 1 to 50.

    Example:
        found = search_documents(["notes.txt", "report.pdf"], "travel costs", count=3)
    """
    if not documents:
        raise ToolError("No documents were given, so there is nothing to search.")
    return _search([(str(document), document) for document in documents], query, count, ctx)


@tool(room=ROOM, weights=(WEIGHTS,), packages=("tokenizers",), extra="local", memory=250, time_limit=600)
def search_folder(folder: str, query: str, count: int = 5, *, ctx: Context) -> Found:
    """Find the passages nearest in meaning to a query in all documents of a folder on this machine.

    Text, Markdown, HTML, CSV, PDF and Word files of the folder and those below it; hidden ones and links are left out.

    Args:
        folder: The folder's path, such as "~/notes".
        query: What to look for, in words.
        count: How many passages to give, from 1 to 50.

    Raises:
        ToolError: There is no such folder, or it holds no documents, or too many.

    Example:
        found = search_folder(".", "travel costs")
    """
    root = Path(folder).expanduser()
    if not folder.strip() or not root.is_dir():
        raise ToolError(f"There is no folder {folder!r}. Give the path of a folder with documents.")
    files = _documents_below(root)
    if not files:
        raise ToolError(f"The folder {folder!r} holds no documents ({', '.join(sorted(_ENDINGS))}).")
    named = [(str(path.relative_to(root)), Document(path)) for path in files]
    return _search(named, query, count, ctx)


def where(quote: str, passages: Sequence[Passage]) -> Passage | None:
    """The passage that a quote stands in, nearly letter by letter; None when it stands in none."""
    wanted = _plain(quote)
    if len(wanted) < 2:
        return None
    best, share = None, 0.0
    for passage in passages:
        text = _plain(passage.text)
        if wanted in text:
            return passage
        blocks = difflib.SequenceMatcher(None, wanted, text, autojunk=False).get_matching_blocks()
        same = sum(block.size for block in blocks if block.size > 3) / len(wanted)
        if same > share:
            best, share = passage, same
    return best if share >= ALIKE else None


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _numbers_stand(answer: str, question: str, passages: Sequence[Passage]) -> bool:
    """Whether every number of an answer stands in what it was made from."""
    known = set(_NUMBER.findall(question))
    known.update(number for passage in passages for number in _NUMBER.findall(passage.text))
    return known.issuperset(_NUMBER.findall(answer))


def _to_read(document: Document, pages: Sequence[str], question: str, ctx: Context) -> list[Passage]:
    """The whole document when it is short, else the passages nearest to the question, in the order of the document."""
    passages = cut(pages)
    if sum(len(text) for _, text in passages) <= SHOWN * PASSAGE:
        return [Passage(text=text, source=str(document), page=page) for page, text in passages]
    weights = _weights(ctx)
    found = nearest(question, [(str(document), index(pages, weights, ctx.progress))], weights, SHOWN)
    places = {place: number for number, place in enumerate(passages)}
    return sorted(found, key=lambda passage: places[passage.page, passage.text])


def _search(documents: Sequence[tuple[str, Document]], query: str, count: int, ctx: Context) -> Found:
    need(query, "query", PIECE)
    if not 1 <= count <= 50:
        raise ToolError(f"A search gives 1 to 50 passages, and {count} were asked for.")
    weights = _weights(ctx)
    indexed: list[tuple[str, Indexed]] = []
    unread = []
    for done, (name, document) in enumerate(documents, 1):
        try:
            indexed.append((name, index(document.text().split("\f"), weights, lambda *_: None)))
        except IntermodalError as error:
            unread.append(f"{name}: {error}")
        ctx.progress(done, len(documents), "documents")
    if not any(one.passages for _, one in indexed):
        raise ToolError(f"There is no text in what was to be searched. {' '.join(unread)}".strip())
    note = f"Not read: {'; '.join(unread)}" if unread else ""
    return Found(passages=nearest(query, indexed, weights, count), note=note)


def _documents_below(root: Path) -> list[Path]:
    found, size = [], 0
    for path in sorted(root.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if hidden or path.is_symlink() or path.suffix.lower() not in _ENDINGS or not path.is_file():
            continue
        found.append(path)
        size += path.stat().st_size
        if len(found) > MOST_FILES or size > MOST_BYTES:
            limits = f"{MOST_FILES} documents or {MOST_BYTES // 1_000_000} MB"
            raise ToolError(f"The folder {str(root)!r} holds more than {limits}. Choose a smaller one.")
    return found


def _weights(ctx: Context) -> Path:
    if ctx.weights is None:
        raise ToolError("This tool needs the weights of a sentence model: run it inside an agent.")
    return ctx.weights(WEIGHTS)
