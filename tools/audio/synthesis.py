"""Text to speech: `speak`, by a Piper voice.

Piper's engine (piper-tts) is GPL-3.0; the default voice, en_US joe, is CC0.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..context import Context
from ..contract import tool
from ..errors import ToolError, WeightsError
from ..values import Audio
from .filters import filtered, paced

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LIMIT = 100_000  # characters; about two hours of speech
PIECE = 500  # characters that are spoken at once, about: between pieces, progress is said and a stop is heeded
LOUDEST = 0.9  # of full scale: room for what comes after, such as MP3
SENTENCE_PAUSE, PARAGRAPH_PAUSE = 0.25, 0.6  # seconds
SLOWEST, FASTEST = 0.5, 3.0
SPELT_OUT = {"i.e.": "that is", "e.g.": "for example", "vs.": "versus", "approx.": "approximately", "&": " and "}
COINS = {"$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "penny")}
PITCH = {"normal": 1.0, "deep": 0.84, "high": 1.22}  # against the voice's own


@tool
def speak(text: str, speed: float = 1.0, voice: Literal["normal", "deep", "high"] = "normal") -> Audio:
    """Text to speech: read a text aloud, in English.

    The setting `piper_voice` names another Piper voice (its .onnx file, with its .onnx.json beside it), also of another
    language. The same text gives the same sound.

    Args:
        text: What is said; up to 100,000 characters. Numbers and common abbreviations are read out.
        speed: 1 is the voice's own pace, 2 twice as fast; from 0.5 to 3.
        voice: The voice as it is, or one pitched down or up (to tell speakers of a dialogue apart).

    Example:
        voice = speak("The train leaves at 10:45.", speed=1.2)
    """
    ...


@speak.backend(
    "piper",
    packages=("piper",),
    extra="speech",
    weights=("piper-joe",),
    memory=250,
    licence="GPL-3.0 (engine), CC0 (voice)",
    quality=0.6,
    time_limit=1800.0,
)
class SpeakPiper:
    """Piper, a VITS voice on the CPU (about 15 times faster than it speaks)."""

    def __init__(self, ctx: Context) -> None:
        import piper

        path = Path(str(ctx.settings.get("piper_voice", ""))).expanduser()
        if not path.name and ctx.weights is not None:
            path = ctx.weights("piper-joe") / "en_US-joe-medium.onnx"
        if not path.is_file() or not path.with_name(f"{path.name}.json").is_file():
            raise WeightsError(
                f"There is no Piper voice {str(path)!r} with its .onnx.json beside it. Set `piper_voice` to one, "
                "or leave it out for the embedded voice."
            )
        self._voice = piper.PiperVoice.load(path)

    def __call__(
        self, text: str, speed: float = 1.0, voice: str = "normal", *, ctx: Context
    ) -> tuple[NDArray[np.float32], int]:
        import numpy as np

        if not SLOWEST <= speed <= FASTEST:
            raise ToolError(
                f"A speed of {speed:g} can't be spoken; it goes from {SLOWEST:g} to {FASTEST:g}, 1 is normal."
            )
        if len(text) > LIMIT:
            raise ToolError(f"The text has {len(text):,} characters; up to {LIMIT:,} can be spoken in one call.")
        rate = int(self._voice.config.sample_rate)
        sound: list[NDArray[np.float32]] = []
        done, total = 0, len(text)
        for paragraph in re.split(r"\s*\n\s*\n\s*", speakable(text)):
            for piece in pieces(paragraph):
                for sentence in self._sentences(piece, 1.0 / PITCH[voice]):
                    ctx.progress(min(done, total), total, "characters")
                    sound += [sentence, np.zeros(int(SENTENCE_PAUSE * rate), np.float32)]
                done += len(piece)
            sound.append(np.zeros(int((PARAGRAPH_PAUSE - SENTENCE_PAUSE) * rate), np.float32))
        if not any(part.any() for part in sound):
            raise ToolError(f"There is nothing to say in {textwrap.shorten(text, 40)!r}; give words.")
        return _paced(np.concatenate(sound[:-2]), rate, PITCH[voice], speed)  # without the pauses at the end

    def _sentences(self, text: str, pace: float) -> Iterator[NDArray[np.float32]]:
        """The sound of each sentence, without Piper's random variation, so that it is repeatable."""
        import piper

        config = piper.SynthesisConfig(length_scale=1.0 / pace, noise_scale=0.0, noise_w_scale=0.0, volume=LOUDEST)
        for chunk in self._voice.synthesize(text, config):  # spoken while it is iterated
            yield chunk.audio_float_array


def _paced(samples: NDArray[np.float32], rate: int, pitch: float, speed: float) -> tuple[NDArray[np.float32], int]:
    """Pitched by playing it faster or slower (it was spoken at the opposite pace), then brought to the wanted speed.

    Piper's own length_scale is no exact measure: asked for twice the pace it gives 1.65 times.
    """
    steps = paced(speed) if speed != 1.0 else []
    if pitch != 1.0:
        steps = [("asetrate", str(round(rate * pitch))), ("aresample", str(rate)), *steps]
    return filtered(samples, rate, *steps) if steps else (samples, rate)


def speakable(text: str) -> str:
    """The text as it is said: no Markdown, short addresses, sums of money and abbreviations that espeak gets wrong."""
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", text)  # control characters can't be said
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)  # [words](address) -> words
    text = re.sub(r"^\s*(#+|[-*+]|>)\s+", "", text, flags=re.MULTILINE)
    text = re.sub(r"[*_`~]{1,3}(\S(?:.*?\S)?)[*_`~]{1,3}", r"\1", text)
    text = re.sub(r"https?://(?:www\.)?([^/\s]+)\S*", r"\1", text)
    text = re.sub(
        r"([$€£])\s?(\d[\d,]*)(?:\.(\d\d))?(?![\d.]*\d)(\s(?:thousand|million|billion|trillion))?", _money, text
    )
    for short, long in SPELT_OUT.items():
        text = re.sub(rf"(?<!\w){re.escape(short)}(?!\w)", long, text)
    return text.replace("[[", "").replace("]]", "")  # Piper's marks for raw phonemes


def _money(match: re.Match[str]) -> str:
    """$23.50 -> 23 dollars 50; $3 million -> 3 million dollars."""
    sign, whole, cents, scale = match.groups()
    name, small = COINS[sign]
    amount = f"{whole}{scale or ''} {name}{'' if whole == '1' and not scale else 's'}"
    if not cents or cents == "00":
        return amount
    plural = small if cents == "01" else {"penny": "pence"}.get(small, f"{small}s")
    return f"{amount} and {int(cents)} {plural}"


def pieces(paragraph: str, longest: int = PIECE) -> list[str]:
    """Parts of about `longest` characters that end where sentences do, as far as sentences are short enough."""
    parts: list[str] = []
    for sentence in re.split(r"(?<=[.!?…])\s+(?=[A-Z0-9\"'“‘(])", " ".join(paragraph.split())):
        for part in textwrap.wrap(sentence, longest, break_long_words=True) or []:
            if parts and len(parts[-1]) + len(part) < longest:
                parts[-1] += f" {part}"
            else:
                parts.append(part)
    return parts
