"""Comparing texts: likeness in meaning, in words, and the sentences that changed."""

from __future__ import annotations

import pytest

from intermodal import Context
from intermodal.tools.errors import ToolError
from intermodal.tools.text.comparing import compare_texts


def test_the_same_text_but_for_spaces(ctx: Context) -> None:
    found = compare_texts("Hello  you.\nBye.", "Hello you. Bye.", ctx=ctx)
    assert (found.same, found.meaning, found.wording, str(found)) == (True, 1.0, 1.0, "The texts are the same.")


@pytest.mark.embedded
def test_what_changed(ctx: Context) -> None:
    found = compare_texts("The shop opens at nine. It is small.", "The shop opens at ten. It is small.", ctx=ctx)
    assert (found.removed, found.added) == (["The shop opens at nine."], ["The shop opens at ten."])
    assert found.wording == pytest.approx(7 / 8) and found.meaning > 0.8
    assert str(found).splitlines()[1:] == ["- The shop opens at nine.", "+ The shop opens at ten."]


@pytest.mark.embedded
def test_meaning_is_not_wording(ctx: Context) -> None:
    near = compare_texts("A kitten rests on a couch.", "A young cat is lying on the sofa.", ctx=ctx)
    far = compare_texts("A kitten rests on a couch.", "A bank rests on a contract.", ctx=ctx)
    assert near.meaning > 0.6 > 0.4 > far.meaning
    assert near.wording < far.wording


def test_texts_that_can_not_be_compared(ctx: Context) -> None:
    for one, two in (("", "words"), ("words", " ")):
        with pytest.raises(ToolError, match="text is empty"):
            compare_texts(one, two, ctx=ctx)
    with pytest.raises(ToolError, match="at most 200,000"):
        compare_texts("word " * 50_000, "words", ctx=ctx)
    with pytest.raises(ToolError, match="sentences"):
        compare_texts("A.\n" * 5000, "B.", ctx=ctx)
