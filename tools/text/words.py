"""Tools that are made of words alone: the controller does the work, a long text goes to it in pieces."""

from __future__ import annotations

from collections.abc import Callable

from ...prompts import render
from ..context import Context, Controller
from ..contract import tool
from ..errors import ToolError
from .pieces import pieces

PIECE = 6000  # characters that the controller reads at once: about 1,500 tokens of English
ANSWER = 300  # tokens


@tool(room="", controller=True, time_limit=300)
def ask_text(text: str, question: str, ctx: Context) -> str:
    """Answer a question about a text, or do with it what an instruction says.

    Args:
        text: What the answer must rest on.
        question: A question or an instruction, in any language.

    Example:
        when = ask_text("The shop opens at nine.", "When does the shop open?")
    """
    _need(text, "text")
    _need(question, "question")
    controller = ctx.need_controller()
    found = _each(text, lambda part: render("ask_text.md", text=part, question=question), ANSWER, ctx)
    if len(found) == 1:
        return found[0]
    return _say(controller, render("ask_text.md", text="\n".join(found), question=question), ANSWER)


@tool(room="", controller=True, time_limit=600)
def summarize(text: str, sentences: int = 3, *, ctx: Context) -> str:
    """Shorten a text to its main points.

    Args:
        text: What to shorten; long texts are shortened in pieces first.
        sentences: About how many sentences to leave, from 1 to 30.

    Example:
        summary = summarize("A long story about a fox and a stork.", sentences=1)
    """
    _need(text, "text")
    if not 1 <= sentences <= 30:
        raise ToolError(f"A summary has 1 to 30 sentences, and {sentences} were asked for.")
    while len(text) > PIECE:
        parts = _each(text, lambda part: render("summarize.md", text=part, sentences=5), ANSWER, ctx)
        shorter = "\n".join(parts)
        if len(shorter) >= len(text):
            break
        text = shorter
    return _say(ctx.need_controller(), render("summarize.md", text=text, sentences=sentences), 60 * sentences + 60)


@tool(room="", controller=True, time_limit=600)
def translate(text: str, language: str, ctx: Context) -> str:
    """Translate a text into another language.

    Args:
        text: What to translate, in any language.
        language: The language to translate into, by its English name, such as "French".

    Example:
        french = translate("Where is the station?", "French")
    """
    _need(text, "text")
    _need(language, "language")
    return "\n\n".join(_each(text, lambda part: render("translate.md", text=part, language=language), 0, ctx))


def _need(text: str, name: str) -> None:
    if not text.strip():
        raise ToolError(f"The {name} is empty, so there is nothing to work on.")


def _each(text: str, prompt: Callable[[str], str], max_tokens: int, ctx: Context) -> list[str]:
    """The controller's reply to each piece of a text; without `max_tokens`, room for about its own length."""
    controller = ctx.need_controller()
    parts = pieces(text, PIECE if max_tokens else PIECE // 2)
    replies = []
    for number, part in enumerate(parts, 1):
        replies.append(_say(controller, prompt(part), max_tokens or len(part) // 2 + 60))
        ctx.progress(number, len(parts), "pieces")
    return replies


def _say(controller: Controller, prompt: str, max_tokens: int) -> str:
    return controller.write(prompt, system=render("text_system.md"), max_tokens=max_tokens).strip().strip('"')
