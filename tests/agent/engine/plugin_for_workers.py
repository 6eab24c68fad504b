"""Tools that behave badly, for the tests of workers and attempts."""

from __future__ import annotations

import os
import time
from pathlib import Path

from intermodal import Context, Image, InputError, ToolError, TryAgain, tool


@tool
def add_up(left: int, right: int) -> int:
    """Add two numbers."""
    return left + right


@tool(time_limit=0.5)
def hang() -> str:
    """Never come back."""
    time.sleep(60)
    return ""


@tool
def crash() -> str:
    """Take the process down."""
    print("about to crash")
    os._exit(7)


@tool
def refuse(reason: str) -> str:
    """Fail for good."""
    raise ToolError(f"Refused: {reason}")


@tool
def stumble(counter: str) -> str:
    """Fail once, then work."""
    marks = Path(counter)
    marks.write_text(marks.read_text() + "x" if marks.exists() else "x")
    if marks.read_text() == "x":
        raise TryAgain("Not yet.")
    return "worked"


@tool
def has_a_bug(text: str) -> str:
    """Divide by zero."""
    return text * (1 // 0)


@tool
def lie() -> int:
    """Promise a number, give a text."""
    return "text"  # type: ignore[return-value]


@tool
def paint(red: int, ctx: Context) -> Image:
    """Make a small picture."""
    import PIL.Image

    for row in range(3):
        ctx.progress(row + 1, 3, "rows")
    return PIL.Image.new("RGB", (8, 4), (red, 0, 0))  # type: ignore[return-value]


@tool
def nested(ctx: Context) -> int:
    """Call another tool of the same room."""
    return int(ctx.need_call()("add_up", left=20, right=22))


@tool
def talk(ctx: Context) -> str:
    """Ask the controller."""
    return ctx.need_controller().write("Say something", max_tokens=5)


@tool
def choosy(text: str) -> str:
    """Run by the best backend that works."""
    ...


@choosy.backend("first", quality=0.9)
class First:
    """Crashes while loading."""

    def __init__(self) -> None:
        os._exit(3)

    def __call__(self, text: str) -> str:
        raise AssertionError("unreachable")


@choosy.backend("second", quality=0.5)
class Second:
    """Works, and is loaded once."""

    loads = 0

    def __init__(self, ctx: Context) -> None:
        type(self).loads += 1

    def __call__(self, text: str) -> str:
        return f"{text} {self.loads}"


@choosy.backend("absent", packages=("no_such_package_anywhere",), quality=1.0)
class Absent:
    """Can't run here."""

    def __call__(self, text: str) -> str:
        raise AssertionError("unreachable")


@tool
def picky(text: str) -> str:
    """Run by the best backend whose model is there."""
    ...


@picky.backend("remote", quality=0.9)
class Remote:
    """Finds no model."""

    def __init__(self) -> None:
        raise InputError("The model 'x' can't be loaded. Name a folder.")

    def __call__(self, text: str) -> str:
        raise AssertionError("unreachable")


@picky.backend("near", quality=0.1)
class Near:
    """Works."""

    def __call__(self, text: str) -> str:
        return text
