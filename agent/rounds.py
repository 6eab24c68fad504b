"""The plans that one request ran, one after the other, and what they come to together.

A call that failed is made good when a later plan did the same part of the request: it gave its result the same name, or
served the same words, and looked at one of the same files where the failed call looked at any.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .engine.executor import Step
from .plan import Checked, Plan, flow, nodes, to_source

_HANDLE = re.compile(r"\b(?:image|audio|video|document)-\d+\b")


@dataclass(frozen=True, kw_only=True)
class Round:
    """One plan that ran: what its names hold, and its tool calls in the order in which they ended."""

    checked: Checked
    values: Mapping[str, Any]
    steps: tuple[Step, ...]


def values(rounds: Sequence[Round]) -> dict[str, Any]:
    """What all names hold in the end."""
    return {name: value for one in rounds for name, value in one.values.items()}


def passed_on(rounds: Sequence[Round]) -> frozenset[str]:
    """Names whose values some statement reads."""
    return frozenset().union(*(flow.reads(statement) for one in rounds for statement in one.checked.plan.body))


def standing(rounds: Sequence[Round]) -> tuple[Step, ...]:
    """The steps that count in the end: all but those that failed and were made good."""
    found: list[Step] = []
    for number, one in enumerate(rounds):
        later = [step for after in rounds[number + 1 :] for step in after.steps]
        found += [step for step in one.steps if not _made_good(step, later)]
    return tuple(found)


def program(rounds: Sequence[Round]) -> str:
    """The whole program as text, without what failed and was made good, and without what a later plan only repeats."""
    if len(rounds) == 1:
        return rounds[0].checked.source
    body: list[nodes.Statement] = []
    for number, one in enumerate(rounds):
        later = [step for after in rounds[number + 1 :] for step in after.steps]
        called = {step.target for step in one.steps}
        lost = {step.target for step in one.steps if _made_good(step, later)}
        for statement in one.checked.plan.body:
            name = statement.name if isinstance(statement, nodes.Assign) else None
            if name not in lost and (name in called or statement not in body):
                body.append(statement)
    return to_source(Plan(tuple(body))) if body else ""


def _made_good(step: Step, later: Sequence[Step]) -> bool:
    if step.ok or step.parent:
        return False
    files = set(_HANDLE.findall(step.call))
    return any(
        other.ok
        and not other.parent
        and (other.target == step.target != "" or other.comment.lower() == step.comment.lower() != "")
        and (not files or files & set(_HANDLE.findall(other.call)))
        for other in later
    )
