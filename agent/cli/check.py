"""`intermodal check`: what is wrong with a plan, as a compiler would print it; and its data flow."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...tools.errors import PlanError
from . import listing, options

if TYPE_CHECKING:
    from ..plan import Checked


def check(
    plan: Annotated[Path, typer.Argument(help="The plan's file.")],
    graph: options.Graph = options.GraphForm.NONE,
    canonical: Annotated[bool, typer.Option("--print", help="Print the plan in canonical form.")] = False,
    tools: options.Tools = options.NO_PATHS,
    as_json: options.AsJson = False,
) -> None:
    """Check a plan without running it. Exits with 3 when it can't run."""
    from ...tools.registry import Registry
    from ..given import kind_of, read_plan
    from ..plan import Problem, parse, render
    from ..plan import check as checked_plan

    registry = Registry()
    for path in options.configure(tools=tools).tools:
        registry.add_path(path)
    source = read_plan(plan)
    checked: Checked | None = None
    problems: tuple[Problem, ...] = ()
    try:
        signatures = {tool.name: tool.signature for tool in registry.tools()}
        checked = checked_plan(parse(source), signatures, files=None, look=kind_of)
        problems = checked.problems
    except PlanError as error:
        problems = tuple(problem for problem in error.problems if isinstance(problem, Problem))
        if not problems:
            raise
    fit = checked is not None and checked.ok
    if as_json:
        listing.print_json({"ok": fit, "problems": [asdict(problem) for problem in problems]})
    else:
        if problems:
            typer.echo(render(problems, source, str(plan)), err=True)
        if checked is not None and checked.ok:
            if canonical:
                typer.echo(checked.source.rstrip())
            typer.echo(options.drawn(checked, graph), nl=False)
            calls = "1 tool call" if len(checked.calls) == 1 else f"{len(checked.calls)} tool calls"
            typer.echo(f"{plan}: a valid plan of {calls}.", err=True)
    if not fit:
        raise typer.Exit(3)
