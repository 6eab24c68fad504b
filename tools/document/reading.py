"""Reading documents: their text page by page, also that of scanned pages, and their pages as pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import media
from ..context import Context
from ..contract import tool
from ..errors import InputError, ToolError
from ..values import Document, Image

if TYPE_CHECKING:
    import PIL.Image

ROOM = "documents"
MOST_PAGES = 50  # that are made pictures of in one call
MOST_SCANNED = 30  # that are read off their pictures in one call
MOST_PIXELS = 40_000_000  # of one page's picture
SCAN_DPI = 200
LETTERS = 3  # a page with fewer has no text layer to speak of


@dataclass(frozen=True, kw_only=True)
class DocumentText:
    """What stands in a document.

    Args:
        pages: The text of each page, in order; files without pages are one page.
        scanned: The numbers of the pages, from 1, that are pictures and were read by OCR.
        note: What could not be read, and why; empty when all was.
    """

    pages: list[str]
    scanned: list[int] = field(default_factory=list)
    note: str = ""

    @property
    def text(self) -> str:
        """All of it; pages are parted by an empty line."""
        return "\n\n".join(page.strip() for page in self.pages if page.strip())

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self.pages)

    def __str__(self) -> str:
        return self.text


@tool(room=ROOM, time_limit=300)
def read_document(document: Document, ctx: Context) -> DocumentText:
    """Get the text of a document: PDF (scanned too), Word, HTML, Markdown, CSV or plain text.

    Pages of a PDF that are pictures without text are read by `read_text` (OCR).

    Args:
        document: The file to read.

    Returns:
        The text of each page; `text` joins them.

    Example:
        report = read_document("report.pdf")
    """
    pages = document.text().split("\f")
    if not is_pdf(document.path):
        return DocumentText(pages=pages)
    blank = [number for number, page in enumerate(pages, 1) if sum(map(str.isalnum, page)) < LETTERS]
    scanned: list[int] = []
    notes = []
    for done, number in enumerate(blank[:MOST_SCANNED], 1):
        if ctx.call is None:
            notes.append("Scanned pages are read only inside an agent.")
            break
        pages[number - 1] = _read_off(document, number, ctx)
        if pages[number - 1]:
            scanned.append(number)
        ctx.progress(done, min(len(blank), MOST_SCANNED), "pages")
    if len(blank) > MOST_SCANNED:
        notes.append(f"Of {len(blank)} scanned pages, the first {MOST_SCANNED} were read.")
    return DocumentText(pages=pages, scanned=scanned, note=" ".join(notes))


@tool(room=ROOM, packages=("pypdfium2",), extra="local", time_limit=300)
def render_pages(document: Document, first: int = 1, last: int = 0, dpi: int = 150, *, ctx: Context) -> list[Image]:
    """Turn the pages of a PDF into pictures, one a page.

    Args:
        document: A PDF.
        first: The first page, from 1.
        last: The last page; 0 for the document's last, at most 50 pages in one call.
        dpi: Pixels per inch, from 20 to 600; 150 is good to read.

    Raises:
        ToolError: It is no PDF, or has no such page.

    Example:
        pages = render_pages("report.pdf", last=2)
    """
    if not is_pdf(document.path):
        raise ToolError(f"{document.path.name!r} is no PDF, and only the pages of a PDF can be turned into pictures.")
    if not 20 <= dpi <= 600:
        raise ToolError(f"Pages are drawn with 20 to 600 pixels per inch, and {dpi} were asked for.")
    pictures = []
    with media.open_pdf(document.path) as pages:
        last = last or len(pages)
        if not 1 <= first <= last <= len(pages):
            raise ToolError(f"There is no page {first} to {last} in {document.path.name!r}: it has {len(pages)}.")
        if last - first >= MOST_PAGES:
            raise ToolError(f"At most {MOST_PAGES} pages are drawn at once, and {last - first + 1} were asked for.")
        for number in range(first, last + 1):
            path = ctx.new_file(f"{document.path.stem[:60]}-page-{number}.png")
            page_picture(pages[number - 1], dpi).save(path)
            pictures.append(Image(path))
            ctx.progress(number - first + 1, last - first + 1, "pages")
    return pictures


def beginning(path: Path) -> bytes:
    """The first 1,024 bytes of a file.

    Raises:
        InputError: It can't be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(1024)
    except OSError as error:
        raise InputError(f"{str(path)!r} can't be read: {error.strerror or error}.") from error


def is_pdf(path: Path) -> bool:
    """Whether a file is a PDF, by its beginning.

    Raises:
        InputError: It can't be read.
    """
    return b"%PDF-" in beginning(path)


def page_picture(page: Any, dpi: float) -> PIL.Image.Image:
    """A page of an open PDF as a picture; a huge page gets fewer pixels per inch."""
    width, height = page.get_size()
    scale = min(dpi / 72, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
    picture: PIL.Image.Image = page.render(scale=scale).to_pil()
    return picture.convert("RGB")


def _read_off(document: Document, number: int, ctx: Context) -> str:
    path = ctx.new_file(f"page-{number}.png")
    with media.open_pdf(document.path) as pages:
        page_picture(pages[number - 1], SCAN_DPI).save(path)
    return str(ctx.need_call()("read_text", image=Image(path)))
