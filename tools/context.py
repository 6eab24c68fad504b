"""What a tool may ask of the run that calls it: `ctx`, handed to any tool that has a parameter of that name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from .errors import Cancelled, ToolError

WANTED = "wanted"  # the folder of files whose names the person asked for


class Controller(Protocol):
    """The language model, as far as tools need it."""

    def write(
        self,
        prompt: str,
        *,
        system: str = "",
        max_tokens: int = 400,
        grammar: str | None = None,
        schema: Mapping[str, Any] | None = None,
    ) -> str:
        """The model's reply to one prompt.

        Args:
            prompt: What is said to it.
            system: What is said to it first, as instruction.
            max_tokens: Where the reply is cut off.
            grammar: GBNF that the reply must follow, where the model takes one (else `schema` and care are needed).
            schema: JSON schema that the reply must follow, where the model takes one.

        Raises:
            ControllerError: It can't be reached, or gave nothing.
        """
        ...  # pragma: no cover


def _ignore(*_: object) -> None:
    """Progress that nobody watches."""


@dataclass
class Context:
    """One call's surroundings.

    Args:
        folder: Where the tool may write files.
        seed: For whatever is random in it.
        controller: The language model, or None when there is none at hand.
        call: Runs another tool by name with keyword arguments, and returns its result.
        weights: The folder of a set of model weights, by its name in models.toml; fetched when missing.
        report: Receives (done, total, unit) from `progress`.
        cancelled: Whether the person has stopped the run.
    """

    folder: Path
    seed: int = 0
    controller: Controller | None = None
    call: Callable[..., Any] | None = None
    weights: Callable[[str], Path] | None = None
    report: Callable[[float, float | None, str], None] = _ignore
    cancelled: Callable[[], bool] = field(default=lambda: False)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def progress(self, done: float, total: float | None = None, unit: str = "") -> None:
        """Say how far the work is; stops the tool when the run was cancelled.

        Raises:
            Cancelled: The person has stopped the run.
        """
        if self.cancelled():
            raise Cancelled("Stopped.")
        self.report(done, total, unit)

    def need_controller(self) -> Controller:
        """The controller, for a tool that can't do without.

        Raises:
            ToolError: There is none at hand.
        """
        if self.controller is None:
            raise ToolError("This tool needs a language model, and none is at hand. Name one with --model.")
        return self.controller

    def need_call(self) -> Callable[..., Any]:
        """The way to run other tools, for a tool that is made of them.

        Raises:
            ToolError: This tool was called outside an agent.
        """
        if self.call is None:
            raise ToolError("This tool calls other tools, so it runs only inside an agent (`Agent().run(...)`).")
        return self.call

    def new_file(self, name: str, *, wanted: bool = False) -> Path:
        """A free path in the run's folder: `name`, or with a number before its ending when that is taken.

        Args:
            name: The file's name, with its ending.
            wanted: The person asked for this very name; else the agent names the file after its place in the plan.
        """
        folder = self.folder / WANTED if wanted else self.folder
        folder.mkdir(exist_ok=True)
        path, number = folder / name, 2
        while path.exists():
            path, number = folder / f"{Path(name).stem}-{number}{Path(name).suffix}", number + 1
        return path
