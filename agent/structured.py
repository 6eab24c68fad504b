"""Planning with a model that takes a JSON schema, but no grammar.

Each of its turns is one object: what kind of turn it is, and the text of it. (One field for each kind could contradict
each other.) The rest of the planner goes by fenced programs and what stands for one, so turns are put into that form
when they come, and back into objects when the model is shown them again. A server that ignores the schema may answer
with a fenced program all the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..prompts import render
from ..tools.errors import PlanError
from . import grammar
from .controller import Message, Reply
from .planned import instead_of_a_plan, program_of

PLAN = "plan"


def turn_schema(*, talks: bool) -> dict[str, Any]:
    """The JSON schema of one turn, as strict as OpenAI wants it; with `talks`, it may be what stands for a plan."""
    kinds = [PLAN, grammar.REPLY, grammar.MISSING] if talks else [PLAN]
    return {
        "type": "object",
        "properties": {"kind": {"type": "string", "enum": kinds}, "text": {"type": "string"}},
        "required": ["kind", "text"],
        "additionalProperties": False,
    }


def as_objects(messages: Iterable[Message], *, talks: bool) -> list[Message]:
    """The same conversation for a model that answers in objects: its own turns are some, and the system says so."""
    return [_as_object(message, talks) for message in messages]


def as_program(reply: Reply) -> Reply:
    """A reply with the object in it as a fenced program, or what stands for one; without an object, as it is."""
    turn = _object_in(reply.text)
    kind, text = turn.get("kind"), turn.get("text")
    if not isinstance(text, str):
        return reply
    if kind == grammar.REPLY:
        return replace(reply, text=_fenced(f"{grammar.REPLY}()"))
    if kind == grammar.MISSING:
        return replace(reply, text=_fenced(f"{grammar.MISSING}({json.dumps(text, ensure_ascii=False)})"))
    return replace(reply, text=text if "```" in text else _fenced(text)) if kind == PLAN else reply


def _as_object(message: Message, talks: bool) -> Message:
    if message.role == "system":
        return replace(message, content=f"{message.content}\n\n{render('plan_fields.md', instead=talks)}")
    return replace(message, content=_turn(message.content)) if message.role == "assistant" else message


def _turn(said: str) -> str:
    """An earlier turn as the object that it should have been."""
    try:
        kind, text = instead_of_a_plan(program_of(said)) or (PLAN, program_of(said))
    except PlanError:
        return said
    return json.dumps({"kind": kind, "text": text}, ensure_ascii=False)


def _object_in(text: str) -> Mapping[str, Any]:
    """The JSON object in a reply, what stands around it aside; empty when there is none."""
    begin = text.find("{")
    try:
        # not strict about line breaks inside of strings, which those who write JSON by hand leave in
        found, _ = json.JSONDecoder(strict=False).raw_decode(text, begin) if begin >= 0 else ({}, 0)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _fenced(program: str) -> str:
    return f"{grammar.FENCE}{program.strip()}\n{grammar.END}"
