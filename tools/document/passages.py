"""Documents as passages that can be found by what they mean; what was worked out for a file is kept on disk."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .. import places
from ..embedding import SIZE, embed
from ..errors import ToolError
from ..text.pieces import pieces

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PASSAGE = 700  # characters: what the embedding model reads at once, with room to spare
MOST_PASSAGES = 4000  # of one document: about two minutes of work
WORDS_COUNT = 0.3  # how much a shared rare word counts beside the meaning
_VERSION = "1"
_BATCH = 32
_WORD = re.compile(r"\w{2,}")


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A piece of a document.

    Args:
        text: What stands there.
        source: The document's handle or file name.
        page: On which page, from 1.
        score: How near it is to what was looked for, about 0 to 1.
    """

    text: str
    source: str
    page: int
    score: float = 0.0

    def __str__(self) -> str:
        return f"{self.source}, page {self.page}: {self.text}"


@dataclass(frozen=True, kw_only=True)
class Indexed:
    """A document's passages, each a (page, text), and their vectors, passages x 384."""

    passages: list[tuple[int, str]]
    vectors: NDArray[np.float32]


def cut(pages: Sequence[str]) -> list[tuple[int, str]]:
    """The pages as (page number from 1, passage).

    Raises:
        ToolError: There are more than `MOST_PASSAGES`.
    """
    found = [(number, piece) for number, page in enumerate(pages, 1) for piece in pieces(page, PASSAGE)]
    if len(found) > MOST_PASSAGES:
        raise ToolError(f"The document is too long to search: {len(found):,} passages. Cut it into parts first.")
    return found


def index(pages: Sequence[str], weights: Path, progress: Callable[[float, float, str], None]) -> Indexed:
    """The passages of a document with their vectors; from the cache when these pages were seen before."""
    import numpy as np

    passages = cut(pages)
    digest = hashlib.sha256(json.dumps([_VERSION, passages]).encode()).hexdigest()
    kept = places.cache() / "vectors" / f"{digest}.npy"
    with contextlib.suppress(OSError, ValueError):  # not there yet, or damaged: worked out anew
        vectors = np.load(kept, allow_pickle=False)
        if vectors.shape == (len(passages), SIZE):
            return Indexed(passages=passages, vectors=vectors)
    parts = []
    for begin in range(0, len(passages), _BATCH):
        parts.append(embed([text for _, text in passages[begin : begin + _BATCH]], weights))
        progress(min(begin + _BATCH, len(passages)), len(passages), "passages")
    vectors = np.concatenate(parts) if parts else np.zeros((0, SIZE), np.float32)
    with contextlib.suppress(OSError):  # a full disk costs only the time saved later
        _keep(kept, vectors)
    return Indexed(passages=passages, vectors=vectors)


def nearest(query: str, documents: Sequence[tuple[str, Indexed]], weights: Path, count: int) -> list[Passage]:
    """The passages nearest to a query in meaning and in rare words, the nearest first.

    Args:
        query: What is looked for, in words.
        documents: Each as (what it is called, its index).
        weights: The folder of the embedding model.
        count: How many passages to give.
    """
    asked = embed([query], weights)[0]
    rarity = _rarity(query, [text for _, one in documents for _, text in one.passages])
    found = []
    for source, one in documents:
        for (page, text), vector in zip(one.passages, one.vectors, strict=True):
            shared = sum(rarity.get(word, 0.0) for word in _words(text))
            score = float(vector @ asked) + WORDS_COUNT * shared
            found.append(Passage(text=text, source=source, page=page, score=round(score, 3)))
    found.sort(key=lambda passage: -passage.score)
    return found[:count]


def _rarity(query: str, texts: Sequence[str]) -> dict[str, float]:
    """The share of each word of the query, by how few of the texts hold it; words of most texts count nothing."""
    holders = dict.fromkeys(_words(query), 0)
    for text in texts:
        for word in _words(text) & holders.keys():
            holders[word] += 1
    rare = {word: 1 / (1 + many) for word, many in holders.items() if 0 < many <= max(1, len(texts) // 3)}
    total = sum(rare.values())
    return {word: share / total for word, share in rare.items()}


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _keep(path: Path, vectors: NDArray[np.float32]) -> None:
    import numpy as np

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.save(file, vectors)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
