"""Which tools the controller is shown, and which of them a piece of text speaks of.

What is shown stays within a token budget: all tools with what they do; of a larger catalogue all names and parameters;
of a huge one, the tools nearest to the request. Near is by meaning (MiniLM) where its weights are here, else by shared
words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from ..tools.contract import Signature
from ..tools.errors import WeightsError
from ..tools.kinds import Kind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_EXPLAINED = 40
BUDGET = 2600  # tokens of tool lines
PICKED = 16  # of a catalogue of which not even the names fit
MOST_FIELDS = 6
NEAR, MOST_NEAR = 0.12, 6  # what a text may mean: tools whose likeness is so little below the best one's, and how many
ASKS = 0.4  # the likeness that small talk and general questions stay below
VAGUE, CLEAR = 0.35, 0.55  # the likeness below which a text says nothing; from which on it certainly asks for a tool
_CHARACTERS_PER_TOKEN = 3.6
_WORD = re.compile(r"[a-z]{3,}")
# a question says little of what is to be done: "what is written here" is not like "read the text in a picture"
_QUESTION = re.compile(r"(?:what|who|whom|whose|which|where|when|why|how|is|are|was|were|does|do|did|can)\b", re.I)
_SAYS_NOTHING = re.compile(  # of what is to be done
    r"\b(?:the|and|for|with|from|that|this|these|those|into|given|using|its|one|two|can|could|you|would|please|have|has|"
    r"had|also|then|help|like|want|need|(?:file|image|picture|photo|audio|recording|sound|video|clip|text|document)s?)\b"
)


def tool_line(tool: Signature) -> str:
    """How the controller reads a tool: one line, as Python, with what it does behind it."""
    parameters = ", ".join(
        f"{parameter.name}: {_short(parameter.kind)}" + ("" if parameter.required else f" = {parameter.default!r}")
        for parameter in tool.parameters
    )
    return f"def {tool.name}({parameters}) -> {_result(tool.result)}: ...  # {tool.summary}"


def brief_line(tool: Signature) -> str:
    """How the controller reads a tool of a large catalogue: its name, parameters and result."""
    parameters = ", ".join(
        parameter.name + ("" if parameter.required else f"={parameter.default!r}") for parameter in tool.parameters
    )
    return f"{tool.name}({parameters}) -> {_result(tool.result)}"


def _short(kind: Kind) -> str:
    return str(kind.required())


def _result(kind: Kind) -> str:
    """A record with the names of its first fields, so that plans can read them."""
    record = kind.item or kind
    if not record.fields:
        return _short(kind)
    text = f"{record.name}({', '.join(name for name, _ in record.fields[:MOST_FIELDS])})"
    return f"list[{text}]" if kind.item else text


class Catalogue:
    """Tools as text, and the search in them."""

    def __init__(self, tools: Mapping[str, Signature]) -> None:
        self.tools = dict(tools)
        self._texts = [f"{name.replace('_', ' ')}: {tool.summary}" for name, tool in self.tools.items()]
        self._vectors: NDArray[np.float32] | None = None
        self._by_meaning = True

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """All tools as the prompt's fixed part shows them; empty when not even their names fit."""
        tools = self.tools.values()
        full, brief = (tuple(map(line, tools)) for line in (tool_line, brief_line))
        if len(full) <= MOST_EXPLAINED and _tokens(full) <= BUDGET:
            return full
        return brief if _tokens(brief) <= BUDGET else ()

    def pick(self, request: str) -> list[str]:
        """The tools that a plan for this request may call, in the order of the catalogue: all that are shown anyway, or
        those nearest to the request.

        Each clause of a request has its say, so that a long one finds a tool for each of its parts.
        """
        if self.lines:
            return list(self.tools)
        rankings = [self.rank(text) for text in [request, *clauses(request)]]
        picked: set[str] = set()
        for place in range(len(self.tools)):
            for ranking in rankings:
                more = picked | {ranking[place]}
                full = len(more) > max(PICKED, 2 * len(rankings))
                if full or _tokens(tool_line(self.tools[name]) for name in more) > BUDGET:
                    return [name for name in self.tools if name in picked]
                picked = more
        return [name for name in self.tools if name in picked]

    def rank(self, text: str) -> list[str]:
        """All tools, the one that `text` speaks of most likely first."""
        scores = self._likeness([text])[0]
        return sorted(self.tools, key=lambda name: -scores[name])

    def near(self, text: str, among: Collection[str]) -> list[str]:
        """Those tools `among` which `text` may mean, the likeliest first; all of them when it says too little.

        A tool whose name begins as the text does ("describe the drawing": describe_image) is always among them.
        """
        scores = self._likeness([_unquoted(text)])[0]
        ranked = sorted((name for name in self.tools if name in among), key=lambda name: -scores[name])
        if not self._by_meaning or scores[ranked[0]] < (CLEAR if _QUESTION.match(text) else VAGUE):
            return ranked
        like = [name for name in ranked if scores[name] >= scores[ranked[0]] - NEAR][:MOST_NEAR]
        begins = text.lower().split()[0]
        return [*like, *(name for name in ranked if name.split("_")[0] == begins and name not in like)]

    def overlooked(self, request: str, called: Collection[str]) -> list[str]:
        """The clauses of a request that clearly ask for a tool, though none that they may mean is `called`."""
        asking = " ".join(sentence for sentence in _SENTENCE.split(request) if not _tells(sentence))
        parts = [part for part in clauses(asking) if _words(part)]
        if not parts or not self._by_meaning:
            return []
        found = []
        for part, scores in zip(parts, self._likeness(parts), strict=True):
            best = max(scores.values())
            meant = {name for name, score in scores.items() if score >= best - NEAR}
            if self._by_meaning and best >= CLEAR and not meant & set(called):
                found.append(part)
        return found

    def asked(self, request: str) -> str:
        """The clause of a request that is most like a tool, where it is more than small talk ever is; else ""."""
        parts = [part for part in clauses(request) if _words(part)]
        scores = [max(likeness.values()) for likeness in self._likeness(parts)] if parts else []
        if not self._by_meaning or max(scores, default=0.0) < ASKS:
            return ""
        return parts[scores.index(max(scores))]

    def _likeness(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """For each text, how much it is like each tool: a cosine, or a share of words where meaning can't be told."""
        from ..tools.embedding import embed, embed_kept

        if self._by_meaning:
            try:
                if self._vectors is None:
                    self._vectors = embed_kept(self._texts)
                rows = (embed(texts) @ self._vectors.T).tolist()
                return [dict(zip(self.tools, row, strict=True)) for row in rows]
            except (WeightsError, ImportError):  # no weights, or a small install: words must do
                self._by_meaning = False
        return [
            {name: _shared(text, other) for name, other in zip(self.tools, self._texts, strict=True)} for text in texts
        ]


_QUOTED = re.compile(r"""(?<![\w.,;:!?])['"“‘](?=\S)(?:[^'"”’]|(?<=\w)['’](?=\w)){25,}?['"”’](?!\w)""")
_QUOTE = re.compile(r"""(?<!\w)['"“‘](?=\S)(?:[^'"”’]|(?<=\w)['’](?=\w))*['"”’](?!\w)""")
_CUT = re.compile(r"(?<=[.!?;:])\s+|,\s+|\b(?:and then|and|then|also|finally|before|after that)\b")


def _unquoted(text: str) -> str:
    """A text without what it quotes: what is worked on, not what is to be done. As it is when all of it is quoted."""
    return " ".join(_QUOTE.sub(" ", text).split()) or text


def clauses(request: str) -> list[str]:
    """The parts of a request: cut at the ends of sentences, at commas and at "and" or "then"; long quotes left out."""
    parts = (part.strip(" ,.;:!?") for part in _CUT.split(_QUOTED.sub("it", request)))
    return [" ".join(part.split()) for part in parts if len(part.split()) >= 2]


_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z'\"])")
_TELLING = re.compile(r"(?:i|i've|i'm|i have|we|my|our|there|this|these|it|here|imagine)\b", re.IGNORECASE)
_ASKING = re.compile(r"\b(?:can|could|would|will|please|help|let's|i'd like|i want you)\b|\?", re.IGNORECASE)


def _tells(sentence: str) -> bool:
    """Whether a sentence only tells how things are, and asks for nothing."""
    return bool(_TELLING.match(sentence)) and not _ASKING.search(sentence)


def _shared(text: str, other: str) -> float:
    words = _words(text)
    return len(words & _words(other)) / (len(words) or 1)


def _words(text: str) -> set[str]:
    telling = _SAYS_NOTHING.sub(" ", re.sub(r"['\"][^'\"]*['\"]", " ", text.lower()))
    return {word.rstrip("s") for word in _WORD.findall(telling)}


def _tokens(lines: Iterable[str]) -> float:
    return sum(map(len, lines)) / _CHARACTERS_PER_TOKEN
