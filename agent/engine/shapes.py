"""Values that hold files: finding the files in them, changing them, and how values and calls read as text."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...tools.values import File

SHOWN = 200  # characters of an argument in events and provenance


def files_in(value: Any) -> Iterator[File]:
    """Every file in a value, through lists and records."""
    if isinstance(value, File):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from files_in(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for part in dataclasses.fields(value):
            yield from files_in(getattr(value, part.name))


def map_files(value: Any, change: Callable[[File], File]) -> Any:
    """The value with every file in it changed."""
    if isinstance(value, File):
        return change(value)
    if isinstance(value, (list, tuple)):
        return [map_files(item, change) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {part.name: getattr(value, part.name) for part in dataclasses.fields(value)}
        changed = {name: map_files(part, change) for name, part in parts.items() if next(files_in(part), None)}
        return dataclasses.replace(value, **changed) if changed else value
    return value


def as_text(value: Any) -> str:
    """How a value reads; lists by their items, one a line."""
    if isinstance(value, (list, tuple)):
        return "\n".join(as_text(item) for item in value)
    return str(value)


def written(tool: str, arguments: Mapping[str, Any]) -> str:
    """A call as a plan would write it, long arguments cut."""

    def shown(value: Any) -> str:
        text = repr(value) if isinstance(value, (str, int, float, bool, list, type(None))) else as_text(value)
        if isinstance(value, list) and any(not isinstance(item, (str, int, float)) for item in value):
            text = f"[{', '.join(shown(item) for item in value)}]"
        text = " ".join(text.split())
        return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"

    return f"{tool}({', '.join(f'{name}={shown(value)}' for name, value in arguments.items())})"
