"""`intermodal tools`: what the agent can do, and by which backends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import listing, options

if TYPE_CHECKING:
    from ...tools.backends import Candidate, Chooser
    from ...tools.contract import Tool


def tools(
    name: Annotated[str, typer.Argument(help="Show one tool whole: parameters, example, backends.")] = "",
    more: options.Tools = options.NO_PATHS,
    as_json: options.AsJson = False,
) -> None:
    """List the tools; with a name, show one."""
    from ...tools.backends import Chooser
    from ...tools.contract import MEDIA
    from ...tools.registry import Registry
    from ...tools.weights import Store

    settings = options.configure(tools=more)
    registry = Registry()
    for path in settings.tools:
        registry.add_path(path)
    chooser = Chooser(Store(), pins=settings.backends)
    if name:
        _show(registry.get(name), chooser, as_json)
        return
    found = sorted(registry.tools(), key=lambda tool: (MEDIA.index(tool.medium), tool.name))
    for owner, problem in registry.broken.items():
        typer.echo(f"Left out {owner}: {problem}", err=True)
    if as_json:
        listing.print_json([_row(tool, chooser.candidates(tool)) for tool in found])
        return
    for medium in dict.fromkeys(tool.medium for tool in found):
        typer.echo(f"\n{medium}")
        rows = [_line(tool, chooser) for tool in found if tool.medium == medium]
        listing.print_table(rows, ("name", "runs by", "what it does"))
    typer.echo("\n`intermodal tools NAME` shows a tool's parameters, backends and an example.")


def _line(tool: Tool, chooser: Chooser) -> dict[str, str]:
    best = chooser.candidates(tool)[0]
    return {"name": tool.name, "runs by": _state(best), "what it does": tool.signature.summary}


def _state(candidate: Candidate) -> str:
    if not candidate.usable:
        return "- (see below)" if not candidate.missing else "not here"
    return f"{candidate.backend.name}{' (fetches weights)' if candidate.to_fetch else ''}"


def _row(tool: Tool, candidates: list[Candidate]) -> dict[str, Any]:
    from ...tools.backends import why_first
    from ...tools.schema import of_signature

    signature = tool.signature
    return {
        "name": tool.name,
        "signature": str(signature),
        "summary": signature.summary,
        "medium": tool.medium,
        "owner": tool.owner,
        "description": signature.description,
        "example": signature.example,
        "parameters": of_signature(signature),
        "backends": [_backend(candidate) for candidate in candidates],
        "why_first": why_first(candidates),
    }


def _backend(candidate: Candidate) -> dict[str, Any]:
    backend, record = candidate.backend, candidate.record
    return {
        "name": backend.name,
        "usable": candidate.usable,
        "missing": list(candidate.missing),
        "to_fetch": list(candidate.to_fetch),
        "pinned": candidate.pinned,
        "licence": backend.licence,
        "memory_mb": backend.memory,
        "sends_to": backend.sends_to or "nowhere",
        "deterministic": backend.deterministic,
        "quality": backend.quality,
        "time_limit_s": backend.time_limit,
        "calls": record.calls,
        "failures": record.failures,
        "seconds": round(record.seconds, 3),
    }


def _show(tool: Tool, chooser: Chooser, as_json: bool) -> None:
    from ...tools.backends import why_first

    candidates = chooser.candidates(tool)
    if as_json:
        listing.print_json(_row(tool, candidates))
        return
    signature = tool.signature
    typer.echo(f"{signature}\n\n{signature.summary}")
    if signature.description:
        typer.echo(f"\n{signature.description}")
    if signature.parameters:
        typer.echo("")
        rows = [{"parameter": str(parameter), "": parameter.help} for parameter in signature.parameters]
        listing.print_table(rows, ("parameter", ""))
    if signature.returns:
        typer.echo(f"\nReturns: {signature.returns}")
    if signature.example:
        typer.echo(f"\nExample: {signature.example}")
    why = why_first(candidates)
    typer.echo("\nBackends, in the order in which they are tried:")
    listing.print_table(
        [_card(candidate) for candidate in candidates], ("backend", "here", "licence", "data goes", "notes")
    )
    if why:
        typer.echo(f"{candidates[0].backend.name} is tried first: {why}.")


def _card(candidate: Candidate) -> dict[str, str]:
    backend, record = candidate.backend, candidate.record
    notes = list(candidate.missing)
    notes += [f"fetches {name} first" for name in candidate.to_fetch]
    notes += ["pinned"] if candidate.pinned else []
    notes += (
        [f"{record.calls} calls here, {record.success:.0%} well, {record.seconds:.2f} s each"] if record.calls else []
    )
    notes += [] if backend.deterministic else ["results vary"]
    return {
        "backend": backend.name,
        "here": "yes" if candidate.usable else "no",
        "licence": backend.licence,
        "data goes": backend.sends_to or "nowhere",
        "notes": "; ".join(notes),
    }
