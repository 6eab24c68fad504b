"""The tool calls of one agent: each is attempted, what it made is kept, and it ends in a recorded step."""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ...tools.context import WANTED
from ...tools.contract import Tool
from ...tools.errors import IntermodalError
from ...tools.registry import Registry
from ...tools.values import File
from .. import events
from ..artifacts import MadeBy, Workspace
from .attempts import Attempts, Place
from .shapes import SHOWN, as_text, files_in, map_files, written

REMEMBERED = 200  # results of inner calls


@dataclass(frozen=True, kw_only=True)
class Step:
    """The record of one tool call.

    Args:
        id: Its name within the run; calls made by a composed tool are "parent/number".
        tool, call, backend: What ran, as the plan would write it, and by which backend.
        comment, target: From the plan: the words above the call, and the name given to its result.
        text: How the result reads.
        error: What went wrong; empty when nothing did.
        files: Handles of the files it made.
        seconds: How long it took.
        parent: The step that made this call, if a composed tool did.
        blocked: It was not made, because what it needs failed.
    """

    id: str
    tool: str
    call: str
    comment: str = ""
    target: str = ""
    backend: str = ""
    text: str = ""
    error: str = ""
    files: tuple[str, ...] = ()
    seconds: float = 0.0
    parent: str = ""
    blocked: bool = False

    @property
    def ok(self) -> bool:
        """Whether it gave a result."""
        return not self.error


class Executor:
    """Makes tool calls, and keeps the record of them in `steps`."""

    def __init__(
        self, registry: Registry, attempts: Attempts, workspace: Workspace, emit: events.Listener = events.ignore
    ) -> None:
        self.registry = registry
        self.workspace = workspace
        self.steps: list[Step] = []
        self._attempts = attempts
        self._emit = emit
        self._numbers = itertools.count(1)
        self._known: dict[str, Any] = {}  # results of inner calls
        attempts.call_inner = self._call_inner

    def call(self, name: str, arguments: Mapping[str, Any], place: Place) -> Any:
        """Make one call and return its value, the files in it kept in the workspace.

        Raises:
            IntermodalError: It failed; the step is recorded all the same.
        """
        begun = time.monotonic()
        step = Step(
            id=place.step,
            tool=name,
            call=written(name, arguments),
            comment=place.comment,
            target=place.target,
            parent=place.parent,
        )
        try:
            tool = self.registry.get(name)
            value, backend = self._attempts.run(tool, arguments, place, step.call)
            # what only serves another tool stays in the scratch folder, unless that tool hands it on
            value, files = (value, ()) if place.parent else self._keep(value, tool, backend, arguments, place)
        except IntermodalError as error:
            self._record_failure(dataclasses.replace(step, error=str(error), seconds=time.monotonic() - begun))
            raise
        seconds = time.monotonic() - begun
        self._record(dataclasses.replace(step, backend=backend, text=as_text(value), files=files, seconds=seconds))
        return value

    def prepare(self, names: Iterable[str]) -> None:
        """Start loading what calls of these tools will use, side by side, without waiting for it."""
        self._attempts.prepare(self.registry, names)

    def block(self, name: str, place: Place, cause: str) -> None:
        """Record a call that was not made, because what it needs failed."""
        error = f"not done, because {cause} failed"
        self.steps.append(
            Step(
                id=place.step,
                tool=name,
                call=name,
                comment=place.comment,
                target=place.target,
                error=error,
                blocked=True,
            )
        )
        self._emit(events.StepBlocked(step=place.step, tool=name, cause=cause))

    def note(self, where: str, error: str) -> None:
        """Record something that went wrong in the plan itself, outside any call."""
        self._record_failure(Step(id=where, tool="the plan", call=where, error=error))

    def close(self) -> None:
        """End the workers."""
        self._attempts.close()

    def _call_inner(self, name: str, arguments: Mapping[str, Any], outer: Place) -> Any:
        """A call on behalf of a composed tool; the same one is made once a session (files never change within it)."""
        inner = Place(step=f"{outer.step}/{next(self._numbers)}", parent=outer.step, depth=outer.depth)
        key = f"{name} {sorted((parameter, repr(value)) for parameter, value in arguments.items())}"
        if key in self._known:
            return self._known[key]
        value = self.call(name, arguments, inner)
        if self._repeatable(name) and len(self._known) < REMEMBERED:
            self._known[key] = value
        return value

    def _repeatable(self, name: str) -> bool:
        return self.registry.get(name).deterministic

    def _record(self, step: Step) -> None:
        self.steps.append(step)
        self._emit(
            events.StepFinished(
                step=step.id,
                tool=step.tool,
                backend=step.backend,
                text=step.text,
                files=step.files,
                seconds=step.seconds,
                parent=step.parent,
            )
        )

    def _record_failure(self, step: Step) -> None:
        self.steps.append(step)
        self._emit(
            events.StepFailed(step=step.id, tool=step.tool, error=step.error, seconds=step.seconds, parent=step.parent)
        )

    def _keep(
        self, value: Any, tool: Tool, backend: str, arguments: Mapping[str, Any], place: Place
    ) -> tuple[Any, tuple[str, ...]]:
        """Put every file in a value under the workspace's care; the value comes back with handles in it."""
        parents = tuple(file.handle for argument in arguments.values() for file in files_in(argument) if file.handle)
        parameters = {name: as_text(argument)[:SHOWN] for name, argument in arguments.items()}
        made_by = MadeBy(tool=tool.name, backend=backend, parameters=parameters, parents=parents)
        made: list[str] = []

        def keep(file: File) -> File:
            known = file.handle
            label = file.path.stem if file.path.parent.name == WANTED else place.target or tool.name
            artifact = self.workspace.capture(file, made_by, label)
            if not known:
                made.append(artifact.handle)
                self._emit(
                    events.FileMade(
                        handle=artifact.handle, path=str(artifact.path), facts=artifact.describe(), step=place.step
                    )
                )
            return type(file)(artifact.path, artifact.handle)

        return map_files(value, keep), tuple(made)


__all__ = ["Executor", "Place", "Step"]
