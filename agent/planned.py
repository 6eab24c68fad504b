"""What goes into the planner and comes out of it, and how a program is found in what a model says."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..tools.errors import PlanError
from ..tools.kinds import Kind
from . import grammar

if TYPE_CHECKING:
    from .controller import Message
    from .plan import Checked, Problem

_PYTHON = {"", "python", "py", "python3", "plan"}
_FENCED = re.compile(r"```[ \t]*(?P<language>\w*)[ \t]*\n(?P<code>.*?)(?P<end>```|\Z)", re.DOTALL)
_INSTEAD = re.compile(rf"^\s*(?P<what>{grammar.REPLY}|{grammar.MISSING})\((?P<text>.*)\)\s*$", re.DOTALL)
_STATEMENT = re.compile(r"#|\w+ *(?::[^=]+)?= *\S|\w+\(|(?:for|if|import|from) .*\w")


@dataclass(frozen=True, kw_only=True)
class FileCard:
    """A file as the controller reads of it.

    Args:
        handle: How the session names it ("image-1").
        kind: What it is.
        line: One line about it.
        name: What the person calls it ("photo.png"); plans may name it either way.
    """

    handle: str
    kind: Kind
    line: str = ""
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """An earlier request of the conversation, the plan that served it ("" for none), and the answer."""

    request: str
    source: str = ""
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What an earlier plan for the same request taught.

    Args:
        messages: That plan, and what came of it, as the conversation goes on after the request.
        names: The names that hold results of it -> kind.
        without: Tools that the next plan is not to call.
    """

    messages: Sequence[Message] = ()
    names: Mapping[str, Kind] = field(default_factory=dict)
    without: Collection[str] = ()


NOTHING = Lesson()


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What the planner made of a request.

    Args:
        source: The plan's text; "" when none is needed or no tool fits.
        checked: The plan, ready to run; None with an empty `source`.
        problems: What the checker still warns of.
        attempts: How many plans were written.
        reply: The answer itself, when no tool is needed; or what is missing, when no tool fits.
        missing: What no tool at hand can do; "" otherwise.
    """

    source: str = ""
    checked: Checked | None = None
    problems: tuple[Problem, ...] = ()
    attempts: int = 1
    reply: str = ""
    missing: str = ""


def program_of(text: str, *, cut_off: bool = False) -> str:
    """The program in a model's reply: its first fenced block of Python, else the whole text when it reads like one.

    Args:
        text: The reply.
        cut_off: Whether it ended at the limit of tokens. Half a program may read well, and do half of what was asked.

    Raises:
        PlanError: It holds no program, with how it begins; or one that is not whole.
    """
    fenced = _FENCED.search(text)
    if cut_off and not (fenced and fenced["end"]):
        raise PlanError("The plan was cut off at the most that a model may write at once; a shorter one is needed.")
    if fenced and fenced["language"].lower() in _PYTHON:
        return fenced["code"].strip()
    if fenced:
        raise PlanError(f"The model wrote {fenced['language']} instead of a plan.")
    begin = " ".join(text.split())[:80]
    if begin.startswith(("{", "[")):
        raise PlanError(f"The model wrote JSON that is no plan: {begin!r}.")
    if not any(_STATEMENT.match(line) for line in text.splitlines()):
        raise PlanError(f"The model answered in prose instead of writing a plan: {begin!r}.")
    return text.strip()


def instead_of_a_plan(program: str) -> tuple[str, str] | None:
    """What stands for a plan, and its text, such as ("missing", "a tool that sings"); None for a real program."""
    found = _INSTEAD.match(program)
    return (found["what"], _plain_text(found["text"])) if found else None


def _plain_text(literal: str) -> str:
    try:
        return str(json.loads(literal)) if literal.strip() else ""
    except ValueError:
        return literal.strip().strip("\"'")
