"""One request, from its start to its end: the plan is run, steps and costs are gathered, the answer is put together."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..tools.errors import Cancelled, IntermodalError, ToolError
from ..tools.kinds import Kind
from ..tools.values import File
from . import events, rounds
from .engine.attempts import Place
from .engine.executor import Step
from .made import Foreseen, Made
from .plan import CallRequest, Checked, Surroundings, run
from .rounds import Round

if TYPE_CHECKING:
    from .artifacts import Artifact
    from .respond import Response
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
        plan: The plan that ran, as text; empty when none was needed. After a second plan: both as one program.
        steps: Every tool call, in the order in which they ended.
        artifacts: The files that were made.
        values: The plan's names and what they hold.
        cost: What it cost.
        error: What went wrong; empty when nothing did.
        mode: How the request was served: "plan", "react" or "auto"; empty for a plan that was given.
        replanned: Why another plan was asked for; empty when none was.
    """

    text: str
    plan: str = ""
    steps: tuple[Step, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    cost: Cost = Cost()
    error: str = ""
    mode: str = ""
    replanned: str = ""

    @property
    def ok(self) -> bool:
        """Whether every step gave its result, or was made good by a later one."""
        return not self.error

    def __str__(self) -> str:
        return self.text

    def to_json(self) -> dict[str, Any]:
        """The document that `--json` prints."""
        from dataclasses import asdict

        return {
            "answer": self.text,
            "plan": self.plan,
            "mode": self.mode or None,
            "replanned": self.replanned or None,
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
        self._rounds: list[Round] = []
        self._before = Made(runtime.signatures())  # calls of earlier rounds
        self._now = Made(self._before.tools)
        self._numbered = 0
        runtime.executor.steps.clear()

    @property
    def values(self) -> Mapping[str, Any]:
        """What the names of all plans so far hold."""
        return rounds.values(self._rounds)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of all plans so far that count: all but those that failed and were made good."""
        return rounds.standing(self._rounds)

    @property
    def every_step(self) -> tuple[Step, ...]:
        """The steps of all plans so far."""
        return tuple(self._runtime.executor.steps)

    @property
    def last_steps(self) -> tuple[Step, ...]:
        """The steps of the last plan."""
        return self._rounds[-1].steps

    @property
    def program(self) -> str:
        """All plans so far as one program."""
        return rounds.program(self._rounds)

    def emit(self, event: events.Event) -> None:
        """Tell the session's listener."""
        self._runtime.emit(event)

    def cancelled(self) -> bool:
        """Whether the person has stopped it."""
        return self._runtime.stop.is_set()

    def foresee(self, checked: Checked, names: Mapping[str, Any]) -> Foreseen:
        """What running a plan would call, against what was called before."""
        return self._before.foresee(checked, Surroundings(names={**names, **self.values}, resolve=self._resolve))

    def execute(
        self, checked: Checked, inputs: Mapping[str, Any], names: Mapping[str, Any], resolve: Resolve | None = None
    ) -> Mapping[str, Any]:
        """Run a plan that has passed the checks; failed calls are among the steps, and block only what needs them.

        A plan that follows another one may use its names, and makes none of its calls again.

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
        begun = len(executor.steps)
        around = Surroundings(
            names={**names, **self.values},
            resolve=resolve or self._resolve,
            on_blocked=self._block,
            cancelled=self._runtime.stop.is_set,
        )
        result = run(checked, self._call, inputs, around)
        if result.cancelled or self._runtime.stop.is_set():
            raise Cancelled(f"Stopped. {self.kept()}")
        for failure in result.failed:
            if not failure.call:
                executor.note(f"line {failure.line}", failure.message)
        self._rounds.append(Round(checked=checked, values=result.values, steps=tuple(executor.steps[begun:])))
        self._numbered += len(checked.calls)
        self._before.learn(self._now)
        return result.values

    def respond(self, request: str, *, composed: bool) -> Response:
        """What to answer; `composed` has the controller write it, else the results are shown plainly."""
        from .respond import respond

        if composed:
            self._runtime.emit(events.Answering())
        return respond(
            request,
            self.steps,
            self._runtime.workspace.artifacts,
            self._runtime.controller() if composed else None,
            passed_on=rounds.passed_on(self._rounds),
            cancelled=self._runtime.stop.is_set,
        )

    def answer(self, text: str, *, unfinished: str = "") -> Answer:
        """The answer with all that belongs to it; `unfinished` tells what else keeps the request from being served."""
        failed = [f"{step.tool}: {step.error}" for step in self.steps if step.error and not step.parent]
        instead = [
            f"Instead of {step.call}, which failed ({step.error}): {other.call}."
            for step, other in rounds.replaced(self._rounds)
        ]
        said = "\n".join(part for part in (text, *instead, unfinished) if part)
        return self._finish(said, "; ".join([*failed, *([unfinished] if unfinished else [])]))

    def reply(self, text: str) -> Answer:
        """The answer to a request that needed no plan."""
        return self._finish(text, "")

    def kept(self) -> str:
        """What a request that is stopped leaves."""
        made = ", ".join(str(artifact.path) for artifact in self._made())
        return f"What was made is kept: {made}" if made else "Nothing had been made yet."

    def _finish(self, text: str, error: str) -> Answer:
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
        return Answer(
            text=text,
            plan=self.program,
            steps=self.every_step,
            artifacts=made,
            values=self.values,
            cost=cost,
            error=error,
        )

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
        key = self._before.key(call)
        if key in self._before.results:
            return self._before.results[key]
        if key in self._before.failed:
            self._block(call, "the same call before it")
            raise ToolError(self._before.failed[key])
        try:
            value = self._runtime.executor.call(call.tool, call.arguments, self._place(call))
        except IntermodalError as error:
            self._now.failed[key] = str(error)
            raise
        self._now.results[key] = value
        return value

    def _block(self, call: CallRequest, cause: str) -> None:
        self._runtime.executor.block(call.tool, self._place(call), cause)

    def _place(self, call: CallRequest) -> Place:
        """Where a call stands; calls are counted through all plans of the request."""
        number, bracket, rounds_of_loops = call.id.partition("[")
        step = f"{int(number) + self._numbered}{bracket}{rounds_of_loops}"
        return Place(step=step, target=call.target, comment=call.comment)

    def _made(self) -> tuple[Artifact, ...]:
        found = self._runtime.workspace.artifacts
        return tuple(artifact for artifact in found if artifact.made_by and artifact.handle not in self._known)

    def _resolve(self, text: str, _kind: Kind) -> File:
        return self._runtime.workspace.get(text).file
