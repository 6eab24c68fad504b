"""Values of inputs as a command line gives them."""

from __future__ import annotations

from typing import Any

import pytest

from intermodal import InputError
from intermodal.agent.plan import convert_option
from intermodal.tools.kinds import BOOL, FLOAT, IMAGE, INT, STR, Kind, list_of

CHOICES = Kind("str", choices=("crop", "pad"))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("French", STR, "French"),
        ("3", STR, "3"),
        ("3", INT, 3),
        ("-2.5", FLOAT, -2.5),
        ("yes", BOOL, True),
        ("False", BOOL, False),
        ("pad", CHOICES, "pad"),
        ("2", Kind("int", choices=(1, 2)), 2),
        ("a, b", list_of(STR), ["a", "b"]),
        ('["a, b", "c"]', list_of(STR), ["a, b", "c"]),
        ("[1, 2]", list_of(INT), [1, 2]),
        ("", list_of(INT), []),
        ("none", Kind("int", optional=True), None),
        ("4", Kind("int", optional=True), 4),
        ("photo.png", IMAGE, "photo.png"),
    ],
)
def test_texts_become_values(text: str, kind: Kind, value: Any) -> None:
    assert convert_option(text, kind) == value


@pytest.mark.parametrize(
    ("text", "kind", "sentence"),
    [
        ("three", INT, "'three' is not a whole number, such as 3."),
        ("2.5", INT, "'2.5' is not a whole number"),
        ("fast", FLOAT, "'fast' is not a number, such as 2.5."),
        ("maybe", BOOL, "'maybe' is neither true nor false. Write true, false, yes or no."),
        ("cut", CHOICES, "'cut' is not one of the choices: crop, pad."),
        ("[1, 2", list_of(INT), "is not a list in JSON"),
        ("1,x", list_of(INT), "'x' is not a whole number"),
    ],
)
def test_what_does_not_fit_is_told(text: str, kind: Kind, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        convert_option(text, kind)
    assert sentence in str(caught.value)
