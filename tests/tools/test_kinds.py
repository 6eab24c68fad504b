"""Kinds: how they are written, and what may stand where."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermodal import Image
from intermodal.tools import kinds
from intermodal.tools.kinds import (
    ANY,
    BOOL,
    FLOAT,
    IMAGE,
    INT,
    NONE,
    STR,
    Kind,
    fits,
    from_annotation,
    list_of,
    of_value,
)

plain = st.sampled_from([STR, INT, FLOAT, BOOL, IMAGE])
any_kind = st.recursive(plain, lambda inner: inner.map(list_of), max_leaves=3)


@pytest.mark.parametrize(
    ("annotation", "written"),
    [
        (str, "str"),
        (Image, "Image"),
        (list[Image], "list[Image]"),
        (int | None, "int | None"),
        (Literal["a", "b"], "Literal['a', 'b']"),
        (tuple[float, ...], "list[float]"),
        (Any, "Any"),
        (type(None), "None"),
    ],
)
def test_an_annotation_reads_as_it_was_written(annotation: object, written: str) -> None:
    assert str(from_annotation(annotation)) == written


def test_the_kind_of_a_value() -> None:
    assert of_value([Image("a.png")]) == list_of(IMAGE)
    assert of_value([]) == list_of(ANY)
    assert of_value(True) == BOOL
    assert of_value(None) == NONE


@pytest.mark.parametrize(
    ("given_kind", "wanted", "expected"),
    [
        (INT, FLOAT, True),
        (FLOAT, INT, False),
        (NONE, Kind("str", optional=True), True),
        (NONE, STR, False),
        (Kind("str", optional=True), STR, True),
        (list_of(INT), list_of(FLOAT), True),
        (STR, list_of(STR), False),
        (Kind("str", choices=("a",)), Kind("str", choices=("a", "b")), True),
        (Kind("str", choices=("c",)), Kind("str", choices=("a", "b")), False),
        (IMAGE, kinds.AUDIO, False),
    ],
)
def test_what_fits_where(given_kind: Kind, wanted: Kind, expected: bool) -> None:
    assert fits(given_kind, wanted) is expected


@given(any_kind)
def test_every_kind_fits_itself_and_any(kind: Kind) -> None:
    assert fits(kind, kind) and fits(kind, ANY) and fits(ANY, kind)
