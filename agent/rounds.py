"""The plans that one request ran, one after the other, and what they come to together.

A call that failed is made good when a later plan did the same part of the request: it gave its result the same name, or
served the same words, and looked at one of the same files where the failed call looked at any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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
    return tuple(step for step, instead in _with_instead(rounds) if instead is None)


def replaced(rounds: Sequence[Round]) -> tuple[tuple[Step, Step], ...]:
    """The calls that failed and were made good, each with the one that did."""
    return tuple((step, instead) for step, instead in _with_instead(rounds) if instead and not step.blocked)


def program(rounds: Sequence[Round]) -> str:
    """The whole program as text, without what failed and was made good, and without what a later plan only repeats."""
    if len(rounds) == 1:
        return rounds[0].checked.source
    body: list[nodes.Statement] = []
    good = {step.id for step, instead in _with_instead(rounds) if instead}
    for one in rounds:
        called = {step.target for step in one.steps}
        lost = {step.target for step in one.steps if step.id in good}
        for statement in one.checked.plan.body:
            name = statement.name if isinstance(statement, nodes.Assign) else None
            if name not in lost and (name in called or statement not in body):
                body.append(statement)
    return to_source(Plan(tuple(body))) if body else ""


def _with_instead(rounds: Sequence[Round]) -> Iterator[tuple[Step, Step | None]]:
    """Every step, and the one by which it was made good."""
    for number, one in enumerate(rounds):
        later = [step for after in rounds[number + 1 :] for step in after.steps if step.ok and not step.parent]
        for step in one.steps:
            lost = not step.ok and not step.parent
            yield step, next((other for other in later if lost and _serves(other, step)), None)


def _serves(other: Step, step: Step) -> bool:
    """Whether a later call did what the failed one was to do."""
    files = set(_HANDLE.findall(step.call))
    # an implied conversion has the comment of the call that it is for, and no name
    named = other.target == step.target != ""
    return bool(
        other.target
        and (named or other.comment.lower() == step.comment.lower() != "")
        and (not files or files & set(_HANDLE.findall(other.call)))
    )
