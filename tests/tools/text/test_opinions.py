"""Feelings and topics of texts."""

from __future__ import annotations

import pytest

from intermodal import Context
from intermodal.testing import ScriptedModel
from intermodal.tools.errors import ToolError
from intermodal.tools.text.opinions import classify_text, detect_sentiment


@pytest.mark.embedded
def test_two_judges_that_disagree_are_less_sure(ctx: Context) -> None:
    sunny = "I love it, what a wonderful, happy day!"
    replies = [f'{{"reason": "praise", "label": "{label}"}}' for label in ("positive", "negative")]
    with ScriptedModel(replies) as ctx.controller:
        right, wrong = detect_sentiment(sunny, ctx=ctx), detect_sentiment(sunny, ctx=ctx)
    assert right.confidence > 0.75 > wrong.confidence >= 0.5
    assert str(right).startswith("positive (") and str(right).endswith("sure): praise")


@pytest.mark.embedded
def test_a_label_comes_back_as_it_was_given(ctx: Context) -> None:
    with ScriptedModel(['{"label": "SPORT"}']) as ctx.controller:
        assert classify_text("The team won the final.", ["Sport", "Politics", "Sport "], ctx=ctx).label == "Sport"
    with ScriptedModel(['{"label": "cooking"}']) as ctx.controller, pytest.raises(ToolError, match="none of Sport"):
        classify_text("The team won the final.", ["Sport", "Politics"], ctx=ctx)


def test_what_can_not_be_sorted(ctx: Context) -> None:
    with pytest.raises(ToolError, match="2 to 30 different labels, and 1 were given"):
        classify_text("Hello.", ["a", "a ", ""], ctx=ctx)
    with pytest.raises(ToolError, match="text is empty"):
        classify_text("", ["a", "b"], ctx=ctx)
    with pytest.raises(ToolError, match="text is empty"):
        detect_sentiment("\n", ctx=ctx)


@pytest.mark.embedded
def test_the_embedded_model_tells_feelings_and_topics(talking: Context) -> None:
    """The bench measures twenty of them; see tests/bench/bench_text.py."""
    assert detect_sentiment("The food was cold and the waiter was rude.", ctx=talking).label == "negative"
    found = classify_text("Shares fell after the bank warned of losses.", ["sport", "business", "music"], ctx=talking)
    assert found.label == "business" and found.confidence > 0.6
