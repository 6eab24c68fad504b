"""Worked requests: what the controller is shown of how a request becomes a plan.

They are kept as text that reads like a conversation:

    ## Cut the sky off photo.png, and read the sign.
    Files: photo.png (Image)

    # cut the sky off
    street = crop_image("photo.png", top=200)
    # read the sign
    sign = read_text(street)

A line "Names: drawing (Image)" tells of earlier results in the same way.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from ..tools.kinds import Kind

_ITEM = re.compile(r"(?P<name>\w[^,]*?) \((?P<kind>\w+)\)")


@dataclass(frozen=True, kw_only=True)
class Example:
    """A request, the files and earlier results that it may speak of, and the plan that serves it."""

    request: str
    plan: str
    files: tuple[tuple[str, Kind], ...] = ()
    names: tuple[tuple[str, Kind], ...] = ()

    @property
    def tools(self) -> frozenset[str]:
        """The names of the tools that the plan calls."""
        calls = (node for node in ast.walk(ast.parse(self.plan)) if isinstance(node, ast.Call))
        return frozenset(call.func.id for call in calls if isinstance(call.func, ast.Name))


def read_examples(text: str) -> list[Example]:
    """The examples of a text of the form that this module's docstring shows."""
    found = []
    for block in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        request, _, rest = block.partition("\n")
        given: dict[str, tuple[tuple[str, Kind], ...]] = {"Files": (), "Names": ()}
        while (heading := rest.partition(": ")[0]) in given:
            line, _, rest = rest.partition("\n")
            given[heading] = tuple(
                (item["name"], Kind(item["kind"])) for item in _ITEM.finditer(line.partition(": ")[2])
            )
        found.append(Example(request=request.strip(), plan=rest.strip(), files=given["Files"], names=given["Names"]))
    return found


def usable(examples: Sequence[Example], tools: Container[str], always: Container[str] = ()) -> list[Example]:
    """Those whose every tool is at hand."""
    return [one for one in examples if all(name in tools or name in always for name in one.tools)]
