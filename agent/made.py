"""What the tool calls of one request gave, by what they were made with, so that none is made twice."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..tools.contract import Signature
from ..tools.errors import ToolError
from .plan import CallRequest, Checked, Surroundings, run


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What a plan would call.

    Args:
        new: Calls that were not made before, or of which that can't be told yet.
        again: Calls that gave their results before.
        failing: Calls that failed before.
    """

    new: tuple[CallRequest, ...] = ()
    again: tuple[CallRequest, ...] = ()
    failing: tuple[CallRequest, ...] = ()


@dataclass
class Made:
    """The calls so far. Two calls are the same when tool and values are, whatever names the values have.

    Args:
        tools: The tools by name; an argument that is left out counts as its default.
        results: What was given, by call.
        failed: What went wrong, by call.
    """

    tools: Mapping[str, Signature]
    results: dict[str, Any] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def key(self, call: CallRequest) -> str:
        """What two calls have in common when they are the same."""
        defaults = {one.name: one.default for one in self.tools[call.tool].parameters if not one.required}
        values = sorted((name, repr(value)) for name, value in {**defaults, **call.arguments}.items())
        return f"{call.tool} {values}"

    def learn(self, other: Made) -> None:
        """Take over what another book has."""
        self.results.update(other.results)
        self.failed.update(other.failed)

    def foresee(self, checked: Checked, around: Surroundings) -> Foreseen:
        """What running a plan would call, as far as it can be told without making a call."""
        new: list[CallRequest] = []
        again: list[CallRequest] = []
        failing: list[CallRequest] = []

        def look(call: CallRequest) -> Any:
            key = self.key(call)
            if key in self.results:
                again.append(call)
                return self.results[key]
            (failing if key in self.failed else new).append(call)
            raise ToolError("not made: this only looks ahead")

        run(checked, look, {}, dataclasses.replace(around, on_blocked=lambda call, _: new.append(call)))
        return Foreseen(new=tuple(new), again=tuple(again), failing=tuple(failing))
