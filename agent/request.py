"""One request, from its start to its end: the plan is run, steps and costs are gathered, the answer is put together."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..tools.errors import Cancelled
from ..tools.kinds import Kind
from ..tools.values import File
from . import events
from .engine.attempts import Place
from .engine.executor import Step
from .plan import CallRequest, Checked, Surroundings, flow, run

if TYPE_CHECKING:
    from .artifacts import Artifact
    from .runtime import Runtime

Resolve = Callable[[str, Kind], File]


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a request cost: controller calls, tokens, seconds of wall time."""

    calls: int = 0
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of a request.

    Args:
        text: The answer, for people.
        plan: The plan that ran, as text; empty when none was needed.
        steps: Every tool call, in the order in which they ended.
        artifacts: The files that were made.
        values: The plan's names and what they hold.
        cost: What it cost.
        error: What went wrong; empty when nothing did.
    """

    text: str
    plan: str = ""
    steps: tuple[Step, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    cost: Cost = Cost()
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether every step gave its result."""
        return not self.error

    def __str__(self) -> str:
        return self.text

    def to_json(self) -> dict[str, Any]:
        """The document that `--json` prints."""
        from dataclasses import asdict

        return {
            "answer": self.text,
            "plan": self.plan,
            "steps": [asdict(step) for step in self.steps],
            "artifacts": [artifact.to_json() for artifact in self.artifacts],
            "cost": asdict(self.cost),
            "error": self.error or None,
        }


class Request:
    """One request while it runs."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._begun = time.monotonic()
        self._usage = runtime.usage()
        self._known = {artifact.handle for artifact in runtime.workspace.artifacts}
        runtime.executor.steps.clear()

    def execute(
        self, checked: Checked, inputs: Mapping[str, Any], names: Mapping[str, Any], resolve: Resolve | None = None
    ) -> Mapping[str, Any]:
        """Run a plan that has passed the checks; failed calls are among the steps, and block only what needs them.

        Args:
            checked: The plan.
            inputs: The values of its inputs.
            names: Values from earlier requests.
            resolve: Finds the file that a text names; among the session's files when not given.

        Returns:
            The plan's names and what they hold.
        """
        executor = self._runtime.executor
        warnings = tuple(map(str, checked.warnings))
        self._runtime.emit(events.PlanReady(source=checked.source, steps=len(checked.calls), warnings=warnings))
        self._runtime.workspace.check_output()
        executor.prepare(call.function for call in checked.calls)
        around = Surroundings(
            names=names,
            resolve=resolve or self._resolve,
            on_blocked=self._block,
            cancelled=self._runtime.stop.is_set,
        )
        result = run(checked, self._call, inputs, around)
        if result.cancelled or self._runtime.stop.is_set():
            raise Cancelled(f"Stopped. {self._kept()}")
        for failure in result.failed:
            if not failure.call:
                executor.note(f"line {failure.line}", failure.message)
        return result.values

    def answer(self, request: str, checked: Checked, values: Mapping[str, Any], *, composed: bool) -> Answer:
        """Put the answer together; `composed` has the controller write it, else the results are shown plainly."""
        from .respond import respond

        steps = tuple(self._runtime.executor.steps)
        if composed:
            self._runtime.emit(events.Answering())
        response = respond(
            request,
            steps,
            self._runtime.workspace.artifacts,
            self._runtime.controller() if composed else None,
            passed_on=frozenset().union(*map(flow.reads, checked.plan.body)),
            cancelled=self._runtime.stop.is_set,
        )
        errors = "; ".join(f"{step.tool}: {step.error}" for step in steps if step.error and not step.parent)
        return self._finish(response.text, checked.source, steps, values, errors)

    def reply(self, text: str) -> Answer:
        """The answer to a request that needed no plan."""
        return self._finish(text, "", (), {}, "")

    def _finish(self, text: str, plan: str, steps: tuple[Step, ...], values: Mapping[str, Any], error: str) -> Answer:
        made = self._made()
        cost = self._cost()
        self._runtime.emit(
            events.Finished(
                ok=not error,
                calls=cost.calls,
                tokens_in=cost.tokens_in,
                tokens_cached=cost.tokens_cached,
                tokens_out=cost.tokens_out,
                seconds=cost.seconds,
                error=error,
                files=tuple(artifact.handle for artifact in made),
            )
        )
        return Answer(text=text, plan=plan, steps=steps, artifacts=made, values=values, cost=cost, error=error)

    def _cost(self) -> Cost:
        seconds = time.monotonic() - self._begun
        used = self._runtime.usage() - self._usage
        return Cost(
            calls=used.calls,
            tokens_in=used.tokens_in,
            tokens_cached=used.tokens_cached,
            tokens_out=used.tokens_out,
            seconds=seconds,
        )

    def _call(self, call: CallRequest) -> Any:
        return self._runtime.executor.call(call.tool, call.arguments, _place(call))

    def _block(self, call: CallRequest, cause: str) -> None:
        self._runtime.executor.block(call.tool, _place(call), cause)

    def _kept(self) -> str:
        made = ", ".join(str(artifact.path) for artifact in self._made())
        return f"What was made is kept: {made}" if made else "Nothing had been made yet."

    def _made(self) -> tuple[Artifact, ...]:
        found = self._runtime.workspace.artifacts
        return tuple(artifact for artifact in found if artifact.made_by and artifact.handle not in self._known)

    def _resolve(self, text: str, _kind: Kind) -> File:
        return self._runtime.workspace.get(text).file


def _place(call: CallRequest) -> Place:
    return Place(step=call.id, target=call.target, comment=call.comment)
