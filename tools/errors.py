"""What can go wrong, as one small tree.

IntermodalError             every error that a person is meant to read
├── InputError              what the person gave can't be used: a file, an option, a name
├── SignatureError          a tool's declaration can't be understood
├── WeightsError            model weights can't be had, or are not what they claim to be
├── BackendUnavailable      no way to run a tool here; says what to install
├── ControllerError         the language model can't be reached, or gave nothing usable
├── PlanError               a plan that can't be run; holds every problem found
├── Cancelled               the person stopped it, or its time is up
└── ToolError               a tool failed for good
    ├── ToolBroken          it crashed, hung or has a bug: not its own verdict
    ├── TryAgain            it failed, and the same call may work in a moment
    └── NeedsInput          it can't go on without something from the person

Every message says what happened, to what (quoted), and what to do next.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class IntermodalError(Exception):
    """An error for the person at the terminal: one clear message, no traceback."""

    def __reduce__(self) -> tuple[object, ...]:
        # workers send errors through a pipe: rebuild without calling a subclass's own __init__
        return (_rebuild, (type(self), self.args, self.__dict__))


class InputError(IntermodalError):
    """What the person gave can't be used."""


class SignatureError(IntermodalError):
    """A tool's declaration can't be understood."""


class WeightsError(IntermodalError):
    """Model weights can't be had, or are not what they claim to be."""


class BackendUnavailable(IntermodalError):
    """No backend of a tool can run here."""


class ControllerError(IntermodalError):
    """The language model can't be reached, or gave nothing usable."""


class PlanError(IntermodalError):
    """A plan that can't be run. `problems` holds what the checker found, in order of line."""

    def __init__(self, message: str, problems: tuple[object, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class Cancelled(IntermodalError):
    """The person stopped it, or its time is up."""


class ToolError(IntermodalError):
    """A tool failed for good; the message is shown to the person."""


class ToolBroken(ToolError):
    """The tool crashed, hung, or has a bug; this is not its own verdict."""


class TryAgain(ToolError):
    """The tool failed, but the same call may work in a moment."""


class NeedsInput(ToolError):
    """The tool can't go on without something that only the person can give."""


def nearest(word: str, choices: Iterable[str], limit: int = 3) -> list[str]:
    """The choices that look most like `word`, best first."""
    lowered = {choice.lower(): choice for choice in choices}
    return [lowered[match] for match in difflib.get_close_matches(word.lower(), lowered, limit, 0.5)]


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """A sentence that offers the nearest choices, or lists them all when few; empty when there is nothing to offer."""
    known = sorted(choices)
    close = nearest(word, known)
    if close:
        return f" Did you mean {' or '.join(repr(choice) for choice in close)}?"
    if 0 < len(known) <= 12:
        return f" There is: {', '.join(known)}."
    return ""


def _rebuild(kind: type[IntermodalError], arguments: tuple[object, ...], state: dict[str, object]) -> IntermodalError:
    error = kind.__new__(kind, *arguments)
    error.args = arguments
    error.__dict__.update(state)
    return error
