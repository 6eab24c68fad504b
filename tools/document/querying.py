"""A small query over a table: conditions, a group, and one thing to work out. Never more than this, and never code."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import ToolError, did_you_mean
from ..text.saying import object_of, one_of

ROW_WITH = ("row with largest", "row with smallest")
NUMERIC = ("sum", "average", "largest", "smallest", *ROW_WITH)  # actions on a column of numbers
COMPARISONS = ("=", "!=", ">", ">=", "<", "<=", "contains")
MOST_COLUMNS, MOST_SHOWN, MOST_CONDITIONS = 60, 50, 4
EXAMPLES = 4  # values of a column that the controller is shown
_NOT_NUMBER = re.compile(r"[\s'’_$€£¥%]|(?<=\d),(?=\d{3}\b)")


def number(text: str) -> float | None:
    """The number that a cell holds, with currency and thousands separators; None when it holds none."""
    plain = _NOT_NUMBER.sub("", text)
    if re.fullmatch(r"[-+]?\d+,\d{1,2}", plain):  # a decimal comma
        plain = plain.replace(",", ".")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,2})?", plain):
        return None
    return float(plain)


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table whose columns have names, each a different one."""

    columns: list[str]
    rows: list[list[str]]

    @classmethod
    def of(cls, grid: Sequence[Sequence[str]], name: str) -> Table:
        """The table that a grid of cells is; its first row names the columns.

        Raises:
            ToolError: It has no rows below the names, or too many columns.
        """
        if len(grid) < 2:
            raise ToolError(f"{name!r} is no table with named columns and rows below them.")
        width = max(map(len, grid))
        if width > MOST_COLUMNS:
            raise ToolError(f"{name!r} has {width} columns, and at most {MOST_COLUMNS} can be asked about.")
        columns: list[str] = []
        for place in range(width):
            given = " ".join(grid[0][place].split())[:60] if place < len(grid[0]) else ""
            title, again = given or f"column {place + 1}", 2
            while title in columns:
                title, again = f"{given or 'column'} {again}", again + 1
            columns.append(title)
        return cls(columns=columns, rows=[[*row, *[""] * (width - len(row))] for row in grid[1:]])

    def described(self) -> list[str]:
        """Each column with some of its values, as the controller reads it."""
        lines = []
        for place, column in enumerate(self.columns):
            values = list(dict.fromkeys(row[place][:30] for row in self.rows[:200] if row[place]))
            lines.append(f"{column}: {', '.join(values[:EXAMPLES])}{', ...' if len(values) > EXAMPLES else ''}")
        return lines

    def is_numeric(self, column: str) -> bool:
        """Whether at least half of a column's cells hold numbers."""
        cells = self.values(column)
        return bool(cells) and 2 * sum(number(cell) is not None for cell in cells) >= len(cells)

    def values(self, column: str) -> list[str]:
        """The cells of a column, empty ones left out."""
        place = self.columns.index(column)
        return [row[place] for row in self.rows if row[place]]


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What a cell must be like."""

    column: str
    comparison: str
    value: str

    def __str__(self) -> str:
        return f"{self.column} {self.comparison} {self.value!r}"

    def holds(self, cell: str) -> bool:
        """Whether a cell is like this; numbers as numbers, words without regard to case."""
        one, two = number(cell), number(self.value)
        if self.comparison == "contains":
            return self.value.lower() in cell.lower()
        left, right = (one, two) if one is not None and two is not None else (cell.lower(), self.value.lower())
        if self.comparison in ("=", "!="):
            return (left == right) == (self.comparison == "=")
        if type(left) is not type(right) or not cell or (two is not None and one is None):
            return False
        order = (left > right) - (left < right)  # type: ignore[operator]
        return {">": order > 0, ">=": order >= 0, "<": order < 0, "<=": order <= 0}[self.comparison]


@dataclass(frozen=True, kw_only=True)
class Query:
    """What is to be worked out."""

    conditions: tuple[Condition, ...]
    action: str
    column: str
    group: str = ""

    @classmethod
    def of(cls, reply: Mapping[str, Any], table: Table) -> Query:
        """The query that the controller wrote, checked against the table.

        Raises:
            ToolError: It names a column, comparison or value that is not there.
        """
        conditions = [_condition(given, table) for given in _listed_in(reply)]
        find, group = " ".join(str(reply["find"]).split()), str(reply["group"])
        choices = findings(table)
        _check(find, list(choices), "query")
        _check(group, ["", *table.columns], "column")
        action, column = choices[find]
        fixed = any(condition.column == group and condition.comparison == "=" for condition in conditions)
        if fixed or action in ("list", *ROW_WITH):
            group = ""  # one group says no more than the whole
        if action in ("largest", "smallest") and not group:
            action = f"row with {action}"  # the whole row also says which one it is
        return cls(conditions=tuple(conditions), action=action, column=column, group=group)

    def __str__(self) -> str:
        where = f" where {' and '.join(map(str, self.conditions))}" if self.conditions else ""
        return f"{_phrase(self.action, self.column)}{where}{f' by {self.group}' if self.group else ''}"

    def run(self, table: Table) -> tuple[str, list[str]]:
        """The result in words, and its values.

        Raises:
            ToolError: No row is left, or there are no numbers to work with.
        """
        places = {name: place for place, name in enumerate(table.columns)}
        rows = [row for row in table.rows if all(c.holds(row[places[c.column]]) for c in self.conditions)]
        if self.action == "count" and not self.group:
            return str(len(rows)), [str(len(rows))]
        if not rows:
            raise ToolError(f"No row fits: {self}.")
        place = places[self.column]
        if self.action == "list":
            return _listed(list(dict.fromkeys(row[place] for row in rows if row[place])))
        if self.action in ROW_WITH:
            return self._row(table, rows, place)
        if not self.group:
            value = _written(self._worked_out([row[place] for row in rows]))
            return value, [value]
        groups: dict[str, list[str]] = {}
        for row in rows:
            groups.setdefault(row[places[self.group]], []).append(row[place])
        results = sorted(((name, self._worked_out(cells)) for name, cells in groups.items()), key=lambda pair: -pair[1])
        shown = [f"{name}: {_written(value)}" for name, value in results]
        return _listed(shown)[0], [_written(value) for _, value in results]

    def _row(self, table: Table, rows: list[list[str]], place: int) -> tuple[str, list[str]]:
        counted = [(value, row) for row in rows if (value := number(row[place])) is not None]
        if not counted:
            raise ToolError(f"No row that fits has a number in {self.column!r}: {self}.")
        most = (max if self.action == "row with largest" else min)(value for value, _ in counted)
        best = [row for value, row in counted if value == most]
        texts = [
            ", ".join(f"{name}: {cell}" for name, cell in zip(table.columns, row, strict=True) if cell) for row in best
        ]
        return "; ".join(texts[:5]), texts

    def _worked_out(self, cells: Sequence[str]) -> float:
        if self.action == "count":
            return len(cells)
        numbers = [value for cell in cells if (value := number(cell)) is not None]
        if not numbers:
            raise ToolError(f"No row that fits has a number in {self.column!r}: {self}.")
        if self.action == "average":
            return math.fsum(numbers) / len(numbers)
        if self.action == "sum":
            return math.fsum(numbers)
        return max(numbers) if self.action == "largest" else min(numbers)


def findings(table: Table) -> dict[str, tuple[str, str]]:
    """What can be found out from a table: phrase -> (action, column); "average price", "list of product", "count"."""
    found = {"count": ("count", table.columns[0])}
    for column in table.columns:
        found[_phrase("list", column)] = ("list", column)
    for column in filter(table.is_numeric, table.columns):
        found |= {_phrase(action, column): (action, column) for action in NUMERIC}
    return found


def schema_of(table: Table) -> dict[str, Any]:
    """The JSON schema of a query over a table."""
    text = {"type": "string", "maxLength": 60}
    condition = object_of(column=one_of(table.columns), comparison=one_of(COMPARISONS), value=text)
    return object_of(
        find=one_of(list(findings(table))),
        group=one_of(["", *table.columns]),
        conditions={"type": "array", "items": condition, "maxItems": MOST_CONDITIONS},
    )


def _phrase(action: str, column: str) -> str:
    if action == "count":
        return "count"
    return f"{action} {column}" if action in ROW_WITH else f"{action} of {column}"


def _listed_in(reply: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    given = reply["conditions"]
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise ToolError("The language model's query can't be understood. Ask in other words.")
    return given[:MOST_CONDITIONS]


def _condition(given: Mapping[str, Any], table: Table) -> Condition:
    column, comparison, value = (str(given.get(name, "")) for name in ("column", "comparison", "value"))
    _check(column, table.columns, "column")
    _check(comparison, COMPARISONS, "comparison")
    condition = Condition(column=column, comparison=comparison, value=value)
    if comparison in ("=", "contains") and not any(map(condition.holds, table.values(column))):
        near = did_you_mean(value, dict.fromkeys(table.values(column)))
        raise ToolError(f"No row has {column} {comparison} {value!r}.{near}")
    return condition


def _check(name: str, known: Sequence[str], what: str) -> None:
    if name not in known:
        raise ToolError(
            f"The language model asked for a {what} {name!r}, which is not there.{did_you_mean(name, known)}"
        )


def _listed(values: list[str]) -> tuple[str, list[str]]:
    more = f" and {len(values) - MOST_SHOWN} more" if len(values) > MOST_SHOWN else ""
    return ", ".join(values[:MOST_SHOWN]) + more, values


def _written(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.6g}" if abs(value) < 1e6 else f"{value:.2f}"
