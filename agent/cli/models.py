"""`intermodal models`: the weights of the models that tools and the controller use."""

from __future__ import annotations

from typing import Annotated

import typer

from ...tools.errors import InputError
from . import listing, options

app = typer.Typer(
    help="List, fetch, check and remove model weights.", rich_markup_mode=None, invoke_without_command=True
)
Names = Annotated[list[str], typer.Argument(metavar="NAME...", help="As `intermodal models` lists them.")]
All = Annotated[bool, typer.Option("--all", help="Every one.")]


@app.callback()
def models(context: typer.Context, as_json: options.AsJson = False) -> None:
    """List the weights: name, task, licence, size, state."""
    if context.invoked_subcommand is not None:
        return
    rows = options.open_store().listing()
    if as_json:
        listing.print_json(rows)
        return
    shown = [row | {"size": listing.size(float(str(row["bytes"])))} for row in rows]
    listing.print_table(shown, ("name", "size", "state", "licence", "task"))


@app.command()
def pull(names: Names = options.NONE, everything: All = False) -> None:
    """Fetch weights, verified by their SHA-256; what is there already is left alone."""
    from .terminal import Terminal

    store = options.open_store()
    with Terminal() as terminal:
        chosen = _chosen(names, everything, store.names())
        for number, name in enumerate(chosen, 1):
            folder = store.fetch(name, report=terminal.fetch_report(name), also=chosen[number:])
            terminal.done()
            typer.echo(f"{name}: {folder}")


@app.command()
def path(name: Annotated[str, typer.Argument(help="As `intermodal models` lists them.")]) -> None:
    """Print the folder of a set of weights."""
    typer.echo(options.open_store().path(name))


@app.command()
def remove(names: Names) -> None:
    """Delete weights from the cache."""
    store = options.open_store()
    for name in names:
        freed = store.remove(name)
        typer.echo(f"{name}: removed, {listing.size(freed)}" if freed else f"{name}: was not here")


@app.command()
def verify(names: Names = options.NONE) -> None:
    """Compute the SHA-256 of what is there, and compare it; of all sets that are there when none is named."""
    store = options.open_store()
    for name in names or [name for name in store.names() if store.state(name) == "ready"]:
        store.verify(name)
        typer.echo(f"{name}: as published")


def _chosen(names: list[str], everything: bool, known: list[str]) -> list[str]:
    if everything:
        return known
    if not names:
        raise InputError(f"Name the weights to fetch, or say --all. There is: {', '.join(known)}.")
    return names
