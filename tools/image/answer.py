"""Answering questions about a picture: `answer_question`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ... import prompts
from ..context import Context
from ..contract import tool
from ..errors import ControllerError, ToolError
from ..values import Image
from .colours import colours_of, colours_of_thing
from .describe import listed, one_sentence, plain_caption
from .grounding import invented
from .labels import plural
from .look import Seen, look, quoted
from .question import Question, Wants, understand
from .results import Box, Detections, summary

_DECLINES = re.compile(r"\b(?:can't|cannot|can not|unable|sorry|don't know)\b", re.IGNORECASE)
UNKNOWN = "I can't tell from what I see in the picture."


@dataclass(frozen=True, kw_only=True)
class VisualAnswer:
    """An answer about a picture, and what it rests on, a line each."""

    answer: str
    rests_on: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return self.answer


@tool(room="", time_limit=180.0, memory=100)
def answer_question(image: Image, question: str, ctx: Context) -> VisualAnswer:
    """Answer a question about a picture: what, who, where, which colour, how many, what it says.

    Counts, places and colours of things come straight from the detector, text from the text reader; the language model
    only words what they saw, and a sentence of it that names anything else is dropped.

    Args:
        image: The picture that the question is about.
        question: In plain words.

    Returns:
        The answer, and the facts that it rests on.

    Example:
        reply = answer_question("people.png", "How many people are there?")
    """
    asked = understand(question)
    if not question.strip():
        raise ToolError("The question is empty; ask something about the picture.")
    if asked.wants is Wants.SIZE:
        height, width = image.array().shape[:2]
        return VisualAnswer(answer=f"It is {width} x {height} pixels (width x height).", rests_on=["the file itself"])
    if asked.things and (asked.wants in _WORDED or asked.wants is Wants.COLOUR):
        return _by_detection(image, asked, ctx)
    if asked.wants is Wants.TEXT:
        return _by_text(image, asked, ctx)
    return _by_words(look(image, ctx), asked, ctx)


def _by_detection(image: Image, asked: Question, ctx: Context) -> VisualAnswer:
    """Counts, presence, places and colours of things that the detector may know."""
    try:
        found: Detections = ctx.need_call()("detect_objects", image=image, labels=list(asked.things))
    except ToolError as error:
        whole = ", ".join(colour.name for colour in colours_of(image.array(), 4)) if asked.wants is Wants.COLOUR else ""
        note = f" The picture as a whole is mainly {whole}." if whole else ""
        return VisualAnswer(answer=f"I can't tell: {_lower(str(error))}{note}", rests_on=[str(error)])
    boxes, facts = found.boxes, [f"detected: {summary(found.boxes) or 'none of these'}"]
    if asked.colour:
        picture = image.array()
        coloured = [(box, colours_of_thing(picture, box)) for box in boxes]
        facts += [f"colours of the {box.label} ({box.place}): {', '.join(names)}" for box, names in coloured]
        boxes = [box for box, names in coloured if asked.colour in " ".join(names)]
    worded = _WORDED.get(asked.wants)
    answer = worded(boxes, asked) if worded else _coloured(boxes, asked, image)
    if asked.detail:
        answer += f" Whether {asked.detail!r} holds for any of them I can't tell."
    return VisualAnswer(answer=" ".join(filter(None, [answer, found.note])), rests_on=facts)


def _counted(boxes: list[Box], asked: Question) -> str:
    if not boxes:
        return f"I see no {_named(asked)}."
    is_one = len(boxes) == 1
    return f"There {'is' if is_one else 'are'} {_amounts(boxes, asked)}."


def _present(boxes: list[Box], asked: Question) -> str:
    return f"Yes, I see {_amounts(boxes, asked)}." if boxes else f"No, I see no {_named(asked)}."


def _located(boxes: list[Box], asked: Question) -> str:
    if not boxes:
        return f"I see no {_named(asked)}."
    places = [f"{box.label}: {box.place} (x {box.x}, y {box.y}, {box.width} x {box.height} pixels)" for box in boxes]
    return f"{'; '.join(places).capitalize()}."


def _coloured(boxes: list[Box], asked: Question, image: Image) -> str:
    if not boxes:
        return f"I see no {_named(asked)}."
    picture = image.array()
    parts = [
        f"the {box.label}{_where(box, boxes)} is mainly {listed(colours_of_thing(picture, box))}" for box in boxes[:5]
    ]
    sentence = "; ".join(parts)
    return f"{sentence[:1].upper()}{sentence[1:]}."


_WORDED: dict[Wants, Callable[[list[Box], Question], str]] = {
    Wants.COUNT: _counted,
    Wants.PRESENCE: _present,
    Wants.PLACE: _located,
}


def _where(box: Box, boxes: list[Box]) -> str:
    return f" ({box.place})" if sum(other.label == box.label for other in boxes) > 1 else ""


def _amounts(boxes: list[Box], asked: Question) -> str:
    """ "2 red cars and 1 bus"."""
    labels = dict.fromkeys(box.label for box in boxes)
    colour = f"{asked.colour} " if asked.colour else ""
    amounts = {label: sum(box.label == label for box in boxes) for label in labels}
    return listed([f"{count} {colour}{plural(label, count)}" for label, count in amounts.items()])


def _named(asked: Question) -> str:
    colour = f"{asked.colour} " if asked.colour else ""
    return f"{colour}{' or '.join(asked.things)}"


def _by_text(image: Image, asked: Question, ctx: Context) -> VisualAnswer:
    """What is written: the text itself when all of it is asked for, else the controller's answer from the text."""
    words = ctx.need_call()("read_text", image=image)
    if not words.text:
        return VisualAnswer(answer="I find no legible text in the picture.", rests_on=["read_text found no text"])
    facts = [f"text in the picture:\n{words.text}"]
    if asked.whole_text or ctx.controller is None:
        return VisualAnswer(answer=words.text, rests_on=facts)
    answer = _by_controller(facts, asked, ctx) or f"{UNKNOWN} It reads: {quoted(words.text, 200)}"
    return VisualAnswer(answer=answer, rests_on=facts)


def _by_words(seen: Seen, asked: Question, ctx: Context) -> VisualAnswer:
    """Anything else: the controller's answer from all that was seen."""
    facts = seen.facts()
    answer = _by_controller(facts, asked, ctx) or f"{UNKNOWN} What I see: {plain_caption(seen)}"
    return VisualAnswer(answer=answer, rests_on=facts)


def _by_controller(facts: list[str], asked: Question, ctx: Context) -> str:
    """The controller's answer; empty when there is no controller, or it twice names what was not seen."""
    avoid: list[str] = []
    for _ in range(2 if ctx.controller else 0):
        prompt = prompts.render("answer_image.md", facts=facts, question=asked.text, avoid=avoid)
        try:
            reply = one_sentence(ctx.need_controller().write(prompt, max_tokens=60))
        except ControllerError:
            return ""
        if _DECLINES.search(reply):
            return ""
        avoid = invented(reply, facts, f"{asked.text} yes no text reads says")
        if reply and not avoid:
            return reply
    return ""


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
