"""Which tools the controller is shown, and which of them a piece of text speaks of.

All tools are shown when they fit; of a large catalogue, those nearest to the request, always within a token budget.
Near is by meaning (MiniLM) where its weights are here, and by shared words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..tools.contract import Signature
from ..tools.errors import WeightsError
from ..tools.kinds import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_SHOWN = 40
BUDGET = 2600  # tokens of tool lines
PICKED = 16  # of a catalogue that does not fit
_CHARACTERS_PER_TOKEN = 3.6
_WORD = re.compile(r"[a-z]{3,}")
_COMMON = {"the", "and", "for", "with", "from", "that", "this", "into", "given", "using", "its", "one", "can", "you"}


def tool_line(tool: Signature) -> str:
    """How the controller reads a tool: one line, as Python, with what it does behind it."""
    parameters = ", ".join(
        f"{parameter.name}: {_short(parameter.kind)}" + ("" if parameter.required else f" = {parameter.default!r}")
        for parameter in tool.parameters
    )
    return f"def {tool.name}({parameters}) -> {_result(tool.result)}: ...  # {tool.summary}"


def _short(kind: Kind) -> str:
    return str(kind.required())


def _result(kind: Kind) -> str:
    """A record with its fields, so that plans can read them."""
    record = kind.item or kind
    if not record.fields:
        return _short(kind)
    fields = f"{record.name}({', '.join(f'{name}: {_short(of)}' for name, of in record.fields)})"
    return f"list[{fields}]" if kind.item else fields


class Catalogue:
    """Tools as text, and the search in them.

    Args:
        tools: Their signatures by name.
        phrases: For some of them, how people ask for them: the comments of the example plans.
    """

    def __init__(self, tools: Mapping[str, Signature], phrases: Sequence[tuple[str, str]] = ()) -> None:
        self.tools = dict(tools)
        self._texts = [(name, _spoken(tool)) for name, tool in self.tools.items()]
        self._texts += [(name, phrase) for name, phrase in phrases if name in self.tools]
        self._vectors: NDArray[Any] | None = None
        self._by_meaning = True

    @property
    def fits(self) -> bool:
        """Whether all tools can be shown at once."""
        return len(self.tools) <= MOST_SHOWN and _tokens(self.tools.values()) <= BUDGET

    def pick(self, request: str, always: Sequence[str] = ()) -> list[str]:
        """The tools to show for a request, in the order of the catalogue: all that fit, or the nearest ones.

        Each clause of the request has its say, so that a long request finds a tool for each of its parts.
        """
        if self.fits:
            return list(self.tools)
        rankings = [self.rank(clause) for clause in [request, *clauses(request)]]
        picked = [name for name in always if name in self.tools]
        for place in range(len(self.tools)):
            for ranking in rankings:
                if ranking[place] in picked:
                    continue
                chosen = [*picked, ranking[place]]
                if len(chosen) > max(PICKED, 3 * len(rankings)) or _tokens(self.tools[n] for n in chosen) > BUDGET:
                    return [name for name in self.tools if name in picked]
                picked = chosen
        return [name for name in self.tools if name in picked]

    def rank(self, text: str) -> list[str]:
        """All tools, the one that `text` speaks of most likely first; ties in the order of the catalogue."""
        scores = dict.fromkeys(self.tools, -1.0)
        for (name, _), score in zip(self._texts, self._scores(text), strict=True):
            scores[name] = max(scores[name], score)
        return sorted(self.tools, key=lambda name: -scores[name])

    def _scores(self, text: str) -> list[float]:
        words = _words(text)
        shared = [len(words & _words(other)) / (len(words) or 1) for _, other in self._texts]
        meaning = self._meaning(text)
        if meaning is None:
            return shared
        return [near + 0.1 * same for near, same in zip(meaning, shared, strict=True)]

    def _meaning(self, text: str) -> list[float] | None:
        from ..tools.embedding import embed

        if not self._by_meaning:
            return None
        try:
            if self._vectors is None:
                self._vectors = embed([text for _, text in self._texts])
            return [float(score) for score in self._vectors @ embed([text])[0]]
        except (WeightsError, ImportError):  # no weights, or a small install: words must do
            self._by_meaning = False
            return None


def clauses(request: str) -> list[str]:
    """The request's parts, cut at the ends of sentences, at commas and at "and" or "then"; quoted text stays whole."""
    unquoted = re.sub(r"(['\"“‘])(?=\S)(.{12,}?)(?<=\S)['\"”’](?!\w)", r"\1\1", request)
    parts = re.split(r"[.!?;:,]\s+|\b(?:and then|and|then|also|finally)\b", unquoted)
    return [part.strip() for part in parts if len(part.split()) >= 2]


def _spoken(tool: Signature) -> str:
    return f"{tool.name.replace('_', ' ')}: {tool.summary}"


def _words(text: str) -> set[str]:
    return {word.rstrip("s") for word in _WORD.findall(text.lower())} - _COMMON


def _tokens(tools: Any) -> float:
    return sum(len(tool_line(tool)) for tool in tools) / _CHARACTERS_PER_TOKEN
