"""Converting documents: what is kept, what is thrown out, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from intermodal import Context, Document
from intermodal.tools.document.conversion import convert_document, read_table
from intermodal.tools.errors import InputError, ToolError

MARKDOWN = """# Heron

A *tall* bird, see [here](https://example.com/heron).

- fish
- frogs

| name | size |
| --- | --- |
| grey | 98 |
"""
WORD = (
    '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Heron</w:t></w:r></w:p>'
    "<w:p><w:r><w:t>A </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>tall</w:t></w:r><w:r><w:t> bird.</w:t></w:r></w:p>"
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>name</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>size</w:t></w:r></w:p></w:tc></w:tr>"
    "<w:tr><w:tc><w:p><w:r><w:t>grey</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>98</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
)


@pytest.fixture
def convert(tmp_path: Path, ctx: Context) -> Callable[[str, str, str], str]:
    def run(name: str, content: str, to: str) -> str:
        (tmp_path / name).write_text(content, "utf-8")
        found = convert_document(Document(tmp_path / name), to, ctx=ctx)
        assert found.path.suffix == f".{to}" and found.path.parent == ctx.folder
        return found.path.read_text("utf-8")

    return run


def test_markdown_becomes_html_and_comes_back(convert: Callable[..., str], tmp_path: Path) -> None:
    page = convert("heron.md", MARKDOWN, "html")
    for part in ("<title>heron</title>", "<h1>Heron</h1>", "<em>tall</em>", "<li>fish</li>", "<td>98</td>"):
        assert part in page
    assert '<a href="https://example.com/heron">here</a>' in page
    assert convert("heron.html", page, "md") == MARKDOWN


def test_scripts_and_strange_links_are_thrown_out(convert: Callable[..., str]) -> None:
    hostile = (
        '<html><body onload="x()"><script>alert(1)</script><style>p{}</style><!-- secret --><p onclick="x()">Hello '
        '<a href=" javascript:alert(1)">you</a><img src="http://tracker.example/p.gif"></p>'
        '<iframe src="x"></iframe></body></html>'
    )
    page = convert("page.html", hostile, "html")
    for part in ("alert", "onload", "onclick", "secret", "iframe", "tracker", "p{}"):
        assert part not in page
    assert convert("page.html", hostile, "md") == "Hello you\n"
    assert "<script" not in convert("page.md", "<script>alert(1)</script>\n\n[x](javascript:alert(1))", "html")


def test_tables_and_plain_text(convert: Callable[..., str]) -> None:
    assert (
        convert("birds.csv", "name;size\ngrey <heron>;98\n", "md")
        == "| name | size |\n| --- | --- |\n| grey <heron> | 98 |\n"
    )
    assert "<p>a &lt; b</p>\n<p>c</p>" in convert("notes.txt", "a < b\n\nc", "html")
    assert convert("page.html", "<p>Hello <b>you</b></p>", "txt") == "Hello you"
    assert convert("empty.csv", "", "md").strip() == ""


def test_word_and_pdf(word_file: Callable[[str], Path], report: Path, ctx: Context) -> None:
    word = convert_document(Document(word_file(WORD)), "md", ctx=ctx).path.read_text("utf-8")
    assert word.startswith("Heron\n\nA **tall** bird.") or word.startswith("# Heron\n\nA **tall** bird.")
    assert "| grey | 98 |" in word
    assert "<p>The new telescope has a mirror" in convert_document(Document(report), "html", ctx=ctx).path.read_text()


def test_what_can_not_be_converted(tmp_path: Path, ctx: Context) -> None:
    (tmp_path / "deep.html").write_text("<html>" + "<div>" * 5000 + "x")
    with pytest.raises(ToolError, match="nested too deeply"):
        convert_document(Document(tmp_path / "deep.html"), "md", ctx=ctx)
    (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04nothing")
    with pytest.raises(InputError, match="cut off"):
        convert_document(Document(tmp_path / "broken.docx"), "html", ctx=ctx)
    (tmp_path / "large.html").write_text("<p>" + "x" * 10_000_001)
    with pytest.raises(InputError, match="too large"):
        convert_document(Document(tmp_path / "large.html"), "md", ctx=ctx)


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"a,b\n1,2\n\n,\n", [["a", "b"], ["1", "2"]]),
        (b"a;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]]),
        (b"a\tb\n1\t2\n", [["a", "b"], ["1", "2"]]),
        (b'a,b\n"x, ""y""\nz",2\n', [["a", "b"], ['x, "y"\nz', "2"]]),
        (b"\xef\xbb\xbfa,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        ("a,b\nä,2\n".encode("cp1252"), [["a", "b"], ["ä", "2"]]),
        (b"one\ntwo\n", [["one"], ["two"]]),
        (b"", []),
    ],
)
def test_tables_of_many_makes(tmp_path: Path, content: bytes, rows: list[list[str]]) -> None:
    (tmp_path / "table.csv").write_bytes(content)
    assert read_table(tmp_path / "table.csv") == rows


def test_what_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(b"\0\1\2" * 100)
    with pytest.raises(InputError, match="no table of text"):
        read_table(tmp_path / "table.csv")
    (tmp_path / "table.csv").write_text('a,b\n"' + "x" * 200_000 + '",1\n')
    with pytest.raises(InputError, match="field larger"):
        read_table(tmp_path / "table.csv")
