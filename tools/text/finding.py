"""Finding things in a text: its keywords, the names in it, its language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ...prompts import render
from ..audio.languages import NAMES
from ..context import Context
from ..contract import tool
from ..embedding import WEIGHTS, embed
from ..errors import ToolError
from .pieces import pieces
from .saying import fill_in, need, object_of
from .stopwords import STOPWORDS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_CANDIDATES = 160  # phrases that are weighed: some two seconds
MOST_WORDS = 3  # of a keyword
FREQUENT = 0.12  # what saying a phrase twice as often counts beside its meaning
ALIKE = 0.75  # two keywords that are more alike say the same
LANGUAGE_TEXT = 5000  # characters that tell a language
UNSURE = 0.15  # confidence below which the language is a guess
ENTITY_PIECE = 2500  # characters that are looked through at once
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_RARER = {
    **{"eo": "Esperanto", "fy": "Frisian", "ga": "Irish", "gd": "Scottish Gaelic", "ig": "Igbo", "jv": "Javanese"},
    **{"ku": "Kurdish", "ky": "Kyrgyz", "lg": "Ganda", "om": "Oromo", "or": "Odia", "qu": "Quechua", "ug": "Uyghur"},
    **{"xh": "Xhosa", "zu": "Zulu", "rw": "Kinyarwanda", "se": "Northern Sami", "st": "Sotho", "an": "Aragonese"},
    **{"wa": "Walloon", "vo": "Volapük", "dz": "Dzongkha", "grc": "Ancient Greek", "hbo": "Biblical Hebrew"},
    **{"arz": "Egyptian Arabic", "ary": "Moroccan Arabic", "kab": "Kabyle", "lij": "Ligurian", "vec": "Venetian"},
    **{"crh": "Crimean Tatar", "wuu": "Wu Chinese", "pcm": "Nigerian Pidgin", "nso": "Northern Sotho"},
}  # beside those that Whisper knows
_GROUPS = ("people", "organizations", "places", "dates")


@tool(weights=(WEIGHTS,), packages=("tokenizers",), extra="local", room="documents", memory=250)
def find_keywords(text: str, count: int = 8, *, ctx: Context) -> list[str]:
    """List the keywords and key phrases that a text is about.

    Phrases without filler words, weighed by how near they are to the whole in meaning (KeyBERT's way) and how often
    they stand there. Made for English; in other languages filler words can slip in. Names are found by `find_entities`.

    Args:
        text: What to look through.
        count: How many keywords to give at most, from 1 to 50.

    Returns:
        The keywords as they stand in the text, the most telling first.

    Example:
        topics = find_keywords("Solar panels turn sunlight into electricity.", count=3)
    """
    need(text, "text", 2_000_000)
    if not 1 <= count <= 50:
        raise ToolError(f"1 to 50 keywords can be given, and {count} were asked for.")
    counts = _candidates(text)
    if not counts:
        raise ToolError("There are no words in the text that could be keywords.")
    phrases = [phrase for phrase, _ in counts.most_common(MOST_CANDIDATES)]
    if ctx.weights is None:
        raise ToolError("This tool needs the weights of a sentence model: run it inside an agent.")
    folder = ctx.weights(WEIGHTS)
    whole = embed(pieces(text, 1000)[:30], folder).mean(0)
    vectors = embed(phrases, folder)
    most = max(counts.values())
    scores = vectors @ whole + [FREQUENT * counts[phrase] / most * min(most, 3) for phrase in phrases]
    return [_as_in(text, phrase) for phrase in _spread(phrases, vectors, scores.tolist(), count)]


@dataclass(frozen=True, kw_only=True)
class Entities:
    """The names in a text, each as it stands there.

    Args:
        people: Names of persons.
        organizations: Names of firms, parties, teams, universities ...
        places: Names of towns, countries, rivers, buildings ...
        dates: Days, months, years and times of day.
    """

    people: list[str] = field(default_factory=list)
    organizations: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many there are in all."""
        return sum(len(getattr(self, group)) for group in _GROUPS)

    def __str__(self) -> str:
        found = [f"{group}: {', '.join(getattr(self, group))}" for group in _GROUPS if getattr(self, group)]
        return "\n".join(found) or "no names"


@tool(room="", controller=True, time_limit=600)
def find_entities(text: str, ctx: Context) -> Entities:
    """List the names in a text: people, organizations, places, dates.

    Whatever the language model names that does not stand in the text is left out.

    Args:
        text: What to look through, in any language.

    Example:
        names = find_entities("Ada Lovelace met Charles Babbage in London in 1833.")
    """
    need(text, "text")
    name = {"type": "string", "minLength": 1, "maxLength": 80}
    schema = object_of(**{group: {"type": "array", "items": name, "maxItems": 25} for group in _GROUPS})
    found: dict[str, list[str]] = {group: [] for group in _GROUPS}
    parts = pieces(text, ENTITY_PIECE)
    for done, part in enumerate(parts, 1):
        reply = fill_in(ctx.need_controller(), render("find_entities.md", text=part), schema, 500)
        for group in _GROUPS:
            found[group] += _that_stand(reply[group], part)
        ctx.progress(done, len(parts), "pieces")
    return Entities(**{group: list(dict.fromkeys(names)) for group, names in found.items()})


@dataclass(frozen=True, kw_only=True)
class Language:
    """The language of a text.

    Args:
        name: In English, "German".
        code: By ISO 639, "de".
        confidence: From 0 to 1; low for a text of a few words.
    """

    name: str
    code: str
    confidence: float

    def __str__(self) -> str:
        return self.name


@tool(packages=("py3langid",), extra="local")
def detect_language(text: str) -> Language:
    """Tell which language a text is written in.

    140 languages by py3langid (BSD); a sentence is enough, a single word often is not.

    Args:
        text: The text; of a long one, the beginning is looked at.

    Raises:
        ToolError: There are no letters in it, or too few to tell.

    Example:
        language = detect_language("Wo ist der Bahnhof?")
    """
    need(text, "text", 100_000_000)
    sample = " ".join(text[:LANGUAGE_TEXT].split())
    if not any(map(str.isalpha, sample)):
        raise ToolError(f"There are no letters in {sample[:40]!r}, so it is in no language.")
    code, confidence = _identify(sample)
    if code == "zxx" or confidence < UNSURE:
        raise ToolError(f"{sample[:40]!r} could be in many languages. Give a longer text.")
    return Language(name=_language_name(code), code=code, confidence=round(confidence, 2))


def _candidates(text: str) -> Counter[str]:
    """Runs of 1 to 3 words without filler words between them, in lower case, and how often each stands there."""
    counts: Counter[str] = Counter()
    for stretch in re.split(r"[^\w'’\s-]+|\n\s*\n", text):
        words = [word.lower().replace("’", "'") for word in _WORD.findall(stretch)]
        for begin in range(len(words)):
            for end in range(begin + 1, min(begin + MOST_WORDS, len(words)) + 1):
                run = words[begin:end]
                if any(word in STOPWORDS or len(word) < 3 for word in run):
                    break
                counts[" ".join(run)] += 1
    return counts


def _spread(phrases: list[str], vectors: NDArray[np.float32], scores: list[float], count: int) -> list[str]:
    """The best phrases, without those that say again what a better one says."""
    chosen: list[int] = []
    for place in sorted(range(len(phrases)), key=lambda place: -scores[place]):
        words = set(phrases[place].split())
        repeats = any(
            words & set(phrases[other].split()) or float(vectors[place] @ vectors[other]) > ALIKE for other in chosen
        )
        if not repeats:
            chosen.append(place)
        if len(chosen) == count:
            break
    return [phrases[place] for place in chosen]


def _as_in(text: str, phrase: str) -> str:
    """A phrase with the capital letters and hyphens that it has in the text."""
    pattern = r"\s+".join(re.escape(word).replace("'", "['’]") for word in phrase.split())
    found = re.search(rf"\b{pattern}\b", text, re.IGNORECASE)
    return " ".join(found.group().split()) if found else phrase


def _that_stand(names: Iterable[object], text: str) -> list[str]:
    """The names that stand in the text as whole words, written as they are there."""
    found = []
    for name in names:
        words = re.findall(r"\w+", str(name))
        match = re.search(r"\b" + r"\W+".join(map(re.escape, words)) + r"\b", text, re.IGNORECASE) if words else None
        if match:
            found.append(" ".join(match.group().split()))
    return found


def _identify(sample: str) -> tuple[str, float]:
    code, confidence = _identifier().classify(sample)
    return str(code), float(confidence)


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _language_name(code: str) -> str:
    return NAMES.get(code) or _RARER.get(code) or code
