"""Saying something to the controller on behalf of a tool, and making sure that what comes back can be used."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...prompts import render
from ..context import Context, Controller
from ..errors import ToolError
from .pieces import pieces

PIECE = 6000  # characters that the controller reads at once: about 1,500 tokens of English
_TAG = re.compile(r"^\s*<text>|</text>\s*$")
MOST = 200_000  # characters that it is given in all: some 15 minutes of reading on two cores


def need(text: str, name: str, most: int = MOST) -> None:
    """Make sure that a text holds something, and not too much.

    Raises:
        ToolError: It is empty, or longer than `most` characters.
    """
    if not text.strip():
        raise ToolError(f"The {name} is empty, so there is nothing to work on.")
    if len(text) > most:
        raise ToolError(f"The {name} has {len(text):,} characters, and at most {most:,} can be worked on. Shorten it.")


def say(controller: Controller, prompt: str, max_tokens: int) -> str:
    """The controller's reply to one small job on a text, without the quotation marks and tags that it likes to add.

    Raises:
        ToolError: It gave nothing.
    """
    reply = controller.write(prompt, system=render("text_system.md"), max_tokens=max_tokens)
    reply = _TAG.sub("", reply).strip()
    for opening, closing in ('""', "“”", "«»"):
        inner = reply[1:-1]
        if len(reply) > 1 and reply[0] == opening and reply[-1] == closing and not {opening, closing} & set(inner):
            reply = inner.strip()
    if not reply:
        raise ToolError("The language model gave nothing. Try again with other words, or name another with --model.")
    return reply.replace("‹", "<") if "‹" in prompt else reply


def say_of_each(text: str, prompt: Callable[[str], str], ctx: Context, max_tokens: int = 0) -> list[str]:
    """The controller's reply to each piece of a text; without `max_tokens`, room for about its own length."""
    controller = ctx.need_controller()
    parts = pieces(text, PIECE if max_tokens else PIECE // 2)
    replies = []
    for number, part in enumerate(parts, 1):
        replies.append(say(controller, prompt(part), max_tokens or len(part) // 2 + 60))
        ctx.progress(number, len(parts), "pieces")
    return replies


def fill_in(controller: Controller, prompt: str, schema: Mapping[str, Any], max_tokens: int) -> dict[str, Any]:
    """The controller's reply as an object of a JSON schema. Models that take no schema are asked in words by `prompt`.

    Raises:
        ToolError: What came is no such object.
    """
    reply = controller.write(prompt, system=render("text_system.md"), max_tokens=max_tokens, schema=schema)
    begin, end = reply.find("{"), reply.rfind("}")
    try:
        found = json.loads(reply[begin : end + 1])
    except ValueError as error:
        raise ToolError(f"The language model's reply can't be understood: {reply[:80]!r}. Try again.") from error
    missing = [name for name in schema["required"] if name not in found]
    if missing:
        raise ToolError(f"The language model left out {', '.join(missing)}. Try again, or name another with --model.")
    return dict(found)


def object_of(**properties: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON schema of an object with exactly these properties, in this order."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def one_of(choices: Sequence[str]) -> dict[str, Any]:
    """The JSON schema of one of these strings."""
    return {"type": "string", "enum": list(choices)}
