"""What a question about a picture asks for, read from its words by rule (no language model)."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from .labels import known_labels


class Wants(enum.Enum):
    """What answers a question."""

    COUNT = "how many"
    PRESENCE = "whether there is one"
    PLACE = "where"
    COLOUR = "which colour"
    TEXT = "what is written"
    SIZE = "how many pixels"
    ANYTHING = "all that can be seen"


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question, understood.

    Args:
        text: As it was asked.
        wants: What answers it.
        things: The things that it asks about, as it says them ("people", "dog"); may be unknown to the detector.
        colour: The colour that they are to have; empty when it names none.
        detail: What else they are to be or do ("wearing hats"), which boxes can't tell; empty when nothing.
        whole_text: Whether all the text is asked for, not something in it.
    """

    text: str
    wants: Wants
    things: tuple[str, ...] = ()
    colour: str = ""
    detail: str = ""
    whole_text: bool = False


_COLOURS = (
    "black|white|grey|gray|red|pink|salmon|orange|brown|tan|beige|gold|yellow|olive|green|turquoise|teal|blue|purple|"
    "violet|magenta"
)
_WRITTEN = (
    "says?|said|reads?|written|writing|texts?|words?|letters?|signs?|titles?|headlines?|captions?|labels?|prices?|total|"
    "costs?|dates?|names?|numbers?|email|address|plates?|spell|language|printed|invoice|receipt"
)
_PICTURE = "image|picture|photo|photograph|scene|shot|it"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_COUNT = _pattern(r"\b(?:how many|number of|count (?:of )?(?:the |all )?)\s*(?P<things>.+)")
_PRESENCE = _pattern(
    r"^(?:is there|are there|(?:do|can) (?:you|we|i) see|is|are|does (?:it|this|the \w+) (?:show|contain|have)|any)\b"
    r"\s*(?:there )?(?P<things>(?:an?|any|some|the)\s.+|\w+s\b.*)"
)
_PLACE = _pattern(r"\bwhere(?:'s| is| are)\s+(.+)|\b(?:position|location|place) of\s+(.+)")
_COLOUR = _pattern(r"\bcolou?rs?\s+(?:is|are|has|have|of)\s+(.+)|\bcolou?rs?\s+(?:does|do)\s+(.+?)\s+have")
_TEXT = _pattern(rf"\b(?:{_WRITTEN})\b")
_WHOLE = _pattern(
    r"\b(?:what|which|read)\b.*\b(?:says?|read|reads|written|text|words)\b(?!.*\b(?:about|after|before|total|name|date)\b)"
)
_SIZE = _pattern(r"\b(?:resolution|how (?:big|large|wide|tall|high) is (?:this|the|it)\b|dimensions|how many pixels)")
# where the things end, and what they are to be or do begins
_DETAIL = _pattern(
    r"\b((?:who|that|which|with|without)\b.*|"
    r"(?:wear|hold|sit|stand|look|smil|driv|rid|rac|walk|run|eat|play|talk|fac)\w*ing\b.*)"
)
_TAIL = _pattern(
    r"\s*\b(?:(?:are|is|were|was|can|do|does|visible|shown|present|here|there)\b.*|"
    rf"(?:in|on|at|of) (?:the |this |that |my )?(?:{_PICTURE})\b.*)"
)
_FILLER = _pattern(rf"\b(?:{_COLOURS}|different|kinds of|types of|the|a|an|any|some|all|this|that|these)\b")
_NOTHING = _pattern(rf"(?:{_PICTURE}|there|you|i)s?")
_LETTERS = _pattern(r"(?:words?|lines?|letters?)(?: of text)?")


def understand(question: str) -> Question:
    """Read a question about a picture."""
    text = " ".join(question.split())
    bare = text.rstrip("?!. ")
    if _SIZE.search(bare):
        return Question(text=text, wants=Wants.SIZE)
    for wants, pattern in ((Wants.COLOUR, _COLOUR), (Wants.COUNT, _COUNT), (Wants.PLACE, _PLACE)):
        match = pattern.search(bare)
        if match:
            phrase = next(group for group in match.groups() if group)
            return _about(text, wants, phrase)
    if _TEXT.search(bare):
        return Question(text=text, wants=Wants.TEXT, whole_text=bool(_WHOLE.search(bare)))
    match = _PRESENCE.match(bare)
    if match:
        asked = _about(text, Wants.PRESENCE, match["things"])
        # "is the door open?" asks for more than presence
        if asked.things and all(known_labels(thing) for thing in asked.things) and not asked.detail:
            return asked
    return Question(text=text, wants=Wants.ANYTHING)


def _about(text: str, wants: Wants, phrase: str) -> Question:
    """The question, with the things of `phrase` ("red cars and dogs in this photo") taken apart."""
    detail = _DETAIL.search(phrase)
    if detail:
        phrase = phrase[: detail.start()]
    phrase = _TAIL.sub("", phrase)
    colour = re.search(rf"\b({_COLOURS})\b", phrase, re.IGNORECASE)
    words = (" ".join(part.split()) for part in re.split(r",|\band\b|\bor\b", _FILLER.sub(" ", phrase)))
    things = tuple(dict.fromkeys(word for word in words if word and not _NOTHING.fullmatch(word)))
    if wants is Wants.COUNT and things and _LETTERS.fullmatch(things[0]):
        return Question(text=text, wants=Wants.TEXT)
    if wants is Wants.COLOUR and not things:
        return Question(text=text, wants=Wants.ANYTHING)
    return Question(
        text=text,
        wants=wants if things else Wants.ANYTHING,
        things=things,
        colour=(colour[1].lower().replace("gray", "grey") if colour else ""),
        detail=" ".join(detail[1].split()) if detail else "",
    )
