"""`intermodal tools`: the list of tools, one of them whole, and the kit for writing one: `new` and `test`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ...tools.errors import InputError
from . import listing, options
from .tools import tools

SHOW = "show"


class NamesToo(TyperGroup):
    """A group in which a word that is no command is a tool's name: `tools speak` is `tools show speak`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As click has it, but for names."""
        return super().resolve_command(ctx, args if args[0] in self.commands else [SHOW, *args])


app = typer.Typer(
    cls=NamesToo,
    help="List the tools; with a tool's NAME, show it whole. `new` and `test` are for writing your own.",
    rich_markup_mode=None,
    invoke_without_command=True,
    subcommand_metavar="[NAME | new NAME | test NAME|FILE]",
)


@app.callback()
def group(context: typer.Context, more: options.Tools = options.NO_PATHS, as_json: options.AsJson = False) -> None:
    """List the tools, or go on to a command."""
    context.obj = (more, as_json)
    if context.invoked_subcommand is None:
        tools("", more, as_json)


@app.command(SHOW)
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="As `intermodal tools` lists it.")],
    more: options.Tools = options.NO_PATHS,
    as_json: options.AsJson = False,
) -> None:
    """Show one tool: parameters, example, backends. The word `show` may be left out."""
    before, json_before = context.obj
    tools(name, [*before, *more], as_json or json_before)


@app.command("new", no_args_is_help=True)
def new(
    name: Annotated[str, typer.Argument(help="The tool's name: lower-case letters, digits, underscores.")],
    folder: Annotated[Path, typer.Option("--folder", "-f", metavar="DIR", help="Where the files go.")] = Path(),
) -> None:
    """Write a plug-in to begin with: NAME.py with a working tool, and its test."""
    from ...tools.skeleton import write_plugin

    plugin, test = write_plugin(name, folder)
    typer.echo(f"{plugin}\n{test}")
    typer.echo(f"Check it with `intermodal tools test {plugin}`; use it with --tools {plugin}.", err=True)


@app.command("test", no_args_is_help=True)
def test(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A tool's name, or a Python file with tools.")],
    model: options.Model = "none",
    as_json: options.AsJson = False,
) -> None:
    """Check a tool: declaration, example, bad inputs, repeatability, time. Exits with 1 when something fails.

    A tool that needs a language model is checked with --model local.
    """
    from ..trial import check_tool
    from .terminal import Terminal

    if what.endswith(".py") and not Path(what).is_file():
        raise InputError(f"There is no file {what!r}.")
    with Terminal() as terminal:
        report = check_tool(what, model=model, on_event=_only_downloads(terminal))
    if as_json or context.obj[1]:
        listing.print_json([vars(finding) for finding in report.findings])
    else:
        rows = [
            {
                "": "ok" if finding.ok else "FAIL",
                "tool": finding.tool,
                "looked at": finding.what,
                "found": finding.detail + (f"  ->  {finding.remedy}" if finding.remedy else ""),
            }
            for finding in report.findings
        ]
        listing.print_table(rows, ("", "tool", "looked at", "found"))
    if not report.ok:
        raise typer.Exit(1)


def _only_downloads(terminal: Any) -> Any:
    from .. import events

    return lambda event: terminal.show(event) if isinstance(event, (events.Fetching, events.Loading)) else None
