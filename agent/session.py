"""The agent: the few verbs that people call. One request flows plan -> check -> execute -> observe -> answer.

An agent is like a notebook: files and results of earlier requests keep their names, so that later ones can use them.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..tools.contract import Tool
from ..tools.registry import Registry
from . import events
from .config import OUTPUT, Config

if TYPE_CHECKING:
    from .artifacts import Artifact
    from .engine.executor import Step
    from .planner import Turn

LONGEST_REQUEST = 20_000  # characters


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


class Agent:
    """An LLM-as-controller agent over files.

    Args:
        model: The controller: "" or "local" (embedded), "openai:NAME", "ollama:NAME", ...
        output: The folder for produced files; made when the first one is.
        tools: Tools of yours: `@tool` functions, or paths of files and folders that hold some.
        backends: Pins, {tool: backend}.
        on_event: Receives every event (agent/events.py), from any thread.
        settings: Handed to tools.
        seed: For whatever is random in tools.
        time_limit: Seconds that one tool call may take; None for each backend's own.

    Raises:
        InputError: A path, pin or model name can't be used.
        SignatureError: Two tools have the same name.
    """

    def __init__(
        self,
        model: str = "",
        *,
        output: str | Path = OUTPUT,
        tools: Sequence[Tool | str | Path] = (),
        backends: Mapping[str, str] | None = None,
        on_event: events.Listener = events.ignore,
        settings: Mapping[str, Any] | None = None,
        seed: int = 0,
        time_limit: float | None = None,
    ) -> None:
        from .runtime import Runtime

        registry = Registry()
        for item in tools:
            if isinstance(item, Tool):
                registry.add(item)
            else:
                registry.add_path(item)
        config = Config(
            model=model,
            output=str(output),
            backends=backends or {},
            settings=settings or {},
            seed=seed,
            time_limit=time_limit,
        )
        self._runtime = Runtime(config, registry, on_event)
        self._emit = on_event
        self._values: dict[str, Any] = {}
        self._history: list[Turn] = []
        self._busy = threading.Lock()

    @classmethod
    def from_config(cls, config: Config, *, on_event: events.Listener = events.ignore) -> Agent:
        """An agent as a config file and a command line describe it."""
        return cls(
            config.model,
            output=config.output,
            tools=config.tools,
            backends=config.backends,
            on_event=on_event,
            settings=config.settings,
            seed=config.seed,
            time_limit=config.time_limit,
        )

    @property
    def registry(self) -> Registry:
        """The tools at hand."""
        return self._runtime.registry

    @property
    def artifacts(self) -> tuple[Artifact, ...]:
        """Every file of this session, attached and made, in order."""
        return tuple(self._runtime.workspace.artifacts)

    def attach(self, path: str | Path) -> Artifact:
        """Give the agent a file; it is read, never changed.

        Raises:
            InputError: It can't be read, or is of no kind that tools take.
        """
        known = {artifact.handle for artifact in self.artifacts}
        artifact = self._runtime.workspace.attach(path)
        if artifact.handle not in known:
            self._emit(events.FileAttached(handle=artifact.handle, path=str(artifact.path), facts=artifact.describe()))
        return artifact

    def plan(self, request: str, files: Sequence[str | Path] = ()) -> str:
        """Write the plan for a request without running it; "" when no tool is needed.

        Raises:
            InputError: A file or the request can't be used.
            PlanError: No valid plan came about.
            ControllerError: The language model can't be reached.
        """
        with self._begin():
            return self._plan(request, files).source

    def ask(self, request: str, files: Sequence[str | Path] = ()) -> Answer:
        """Answer a request. Failed steps are told in the answer; only what stops everything is raised.

        Raises:
            InputError, PlanError, ControllerError, Cancelled: As in `plan`.
        """
        from .planner import Turn

        with self._begin() as request_run:
            planned = self._plan(request, files)
            if planned.checked is None:
                answer = request_run.answer(text=planned.reply)
            else:
                result = request_run.execute(planned.checked, {}, self._values)
                self._values.update(result.values)
                answer = request_run.respond(request, planned.source, result)
            self._history.append(Turn(request=request, source=planned.source, answer=answer.text))
            return answer

    def run(self, plan: str | Path, inputs: Mapping[str, Any] | None = None) -> Answer:
        """Run a plan, given as its text or its file; no language model chooses anything.

        Args:
            plan: The text, or a `Path` of a file that holds it.
            inputs: Values of the plan's inputs by name; text is converted to what each one asks for.

        Raises:
            InputError: An input is missing, unknown or of the wrong kind.
            PlanError: The plan is not valid; `problems` has every one.
        """
        from .plans import check_source, read_inputs, read_plan

        with self._begin() as request_run:
            source = read_plan(plan) if isinstance(plan, Path) else plan
            checked = check_source(
                source, self._runtime.signatures(), name=str(plan) if isinstance(plan, Path) else "plan"
            )
            values = read_inputs(checked, inputs or {}, self.attach)
            result = request_run.execute(checked, values, {})
            return request_run.show(source, result)

    def cancel(self) -> None:
        """Stop what runs now, from any thread; it ends within about a second, and what is done is kept."""
        self._runtime.stop.set()

    def close(self) -> None:
        """End worker processes and the embedded model."""
        self._runtime.close()

    def __enter__(self) -> Agent:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
