"""Tools that each break one rule of the contract, for the tests of the conformance kit."""

from __future__ import annotations

import random
from dataclasses import dataclass

from intermodal import Document, InputError, tool


@dataclass(frozen=True, kw_only=True)
class Silent:
    """A record that doesn't say how it reads.

    Args:
        count: How many.
    """

    count: int


@tool
def keeps_to_it(text: str, times: int = 2) -> str:
    """Repeat a text.

    Args:
        text: What to repeat.
        times: How often, at least once.

    Example:
        twice = keeps_to_it("tea ", times=2)
    """
    if times < 1 or not text:
        raise InputError("There is nothing to repeat.")
    return text * times


@tool
def bare(text: str) -> str:
    """Give a text back just as it was given, which is all, and say so in far more words than anyone wants to read."""
    return text


@tool
def strange_example(text: str) -> str:
    """Give a text back.

    Args:
        text: The text.

    Example:
        same = strange_example(notes)
    """
    return text


@tool
def other_example(text: str) -> str:
    """Give a text back.

    Args:
        text: The text.

    Example:
        same = keeps_to_it("tea")
    """
    return text


@tool
def moody(text: str) -> str:
    """Add a number to a text.

    Args:
        text: The text.

    Example:
        numbered = moody("tea")
    """
    return f"{text} {random.random()}"


@tool
def fragile(text: str, parts: int) -> float:
    """Measure a text's parts.

    Args:
        text: The text.
        parts: How many parts.

    Example:
        length = fragile("tea", 3)
    """
    return len(text) / parts


@tool
def liar(text: str) -> int:
    """Count the words of a text.

    Args:
        text: The text.

    Example:
        words = liar("tea and bread")
    """
    return "three"  # type: ignore[return-value]


@tool
def wordless(document: Document) -> Silent:
    """Count the lines of a document.

    Args:
        document: The document.

    Example:
        lines = wordless("notes.txt")
    """
    return Silent(count=len(document.text().splitlines()))


@tool(packages=("no_such_package_anywhere",))
def absent(text: str) -> str:
    """Give a text back.

    Args:
        text: The text.

    Example:
        same = absent("tea")
    """
    return text
