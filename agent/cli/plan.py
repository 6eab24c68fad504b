"""`intermodal plan`: the plan for a request, without running it."""

from __future__ import annotations

from typing import Annotated

import typer

from . import options


def plan(
    request: Annotated[str, typer.Argument(help="What you want, in your own words.")],
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files that it is about.")] = options.NONE,
    graph: options.Graph = options.GraphForm.NONE,
    model: options.Model = "",
    tools: options.Tools = options.NO_PATHS,
    quiet: options.Quiet = False,
    debug: options.Debug = False,  # noqa: ARG001 (read by main)
) -> None:
    """Print the plan for a request; run nothing. Save it to a file, and `intermodal run` runs it."""
    from .interruptible import interruptible
    from .terminal import Terminal

    settings = options.configure(model=model, tools=tools)
    with Terminal(quiet=quiet) as terminal, options.open_agent(settings, terminal.show) as agent:
        planned = interruptible(agent, lambda: agent.plan(request, files))
        terminal.done()
        if planned.checked is None:
            typer.echo(planned.reply, err=True)
            raise typer.Exit(3)
        typer.echo(planned.checked.source.rstrip())
        typer.echo(options.drawn(planned.checked, graph), nl=False)
