"""What can happen while a request is answered, as frozen values.

The agent produces these and nothing else; the terminal, `--json`, a journal and later faces are readers of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened."""

    def to_json(self) -> dict[str, Any]:
        """The event as JSON, with its name under "event"."""
        return {"event": type(self).__name__, **asdict(self)}


@dataclass(frozen=True, kw_only=True)
class Fetching(Event):
    """Model weights are being downloaded. Bytes."""

    name: str
    done: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Loading(Event):
    """Something large is being loaded; the person waits."""

    what: str


@dataclass(frozen=True, kw_only=True)
class FileAttached(Event):
    """A file of the person's has become an artifact."""

    handle: str
    path: str
    facts: str


@dataclass(frozen=True, kw_only=True)
class Planning(Event):
    """The controller has begun to write a plan, or in mode "react" a line of one; `attempt` counts from 1, with what
    was wrong before."""

    attempt: int = 1
    problems: tuple[str, ...] = ()
    mode: str = "plan"


@dataclass(frozen=True, kw_only=True)
class Replanning(Event):
    """The first plan did not do it, and the controller is asked for another one."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Reading(Event):
    """The controller reads what every plan begins with; what it knows of that is kept for next time. Tokens."""

    done: int
    total: int


@dataclass(frozen=True, kw_only=True)
class PlanReady(Event):
    """A plan has passed the checks."""

    source: str
    steps: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StepStarted(Event):
    """A tool call begins. `step` names it within the run; `parent` is the call it was made from, if any."""

    step: str
    tool: str
    backend: str
    call: str
    comment: str = ""
    parent: str = ""


@dataclass(frozen=True, kw_only=True)
class StepProgress(Event):
    """How far a call is, in `unit`s; `total` may be unknown."""

    step: str
    done: float
    total: float | None
    unit: str


@dataclass(frozen=True, kw_only=True)
class StepRetried(Event):
    """A call failed and is made again, with the same or the next backend."""

    step: str
    tool: str
    backend: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class StepFinished(Event):
    """A call ended well. `text` is how its result reads; `files` are the handles of what it made."""

    step: str
    tool: str
    backend: str
    text: str
    files: tuple[str, ...]
    seconds: float
    parent: str = ""


@dataclass(frozen=True, kw_only=True)
class StepFailed(Event):
    """A call failed for good."""

    step: str
    tool: str
    error: str
    seconds: float
    parent: str = ""


@dataclass(frozen=True, kw_only=True)
class StepBlocked(Event):
    """A call was not made, because what it needs failed."""

    step: str
    tool: str
    cause: str


@dataclass(frozen=True, kw_only=True)
class FileMade(Event):
    """A tool's file has been put in the output folder."""

    handle: str
    path: str
    facts: str
    step: str


@dataclass(frozen=True, kw_only=True)
class Answering(Event):
    """The controller has begun to write the answer."""


@dataclass(frozen=True, kw_only=True)
class AnswerReady(Event):
    """The answer's text, checked; `composed` tells that the model wrote it, and not the results shown plainly."""

    text: str
    composed: bool


@dataclass(frozen=True, kw_only=True)
class Finished(Event):
    """The request is done: what it cost."""

    ok: bool
    calls: int
    tokens_in: int
    tokens_cached: int
    tokens_out: int
    seconds: float
    error: str = ""
    files: tuple[str, ...] = field(default_factory=tuple)


Listener = Callable[[Event], None]


def ignore(event: Event) -> None:
    """The listener that listens to nothing."""
