"""Tables: taken out of documents, and asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intermodal import Context, Document
from intermodal.testing import ScriptedModel
from intermodal.tools.document.querying import number
from intermodal.tools.document.tables import ask_table, extract_tables
from intermodal.tools.errors import ToolError

SALES = """product,region,price,sold
Kettle,North,"$1,200.50",10
Toaster,South,25.00,4
Kettle,South,30,6
Lamp,North,,2
"""
GRID = [["name", "size"], ["grey", "98"], ["white", "90"]]


@pytest.fixture
def sales(tmp_path: Path) -> Document:
    (tmp_path / "table.csv").write_text(SALES)
    return Document(tmp_path / "table.csv")


def cells(xs: tuple[float, ...], grid: list[list[str]]) -> list[tuple[float, float, str]]:
    return [(x, 100 + 24 * row, text) for row, line in enumerate(grid) for x, text in zip(xs, line, strict=True)]


def test_a_table_with_lines_in_a_pdf(make_pdf: Callable[..., Path], ctx: Context) -> None:
    down = [(x, 84, x, 156) for x in (90, 200, 300)]
    across = [(90, 84 + 24 * row, 300, 84 + 24 * row) for row in range(4)]
    page = [*cells((100, 210), GRID), (72, 300, "Herons are tall birds that eat fish and frogs.")]
    found = extract_tables(Document(make_pdf([page], [*down, *across])), ctx=ctx)
    assert (found.count, str(found)) == (1, "name | size\ngrey | 98\nwhite | 90")
    assert found.tables[0].path.name == "made-table-1.csv"
    assert found.tables[0].path.read_text() == "name,size\ngrey,98\nwhite,90\n"


def test_a_table_without_lines_in_a_pdf(make_pdf: Callable[..., Path], ctx: Context) -> None:
    grid = [["name", "size", "food"], *([f"bird {n}", str(90 + n), "fish"] for n in range(6))]
    found = extract_tables(Document(make_pdf([cells((80, 220, 360), grid)])), ctx=ctx)
    assert found.text.splitlines() == [" | ".join(row) for row in grid]


def test_prose_is_no_table(report: Path, make_pdf: Callable[..., Path], ctx: Context) -> None:
    assert str(extract_tables(Document(report), ctx=ctx)) == "no tables"
    words = """Herons are tall birds that stand in shallow water and wait for fish and frogs to come near"""
    prose = words.split()
    page = [(72, 80 + 16 * row, " ".join(prose[row % 5 :] + prose[: row % 5])) for row in range(20)]
    assert extract_tables(Document(make_pdf([page])), ctx=ctx).count == 0


def test_tables_of_other_documents(tmp_path: Path, ctx: Context) -> None:
    (tmp_path / "page.html").write_text(
        "<p>x</p><table><tr><th>name<th>size</tr><tr><td>grey<td>98 <b>cm</b></tr></table>"
        "<table></table><table><tr><td>1<tr><td>2</table>"
    )
    found = extract_tables(Document(tmp_path / "page.html"), ctx=ctx)
    assert found.text == "name | size\ngrey | 98 cm\n\n1\n2"
    (tmp_path / "page.md").write_text("| a | b |\n| - | - |\n| 1 | 2 |\n")
    assert extract_tables(Document(tmp_path / "page.md"), ctx=ctx).text == "a | b\n1 | 2"
    (tmp_path / "data.csv").write_text("a;b\n1;2\n")
    found = extract_tables(Document(tmp_path / "data.csv"), ctx=ctx)
    assert found.tables[0].path.read_text() == "a,b\n1,2\n"
    (tmp_path / "many.html").write_text("<table><tr><td>1</td></tr></table>" * 120)
    assert extract_tables(Document(tmp_path / "many.html"), ctx=ctx).note == "Only the first 100 tables were taken."


def test_a_page_with_a_hundred_thousand_lines_is_left_out(make_pdf: Callable[..., Path], ctx: Context) -> None:
    path = make_pdf([[(72, 72, "a map")]], [(0, 0, 10, 10)] * 100_000)
    found = extract_tables(Document(path), ctx=ctx)
    assert str(found) == "no tables\n\nPage 1 was left out: it holds too many lines or letters."


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[("12", 12.0), ("$1,234.50", 1234.5), ("1 234", 1234.0), ("12,5", 12.5), ("-3e2", -300.0), ("45 %", 45.0)],
        *[
            ("", None),
            ("n/a", None),
            ("1.2.3", None),
            ("2026-11-23", None),
            ("12a", None),
            ("nan", None),
            ("inf", None),
        ],
    ],
)
def test_numbers_of_cells(text: str, value: float | None) -> None:
    assert number(text) == value


def query(find: str, group: str = "", *conditions: tuple[str, str, str]) -> str:
    asked = [dict(zip(("column", "comparison", "value"), condition, strict=True)) for condition in conditions]
    return json.dumps({"find": find, "group": group, "conditions": asked})


@pytest.mark.parametrize(
    ("reply", "answer", "shown"),
    [
        (query("count"), "4", "count"),
        (query("sum of sold"), "22", "sum of sold"),
        (query("average of price"), "418.5", "average of price"),
        (query("largest of price", "region"), "North: 1200.5, South: 30", "largest of price by region"),
        (
            query("largest of sold"),
            "product: Kettle, region: North, price: $1,200.50, sold: 10",
            "row with largest sold",
        ),
        (query("list of product"), "Kettle, Toaster, Lamp", "list of product"),
        (query("sum of sold", "region"), "North: 12, South: 10", "sum of sold by region"),
        (query("sum of sold", "region", ("region", "=", "North")), "12", "sum of sold where region = 'North'"),
        (query("count", "product"), "Kettle: 2, Toaster: 1, Lamp: 1", "count by product"),
        (query("sum of sold", "", ("region", "=", "south")), "10", "sum of sold where region = 'south'"),
        (
            query("count", "", ("price", ">", "26"), ("region", "!=", "North")),
            "1",
            "count where price > '26' and region != 'North'",
        ),
        (
            query("list of region", "", ("product", "contains", "oast")),
            "South",
            "list of region where product contains 'oast'",
        ),
        (
            query("row with smallest price", "region"),
            "product: Toaster, region: South, price: 25.00, sold: 4",
            "row with smallest price",
        ),
        (query("count", "", ("price", "<", "1")), "0", "count where price < '1'"),
    ],
)
def test_queries_are_worked_out_exactly(sales: Document, ctx: Context, reply: str, answer: str, shown: str) -> None:
    with ScriptedModel([reply]) as ctx.controller:
        found = ask_table(sales, "…?", ctx=ctx)
    assert (found.answer, found.query, str(found)) == (answer, shown, f"{answer} [{shown}]")


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (query("sum of product"), "asked for a query 'sum of product'"),
        (query("sum of colour"), "Did you mean 'sum of sold'"),
        (query("delete"), "asked for a query 'delete'"),
        (query("count", "colour"), "asked for a column 'colour'"),
        (query("sum of sold", "", ("region", "=", "Nroth")), "Did you mean 'North'"),
        (query("sum of sold", "", ("price", ">", "9999")), "No row fits"),
        (query("largest of price", "", ("product", "=", "Lamp")), "has a number in 'price'"),
        (query("row with largest price", "", ("product", "=", "Lamp")), "has a number in 'price'"),
        (query("count", "", ("region", "~", "N")), "comparison '~'"),
        ('{"conditions": "all", "find": "count", "group": ""}', "can't be understood"),
        ('{"conditions": ["x"], "find": "count", "group": ""}', "can't be understood"),
        ("SELECT 1", "can't be understood"),
    ],
)
def test_queries_that_do_not_fit(sales: Document, ctx: Context, reply: str, said: str) -> None:
    with ScriptedModel([reply]) as ctx.controller, pytest.raises(ToolError, match=said):
        ask_table(sales, "…?", ctx=ctx)


def test_columns_always_have_a_name(tmp_path: Path, ctx: Context) -> None:
    (tmp_path / "odd.csv").write_text("a,,a\n1,2,3,4\n5\n")
    reply: Any = query("sum of column 4")
    with ScriptedModel([reply]) as model:
        ctx.controller = model
        assert ask_table(Document(tmp_path / "odd.csv"), "…?", ctx=ctx).answer == "4"
        assert "a: 1, 5\ncolumn 2: 2\na 2: 3\ncolumn 4: 4" in model.asked[0].messages[-1].content


@pytest.mark.parametrize(
    ("content", "said"), [("", "is no table"), ("a,b\n", "is no table"), (",".join("x" * 70) + "\n1\n", "70 columns")]
)
def test_tables_that_can_not_be_asked(tmp_path: Path, ctx: Context, content: str, said: str) -> None:
    (tmp_path / "bad.csv").write_text(content)
    with ScriptedModel([]) as ctx.controller, pytest.raises(ToolError, match=said):
        ask_table(Document(tmp_path / "bad.csv"), "How many?", ctx=ctx)


@pytest.mark.embedded
def test_the_embedded_model_asks_tables(sales: Document, talking: Context) -> None:
    """The bench measures more of them; see tests/bench/bench_text.py."""
    assert ask_table(sales, "What is the total sold in the North?", ctx=talking).answer == "12"
    assert "Toaster" in ask_table(sales, "Which product is the cheapest?", ctx=talking).answer
