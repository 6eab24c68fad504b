"""Values of a plan's inputs as a command line gives them: text."""

from __future__ import annotations

import json
from typing import Any

from ...tools.errors import InputError
from ...tools.kinds import Kind

_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


def convert_option(text: str, kind: Kind) -> Any:
    """Read a text as a value of some kind; files stay text, for the caller to attach.

    A list is written as JSON, or as its items with commas between them.

    Raises:
        InputError: It can't be read so; the message says what can.
    """
    if kind.optional and text.strip().lower() in ("none", "null"):
        return None
    if kind.choices:
        return _choice(text, kind)
    if kind.item is not None:
        return [convert_option(item, kind.item) for item in _items(text)]
    if kind.name == "bool":
        if text.strip().lower() not in _TRUE | _FALSE:
            raise InputError(f"{text!r} is neither true nor false. Write true, false, yes or no.")
        return text.strip().lower() in _TRUE
    if kind.name in ("int", "float"):
        number = "a whole number, such as 3" if kind.name == "int" else "a number, such as 2.5"
        try:
            return int(text) if kind.name == "int" else float(text)
        except ValueError as error:
            raise InputError(f"{text!r} is not {number}.") from error
    return text


def _choice(text: str, kind: Kind) -> str | int:
    for choice in kind.choices:
        if str(choice) == text.strip():
            return choice
    raise InputError(f"{text!r} is not one of the choices: {', '.join(map(str, kind.choices))}.")


def _items(text: str) -> list[str]:
    if text.lstrip().startswith("["):
        try:
            found = json.loads(text)
        except ValueError as error:
            raise InputError(
                f"{text!r} is not a list in JSON ({error}). Write items with commas between them."
            ) from error
        return [item if isinstance(item, str) else json.dumps(item) for item in found]
    return [item.strip() for item in text.split(",") if item.strip()]
