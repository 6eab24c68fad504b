"""Pictures and contexts for the tests of the image tools."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import threading
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intermodal import Context, Image
from intermodal.tools.running import run

_MODULES = {
    "detect_objects": "detect",
    "classify_image": "classify",
    "read_text": "read",
    "describe_image": "describe",
    "tag_image": "tags",
}


@pytest.fixture
def photo(photos: Path) -> Callable[[str], Image]:
    """One of scikit-image's or scikit-learn's pictures by its file name."""

    def find(name: str) -> Image:
        if (photos / name).exists():
            return Image(photos / name)
        spec = importlib.util.find_spec("sklearn")
        assert spec is not None and spec.origin is not None
        return Image(Path(spec.origin).parent / "datasets" / "images" / name)

    return find


@pytest.fixture
def looking(ctx: Context) -> Context:
    """A context in which the tools that look at pictures can be called: their embedded backends, in this process."""

    rooms: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def call(name: str, **arguments: Any) -> Any:
        tool = getattr(importlib.import_module(f"intermodal.tools.image.{_MODULES[name]}"), name)
        backend = tool.candidates()[0]
        if not backend.room:
            return run(tool, backend, arguments, inner)
        with rooms[backend.room]:  # as in the agent: one call at a time in a room
            return run(tool, backend, arguments, inner)

    inner = dataclasses.replace(ctx, call=call)
    return inner


@pytest.fixture
def ultralytics_photo() -> Callable[[str], Image]:
    """bus.jpg or zidane.jpg of ultralytics (AGPL-3.0: used where it is installed, never copied)."""
    spec = importlib.util.find_spec("ultralytics")
    if spec is None or spec.origin is None:
        pytest.skip("ultralytics is not installed; its photos are used in place")
    folder = Path(spec.origin).parent / "assets"
    return lambda name: Image(folder / name)
