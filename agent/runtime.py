"""The parts of one agent, put together; the costly ones are made when first needed."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tools.backends import Chooser
from ..tools.contract import Signature
from ..tools.errors import ControllerError, InputError, WeightsError, did_you_mean
from ..tools.registry import Registry
from ..tools.weights import Store
from . import events
from .artifacts import Workspace
from .config import LLM, Config
from .controller import Usage
from .engine.attempts import Attempts
from .engine.executor import Executor
from .selection import Adviser

if TYPE_CHECKING:
    from .controller import ChatController
    from .stepping import Stepper

NO_MODEL = "none"
MEANING = "minilm-l6"


class Runtime:
    """What an agent is made of.

    Args:
        config: Its settings.
        registry: Its tools.
        emit: Receives every event.
        controller: A language model that is open already and stays its owner's to close; None to open the config's.

    Raises:
        InputError: A pin names a tool or backend that does not exist.
    """

    def __init__(
        self,
        config: Config,
        registry: Registry,
        emit: events.Listener = events.ignore,
        controller: ChatController | None = None,
    ) -> None:
        self.config = config
        self.registry = registry
        self.emit = emit
        self.stop = threading.Event()
        self.store = Store()
        self._scratch = Path(tempfile.mkdtemp(prefix="intermodal-"))
        self.workspace = Workspace(self._scratch, Path(config.output))
        self.chooser = Chooser(
            self.store,
            pins=config.backends,
            controller=config.model != NO_MODEL,
            advise=Adviser(self.controller) if config.selection == LLM else None,
        )
        self._check_pins()
        attempts = Attempts(
            chooser=self.chooser,
            scratch=lambda: Path(tempfile.mkdtemp(dir=self._scratch)),
            source=registry.source,
            controller=self._words,
            emit=emit,
            cancelled=self.stop.is_set,
            seed=config.seed,
            settings=config.settings,
            time_limit=config.time_limit,
        )
        self.executor = Executor(registry, attempts, self.workspace, emit)
        self._lock = threading.Lock()
        self._controller, self._lent = controller, controller is not None
        self._planner: Stepper | None = None

    def controller(self) -> ChatController:
        """The language model, loaded when first asked for.

        Raises:
            ControllerError: There is none, or it can't be reached.
        """
        from .controller import open_controller

        if self.config.model == NO_MODEL:
            raise ControllerError("This needs a language model, and --model none rules one out.")
        with self._lock:
            if self._controller is None:
                self.emit(events.Loading(what=self.config.model or "the embedded language model"))
                self._controller = open_controller(
                    self.config.model, store=self.store, report=self._fetching, cancelled=self.stop.is_set
                )
            return self._controller

    def planner(self) -> Stepper:
        """The planner over all tools."""
        from .stepping import Stepper

        controller = self.controller()
        with self._lock:
            if self._planner is None:
                self._fetch_meaning()
                self._planner = Stepper(controller, {tool.name: tool for tool in self.registry.tools()})
            return self._planner

    def signatures(self) -> dict[str, Signature]:
        """The signatures of all tools, by name."""
        return {tool.name: tool.signature for tool in self.registry.tools()}

    def usage(self) -> Usage:
        """What the controller was asked so far."""
        return self._controller.usage if self._controller is not None else Usage()

    def close(self) -> None:
        """End workers and the embedded model, and remove scratch files."""
        self.stop.set()
        self.executor.close()
        if self._controller is not None and not self._lent:
            self._controller.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _fetch_meaning(self) -> None:
        """Have the weights that tell which tools a text may mean; without them the planner goes by words."""
        try:
            self.store.fetch(MEANING, report=self._fetching_meaning, cancelled=self.stop.is_set)
        except WeightsError:
            return

    def _fetching_meaning(self, done: float, total: float | None, _unit: str) -> None:
        self.emit(events.Fetching(name=MEANING, done=int(done), total=int(total or 0)))

    def _words(self) -> _Words | None:
        return None if self.config.model == NO_MODEL else _Words(self)

    def _fetching(self, done: float, total: float | None, _unit: str) -> None:
        self.emit(events.Fetching(name="the language model", done=int(done), total=int(total or 0)))

    def _check_pins(self) -> None:
        for name in self.config.backends:
            known = self.registry.names()
            if name not in known:
                raise InputError(f"There is no tool {name!r} to pin a backend of.{did_you_mean(name, known)}")
            self.chooser.candidates(self.registry.get(name))


class _Words:
    """The controller for tools: the language model is loaded only when a tool says something to it."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def write(
        self,
        prompt: str,
        *,
        system: str = "",
        max_tokens: int = 400,
        grammar: str | None = None,
        schema: Mapping[str, Any] | None = None,
    ) -> str:
        """See `tools.context.Controller`."""
        controller = self._runtime.controller()
        return controller.write(prompt, system=system, max_tokens=max_tokens, grammar=grammar, schema=schema)
