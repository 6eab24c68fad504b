"""Declaring tools: what is read off a function, and what is refused with which remedy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

import pytest

from intermodal import Audio, Context, Image, tool
from intermodal.tools import schema
from intermodal.tools.contract import REQUIRED, Tool, wants_context
from intermodal.tools.errors import SignatureError


@dataclass(frozen=True, kw_only=True)
class Found:
    """A result record."""

    names: list[str]
    picture: Image

    @property
    def count(self) -> int:
        """How many."""
        return len(self.names)

    def __str__(self) -> str:
        return ", ".join(self.names)


@tool
def find_things(
    image: Image, names: list[str] | None = None, mode: Literal["fast", "good"] = "fast", *, ctx: Context
) -> Found:
    """Find things in a picture.

    It looks everywhere.

    Args:
        image: Where to look.
        names: What to look for.
        mode: How.

    Returns:
        What was found.

    Example:
        things = find_things("photo.png", ["cup"])
    """
    raise AssertionError("never called here")


def test_a_signature_is_read_from_names_types_and_docstring() -> None:
    signature = find_things.signature
    assert str(signature) == (
        "find_things(image: Image, names: list[str] | None = None, mode: Literal['fast', 'good'] = 'fast') -> Found"
    )
    assert signature.summary == "Find things in a picture."
    assert signature.description == "It looks everywhere."
    assert signature.returns == "What was found."
    assert signature.example == 'things = find_things("photo.png", ["cup"])'
    assert [parameter.help for parameter in signature.parameters] == ["Where to look.", "What to look for.", "How."]
    image = signature.parameter("image")
    assert image is not None and image.default is REQUIRED and image.required
    assert [name for name, _ in signature.result.fields] == ["names", "picture", "count"]


def test_context_is_not_a_parameter_but_is_wanted() -> None:
    assert find_things.signature.parameter("ctx") is None
    assert wants_context(find_things.function)


def test_schema_says_what_is_required_and_what_is_allowed() -> None:
    found = schema.of_signature(find_things.signature)
    assert found["required"] == ["image"]
    assert found["properties"]["mode"] == {"enum": ["fast", "good"], "description": "How.", "default": "fast"}
    assert found["properties"]["image"]["format"] == "image"
    assert found["properties"]["names"]["anyOf"][1] == {"type": "null"}


def test_a_tool_is_still_the_function_that_it_was() -> None:
    @tool
    def twice(number: int) -> int:
        """Double a number."""
        return 2 * number

    assert twice(21) == 42
    assert isinstance(twice, Tool)
    assert [backend.name for backend in twice.candidates()] == ["function"]


def test_backends_replace_the_function() -> None:
    @tool(medium="audio")
    def hear(audio: Audio) -> str:
        """Hear it."""
        ...

    @hear.backend("ears", packages=("wave",), licence="MIT", quality=0.9)
    class Ears:
        def __call__(self, audio: Audio) -> str:
            return "heard"

    assert hear.medium == "audio"
    (backend,) = hear.candidates()
    assert (backend.name, backend.make, backend.room) == ("ears", Ears, __name__)
    with pytest.raises(SignatureError, match="already has a backend 'ears'"):
        hear.backend("ears")(Ears)
    with pytest.raises(SignatureError, match="needs a `__call__`"):
        hear.backend("deaf")(object)


class Colour(Enum):
    """Not allowed in signatures."""

    RED = 1


def no_docstring(number: int) -> int:
    return number


def no_result(number: int):  # type: ignore[no-untyped-def]
    """Do it."""


def no_type(number) -> int:  # type: ignore[no-untyped-def]
    """Do it."""
    return 0


def stars(*numbers: int) -> int:
    """Do it."""
    return 0


def mixed(value: int | str) -> int:
    """Do it."""
    return 0


def dictionary(value: dict[str, int]) -> int:
    """Do it."""
    return 0


def enumerated(colour: Colour) -> int:
    """Do it."""
    return 0


def Capital() -> int:
    """Do it."""
    return 0


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (no_docstring, "has no docstring"),
        (no_result, "add `-> Image`"),
        (no_type, "parameter 'number' has no type"),
        (stars, "takes `*numbers`; name every parameter"),
        (mixed, "mixes several kinds"),
        (dictionary, "Use one of: Image, Audio"),
        (enumerated, "use Literal"),
        (Capital, "lower-case letters"),
    ],
)
def test_bad_signatures_are_refused_with_the_remedy(function: Any, words: str) -> None:
    with pytest.raises(SignatureError) as caught:
        tool(function)
    assert words in str(caught.value)
    assert function.__name__ in str(caught.value)
