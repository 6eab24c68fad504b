"""Options that several commands share, and the agent that they describe."""

from __future__ import annotations

import dataclasses
import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...tools.errors import InputError
from .. import config

if TYPE_CHECKING:
    from ...tools.weights import Store
    from ..events import Listener
    from ..plan import Checked
    from ..session import Agent

Output = Annotated[
    str, typer.Option("--output", "-o", metavar="DIR", help="Where produced files go.", show_default=config.OUTPUT)
]
Model = Annotated[
    str,
    typer.Option(
        "--model",
        "-m",
        help="The controller: local, local:FILE.gguf, openai:NAME, ollama:NAME, ...",
        show_default="local",
    ),
]
Backends = Annotated[
    list[str], typer.Option("--backend", "-b", metavar="TOOL=BACKEND", help="Run a tool by this backend. Repeatable.")
]
Tools = Annotated[
    list[Path], typer.Option("--tools", "-t", metavar="FILE|FOLDER", help="Add plug-in tools. Repeatable.")
]
Mode = Annotated[
    str,
    typer.Option(
        "--mode",
        metavar="plan|react|auto",
        help="A whole plan; one call at a time, each after seeing the last one's result; or a plan, "
        "and another one when it fails.",
        show_default=config.PLAN,
    ),
]
Seed = Annotated[int, typer.Option("--seed", help="For whatever is random in tools.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No plan, progress or cost.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks.")]


class GraphForm(str, enum.Enum):
    """How a plan's data flow is drawn."""

    NONE = "none"
    TREE = "tree"
    MERMAID = "mermaid"
    DOT = "dot"


Graph = Annotated[GraphForm, typer.Option("--graph", "-g", help="Draw the data flow.")]
NONE: list[str] = []
NO_PATHS: list[Path] = []


def configure(
    *,
    output: str = "",
    model: str = "",
    backends: list[str] = NONE,
    tools: list[Path] = NO_PATHS,
    seed: int = 0,
    mode: str = "",
) -> config.Config:
    """The config file's settings with what the command line says on top.

    Raises:
        InputError: A setting or option can't be understood.
    """
    settings = config.load()
    return dataclasses.replace(
        settings,
        output=output or settings.output,
        model=model or settings.model,
        backends={**settings.backends, **dict(map(_pin, backends))},
        tools=(*settings.tools, *map(str, tools)),
        seed=seed or settings.seed,
        mode=mode or settings.mode,
    )


def open_agent(settings: config.Config, on_event: Listener) -> Agent:
    """The agent for these settings."""
    from ..session import Agent

    return Agent.from_config(settings, on_event=on_event)


def open_store() -> Store:
    """The store of weights, with the sets that the plug-ins of the config file and of installed packages bring.

    Raises:
        InputError: The config file can't be read.
        WeightsError: A plug-in's list of weights can't be.
    """
    from ...tools.registry import Registry
    from ...tools.weights import Store

    store, registry = Store(), Registry(builtins=False)
    for path in configure().tools:
        registry.add_path(path)
    for tool in registry.tools():
        for backend in tool.candidates():
            if backend.own_catalogue is not None:
                store.add_catalogue(backend.own_catalogue)
    return store


def drawn(checked: Checked, form: GraphForm) -> str:
    """A plan's data flow in that form; empty for NONE."""
    from ..plan import graph

    draw = {GraphForm.TREE: graph.draw, GraphForm.MERMAID: graph.mermaid, GraphForm.DOT: graph.dot}
    return f"\n{draw[form](checked.graph).rstrip()}\n" if form in draw else ""


def _pin(text: str) -> tuple[str, str]:
    tool, equals, backend = text.partition("=")
    if not (tool and equals and backend):
        raise InputError(f"--backend {text!r} can't be understood. Write TOOL=BACKEND, e.g. transcribe=openai-whisper.")
    return tool, backend
