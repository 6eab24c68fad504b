"""Making an argument fit its parameter: as it is, by a field, by a conversion that becomes part of the plan, or not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from ...tools.contract import Signature
from ...tools.errors import did_you_mean, nearest
from ...tools.kinds import ANY, Kind, fits, list_of
from . import nodes
from .functions import merge, plain
from .nodes import Expression
from .printing import expression

CONVERSIONS: dict[tuple[str, str], str] = {  # the built-in tools
    ("Image", "str"): "describe_image",
    ("Audio", "str"): "transcribe",
    ("Video", "str"): "describe_video",
    ("Document", "str"): "read_document",
    ("Video", "Audio"): "extract_audio",
}


def conversions(tools: Mapping[str, Signature]) -> dict[tuple[str, str], str]:
    """The tools that turn a file into a text or another file where one is asked for, by (given, wanted) kinds.

    The built-in ones. Where the one that gives another file is not at hand, the only tool that needs nothing but such
    a file and gives that; which of several texts about a file is meant, nobody can know.
    """
    found = {kinds: name for kinds, name in CONVERSIONS.items() if name in tools}
    for kinds in CONVERSIONS:
        alike = [tool.name for tool in tools.values() if _turns(tool) == kinds]
        if kinds not in found and kinds[1] != "str" and len(alike) == 1:
            found[kinds] = alike[0]
    return found


def _turns(tool: Signature) -> tuple[str, str]:
    """The kinds of what a tool takes and gives, when it needs nothing else."""
    needed = [parameter for parameter in tool.parameters if parameter.required]
    return (needed[0].kind.name, tool.result.name) if len(needed) == 1 else ("", "")


_TO_TEXT = {"int", "float", "bool"}  # and records: their text is what they say


Look: TypeAlias = "Callable[[str], Kind | None]"


def dont_look(_name: str) -> Kind | None:
    """Nothing is known of a file."""
    return None


class Misfit(Exception):
    """An argument does not fit; the message says why and what would."""

    def __init__(self, message: str, choices: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.choices = choices


@dataclass(frozen=True, kw_only=True)
class Fitter:
    """Makes arguments fit.

    Args:
        tools: The tools that a conversion may use.
        files: Handles and names of attached files -> kind; None when it is not known what will be there.
        conversions: Whether calls and fields may be put in.
        look: The kind of the file that a text names, where `files` is None; None when it can't be told.
    """

    tools: Mapping[str, Signature]
    files: Mapping[str, Kind] | None
    conversions: bool
    look: Look = dont_look

    @cached_property
    def _conversions(self) -> dict[tuple[str, str], str]:
        return conversions(self.tools)

    def fit(self, node: Expression, given: Kind, wanted: Kind) -> Expression:
        """What to write so that an expression of kind `given` stands where `wanted` is asked for.

        Raises:
            Misfit: There is nothing of the kind.
        """
        target = wanted.item if wanted.item is not None else wanted
        if target.is_file and wanted.item is not None and given.item is not None and given.item.choices:
            given = list_of(self._file(given.item, target))
        elif target.is_file and given.name == "str" and given.choices:
            given = self._file(given, target)
        elif wanted.name == "str" and not wanted.choices and self._is_file(given):
            given = self._file(given, ANY)
        if fits(given, wanted) or (wanted.name == "str" and not wanted.choices and _reads_as_text(given)):
            return node
        if self.conversions:
            fitting = self._converted(node, given.required(), wanted)
            if fitting is not None:
                return fitting
        raise Misfit(self._why(node, given, wanted), tuple(map(str, wanted.choices)))

    def _is_file(self, given: Kind) -> bool:
        """Whether a text is nothing but the name of an attached file."""
        return given.name == "str" and bool(given.choices) and all(name in (self.files or {}) for name in given.choices)

    def _file(self, given: Kind, wanted: Kind) -> Kind:
        """The kind of the files that texts name."""
        if self.files is None:
            seen = [self.look(str(name)) for name in given.choices]
            return next((kind for kind in seen if kind and not fits(kind, wanted)), wanted)
        found: Kind | None = None
        for name in map(str, given.choices):
            if name not in self.files:
                near = nearest(name, self.files)
                offered = (*near, *(other for other, kind in self.files.items() if other not in near))
                none = "" if self.files else " No file is attached."
                raise Misfit(f"{name!r} is not attached.{did_you_mean(name, self.files)}{none}", offered)
            kind = self.files[name] or ANY
            found = kind if found is None else merge(found, kind)
        return found or wanted

    def _converted(self, node: Expression, given: Kind, wanted: Kind) -> Expression | None:
        line, column = node.line, node.column
        tool = self.tools.get(self._conversions.get((given.name, wanted.name), ""))
        if tool is not None and tool.parameters and not wanted.choices:
            first, *others = tool.parameters
            if fits(given, first.kind) and not any(parameter.required for parameter in others):
                return nodes.Call(tool.name, (node,), line=line, column=column)
        if given.is_record and wanted.name not in ("str", "int", "float", "bool"):
            names = [name for name, kind in given.fields if kind.name == wanted.name and fits(kind, wanted)]
            if len(names) == 1:
                return nodes.Field(node, names[0], line=line, column=column)
        if wanted.item is not None and given.name not in ("list", "None"):
            try:
                return nodes.ListOf((self.fit(node, given, wanted.item),), line=line, column=column)
            except Misfit:
                return None
        return None

    def _why(self, node: Expression, given: Kind, wanted: Kind) -> str:
        text = expression(node)
        shown = text if len(text) <= 40 else f"{text[:37]}..."
        if wanted.choices and given.choices:
            return f"{shown} is none of the choices: {', '.join(map(repr, wanted.choices))}."
        message = f"{shown} is {plain(given)}."
        if given.item is not None and wanted.item is None:
            if wanted.name == "str":
                return (
                    f'{message} Write a comprehension or a `for` for its items, or join them into one text: f"{{x}}".'
                )
            return f"{message} Write a `for` or a comprehension for its items, or take one: {shown}[0]."
        fields = [name for name, kind in given.fields if fits(kind, wanted)]
        if fields:
            return f"{message} Write {' or '.join(f'{shown}.{name}' for name in fields[:3])}."
        tool = self._conversions.get((given.name, wanted.name), "")
        if tool:
            return f"{message} Write {tool}({shown})."
        if wanted.is_file and given.name == "str":
            return f"{message} A file is named by its handle or name in quotes, or is the result of a tool."
        if (given.name, wanted.name) in {("str", "int"), ("str", "float"), ("float", "int")}:
            return f"{message} Write {'round' if given.name == 'float' else wanted.name}({shown})."
        return message


def _reads_as_text(kind: Kind) -> bool:
    return kind.is_record or kind.name in _TO_TEXT
