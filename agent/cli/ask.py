"""`intermodal ask`: one request, answered."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from . import options


def ask(
    request: Annotated[str, typer.Argument(help="What you want, in your own words.")],
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files that it is about.")] = options.NONE,
    output: options.Output = "",
    model: options.Model = "",
    backend: options.Backends = options.NONE,
    tools: options.Tools = options.NO_PATHS,
    mode: options.Mode = "",
    seed: options.Seed = 0,
    plan_only: Annotated[bool, typer.Option("--plan-only", help="Print the plan; run nothing.")] = False,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,  # noqa: ARG001 (read by main)
) -> None:
    """Answer one request about files: plan, run the tools, say what came out."""
    from .interruptible import interruptible
    from .terminal import Terminal

    settings = options.configure(output=output, model=model, backends=backend, tools=tools, seed=seed, mode=mode)
    with Terminal(quiet=quiet, silent=as_json) as terminal, options.open_agent(settings, terminal.show) as agent:
        if plan_only:
            planned = interruptible(agent, lambda: agent.plan(request, files))
            terminal.done()
            typer.echo(planned.checked.source.rstrip() if planned.checked else planned.reply)
            return
        answer = interruptible(agent, lambda: agent.ask(request, files))
        terminal.done()
        typer.echo(json.dumps(answer.to_json(), indent=2, ensure_ascii=False) if as_json else answer.text)
    if not answer.ok:
        raise typer.Exit(1)
