"""`intermodal doctor`: what is installed, reachable and missing here, each with the command that mends it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import typer

from . import listing, options

if TYPE_CHECKING:
    from ...tools.backends import Chooser
    from ...tools.registry import Registry
    from ...tools.weights import Store

FREE = 2e9  # bytes that the embedded weights and a margin take


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked at. `state` is "ok", "missing" (something can't be done without it) or "note"."""

    what: str
    state: str
    detail: str
    remedy: str = ""


def doctor(as_json: options.AsJson = False) -> None:
    """Say what works here and what does not, with the command that mends it. Exits with 1 when something is missing."""
    from ...tools.backends import Chooser
    from ...tools.registry import Registry
    from ...tools.weights import Store

    settings = options.configure()
    registry, store = Registry(), Store()
    for path in settings.tools:
        registry.add_path(path)
    findings = [
        *_machine(),
        *_controller(settings.model),
        *_weights(store),
        *_tools(registry, Chooser(store, pins=settings.backends)),
        *_keys(),
    ]
    if as_json:
        listing.print_json([asdict(finding) for finding in findings])
    else:
        marks = {"ok": "ok", "missing": "MISSING", "note": "-"}
        rows = [
            {"": marks[f.state], "what": f.what, "detail": f.detail + (f"  ->  {f.remedy}" if f.remedy else "")}
            for f in findings
        ]
        listing.print_table(rows, ("", "what", "detail"))
    if any(finding.state == "missing" for finding in findings):
        raise typer.Exit(1)


def _machine() -> Iterator[Finding]:
    from ... import __version__
    from ...tools import places
    from ...tools.backends import memory_mb

    yield Finding(
        what="intermodal", state="ok", detail=f"{__version__}, Python {platform.python_version()}, {platform.system()}"
    )
    memory = memory_mb()
    detail = f"{os.cpu_count()} processors" + (f", {memory / 1000:.0f} GB of memory" if memory else "")
    yield Finding(what="machine", state="ok" if memory == 0 or memory > 3000 else "note", detail=detail)
    home = places.home()
    near = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(near).free
    enough = free > FREE
    yield Finding(
        what="data folder",
        state="ok" if enough and os.access(near, os.W_OK) else "missing",
        detail=f"{home}, {listing.size(free)} free",
        remedy="" if enough else "free some space, or set INTERMODAL_HOME to a folder on a larger disk",
    )
    yield Finding(what="GPU", state="note", detail="found" if shutil.which("nvidia-smi") else "none; not needed")


def _controller(model: str) -> Iterator[Finding]:
    from ...tools.backends import _importable

    name = model or "local"
    if not name.startswith("local"):
        yield Finding(what="controller", state="ok", detail=f"{name}, as configured")
        return
    if not _importable("xllamacpp"):
        yield Finding(
            what="controller", state="missing", detail="the embedded model needs xllamacpp", remedy=_install("local")
        )
        return
    yield Finding(what="controller", state="ok", detail=f"{name}, embedded (xllamacpp)")


def _weights(store: Store) -> Iterator[Finding]:
    for name in store.names():
        state, info = store.state(name), store.info(name)
        detail = f"{state}, {listing.size(info.bytes)}, {info.task}"
        remedy = "" if state == "ready" else f"intermodal models pull {name}"
        yield Finding(what=f"weights {name}", state="ok" if state == "ready" else "note", detail=detail, remedy=remedy)


def _tools(registry: Registry, chooser: Chooser) -> Iterator[Finding]:
    for tool in registry.tools():
        candidates = chooser.candidates(tool)
        if not candidates[0].usable:
            lacks = "; ".join(f"{c.backend.name} {', '.join(c.missing)}" for c in candidates)
            extra = next((c.backend.extra for c in candidates if c.backend.extra), "")
            yield Finding(what=tool.name, state="missing", detail=lacks, remedy=_install(extra) if extra else "")
    for owner, problem in registry.broken.items():
        yield Finding(what=owner, state="missing", detail=problem, remedy="mend it, or leave it out")
    yield Finding(what="tools", state="ok", detail=f"{len(registry.names())} known")


def _keys() -> Iterator[Finding]:
    for key, provider in (("OPENAI_API_KEY", "openai"), ("ANTHROPIC_API_KEY", "anthropic")):
        detail = "set" if os.environ.get(key) else f"not set; only needed for --model {provider}:..."
        yield Finding(what=key, state="note", detail=detail)


def _install(extra: str) -> str:
    return f"{'uv ' if shutil.which('uv') and 'uv' in sys.prefix else ''}pip install 'intermodal[{extra}]'"
