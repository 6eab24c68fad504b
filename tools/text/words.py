"""Tools that ask the controller about a text; a long text goes to it in pieces."""

from __future__ import annotations

from ...prompts import render
from ..context import Context
from ..contract import tool
from ..errors import ToolError
from .pieces import first_sentences
from .saying import PIECE, need, say, say_of_each

ANSWER = 300  # tokens
SHORT, LEAST = 40, 0.2  # characters of a text of a few words; share of a text's length that any translation has
UNSAID = "the text does not say"  # what the prompt makes the controller write where there is no answer


@tool(room="", controller=True, time_limit=300)
def ask_text(text: str, question: str, ctx: Context) -> str:
    """Answer a question about a text, or do with it what an instruction says.

    A file is better asked with `ask_document`, which shows the passages that the answer rests on.

    Args:
        text: What the answer must rest on.
        question: A question or an instruction, in any language.

    Example:
        when = ask_text("The shop opens at nine.", "When does the shop open?")
    """
    need(text, "text")
    need(question, "question", PIECE)
    found = say_of_each(text, lambda part: render("ask_text.md", text=part, question=question), ctx, ANSWER)
    said = [reply for reply in found if UNSAID not in reply.lower()] or found[:1]
    if len(said) == 1:
        return said[0]
    notes = "\n".join(said)[: 2 * PIECE]
    return say(ctx.need_controller(), render("ask_text.md", text=notes, question=question), ANSWER)


@tool(room="", controller=True, time_limit=600)
def summarize(text: str, sentences: int = 3, *, ctx: Context) -> str:
    """Shorten a text to its main points.

    Args:
        text: What to shorten; long texts are shortened in pieces first.
        sentences: How many sentences to leave at most, from 1 to 30.

    Example:
        summary = summarize("A long story about a fox and a stork.", sentences=1)
    """
    need(text, "text")
    if not 1 <= sentences <= 30:
        raise ToolError(f"A summary has 1 to 30 sentences, and {sentences} were asked for.")
    while len(text) > PIECE:
        parts = say_of_each(text, lambda part: render("summarize.md", text=part, sentences=5), ctx, ANSWER)
        shorter = "\n".join(parts)
        if len(shorter) >= len(text):
            break
        text = shorter
    prompt = render("summarize.md", text=text[: 2 * PIECE], sentences=sentences)
    return first_sentences(say(ctx.need_controller(), prompt, 60 * sentences + 60), sentences)


@tool(room="", controller=True, time_limit=600)
def translate(text: str, language: str, ctx: Context) -> str:
    """Translate a text into another language.

    Args:
        text: What to translate, in any language.
        language: The language to translate into, by its English name, such as "French".

    Raises:
        ToolError: What came back is far too short to be a translation.

    Example:
        french = translate("Where is the station?", "French")
    """
    need(text, "text")
    need(language, "language", 60)
    parts = say_of_each(text, lambda part: render("translate.md", text=part, language=language), ctx)
    translated = "\n\n".join(parts)
    if len(text) > SHORT and len(translated) < LEAST * len(text):
        raise ToolError(f"The language model gave no translation but {translated[:80]!r}. Try it in shorter parts.")
    return translated
