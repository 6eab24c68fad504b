"""`intermodal run`: a plan from a file, its inputs given as options of the same names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from ...tools.errors import InputError
from . import options


def run(
    context: typer.Context,
    plan: Annotated[Path, typer.Argument(help="The plan's file.")],
    output: options.Output = "",
    model: options.Model = "",
    backend: options.Backends = options.NONE,
    tools: options.Tools = options.NO_PATHS,
    seed: options.Seed = 0,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,  # noqa: ARG001 (read by main)
) -> None:
    """Run a plan without a language model choosing anything.

    The plan's inputs become options: a plan that begins with `photo: Image` is run with --photo FILE.
    """
    from .interruptible import interruptible
    from .terminal import Terminal

    settings = options.configure(output=output, model=model, backends=backend, tools=tools, seed=seed)
    inputs = pairs(context.args)
    with Terminal(quiet=quiet, silent=as_json) as terminal, options.open_agent(settings, terminal.show) as agent:
        answer = interruptible(agent, lambda: agent.run(plan, inputs))
        terminal.done()
        typer.echo(json.dumps(answer.to_json(), indent=2, ensure_ascii=False) if as_json else answer.text)
    if not answer.ok:
        raise typer.Exit(1)


def pairs(words: list[str]) -> dict[str, str]:
    """Read `--name value` and `--name=value` words as a plan's inputs.

    Raises:
        InputError: A word is not part of such a pair.
    """
    found: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        if not word.startswith("--") or word == "--":
            raise InputError(f"{word!r} is not expected here. A plan's inputs are given as --NAME VALUE.")
        name, equals, value = word[2:].partition("=")
        if not equals:
            following = next(rest, None)
            if following is None:
                raise InputError(f"--{name} needs a value.")
            value = following
        found[name.replace("-", "_")] = value
    return found
