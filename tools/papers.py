"""Documents: the text of PDF, Word, HTML and plain-text files, with a bound on everything that can be blown up."""

from __future__ import annotations

import codecs
import html
import re
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import BackendUnavailable, InputError

MAX_TEXT = 50_000_000  # bytes of a plain-text file, or of the text in a document
MAX_MARKUP = 5_000_000  # bytes of an HTML file
MAX_PDF = 200_000_000  # bytes
MAX_STREAM = 256_000_000  # bytes that one compressed part of a PDF may grow to
MAX_DIRECTORY = 5_000_000  # bytes of a zip archive's table of contents
PAGE = "\f"

_pdfium = threading.RLock()  # PDFium is not made for threads
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_STREAM = re.compile(rb"stream\r?\n")
_MARKUP = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_BLOCKS = frozenset(
    [f"h{level}" for level in range(1, 7)]
    + ["address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure"]
    + ["footer", "form", "header", "hr", "li", "main", "nav", "ol", "option", "p", "pre", "section", "summary", "table"]
    + ["title", "tr", "ul"]
)
_OPENING = re.compile(r"<(?=/?[a-zA-Z]|[!?])")  # any other "<" is a sign, as in "a < b"
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_ALT = re.compile(r"""\balt\s*=\s*("[^"]*"|'[^']*')""", re.IGNORECASE)
_UNSEEN = frozenset(("script", "style", "template", "noscript"))


def document_text(path: Path) -> str:
    """All text of a document; pages are parted by a form feed.

    Raises:
        InputError: It can't be read as text, needs a password, or is larger than intermodal opens.
        BackendUnavailable: It is a PDF, and pypdfium2 is not installed.
    """
    with _reading(path), path.open("rb") as file:
        head = file.read(1024)
    if b"%PDF-" in head:
        with open_pdf(path) as pages:
            return PAGE.join(_page_texts(path, pages))
    if head.startswith(b"PK"):
        return word_text(path)
    text = plain_text(path)
    return html_text(path, text) if is_html(head, path) else text


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"{str(path)!r} can't be read: {error.strerror or error}.") from error


def is_html(head: bytes, path: Path) -> bool:
    """Whether a text file is HTML, by its beginning or its ending."""
    return bool(_MARKUP.match(head)) or path.suffix.lower() in (".html", ".htm", ".xhtml")


def plain_text(path: Path) -> str:
    """A text file, whatever its encoding: by its byte-order mark, else UTF-8, else Windows-1252.

    Raises:
        InputError: It has more than `MAX_TEXT` bytes, or can't be read.
    """
    with _reading(path):
        if path.stat().st_size > MAX_TEXT:
            raise InputError(_too_long(path, MAX_TEXT))
        data = path.read_bytes()
    encoding = next((name for mark, name in BOMS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252" if encoding == "utf-8" else encoding, errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def html_text(path: Path, text: str) -> str:
    """What a reader sees of an HTML page, a block a line, cells parted by tabs.

    Broken pages are read as far as they go. The standard library's parser takes hours on some of them; this one looks
    at every character once.

    Raises:
        InputError: It has more than `MAX_MARKUP` characters.
    """
    if len(text) > MAX_MARKUP:
        raise InputError(_too_long(path, MAX_MARKUP))
    parts: list[str] = []
    at = 0
    while opening := _OPENING.search(text, at):
        begin = opening.start()
        if begin > at:
            parts.append(_words(text[at:begin]))
        at = _after_tag(text, begin, parts)
    parts.append(_words(text[at:]))
    lines = (line.strip(" ").removeprefix("\t").strip(" ") for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line.strip())


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(text))


def _after_tag(text: str, begin: int, parts: list[str]) -> int:
    """Where reading goes on after the "<" at `begin`; what the tag stands for is added to `parts`."""
    if text.startswith("<!--", begin):
        return _past(text, "-->", begin)
    tag = _TAG.match(text, begin)
    end = _past(text, ">", begin)
    if tag is None:
        return end
    closing, name = bool(tag[1]), tag[2].lower()
    if name in _UNSEEN and not closing:
        found = re.compile(f"</{name}", re.IGNORECASE).search(text, end)
        return found.start() if found else len(text)
    if name in _BLOCKS:
        parts.append("\n")
    elif name in ("td", "th") and not closing:
        parts.append("\t")
    elif name == "img" and (alternative := _ALT.search(text, begin, end)):
        parts.append(_words(alternative[1].strip("\"'")))
    return end


def _past(text: str, mark: str, begin: int) -> int:
    found = text.find(mark, begin)
    return len(text) if found < 0 else found + len(mark)


class _Word:
    """Reads word/document.xml as it streams by: no tree, no entities."""

    def __init__(self) -> None:
        import xml.parsers.expat

        self.parts: list[str] = []
        self._in_text = False
        self._cells = 0
        self.parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _refuse(self, *_: object) -> None:
        raise ValueError("it declares entities, as no Word file does")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        self._in_text = tag == "t"
        if tag == "tab":
            self.parts.append("\t")
        elif tag in ("br", "cr"):
            new_page = any(key.endswith(" type") and value == "page" for key, value in attributes.items())
            self.parts.append(PAGE if new_page else "\n")
        elif tag == "tc":
            self._cells += 1

    def _end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        self._in_text = False
        if tag == "p":
            self.parts.append(" " if self._cells else "\n")
        elif tag == "tc":
            self._cells = max(0, self._cells - 1)
            self.parts.append("\t")
        elif tag == "tr":
            self.parts.append("\n")

    def _data(self, data: str) -> None:
        if self._in_text:
            self.parts.append(data)


def check_package(path: Path) -> None:
    """Refuse a zip archive whose table of contents would fill the memory, before `zipfile` reads it.

    Raises:
        InputError: The table is larger than `MAX_DIRECTORY`, or there is none.
    """
    with _reading(path), path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 65_557))  # the table's place stands at the end, before a comment
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 16:
        raise InputError(f"{path.name!r} is a zip archive or Word file that is cut off. Save or download it again.")
    if int.from_bytes(tail[at + 12 : at + 16], "little") > MAX_DIRECTORY:
        raise InputError(f"{path.name!r} is a zip archive with too many parts for a Word file.")


