"""The agent: the few verbs that people call. One request flows plan -> check -> execute -> observe -> answer.

An agent is like a notebook: files and results of earlier requests keep their names, so that later ones can use them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..tools.contract import Tool
from ..tools.errors import InputError
from ..tools.registry import Registry
from . import events
from .config import OUTPUT, PLAN, RULE, Config, known_mode
from .conversation import Conversation
from .request import Answer, Cost, Request

if TYPE_CHECKING:
    from .artifacts import Artifact
    from .controller import ChatController
    from .modes import Wanted
    from .planned import Planned
    from .stepping import Stepper

LONGEST_REQUEST = 20_000  # characters


class Agent:
    """An LLM-as-controller agent over files.

    Args:
        model: The controller: "" or "local" (embedded), "openai:NAME", "ollama:NAME", ...; or an opened one, which
            stays yours to close.
        output: The folder for produced files; made when the first one is.
        tools: Tools of yours: `@tool` functions, or paths of files and folders that hold some.
        backends: Pins, {tool: backend}.
        on_event: Receives every event (agent/events.py), from any thread.
        settings: Handed to tools.
        seed: For whatever is random in tools.
        time_limit: Seconds that one tool call may take; None for each backend's own.
        selection: Who chooses among a tool's usable backends: "rule", or "llm" for the controller, by their cards.
        mode: How requests are served: "plan" whole; "react", one call at a time; "auto", with one more plan when the
            first did not do it.

    Raises:
        InputError: A path, pin, selection, mode or model name can't be used.
        SignatureError: Two tools have the same name.
    """

    def __init__(
        self,
        model: str | ChatController = "",
        *,
        output: str | Path = OUTPUT,
        tools: Sequence[Tool | str | Path] = (),
        backends: Mapping[str, str] | None = None,
        on_event: events.Listener = events.ignore,
        settings: Mapping[str, Any] | None = None,
        seed: int = 0,
        time_limit: float | None = None,
        selection: str = RULE,
        mode: str = PLAN,
    ) -> None:
        from .runtime import Runtime

        registry = Registry()
        for item in tools:
            if isinstance(item, Tool):
                registry.add(item)
            else:
                registry.add_path(item)
        config = Config(
            model=model if isinstance(model, str) else model.name,
            output=str(output),
            backends=backends or {},
            settings=settings or {},
            seed=seed,
            time_limit=time_limit,
            selection=selection,
            mode=mode,
        )
        self._mode = config.mode
        self._runtime = Runtime(config, registry, on_event, None if isinstance(model, str) else model)
        self._emit = on_event
        self._conversation = Conversation()
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
            selection=config.selection,
            mode=config.mode,
        )

    @property
    def registry(self) -> Registry:
        """The tools at hand."""
        return self._runtime.registry

    @property
    def mode(self) -> str:
        """How requests are served: "plan", "react" or "auto"; may be set between them.

        Raises:
            InputError: It is set to something else.
        """
        return self._mode

    @mode.setter
    def mode(self, name: str) -> None:
        self._mode = known_mode(name)

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
        self._conversation.brought(artifact)
        if artifact.handle not in known:
            self._emit(events.FileAttached(handle=artifact.handle, path=str(artifact.path), facts=artifact.describe()))
        return artifact

    def plan(self, request: str, files: Sequence[str | Path] = ()) -> Planned:
        """Write the plan for a request without running it.

        Returns:
            Its `source` and `checked` form; or, when no tool is needed or fits, the `reply` that stands instead.

        Raises:
            InputError: A file or the request can't be used.
            PlanError: No valid plan came about.
            ControllerError: The language model can't be reached.
        """
        with self._turn():
            wanted = self._wanted(request, files)
            planned = self._planner(PLAN).plan(
                request,
                files=wanted.files,
                names=wanted.names,
                history=wanted.history,
                cancelled=self._runtime.stop.is_set,
            )
            self._conversation.ended(None, {}, ())
            return planned

    def ask(self, request: str, files: Sequence[str | Path] = ()) -> Answer:
        """Answer a request. Failed steps are told in the answer; only what stops everything is raised.

        Raises:
            InputError, PlanError, ControllerError: As in `plan`.
            Cancelled: `cancel` was called; what is done is kept.
        """
        from .modes import serve
        from .planned import Turn

        with self._turn() as turn:
            wanted = self._wanted(request, files)
            answer, source = serve(self._mode, wanted, self._planner(self._mode), turn)
            said = Turn(request=request, source=source, answer=answer.text)
            self._conversation.ended(said, answer.values, answer.artifacts)
            return answer

    def run(self, plan: str | Path, inputs: Mapping[str, Any] | None = None) -> Answer:
        """Run a plan, given as its text or its file; no language model chooses anything.

        Args:
            plan: The text, or a `Path` of a file that holds it.
            inputs: Values of the plan's inputs by name; a text is converted to what the input asks for.

        Raises:
            InputError: An input is missing, unknown or of the wrong kind; or a file can't be used.
            PlanError: The plan is not valid; `problems` has every one.
            Cancelled: `cancel` was called; what is done is kept.
        """
        from .given import attached, check_given, read_inputs, read_plan

        with self._turn() as turn:
            source = read_plan(plan) if isinstance(plan, Path) else plan
            checked = check_given(source, self._runtime.signatures())
            values = turn.execute(
                checked,
                read_inputs(checked, inputs or {}, self.attach),
                {},
                resolve=lambda text, kind: attached(text, kind, self.attach),
            )
            answer = turn.answer(turn.respond(checked.plan.doc, composed=False).text)
            self._conversation.ended(None, values, answer.artifacts)
            return answer

    @contextmanager
    def _turn(self) -> Iterator[Request]:
        """One request at a time."""
        if not self._busy.acquire(blocking=False):
            raise InputError("This agent is answering another request. Make a second Agent, or wait for the first.")
        try:
            self._runtime.stop.clear()
            yield Request(self._runtime)
        finally:
            self._busy.release()

    def _wanted(self, request: str, files: Sequence[str | Path]) -> Wanted:
        """A request, looked at, with its files attached. Raises InputError."""
        from .modes import Wanted
        from .planned import FileCard

        if not request.strip():
            raise InputError('The request is empty. Say what you want, e.g. "How many people are in this photo?"')
        if len(request) > LONGEST_REQUEST:
            most = f"{LONGEST_REQUEST:,} is the most. Put a long text into a file."
            raise InputError(f"The request has {len(request):,} characters; {most}")
        for file in files:
            self.attach(file)
        scope = self._conversation.scope(request, self.artifacts)
        cards = [
            FileCard(handle=artifact.handle, kind=artifact.kind, line=artifact.describe(), name=artifact.name)
            for artifact in scope.files
        ]
        return Wanted(
            request=request,
            files=cards,
            names=scope.names,
            history=scope.history,
            values=self._conversation.values,
        )

    def _planner(self, mode: str) -> Stepper:
        """The planner, with the model ready."""
        planner = self._runtime.planner()
        self._emit(events.Planning(mode=mode))
        planner.warm(report=self._reading, cancelled=self._runtime.stop.is_set)
        return planner

    def _reading(self, done: float, total: float | None, _unit: str) -> None:
        self._emit(events.Reading(done=int(done), total=int(total or 0)))

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


__all__ = ["Agent", "Answer", "Cost"]
