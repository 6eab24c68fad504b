"""Getting one tool call done: the usable backends in turn, each in its room, with retries and a time limit."""

from __future__ import annotations

import dataclasses
import itertools
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...tools.backends import Candidate, Chooser
from ...tools.context import Context, Controller
from ...tools.contract import Backend, Tool
from ...tools.errors import (
    BackendUnavailable,
    Cancelled,
    IntermodalError,
    ToolBroken,
    ToolError,
    TryAgain,
    WeightsError,
)
from ...tools.registry import Registry, Source
from ...tools.running import run
from ...tools.serving import Job
from .. import events
from .workers import TimeIsUp, WorkerDied, Workers

RETRIES = 2  # of a call that asked to be tried again
PAUSE = 0.5  # seconds before the first retry; doubled for the next


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a call stands in the run.

    Args:
        step, target, comment, parent: As in `Step`.
        depth: How many workers wait for it; each depth has workers of its own, or a call could wait for itself.
    """

    step: str
    target: str = ""
    comment: str = ""
    parent: str = ""
    depth: int = 0


class _Broken(Exception):
    """A backend broke, which says nothing about the next one."""


def _no_inner(name: str, _arguments: Mapping[str, Any], _outer: Place) -> Any:
    raise ToolError(f"{name!r} can't be called from here.")


@dataclass
class Attempts:
    """How calls are attempted.

    Args:
        chooser: Puts backends in order.
        scratch: Gives a fresh folder for one call's files.
        source: Where a worker imports a tool from, or None when it can only run in this process.
        controller: The language model for tools that need words, or None.
        emit: Receives the events.
        cancelled: Whether the person has stopped the run.
        seed, settings: Handed to tools in their context.
        time_limit: Seconds a call may take, whatever its backend declares; None to go by that. It does not bind
            tools that run in the agent's own process: their parts have limits of their own.
        call_inner: Makes a call on behalf of a composed tool.
    """

    chooser: Chooser
    scratch: Callable[[], Path]
    source: Callable[[str], Source | None]
    controller: Callable[[], Controller | None]
    emit: events.Listener = events.ignore
    cancelled: Callable[[], bool] = lambda: False
    seed: int = 0
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    time_limit: float | None = None
    call_inner: Callable[[str, Mapping[str, Any], Place], Any] = _no_inner

    def __post_init__(self) -> None:
        self._workers = Workers()
        self._fetching = threading.Lock()

    def run(self, tool: Tool, arguments: Mapping[str, Any], place: Place, shown: str) -> tuple[Any, str]:
        """The call's value and the backend that gave it.

        A tool's own verdict (ToolError) is final. A backend that crashes, hangs or can't start is followed by the next.

        Raises:
            IntermodalError: No backend could do it; or the tool says that it can't be done.
        """
        if self.cancelled():
            raise Cancelled("Stopped.")
        usable = self.chooser.usable(tool)
        first = usable[0].backend.name
        self.emit(
            events.StepStarted(
                step=place.step, tool=tool.name, backend=first, call=shown, comment=place.comment, parent=place.parent
            )
        )
        for candidate, following in itertools.zip_longest(usable, usable[1:]):
            try:
                return self._timed(tool, candidate, arguments, place), candidate.backend.name
            except _Broken as broken:
                if following is None:
                    raise ToolBroken(f"{tool.name} failed: {broken}") from broken.__cause__
                self._say_retry(tool, following.backend, place, str(broken))
        raise AssertionError("usable() gave no candidate")

    def prepare(self, registry: Registry, names: Iterable[str]) -> None:
        """Start loading the backends that calls of these tools will use, each room by itself, without waiting."""
        rooms: dict[str, list[tuple[Tool, Backend]]] = {}
        for name in names:
            try:
                tool = registry.get(name)
                candidate = self.chooser.usable(tool)[0]
            except IntermodalError:
                continue  # the call itself will say what is wrong
            if candidate.backend.room and not candidate.to_fetch and self.source(name):
                rooms.setdefault(candidate.backend.room, []).append((tool, candidate.backend))
        for wanted in rooms.values():
            threading.Thread(target=self._preload, args=(wanted,), daemon=True).start()

    def close(self) -> None:
        """End the workers."""
        self._workers.close()

    def _preload(self, wanted: list[tuple[Tool, Backend]]) -> None:
        for tool, backend in wanted:
            try:
                self._in_worker(tool, backend, None, Place(step=""), self.scratch())
            except (IntermodalError, TimeIsUp, WorkerDied, RuntimeError):
                return  # the call itself will meet the same error, and report it

    def _timed(self, tool: Tool, candidate: Candidate, arguments: Mapping[str, Any], place: Place) -> Any:
        """One backend's call, counted for or against it; a verdict of the tool on its input says nothing about it."""
        begun = time.monotonic()
        worked: bool | None = None
        try:
            value = self._patiently(tool, candidate, arguments, place)
            worked = True
            return value
        except (_Broken, ToolError) as error:
            if isinstance(error, _Broken) or isinstance(error.__cause__, TryAgain):
                worked = False
            raise
        finally:
            if worked is not None and not self.cancelled():
                seconds = time.monotonic() - begun
                self.chooser.measured.add(tool.name, candidate.backend.name, ok=worked, seconds=seconds)

    def _patiently(self, tool: Tool, candidate: Candidate, arguments: Mapping[str, Any], place: Place) -> Any:
        """One backend, with retries when the tool itself asks to be tried again."""
        for attempt in itertools.count():
            try:
                return self._once(tool, candidate, arguments, place)
            except TryAgain as error:
                if attempt == RETRIES:
                    raise ToolError(f"{error} (tried {RETRIES + 1} times)") from error
                self._say_retry(tool, candidate.backend, place, str(error))
                time.sleep(PAUSE * 2**attempt)
        raise AssertionError("unreachable")

    def _say_retry(self, tool: Tool, backend: Backend, place: Place, reason: str) -> None:
        self.emit(events.StepRetried(step=place.step, tool=tool.name, backend=backend.name, reason=reason))

    def _once(self, tool: Tool, candidate: Candidate, arguments: Mapping[str, Any], place: Place) -> Any:
        backend = candidate.backend
        try:
            self._fetch(candidate.to_fetch)
            if backend.room and self.source(tool.name) is not None:
                return self._in_worker(tool, backend, arguments, place, self.scratch())
            return run(tool, backend, arguments, self._context(place, self.scratch()))
        except TimeIsUp:
            limit = self.time_limit or backend.time_limit
            raise _Broken(f"{backend.name} took longer than {limit:g} s and was stopped") from None
        except WorkerDied as error:
            raise _Broken(f"{backend.name} crashed ({error})") from error
        except (BackendUnavailable, WeightsError) as error:
            raise _Broken(str(error)) from error
        except IntermodalError:
            raise
        except Exception as error:  # a bug in a tool fails that call alone
            raise _Broken(f"{backend.name}: {error or type(error).__name__}") from error

    def _in_worker(
        self, tool: Tool, backend: Backend, arguments: Mapping[str, Any] | None, place: Place, folder: Path
    ) -> Any:
        source = self.source(tool.name)
        assert source is not None
        weights = {name: self.chooser.store.path(name) for name in backend.weights}
        job = Job(
            source=source,
            backend=backend.name,
            arguments=arguments,
            folder=folder,
            seed=self.seed,
            weights=weights,
            settings=self.settings,
        )
        ctx = self._context(dataclasses.replace(place, depth=place.depth + 1), folder)
        room = f"{backend.room}+{place.depth}" if place.depth else backend.room
        limit = self.time_limit or backend.time_limit
        return self._workers.run(
            room, job, limit=limit, answer=lambda message: _answer(ctx, message), cancelled=self.cancelled
        )

    def _context(self, place: Place, folder: Path) -> Context:
        def call(tool: str, **arguments: Any) -> Any:
            return self.call_inner(tool, arguments, place)

        def report(done: float, total: float | None, unit: str) -> None:
            self.emit(events.StepProgress(step=place.step, done=done, total=total, unit=unit))

        return Context(
            folder=folder,
            seed=self.seed,
            controller=self.controller(),
            call=call,
            weights=self._fetch_one,
            report=report,
            cancelled=self.cancelled,
            settings=self.settings,
        )

    def _fetch(self, names: Iterable[str]) -> None:
        for name in names:
            self._fetch_one(name)

    def _fetch_one(self, name: str) -> Path:
        def report(done: float, total: float | None, _unit: str) -> None:
            self.emit(events.Fetching(name=name, done=int(done), total=int(total or 0)))

        with self._fetching:  # one download at a time; whoever comes second finds it there
            return self.chooser.store.fetch(name, report=report, cancelled=self.cancelled)


def _answer(ctx: Context, message: tuple[Any, ...]) -> Any:
    """What the agent answers to a worker's message."""
    match message:
        case ("progress", done, total, unit):
            return ctx.report(done, total, unit)
        case ("write", prompt, options):
            return ctx.need_controller().write(prompt, **options)
        case ("call", tool, given):
            return ctx.need_call()(tool, **given)
        case ("weights", name):
            assert ctx.weights is not None
            return ctx.weights(name)
    raise AssertionError(f"a worker sent {message[0]!r}")
