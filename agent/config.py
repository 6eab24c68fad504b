"""What the person has set: the config file, then environment variables, then what a command says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from ..tools import places
from ..tools.errors import InputError, did_you_mean

OUTPUT = "intermodal-out"
RULE, LLM = "rule", "llm"
PLAN, REACT, AUTO = MODES = ("plan", "react", "auto")


@dataclass(frozen=True, kw_only=True)
class Config:
    """The settings of an agent.

    Args:
        model: The controller, as `open_controller` names them; "" is the embedded one.
        output: The folder for produced files.
        tools: Files and folders with plug-in tools.
        backends: Pins, {tool: backend}.
        settings: Handed to tools, {name: value}; tools document what they read.
        weights: {name: folder} of model weights that the person keeps elsewhere; the weights store reads them.
        seed: For whatever is random in tools.
        time_limit: Seconds one tool call may take; None for each backend's own.
        selection: Who chooses among a tool's usable backends: "rule" (tools/backends.py), or "llm", the controller.
        mode: How requests are served: "plan", "react" or "auto" (agent/modes.py).

    Raises:
        InputError: `selection` or `mode` is something else.
    """

    model: str = ""
    output: str = OUTPUT
    tools: tuple[str, ...] = ()
    backends: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    weights: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    time_limit: float | None = None
    selection: str = RULE
    mode: str = PLAN

    def __post_init__(self) -> None:
        if self.selection not in (RULE, LLM):
            raise InputError(f'The setting "selection" is {self.selection!r}, and must be "{RULE}" or "{LLM}".')
        known_mode(self.mode)


def known_mode(name: str) -> str:
    """The name itself, when there is such a mode.

    Raises:
        InputError: There is not.
    """
    if name in MODES:
        return name
    raise InputError(f"There is no mode {name!r}.{did_you_mean(name, MODES)}")


_KINDS: dict[str, tuple[type, ...]] = {
    "model": (str,),
    "output": (str,),
    "tools": (list,),
    "backends": (dict,),
    "settings": (dict,),
    "weights": (dict,),
    "seed": (int,),
    "time_limit": (int, float),
    "selection": (str,),
    "mode": (str,),
}


def load() -> Config:
    """The config file's settings (defaults where there is none), with INTERMODAL_MODEL on top.

    Raises:
        InputError: The file can't be read, or has a setting that does not exist or is of the wrong kind.
    """
    path, values = places.config_file(), places.config()
    known = [item.name for item in fields(Config)]
    for name, value in values.items():
        if name not in known:
            raise InputError(f"{str(path)!r} sets {name!r}, which is no setting.{did_you_mean(name, known)}")
        if not isinstance(value, _KINDS[name]):
            wanted = " or ".join(kind.__name__ for kind in _KINDS[name])
            raise InputError(f"{str(path)!r}: {name!r} is {value!r}, and must be of type {wanted}.")
    if "tools" in values:
        values["tools"] = tuple(str(Path(str(item)).expanduser()) for item in values["tools"])
    if os.environ.get("INTERMODAL_MODEL"):
        values["model"] = os.environ["INTERMODAL_MODEL"]
    return Config(**values)
