"""Documents as HTML, Markdown or plain text."""

from __future__ import annotations

import csv
import html
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..context import Context
from ..contract import tool
from ..errors import InputError, ToolError
from ..papers import MAX_MARKUP, document_text, is_html, plain_text, word_text
from ..values import Document
from .reading import beginning

if TYPE_CHECKING:
    import bs4

MOST_CELLS = 2_000_000
_NOT_TEXT = ("script", "style", "template", "noscript", "iframe", "object", "embed", "svg")
_PAGE = """<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<title>{title}</title>
</head>
<body>
{body}
</body>
</html>
"""


@tool(packages=("mammoth", "markdownify"), extra="local", room="documents")
def convert_document(document: Document, to: Literal["md", "html", "txt"], *, ctx: Context) -> Document:
    """Convert a document (Word, HTML, Markdown, CSV, PDF, text) into a Markdown, HTML or text file.

    Headings, lists, links and tables of Word, HTML, Markdown and CSV files are kept; of a PDF, only the paragraphs are,
    and pictures are left out. Scripts in HTML are removed. For the mere text there is `read_document`.

    Args:
        document: The file to convert.
        to: The form to convert it into.

    Example:
        page = convert_document("notes.txt", "html")
    """
    title = html.escape(document.path.stem)
    try:
        if to == "txt":
            written = document_text(document.path)
        elif to == "html":
            written = _PAGE.format(title=title, body=as_markup(document.path).decode_contents().strip())
        else:
            written = _markdown(as_markup(document.path))
    except RecursionError as error:
        raise ToolError(f"{document.path.name!r} is nested too deeply to be converted.") from error
    path = ctx.new_file(f"{document.path.stem[:80] or 'document'}.{to}")
    path.write_text(written, "utf-8")
    return Document(path)


def as_markup(path: Path) -> bs4.Tag:
    """The body of a document as parsed HTML, without scripts and pictures.

    Raises:
        InputError: It can't be read.
        RecursionError: It is nested too deeply.
    """
    import bs4

    soup = bs4.BeautifulSoup(_as_html(path), "html.parser")
    for tag in soup(_NOT_TEXT):
        tag.decompose()
    for tag in soup(True):
        if isinstance(tag, bs4.Tag):
            tag.attrs = {name: value for name, value in tag.attrs.items() if _harmless(name, str(value))}
    for comment in soup(string=lambda text: isinstance(text, (bs4.Comment, bs4.Doctype))):
        comment.extract()
    return soup.body or soup


def read_table(path: Path) -> list[list[str]]:
    """The rows of a CSV or TSV file, without empty ones; the separator is found out.

    Raises:
        InputError: It can't be read, or is no table.
    """
    text = plain_text(path).lstrip("\ufeff")
    if "\0" in text[:4096]:
        raise InputError(f"{path.name!r} is no table of text. Save it as CSV first.")
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:8192], ",;\t|")
    except csv.Error:
        dialect = csv.excel_tab if path.suffix.lower() == ".tsv" else csv.excel
    rows, cells = [], 0
    try:
        for row in csv.reader(text.splitlines(keepends=True), dialect):
            cells += len(row)
            if cells > MOST_CELLS:
                raise InputError(
                    f"The table {path.name!r} has more than {MOST_CELLS:,} cells. Cut it into parts first."
                )
            if any(cell.strip() for cell in row):
                rows.append([cell.strip() for cell in row])
    except csv.Error as error:
        raise InputError(f"The table {path.name!r} can't be read ({error}).") from error
    return rows


def is_table(path: Path) -> bool:
    """Whether a file is a table in text form, by its ending."""
    return path.suffix.lower() in (".csv", ".tsv")


def _as_html(path: Path) -> str:
    head = beginning(path)
    if b"%PDF-" in head:
        return _paragraphs(document_text(path).replace("\f", "\n\n"))
    if head.startswith(b"PK"):
        return _word_as_html(path)
    text = plain_text(path)
    if len(text) > MAX_MARKUP:
        raise InputError(
            f"{path.name!r} is too large to convert: more than {MAX_MARKUP // 1_000_000} MB. Cut it first."
        )
    if is_html(head, path):
        return text
    if is_table(path):
        return _table_as_html(read_table(path))
    if path.suffix.lower() in (".md", ".markdown"):
        from markdown_it import MarkdownIt

        return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))
    return _paragraphs(text)


def _word_as_html(path: Path) -> str:
    import mammoth

    word_text(path)  # says what is wrong with the file, and refuses one that unpacks to too much
    try:
        with path.open("rb") as file:
            nothing = mammoth.images.img_element(lambda _: {})
            return str(mammoth.convert_to_html(file, convert_image=nothing).value)
    except Exception as error:  # mammoth has no error class of its own
        raise InputError(f"The Word file {path.name!r} can't be converted ({error}). Save it again.") from error


def _table_as_html(rows: list[list[str]]) -> str:
    def line(cells: list[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    if not rows:
        return ""
    body = "\n".join(line(row, "td") for row in rows[1:])
    return f"<table>\n<thead>{line(rows[0], 'th')}</thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _paragraphs(text: str) -> str:
    blocks = (block.strip() for block in re.split(r"\n\s*\n", text))
    return "\n".join(f"<p>{html.escape(block)}</p>" for block in blocks if block)


def _harmless(name: str, value: str) -> bool:
    """Whether an attribute may stay: no scripts, no styles, no pictures that name another machine."""
    if name == "href":
        return not re.match(r"\s*(?:javascript|data|vbscript)\s*:", value, re.IGNORECASE)
    return name in ("colspan", "rowspan", "alt", "title", "lang", "start")


def _markdown(markup: bs4.Tag) -> str:
    import markdownify

    converter = markdownify.MarkdownConverter(heading_style="ATX", bullets="-", strip=["img"])
    return re.sub(r"\n{3,}", "\n\n", str(converter.convert_soup(markup))).strip() + "\n"
