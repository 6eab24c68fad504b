"""What a session remembers, and how much of it a request is about.

A small model takes whatever it is shown for meant. So a request that brings files is taken to be about those, and one
that brings none about what the last request left, its results first; unless its words look further back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..tools.kinds import Kind, of_value

if TYPE_CHECKING:
    from .artifacts import Artifact
    from .planner import Turn

SHOWN = 12  # files at most
_LOOKS_BACK = re.compile(
    r"\b(?:earlier|previous(?:ly)?|before|first|second|third|last|both|others?|another|compare|same|all|every|each|"
    r"original|image-\d+|audio-\d+|video-\d+|document-\d+)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a request may speak of: files, names that hold results, and the turns before it."""

    files: tuple[Artifact, ...]
    names: Mapping[str, Kind]
    history: tuple[Turn, ...]


@dataclass
class Conversation:
    """The memory of one session.

    Args:
        values: What the plans' names hold.
        turns: The requests so far, with their plans and answers.
        fresh: Files that came since the last request.
        recent: Files that the last request brought or made, what it made first.
    """

    values: dict[str, Any] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    fresh: list[Artifact] = field(default_factory=list)
    recent: list[Artifact] = field(default_factory=list)

    def brought(self, artifact: Artifact) -> None:
        """The person has named a file, a new one or again one of before."""
        if artifact not in self.fresh:
            self.fresh.append(artifact)

    def scope(self, request: str, artifacts: Sequence[Artifact]) -> Scope:
        """What of the session a request is about."""
        looks_back = bool(_LOOKS_BACK.search(request))
        names = {name: of_value(value) for name, value in self.values.items()}
        if self.fresh and not looks_back:
            return Scope(files=self._with_named(self.fresh, request, artifacts), names={}, history=())
        newest = [*self.fresh, *self.recent] or list(reversed(artifacts))
        first = newest if not looks_back else [*newest, *reversed(artifacts)]
        return Scope(files=self._with_named(first, request, artifacts), names=names, history=tuple(self.turns))

    def ended(self, turn: Turn | None, values: Mapping[str, Any], made: Sequence[Artifact]) -> None:
        """A request has been answered."""
        if turn is not None:
            self.turns.append(turn)
        self.values.update(values)
        left = [*made, *self.fresh]
        self.recent = left or self.recent
        self.fresh = []

    @staticmethod
    def _with_named(first: Sequence[Artifact], request: str, artifacts: Sequence[Artifact]) -> tuple[Artifact, ...]:
        """Some files, and those that the request names; each once, the newest SHOWN of them."""
        named = [one for one in artifacts if one.handle in request or (one.name and one.name in request)]
        return tuple({one.handle: one for one in [*first, *named]}.values())[:SHOWN]
