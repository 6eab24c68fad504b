"""Sorting texts: how they feel, and under which of the person's own labels they belong.

Two judges that know nothing of each other look at the text: the controller, which decides, and MiniLM's likeness
between the text and each label, which says how far the decision can be trusted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ...prompts import render
from ..context import Context
from ..contract import tool
from ..embedding import WEIGHTS, embed
from ..errors import ToolError
from .saying import PIECE, fill_in, need, object_of, one_of

SHARPNESS = 12.0  # turns differences of likeness into shares: 0.1 more like is 3 times as sure
_FEELINGS = {
    "positive": "I love it, it is wonderful. I am happy and satisfied.",
    "negative": "I hate it, it is terrible. I am angry, sad and disappointed.",
    "neutral": "This states a fact. It is information without any feeling.",
}
_REASON = {"type": "string", "minLength": 3, "maxLength": 160}


@dataclass(frozen=True, kw_only=True)
class Sentiment:
    """How a text feels.

    Args:
        label: "positive", "negative", "neutral" or "mixed".
        confidence: From 0.5, when only the language model thinks so, to 1, when sentence likeness fully agrees.
        reason: Why, in a few words.
    """

    label: Literal["positive", "negative", "neutral", "mixed"]
    confidence: float
    reason: str

    def __str__(self) -> str:
        return f"{self.label} ({self.confidence:.0%} sure): {self.reason}"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The label under which a text belongs.

    Args:
        label: One of the labels that were given.
        confidence: From 0.5, when only the language model thinks so, to 1, when sentence likeness fully agrees.
    """

    label: str
    confidence: float

    def __str__(self) -> str:
        return f"{self.label} ({self.confidence:.0%} sure)"


@tool(room="", controller=True, weights=(WEIGHTS,), packages=("tokenizers",), extra="local")
def detect_sentiment(text: str, ctx: Context) -> Sentiment:
    """Tell whether a text sounds positive, negative, neutral or mixed, and why.

    Args:
        text: A review, a message, a comment; of a long text, the beginning is judged.

    Example:
        feeling = detect_sentiment("The food was cold and the waiter was rude.")
    """
    need(text, "text")
    text = text.strip()[:PIECE]
    labels = [*_FEELINGS, "mixed"]
    schema = object_of(reason=_REASON, label=one_of(labels))
    found = fill_in(ctx.need_controller(), render("detect_sentiment.md", text=text), schema, 120)
    label = _known(found["label"], labels)
    shares = _shares(text, _FEELINGS, ctx)
    share = 1 - max(shares.values()) if label == "mixed" else shares[label]
    reason = " ".join(str(found["reason"]).split())
    return Sentiment(label=label, confidence=round((1 + share) / 2, 2), reason=reason)  # type: ignore[arg-type]


@tool(room="", controller=True, weights=(WEIGHTS,), packages=("tokenizers",), extra="local")
def classify_text(text: str, labels: list[str], ctx: Context) -> Choice:
    """Pick which of some given labels fits a text best: topic, intent, spam or not.

    For positive or negative feeling there is `detect_sentiment`.

    Args:
        text: What to sort; of a long text, the beginning is judged.
        labels: 2 to 30 labels to choose from, each a word or a short phrase.

    Example:
        topic = classify_text("The team won the final.", labels=["sport", "politics", "science"])
    """
    need(text, "text")
    labels = list(dict.fromkeys(label.strip() for label in labels if label.strip()))
    if not 2 <= len(labels) <= 30:
        raise ToolError(f"A text is sorted under one of 2 to 30 different labels, and {len(labels)} were given.")
    text = text.strip()[:PIECE]
    prompt = render("classify_text.md", text=text, labels=labels)
    found = fill_in(ctx.need_controller(), prompt, object_of(label=one_of(labels)), 60)
    label = _known(found["label"], labels)
    share = _shares(text, {name: f"This text is about {name}." for name in labels}, ctx)[label]
    return Choice(label=label, confidence=round((1 + share) / 2, 2))


def _known(label: object, labels: Sequence[str]) -> str:
    """The label as it was given, whatever case the controller wrote it in."""
    for known in labels:
        if str(label).strip().lower() == known.lower():
            return known
    raise ToolError(f"The language model chose {label!r}, which is none of {', '.join(labels)}. Try again.")


def _shares(text: str, meanings: Mapping[str, str], ctx: Context) -> dict[str, float]:
    """How like the text is to the meaning of each label, as shares that add up to 1."""
    if ctx.weights is None:
        raise ToolError("This tool needs the weights of a sentence model: run it inside an agent.")
    asked, *known = embed([text, *meanings.values()], ctx.weights(WEIGHTS))
    powers = [math.exp(SHARPNESS * float(asked @ vector)) for vector in known]
    return {name: power / sum(powers) for name, power in zip(meanings, powers, strict=True)}
