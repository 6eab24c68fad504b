"""Worked requests: what the controller is shown of how a request becomes a plan.

They are kept as text that reads like a conversation:

    ## Cut the sky off photo.png, and read the sign.
    Files: photo.png (Image)

    # cut the sky off
    street = crop_image("photo.png", top=200)
    # read the sign
    sign = read_text(street)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from ..tools.kinds import Kind

_FILE = re.compile(r"(?P<name>\S[^,]*?) \((?P<kind>\w+)\)")


@dataclass(frozen=True, kw_only=True)
class Example:
    """A request, the files that came with it, and the plan that serves it."""

    request: str
    plan: str
    files: tuple[tuple[str, Kind], ...] = ()

    @property
    def tools(self) -> frozenset[str]:
        """The names of the tools that the plan calls."""
        calls = (node for node in ast.walk(ast.parse(self.plan)) if isinstance(node, ast.Call))
        return frozenset(call.func.id for call in calls if isinstance(call.func, ast.Name))

    @property
    def phrases(self) -> list[tuple[str, str]]:
        """(tool, the comment above its call) for each call that is a line of its own."""
        found, comment = [], ""
        for line in self.plan.splitlines():
            call = re.match(r"\w+ = (\w+)\(", line)
            if line.startswith("# "):
                comment = line[2:]
            elif call and comment:
                found.append((call[1], comment))
        return found


def read_examples(text: str) -> list[Example]:
    """The examples of a text of the form that this module's docstring shows."""
    found = []
    for block in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        request, _, rest = block.partition("\n")
        files: tuple[tuple[str, Kind], ...] = ()
        if rest.startswith("Files: "):
            line, _, rest = rest.partition("\n")
            files = tuple((match["name"], Kind(match["kind"])) for match in _FILE.finditer(line[len("Files: ") :]))
        found.append(Example(request=request.strip(), plan=rest.strip(), files=files))
    return found


def usable(examples: Sequence[Example], tools: Container[str], always: Container[str] = ()) -> list[Example]:
    """Those whose every tool is at hand."""
    return [one for one in examples if all(name in tools or name in always for name in one.tools)]
