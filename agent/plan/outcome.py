"""What goes into a run of a plan and what comes out of it, as values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...tools.errors import InputError
from ...tools.kinds import Kind
from ...tools.values import File
from .limits import Limits


@dataclass(frozen=True, kw_only=True)
class CallRequest:
    """One tool call that a plan asks for.

    Args:
        id: Names it within the run: its number in the plan, and the round of each loop around it ("3", "4[2]"). The
            same plan gives the same ids on every run.
        tool: The tool's name.
        arguments: By parameter; what is left out is left to the tool's defaults.
        line: Where the plan asks for it.
        comment: What the plan says about it.
        target: The name that its result gets; empty when it is part of something larger.
        path: The round of each loop around it, from 0, outermost first.
    """

    id: str
    tool: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    line: int = 0
    comment: str = ""
    target: str = ""
    path: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Something that went wrong in a run.

    Args:
        message: What.
        line: Where.
        call: The id of the tool call that failed; empty when the plan's own reckoning did.
        error: The exception.
    """

    message: str
    line: int
    call: str = ""
    error: Exception | None = None


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """What came of a run.

    Args:
        values: The names that the plan gave a value, and what they hold.
        value: The value of the last statement that ran, when it has one.
        failed: What went wrong, in the order of the plan.
        blocked: The tool calls that were not made because of it -> what failed ("transcribe on line 3").
        cancelled: Whether it was stopped before its end.
    """

    values: Mapping[str, Any]
    value: Any = None
    failed: tuple[Failure, ...] = ()
    blocked: Mapping[str, str] = field(default_factory=dict)
    cancelled: bool = False

    @property
    def ok(self) -> bool:
        """Whether everything ran and nothing failed."""
        return not (self.failed or self.cancelled)


def _no_files(text: str, kind: Kind) -> File:
    raise InputError(f"There is no file {text!r} to take as {kind}.")


def _tell_nobody(_request: CallRequest, _cause: str) -> None:
    """Nobody wants to know which calls are blocked."""


def _never() -> bool:
    return False


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a run may use.

    Args:
        names: Values from before, by name.
        resolve: Makes a file of a handle or name where a file of that kind is wanted; raises InputError when it can't.
        limits: What the run may do.
        done: Results of calls that need not be made again, by id.
        on_blocked: Is told, from any thread, of each call that is not made (without its arguments), and of what failed.
        cancelled: Whether to begin no more calls.
    """

    names: Mapping[str, Any] = field(default_factory=dict)
    resolve: Callable[[str, Kind], File] = _no_files
    limits: Limits = field(default_factory=Limits)
    done: Mapping[str, Any] = field(default_factory=dict)
    on_blocked: Callable[[CallRequest, str], None] = _tell_nobody
    cancelled: Callable[[], bool] = _never