def word_text(path: Path) -> str:
    """The text of a Word file (.docx), a paragraph a line, cells parted by tabs.

    Raises:
        InputError: It is none, is damaged, or unpacks to more than `MAX_TEXT` bytes.
    """
    check_package(path)
    reader, unpacked = _Word(), 0
    try:
        with zipfile.ZipFile(path) as package, package.open("word/document.xml") as part:
            while chunk := part.read(1 << 16):
                unpacked += len(chunk)
                if unpacked > MAX_TEXT:
                    raise InputError(_too_long(path, MAX_TEXT))
                reader.parser.Parse(chunk)
            reader.parser.Parse(b"", True)
    except InputError:
        raise
    except KeyError as error:
        raise InputError(f"{path.name!r} is a zip archive, but no Word document. Unpack it first.") from error
    except Exception as error:  # zipfile, zlib and expat each have errors of their own, and no common parent
        raise InputError(f"The Word file {path.name!r} is damaged ({error}). Save it again.") from error
    lines = ("".join(reader.parts)).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip(" \t") for line in lines)).strip("\n")


@contextmanager
def open_pdf(path: Path) -> Iterator[Any]:
    """A `pypdfium2.PdfDocument`; others wait meanwhile, because PDFium is not made for threads.

    Raises:
        InputError: It is none, is damaged, needs a password, or would blow up.
        BackendUnavailable: pypdfium2 is not installed.
    """
    try:
        import pypdfium2
    except ImportError as error:
        raise BackendUnavailable(
            "Opening a PDF needs pypdfium2, which is not installed. Install it: pip install 'intermodal[local]'"
        ) from error
    with _reading(path):
        if path.stat().st_size > MAX_PDF:
            raise InputError(_too_long(path, MAX_PDF))
        data = path.read_bytes()
    _check_streams(path, data)
    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                raise InputError(f"{path.name!r} needs a password. Save it without one first.") from error
            raise InputError(f"The PDF {path.name!r} is damaged. Save or download it again.") from error
        try:
            yield document
        except pypdfium2.PdfiumError as error:
            raise InputError(f"The PDF {path.name!r} is damaged ({str(error).rstrip('.')}).") from error
        finally:
            document.close()


def _page_texts(path: Path, pages: Any) -> Iterator[str]:
    length = 0
    for number in range(len(pages)):
        page = pages[number]
        text_page = page.get_textpage()
        text = text_page.get_text_bounded().replace("\r\n", "\n")
        text_page.close()
        page.close()
        length += len(text)
        if length > MAX_TEXT:
            raise InputError(_too_long(path, MAX_TEXT))
        yield text


def _check_streams(path: Path, data: bytes) -> None:
    """Refuse a PDF whose compressed parts would fill the memory, also when they are compressed twice."""
    for found in _STREAM.finditer(data):
        begin = found.end()
        if _inflates(data[begin : begin + 2]) and _grows(data, begin, MAX_STREAM):
            raise InputError(f"{path.name!r} holds a part that unpacks to more than {MAX_STREAM // 1_000_000} MB.")


def _inflates(head: bytes) -> bool:
    """Whether this may be how zlib's format begins."""
    return len(head) == 2 and head[0] & 15 == 8 and int.from_bytes(head, "big") % 31 == 0


def _grows(data: bytes, begin: int, limit: int) -> bool:
    """Whether what is compressed from `begin` on, or what is compressed within that, has more than `limit` bytes."""
    outer, inner = zlib.decompressobj(), None
    grown, inside, waiting = 0, 0, b""
    try:
        while not outer.eof and (waiting or begin < len(data)):
            if not waiting:
                waiting, begin = data[begin : begin + 65_536], begin + 65_536
            piece = outer.decompress(waiting, 1 << 20)
            waiting = outer.unconsumed_tail
            if not grown and _inflates(piece[:2]):
                inner = zlib.decompressobj()
            grown += len(piece)
            while inner is not None and piece and inside <= limit:
                inside += len(inner.decompress(piece, 1 << 20))
                piece = inner.unconsumed_tail
            if grown > limit or inside > limit:
                return True
    except zlib.error:
        return inside > limit
    return False


def _too_long(path: Path, limit: int) -> str:
    return f"{path.name!r} is too large: intermodal reads up to {limit // 1_000_000} MB of it. Cut it into parts first."
