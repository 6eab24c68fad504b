"""What providers want of a JSON schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def is_strict(schema: Mapping[str, Any]) -> bool:
    """Whether OpenAI's structured outputs can enforce a schema: every object is closed, and needs all that it has.

    Any other schema is refused with `strict`, and is only a hint without.
    """
    return all(
        part.get("additionalProperties") is False and set(part.get("properties", ())) == set(part.get("required", ()))
        for part in _parts(schema)
        if part.get("type") == "object" or "properties" in part
    )


def _parts(node: Any) -> Iterator[Mapping[str, Any]]:
    """A schema and those in it."""
    if isinstance(node, Mapping):
        yield node
    inner = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
    for part in inner:
        yield from _parts(part)
