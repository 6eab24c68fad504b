"""The book of one run: what has been reckoned and called, what failed, what was not done because of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from ...tools.errors import Cancelled, IntermodalError
from .outcome import CallRequest, Failure, Surroundings

CANCELLED = "cancelled"


class Lost(Exception):
    """There is no value, because something failed; its text says what."""


class Ledger:
    """Makes calls and keeps count. Everything in it may be used from any thread.

    Args:
        call: Makes a tool call.
        around: What the run may use.
    """

    def __init__(self, call: Callable[[CallRequest], Any], around: Surroundings) -> None:
        self.around = around
        self.failed: list[Failure] = []
        self.blocked: dict[str, str] = {}
        self.stopped = ""  # why nothing more is begun
        self._call = call
        self._slots = threading.Semaphore(around.limits.parallel)
        self._lock = threading.Lock()
        self._work = self._calls = 0
        self._begun: set[str] = set()

    def spend(self, work: int = 1) -> None:
        """Count what is reckoned; a plan that goes over its limit does nothing more."""
        self._work += work  # threads may lose a count now and then, which the limit can bear
        if self._work > self.around.limits.work:
            self._stop(f"The plan reckons more than {self.around.limits.work:,} steps.")
        if self.stopped:
            raise Lost(self.stopped)

    def make(self, request: CallRequest) -> Any:
        """A call's result. Raises Lost when there is none."""
        self._begin(request)
        if request.id in self.around.done:
            return self.around.done[request.id]
        with self._slots:
            self._count_call()
            try:
                return self._call(request)
            except Cancelled as error:
                self.stopped = self.stopped or CANCELLED
                raise Lost(CANCELLED) from error
            except Exception as error:
                raise self.failure(error, request.line, request) from error

    def failure(self, error: Exception, line: int, request: CallRequest | None = None) -> Lost:
        """Note what went wrong; what is to be raised for it."""
        message = str(error) if isinstance(error, IntermodalError) else _in_words(error)
        self.failed.append(Failure(message=message, line=line, call=request.id if request else "", error=error))
        return Lost(f"{request.tool} on line {line}" if request else f"line {line}")

    def block(self, request: CallRequest, cause: str) -> None:
        """Note a call that is not made, unless it was begun already, or in some round of a loop."""
        if self.stopped or request.id in self._begun:
            return
        self._begin(request)
        self.blocked[request.id] = cause
        self.around.on_blocked(request, cause)

    def _begin(self, request: CallRequest) -> None:
        number = int(request.id.partition("[")[0])
        with self._lock:  # seen from outside a loop, a call is begun when it is in any round
            self._begun.update(call_id(number, request.path[:depth]) for depth in range(len(request.path) + 1))

    def _count_call(self) -> None:
        with self._lock:
            self._calls += 1
            if self._calls > self.around.limits.calls:
                self._stop(f"The plan makes more than {self.around.limits.calls:,} tool calls.")
        if self.around.cancelled():
            self.stopped = self.stopped or CANCELLED
        if self.stopped:
            raise Lost(self.stopped)

    def _stop(self, message: str) -> None:
        if not self.stopped:
            self.stopped = message
            self.failed.append(Failure(message=f"{message} Split it, or loop over less.", line=1))


def call_id(number: int, path: tuple[int, ...]) -> str:
    """The id of a call: its number in the plan, and the round of each loop around it."""
    return f"{number}{''.join(f'[{step}]' for step in path)}"


def _in_words(error: Exception) -> str:
    """What Python says about an operation that did not work, as a sentence."""
    if isinstance(error, ZeroDivisionError):
        return "this divides by zero."
    if isinstance(error, RecursionError):
        return "this is nested too deeply."
    return f"this can't be done: {error or type(error).__name__}."
