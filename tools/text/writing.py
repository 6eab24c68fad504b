"""Making and changing texts: write, rewrite, correct, keep as a file."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field

from ...prompts import render
from ..context import Context
from ..contract import tool
from ..errors import ToolError
from ..values import Document
from .saying import PIECE, need, say, say_of_each

LONGEST = 700  # tokens of a text that is written from an instruction
ALIKE = 0.6  # share of the words that a corrected text keeps; below, it was rewritten rather than corrected
_WORD = re.compile(r"\w+|[^\w\s]")
_ENDINGS = (".txt", ".md", ".html", ".csv")

STYLES = {  # name -> how it is told, and an example
    "simpler": (
        "in simple words and short sentences that a child understands",
        "Please come. The boss wants to talk to you.",
    ),
    "formal": (
        "in a formal, polite tone",
        "Please come here as soon as possible, as the director wishes to speak with you.",
    ),
    "friendly": (
        "in a warm, friendly tone",
        "Hey, could you pop over for a moment? The boss would love a word with you!",
    ),
    "shorter": ("in about half as many words", "Come, the boss wants you."),
    "longer": (
        "in about twice as many words, but without new facts",
        "Please leave what you are doing and come over here right away, because the boss would like to talk to you.",
    ),
    "other words": ("in other words, with the same meaning", "Get over here right now: the manager would like a word."),
}
_OWN_STYLE = ("{style}. Choose words that are typical of that style, in every sentence", "")
_ALSO = {
    "simple": "simpler",
    "formally": "formal",
    "polite": "formal",
    "professional": "formal",
    "short": "shorter",
    "concise": "shorter",
    "long": "longer",
    "expand": "longer",
    "paraphrase": "other words",
    "in other words": "other words",
    "casual": "friendly",
    "informal": "friendly",
}


@tool(room="", controller=True, time_limit=300)
def write_text(instruction: str, ctx: Context) -> str:
    """Write a new text from an instruction: a poem, an e-mail, a story, a list, a slogan.

    The facts in it are the language model's own: check them before you rely on them.

    Args:
        instruction: What to write, about what, in which tone and length.

    Example:
        poem = write_text("a poem of four lines about the sea")
    """
    need(instruction, "instruction", PIECE)
    return say(ctx.need_controller(), render("write_text.md", instruction=instruction), LONGEST)


@tool(room="", controller=True, time_limit=600)
def rewrite_text(text: str, style: str, ctx: Context) -> str:
    """Say a text in another way: simpler, formal, friendly, shorter, longer, in other words (paraphrase).

    `summarize` leaves the main points only; `correct_grammar` mends mistakes and nothing else.

    Args:
        text: What to rewrite.
        style: "simpler", "formal", "friendly", "shorter", "longer", "other words", or a style of your own.

    Example:
        polite = rewrite_text("Send me the file now.", "formal")
    """
    need(text, "text")
    need(style, "style", 200)
    name = style.strip().lower()
    manner, example = STYLES.get(_ALSO.get(name, name), _OWN_STYLE)
    manner = manner.format(style=style.strip())

    def prompt(part: str) -> str:
        return render("rewrite_text.md", text=part, manner=manner, example=example)

    return "\n\n".join(say_of_each(text, prompt, ctx))


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A corrected text.

    Args:
        text: The text without the mistakes that were found.
        changes: What was changed, in order, each as "old → new".
    """

    text: str
    changes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return self.text


@tool(room="", controller=True, time_limit=600)
def correct_grammar(text: str, ctx: Context) -> Correction:
    """Correct the spelling, grammar and punctuation of a text, and list the changes.

    Args:
        text: The text with mistakes, in any language.

    Returns:
        The corrected text, and each change in it.

    Raises:
        ToolError: The language model rewrote the text instead of correcting it.

    Example:
        right = correct_grammar("She go to school yesterday.")
    """
    need(text, "text")
    corrected = "\n\n".join(say_of_each(text, lambda part: render("correct_grammar.md", text=part), ctx))
    before, after = _WORD.findall(text.lower()), _WORD.findall(corrected.lower())
    if difflib.SequenceMatcher(None, "".join(before), "".join(after), autojunk=False).ratio() < ALIKE:
        raise ToolError(f"The text was rewritten instead of corrected: {corrected[:80]!r}. Give it in shorter parts.")
    return Correction(text=corrected, changes=_changes(text, corrected))


@tool
def save_text(text: str, name: str = "text.txt", *, ctx: Context) -> Document:
    """Keep a text as a file that can be opened and handed on.

    Args:
        text: What the file is to hold; any result reads as text.
        name: Its name, ending in .txt, .md, .html or .csv; .txt when it has no ending.

    Raises:
        ToolError: The name has another ending.

    Example:
        notes = save_text("Milk, bread, tea.", "shopping.txt")
    """
    last = re.split(r"[\\/]", name.strip())[-1]
    stem, dot, ending = last.rpartition(".")
    ending = f".{ending.lower()}" if dot else ".txt"
    if dot and ending not in _ENDINGS:
        raise ToolError(f"A text can't be kept as {name!r}: its name must end in {', '.join(_ENDINGS)}.")
    safe = re.sub(r"[^\w .()-]+", "-", stem if dot else last).strip(" .-")[:80]
    path = ctx.new_file(f"{safe or 'text'}{ending}", wanted=True)
    path.write_text(text, "utf-8")
    return Document(path)


def _changes(before: str, after: str) -> list[str]:
    """What differs between two texts, word by word, each as "old → new"."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    found = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what != "equal":
            found.append(f"{' '.join(old[a:b]) or '(nothing)'} → {' '.join(new[c:d]) or '(nothing)'}")
    return found
