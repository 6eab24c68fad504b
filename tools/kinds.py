"""Kinds: what a value of a plan is, as a plan's checker, a tool's schema and a help text see it.

A kind is read off a Python annotation once. `str(kind)` writes it as the controller reads it.
"""

from __future__ import annotations

import dataclasses
import enum
import types
import typing
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, Union

from .errors import SignatureError
from .values import FILE_KINDS, File


@dataclass(frozen=True)
class Kind:
    """One kind of value.

    Args:
        name: "Image", "str", "list", "Any", or a result record's class name.
        item: For a list: what it holds.
        choices: For a Literal: the values that it allows (all str or all int).
        fields: For a record: its readable fields, in order.
        optional: Whether None is allowed as well.
    """

    name: str
    item: Kind | None = None
    choices: tuple[str | int, ...] = ()
    fields: tuple[tuple[str, Kind], ...] = ()
    optional: bool = False

    def __str__(self) -> str:
        if self.choices:
            text = f"Literal[{', '.join(map(repr, self.choices))}]"
        elif self.item is not None:
            text = f"list[{self.item}]"
        else:
            text = self.name
        return f"{text} | None" if self.optional else text

    @property
    def is_file(self) -> bool:
        """Whether values of this kind are files (Image, Audio, Video, Document)."""
        return self.name in FILE_KINDS

    @property
    def is_record(self) -> bool:
        """Whether values of this kind have named fields."""
        return bool(self.fields)

    def field(self, name: str) -> Kind | None:
        """The kind of a record's field, or None when it has no such field."""
        return dict(self.fields).get(name)

    def required(self) -> Kind:
        """This kind without None."""
        return dataclasses.replace(self, optional=False) if self.optional else self


IMAGE, AUDIO, VIDEO, DOCUMENT = (Kind(name) for name in FILE_KINDS)
STR, INT, FLOAT, BOOL, NONE, ANY = (Kind(name) for name in ("str", "int", "float", "bool", "None", "Any"))
_PLAIN: dict[object, Kind] = {str: STR, int: INT, float: FLOAT, bool: BOOL, type(None): NONE, None: NONE, Any: ANY}
VALID = "Image, Audio, Video, Document, str, int, float, bool, Literal[...], list[...], X | None, frozen dataclasses"


def list_of(item: Kind) -> Kind:
    """The kind of a list that holds `item`."""
    return Kind("list", item=item)


def from_annotation(annotation: object) -> Kind:
    """Read a kind off a Python annotation (already resolved, not a string).

    Raises:
        SignatureError: The annotation has no place in a tool's signature; the message lists the valid ones.
    """
    if annotation in _PLAIN if _hashable(annotation) else False:
        return _PLAIN[annotation]
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (Union, types.UnionType):
        return _from_union(annotation, arguments)
    if origin is Literal:
        return Kind(type(arguments[0]).__name__, choices=tuple(arguments))
    if origin in (list, tuple) and arguments and (origin is list or arguments[1:] == (...,)):
        return list_of(from_annotation(arguments[0]))
    if isinstance(annotation, type):
        return _from_class(annotation)
    raise SignatureError(f"{annotation!r} can't be used in a tool's signature. Use one of: {VALID}.")


def _hashable(annotation: object) -> bool:
    try:
        hash(annotation)
    except TypeError:
        return False
    return True


def _from_union(annotation: object, arguments: tuple[object, ...]) -> Kind:
    others = [argument for argument in arguments if argument is not type(None)]
    if len(others) == 1 and len(others) < len(arguments):
        return dataclasses.replace(from_annotation(others[0]), optional=True)
    raise SignatureError(f"{annotation!r} mixes several kinds; a parameter has one kind, or one kind | None.")


def _from_class(annotation: type) -> Kind:
    if issubclass(annotation, File):
        if annotation.__name__ in FILE_KINDS:
            return Kind(annotation.__name__)
        raise SignatureError(f"{annotation.__name__!r} is not a kind of file. Use one of: {', '.join(FILE_KINDS)}.")
    if issubclass(annotation, enum.Enum):
        raise SignatureError(f"{annotation.__name__!r} is an Enum; use Literal[...] with its values.")
    if dataclasses.is_dataclass(annotation):
        return Kind(annotation.__name__, fields=tuple(_record_fields(annotation)))
    raise SignatureError(f"{annotation.__name__!r} can't be used in a tool's signature. Use one of: {VALID}.")


def _record_fields(record: type) -> Iterable[tuple[str, Kind]]:
    """A record's dataclass fields and annotated properties that plans may read, private ones left out."""
    hints = typing.get_type_hints(record)
    for field in dataclasses.fields(record):
        if not field.name.startswith("_"):
            yield field.name, from_annotation(hints[field.name])
    for name, member in vars(record).items():
        if isinstance(member, property) and member.fget and not name.startswith("_"):
            returned = typing.get_type_hints(member.fget).get("return")
            if returned is not None:
                yield name, from_annotation(returned)


def of_value(value: object) -> Kind:
    """The kind of a value at hand; an empty list holds Any."""
    if isinstance(value, File):
        return Kind(type(value).__name__)
    if isinstance(value, (list, tuple)):
        return list_of(of_value(value[0]) if value else ANY)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return from_annotation(type(value))
    return _PLAIN.get(type(value), ANY)


def fits(given: Kind, wanted: Kind) -> bool:
    """Whether a value of kind `given` may stand, as it is, where `wanted` is asked for."""
    if "Any" in (given.name, wanted.name):
        return True
    if given.name == "None":
        return wanted.optional or wanted.name == "None"
    if given.optional and not wanted.optional:
        return fits(given.required(), wanted)  # whether it is None is only known when it runs
    if wanted.choices and given.choices:
        return set(given.choices) <= set(wanted.choices)
    if wanted.item is not None:
        return given.item is not None and fits(given.item, wanted.item)
    return given.name == wanted.name or (given.name, wanted.name) in {("int", "float"), ("bool", "int")}
