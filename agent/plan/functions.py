"""The functions of the plan language, what each takes and gives, and how `+` and the other signs work on values."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, is_dataclass
from typing import Any

from ...tools.kinds import ANY, BOOL, FLOAT, INT, STR, Kind, fits, list_of

NUMBERS = {"int", "float", "bool"}


@dataclass(frozen=True)
class Function:
    """A function of the language.

    Args:
        usage: How it is called, for messages.
        kind: The kind of its result from those of its arguments; None when it does not take them.
        run: What it does.
        least, most: How many arguments it takes.
    """

    usage: str
    kind: Callable[[Sequence[Kind]], Kind | None]
    run: Callable[..., Any]
    least: int = 1
    most: int = 1


def is_number(kind: Kind) -> bool:
    """Whether values of a kind can be reckoned with."""
    return kind.name in NUMBERS or kind.name == "Any"


def plain(kind: Kind) -> Kind:
    """A kind without the choices that a literal brings along."""
    return Kind(kind.name, kind.item and plain(kind.item), (), kind.fields, kind.optional)


def merge(one: Kind, other: Kind) -> Kind:
    """The kind of a value that is of one kind or the other."""
    if one.name == "None" or other.name == "None":
        kind = other if one.name == "None" else one
        return kind if kind.name in ("None", "Any") else Kind(kind.name, kind.item, kind.choices, kind.fields, True)
    optional = one.optional or other.optional
    if one.name == other.name:
        item = merge(one.item, other.item) if one.item and other.item else one.item or other.item
        choices = tuple(dict.fromkeys(one.choices + other.choices)) if one.choices and other.choices else ()
        return Kind(one.name, item, choices, one.fields, optional)
    wider = next((wide for narrow, wide in ((one, other), (other, one)) if fits(narrow, wide)), ANY)
    return ANY if "Any" in (one.name, other.name) else Kind(wider.name, wider.item, (), wider.fields, optional)


def _length(kinds: Sequence[Kind]) -> Kind | None:
    return INT if kinds[0].name in ("list", "str", "Any") else None


def _items(kinds: Sequence[Kind]) -> Kind | None:
    """What a list in the first place holds."""
    return ANY if kinds[0].name == "Any" else kinds[0].item


def _orderable(kind: Kind | None) -> bool:
    return kind is not None and (is_number(kind) or kind.name == "str")


def _extreme(kinds: Sequence[Kind]) -> Kind | None:
    if len(kinds) == 1:
        return _items(kinds) if _orderable(_items(kinds)) else None
    widest = kinds[0]
    for kind in kinds[1:]:
        widest = merge(widest, kind)
    return widest if all(map(_orderable, kinds)) and (widest.name != "Any" or ANY in kinds) else None


def _sorted(kinds: Sequence[Kind]) -> Kind | None:
    item = _items(kinds)
    return list_of(item) if item is not None and _orderable(item) else None


def _sum(kinds: Sequence[Kind]) -> Kind | None:
    item = _items(kinds)
    return None if item is None or not is_number(item) else INT if item.name == "bool" else plain(item)


def _truth(kinds: Sequence[Kind]) -> Kind | None:
    return BOOL if _items(kinds) is not None else None


def _round(kinds: Sequence[Kind]) -> Kind | None:
    return None if not all(map(is_number, kinds)) else INT if len(kinds) == 1 else FLOAT


def _number(result: Kind) -> Callable[[Sequence[Kind]], Kind | None]:
    return lambda kinds: result if is_number(kinds[0]) or kinds[0].name == "str" else None


def _rounded(number: float, digits: int = 0, /) -> float:
    if not -15 <= digits <= 15:
        raise ValueError("round() takes from -15 to 15 digits")
    return round(number, digits) if digits else round(number)


def _parsed(make: type[int] | type[float]) -> Callable[[Any], Any]:
    def number(value: Any) -> Any:
        if isinstance(value, str) and len(value) > 100:
            raise ValueError("this text is too long to be a number")
        return make(value)

    return number


def holds(value: Any) -> bool:
    """Whether a value counts as true: files and records always do, other values as in Python."""
    return is_dataclass(value) or bool(value)


FUNCTIONS: dict[str, Function] = {
    "len": Function("len(list)", _length, len),
    "min": Function("min(list) or min(number, number)", _extreme, min, most=10),
    "max": Function("max(list) or max(number, number)", _extreme, max, most=10),
    "sorted": Function("sorted(list) of numbers or texts", _sorted, sorted),
    "sum": Function("sum(list of numbers)", _sum, sum),
    "any": Function("any(list)", _truth, lambda items: any(map(holds, items))),
    "all": Function("all(list)", _truth, lambda items: all(map(holds, items))),
    "round": Function("round(number) or round(number, digits)", _round, _rounded, most=2),
    "str": Function("str(value)", lambda _: STR, str),
    "int": Function("int(number or text)", _number(INT), _parsed(int)),
    "float": Function("float(number or text)", _number(FLOAT), _parsed(float)),
}

OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv,
    "%": operator.mod, "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
    ">=": operator.ge, "in": lambda one, other: one in other, "not in": lambda one, other: one not in other,
    "is": operator.is_, "is not": operator.is_not,
}  # fmt: skip


def binary_kind(sign: str, left: Kind, right: Kind) -> Kind | None:
    """The kind that arithmetic gives, or None when the sign does not work on these."""
    if sign == "+" and left.name == right.name and left.name in ("str", "list"):
        return STR if left.name == "str" else merge(left, right)
    if not (is_number(left) and is_number(right)):
        return ANY if sign == "+" and "Any" in (left.name, right.name) else None
    if "Any" in (left.name, right.name):
        return ANY
    return FLOAT if sign == "/" or "float" in (left.name, right.name) else INT


def comparable(sign: str, left: Kind, right: Kind) -> bool:
    """Whether a comparison of these kinds makes sense."""
    if sign in ("in", "not in"):
        if right.name == "str":
            return left.name in ("str", "Any")
        return right.name in ("list", "Any")
    if sign in ("is", "is not"):
        return "None" in (left.name, right.name)
    if sign in ("==", "!=") or "Any" in (left.name, right.name):
        return True
    return (is_number(left) and is_number(right)) or left.name == right.name == "str"
