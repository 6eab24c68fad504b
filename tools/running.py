"""Running one backend of one tool on arguments, here in this process, and making sense of what it returns."""

from __future__ import annotations

import dataclasses
import inspect
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .context import Context
from .contract import CONTEXT, Backend, Tool, wants_context
from .errors import BackendUnavailable, InputError, ToolBroken, ToolError
from .kinds import Kind, fits, of_value
from .values import FILE_KINDS, File

if TYPE_CHECKING:
    import PIL.Image

_loaded: dict[tuple[str, str, str], Any] = {}
_loading = threading.Lock()


def load(tool: Tool, backend: Backend, ctx: Context) -> Any:
    """The backend ready to be called; loaded once a process."""
    key = (tool.owner, tool.name, backend.name)
    with _loading:
        if key not in _loaded:
            _loaded[key] = _make(backend, ctx)
        return _loaded[key]


def _make(backend: Backend, ctx: Context) -> Any:
    if not isinstance(backend.make, type):
        return backend.make
    wants = CONTEXT in inspect.signature(backend.make).parameters
    try:
        return backend.make(ctx=ctx) if wants else backend.make()
    except (InputError, ToolError) as error:  # what keeps one backend from loading need not keep the next
        raise BackendUnavailable(str(error)) from error


def run(tool: Tool, backend: Backend, arguments: Mapping[str, Any], ctx: Context) -> Any:
    """Run it, and return a value of the promised kind; pictures, sound and bytes have become files in `ctx.folder`.

    Raises:
        ToolError: It failed.
        ToolBroken: It returned something else than it promised.
    """
    runner = load(tool, backend, ctx)
    extra = {"ctx": ctx} if wants_context(runner) else {}
    value = runner(**arguments, **extra)
    return settle(value, tool.signature.result, tool.name, ctx)


def settle(value: Any, kind: Kind, name: str, ctx: Context) -> Any:
    """Turn what a tool returned into a value of `kind`, saving raw media below `ctx.folder` as `name`.png or .wav.

    Raises:
        ToolBroken: It can't be made into that kind.
    """
    if value is None and (kind.optional or kind.name == "None"):
        return None
    if kind.is_file:
        return _settle_file(value, kind, name, ctx)
    if kind.item is not None and isinstance(value, (list, tuple)):
        return [settle(item, kind.item, name, ctx) for item in value]
    if kind.is_record and dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _settle_record(value, name, ctx)
    if not fits(of_value(value), kind):
        raise ToolBroken(f"{name!r} promised {kind} and returned {type(value).__name__}; its author has to mend that.")
    return float(value) if kind.name == "float" and value is not None else value


def _settle_record(value: Any, name: str, ctx: Context) -> Any:
    from .kinds import from_annotation

    fields = dict(from_annotation(type(value)).fields)
    changed = {}
    for field in dataclasses.fields(value):
        kind, held = fields.get(field.name), getattr(value, field.name)
        if kind is not None and held is not None and (kind.is_file or (kind.item and kind.item.is_file)):
            changed[field.name] = settle(held, kind, name, ctx)
    return dataclasses.replace(value, **changed) if changed else value


def _settle_file(value: Any, kind: Kind, name: str, ctx: Context) -> File:
    make = FILE_KINDS[kind.name]
    if isinstance(value, make):
        return value
    if isinstance(value, (str, Path)) and not (kind.name == "Document" and isinstance(value, str)):
        return make(value)
    path = _save(value, kind, name, ctx)
    if path is None:
        raise ToolBroken(f"{name!r} promised {kind} and returned {type(value).__name__}; its author has to mend that.")
    return make(path)


def _save(value: Any, kind: Kind, name: str, ctx: Context) -> Path | None:
    if kind.name == "Image":
        picture = _as_picture(value)
        if picture is not None:
            path = ctx.new_file(f"{name}.png")
            picture.save(path)
            return path
    if kind.name == "Audio" and isinstance(value, tuple) and len(value) == 2:
        from . import media

        path = ctx.new_file(f"{name}.wav")
        media.save_audio(path, *value)
        return path
    if kind.name == "Document" and isinstance(value, str):
        path = ctx.new_file(f"{name}.txt")
        path.write_text(value, "utf-8")
        return path
    if isinstance(value, bytes):
        path = ctx.new_file(f"{name}{_ENDINGS[kind.name]}")
        path.write_bytes(value)
        return path
    return None


_ENDINGS = {"Image": ".png", "Audio": ".wav", "Video": ".mp4", "Document": ".txt"}


def _as_picture(value: Any) -> PIL.Image.Image | None:
    import numpy as np
    import PIL.Image

    if isinstance(value, PIL.Image.Image):
        return value
    if isinstance(value, np.ndarray) and value.dtype == np.uint8 and value.ndim in (2, 3):
        return PIL.Image.fromarray(value)
    return None
