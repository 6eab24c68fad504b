"""Documents made for the tests: PDFs with real text, with drawn tables and with scanned pages; a Word file."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

Page = Sequence[tuple[float, float, str]]  # (x, y from the top, text), in points of a 595 x 842 page


def pdf_bytes(pages: Sequence[Page], rules: Sequence[tuple[float, float, float, float]] = ()) -> bytes:
    """A PDF with these texts in Helvetica 12 on each page, and with these lines (x0, y0, x1, y1) drawn."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        drawn = [f"{x0} {842 - y0} m {x1} {842 - y1} l S" for x0, y0, x1, y1 in rules]
        for x, y, text in page:
            escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            drawn.append(f"BT /F1 12 Tf {x} {842 - y} Td ({escaped}) Tj ET")
        stream = "\n".join(drawn).encode("cp1252")
        resources = "/Resources << /Font << /F1 3 0 R >> >>"
        contents = f"{resources} /Contents {5 + 2 * number} 0 R"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {contents} >>".encode())
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(written)}\n%%EOF\n"
    return written + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode() + trailer.encode()


def lines(*texts: str) -> Page:
    """A page with these lines below each other."""
    return [(72, 80 + 18 * number, text) for number, text in enumerate(texts)]


@pytest.fixture
def make_pdf(tmp_path: Path) -> Callable[..., Path]:
    """Writes a PDF; see `pdf_bytes`."""

    def make(pages: Sequence[Page], rules: Sequence[tuple[float, float, float, float]] = ()) -> Path:
        path = tmp_path / "made.pdf"
        path.write_bytes(pdf_bytes(pages, rules))
        return path

    return make


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report of three pages."""
    path = tmp_path / "report.pdf"
    path.write_bytes(
        pdf_bytes(
            [
                lines(
                    "Annual report of the Heron Observatory",
                    "Written by Dr. Ada Winter",
                    "In 2025 we had 4,310 visitors.",
                ),
                lines("The new telescope has a mirror of 82 cm.", "It was paid for by the city of Lund."),
                lines("Next year the dome will be painted.", "The café opens on 3 May."),
            ]
        )
    )
    return path


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A PDF of one page that is a picture of text."""
    import PIL.Image
    import PIL.ImageDraw
    import PIL.ImageFont

    page = PIL.Image.new("RGB", (850, 1100), "white")
    font = PIL.ImageFont.load_default(36)
    PIL.ImageDraw.Draw(page).text((90, 120), "The invoice number is 4711.", "black", font)
    path = tmp_path / "scan.pdf"
    page.save(path, resolution=100)
    return path


@pytest.fixture
def word_file(tmp_path: Path) -> Callable[[str], Path]:
    """Makes a Word file with this as the body's XML."""

    def make(body: str) -> Path:
        path = tmp_path / "letter.docx"
        space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        kinds = "http://schemas.openxmlformats.org/package/2006"
        main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
        with zipfile.ZipFile(path, "w") as package:
            package.writestr(
                "[Content_Types].xml",
                f'<Types xmlns="{kinds}/content-types"><Default Extension="rels" ContentType="application/vnd.openxml'
                f'formats-package.relationships+xml"/>'
                f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
            )
            package.writestr(
                "_rels/.rels",
                f'<Relationships xmlns="{kinds}/relationships"><Relationship Id="r1" Type="{relation}" '
                'Target="word/document.xml"/></Relationships>',
            )
            package.writestr("word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>")
        return path

    return make
