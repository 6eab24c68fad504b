"""What the plan language itself does with values: reading parts, reckoning, joining; always within limits.

Nothing here looks anything up by a name that a plan makes up: a record's fields are those of its class's declaration.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from ...tools.errors import InputError, did_you_mean
from ...tools.kinds import Kind, from_annotation, of_value
from ...tools.values import File
from . import nodes
from .functions import FUNCTIONS, OPERATIONS
from .limits import Limits

_LARGEST = 10**300
_RECORDS: dict[type, Kind] = {}


def kind_of(value: Any) -> Kind:
    """The kind of a value; a record's is read off its class once."""
    if not dataclasses.is_dataclass(value) or isinstance(value, (type, File)):
        return of_value(value)
    record = type(value)
    if record not in _RECORDS:
        _RECORDS[record] = from_annotation(record)
    return _RECORDS[record]


def read_field(value: Any, name: str) -> Any:
    """A declared field of a record.

    Raises:
        InputError: It has no such field.
    """
    kind = kind_of(value)
    if kind.field(name) is None:
        raise InputError(f"{kind} has no field {name!r}.{did_you_mean(name, [field for field, _ in kind.fields])}")
    return getattr(value, name)


def reckon(sign: str, left: Any, right: Any, limits: Limits) -> Any:
    """Arithmetic on numbers; `+` also joins two texts or two lists.

    Raises:
        InputError: The values are of other kinds, or the result is too large.
    """
    numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
    joins = sign == "+" and type(left) is type(right) and isinstance(left, (str, list))
    if not numbers and not joins:
        raise InputError(f"`{sign}` does not work on {kind_of(left)} and {kind_of(right)}.")
    result = OPERATIONS[sign](left, right)
    if numbers and not -_LARGEST < result < _LARGEST:
        raise InputError(f"`{sign}` gives a number that is too large.")
    return bounded(result, limits)


def compare(sign: str, left: Any, right: Any) -> bool:
    """`left < right` and the like."""
    return bool(OPERATIONS[sign](left, right))


def apply(function: str, arguments: Sequence[Any], limits: Limits) -> Any:
    """A function of the language.

    Raises:
        InputError: Its argument is of the wrong kind, or the result is too large.
    """
    values = list(arguments)
    if function == "str":
        return text_of(values[0], limits)
    if function in ("sum", "any", "all", "sorted", "len") and not isinstance(values[0], (list, tuple, str)):
        raise InputError(f"`{function}` can't take {kind_of(values[0])}; it is written {FUNCTIONS[function].usage}.")
    return bounded(FUNCTIONS[function].run(*values), limits)


def bounded(value: Any, limits: Limits) -> Any:
    """A value that the plan put together, unless it is too large.

    Raises:
        InputError: It is.
    """
    if isinstance(value, str) and len(value) > limits.text:
        raise InputError(f"this makes a text of {len(value):,} characters; {limits.text:,} is the most.")
    if isinstance(value, list):
        weigh(value, limits)
    return value


def weigh(value: Any, limits: Limits) -> int:
    """How many items a list holds, those of inner lists included.

    Raises:
        InputError: Too many, or nested too deeply.
    """
    count = 0
    for count, _ in enumerate(_items(value, limits.depth), 1):
        if count > limits.items:
            raise InputError(f"this makes a list of more than {limits.items:,} items.")
    return count


def _items(value: Any, depth: int) -> Iterator[None]:
    if depth == 0:
        raise InputError("this makes lists that are nested too deeply.")
    for item in value:
        yield
        if isinstance(item, (list, tuple)):
            yield from _items(item, depth - 1)


def text_of(value: Any, limits: Limits) -> str:
    """How a value reads: a record by its own words, a list by its items, one a line.

    Raises:
        InputError: It is too long.
    """
    if isinstance(value, (list, tuple)):
        weigh(value, limits)
        return str(bounded("\n".join(text_of(item, limits) for item in value), limits))
    return str(bounded(value if type(value) is str else str(value), limits))


def formatted(value: Any, form: str, limits: Limits) -> str:
    """A value as a placeholder of an f-string shows it."""
    if not form:
        return text_of(value, limits)
    return format(value if isinstance(value, (int, float, str)) else text_of(value, limits), form)


def part(node: nodes.Index | nodes.Slice, value: Any, places: Sequence[Any]) -> Any:
    """An item or a slice of a list or text.

    Raises:
        InputError: There is no such item, or nothing to take parts of.
    """
    if not isinstance(value, (list, tuple, str)):
        raise InputError(f"{kind_of(value)} has no parts; only lists and texts have.")
    if any(place is not None and not isinstance(place, int) for place in places):
        raise InputError("a place in a list is a whole number.")
    if isinstance(node, nodes.Slice):
        found = value[slice(*places)]
        return list(found) if isinstance(found, tuple) else found
    at = places[0]
    if not -len(value) <= at < len(value):
        many = "1 item" if len(value) == 1 else f"{len(value)} items"
        raise InputError(f"there is no item [{at}]: {'it is empty' if not value else f'it has {many}'}.")
    return value[at]
