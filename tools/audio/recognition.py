"""Speech to text: `transcribe` in the spoken language, `translate_speech` into English, both by Whisper.

Whisper: Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision". On silence it invents words,
so stretches without speech (Silero's voice activity detection) are taken out before it listens.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from ..context import Context
from ..contract import tool
from ..errors import ToolError, WeightsError
from ..values import Audio
from . import languages
from .transcript import Segment, Transcript, of_segments

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 16_000  # what Whisper listens at, in Hz
QUIET = 0.1  # a recording whose loudest sample is below -20 dB is made louder, or its words would be taken for silence
SILENCE = 1e-4  # a recording whose loudest sample is below -80 dB holds nothing to hear
Task = Literal["transcribe", "translate"]


@tool
def transcribe(audio: Audio, language: str | None = None) -> Transcript:
    """Speech to text: write down what is said in a recording or video, in the language spoken.

    The result reads as its text; `segments` hold the times in seconds, `srt` and `vtt` the same as subtitles, `timed`
    one line a segment. Silence and noise give an empty text. For an English text of foreign speech use
    `translate_speech`.

    Args:
        audio: The recording; a video's sound is taken as well.
        language: What is spoken, by name or code ("French", "fr"); heard from the first 30 seconds when left out.

    Example:
        words = transcribe("speech.wav")
    """
    ...


@tool
def translate_speech(audio: Audio, language: str | None = None) -> Transcript:
    """Write down in English what is said in a recording or video in another language.

    The result is a transcript whose words are English and whose `language` is the spoken one. For another target
    language, `transcribe` and then `translate` the text.

    Args:
        audio: The recording; a video's sound is taken as well.
        language: What is spoken, by name or code ("French", "fr"); heard from the first 30 seconds when left out.

    Example:
        english = translate_speech("speech.wav")
    """
    ...


class _FasterWhisper:
    """Whisper by CTranslate2 (8-bit integers on the CPU), with speech stretches found by Silero."""

    weights = "whisper-base"
    task: Task = "transcribe"
    english_only = False

    def __init__(self, ctx: Context) -> None:
        if ctx.weights is None:
            raise WeightsError(
                f"The weights {self.weights!r} can't be had here. `intermodal models pull` fetches them."
            )
        self._model = _faster_whisper(str(ctx.weights(self.weights)))

    def __call__(self, audio: Audio, language: str | None = None, *, ctx: Context) -> Transcript:
        code = self._code(language)
        samples = _samples(audio)
        seconds = len(samples) / RATE
        if not samples.any():
            return of_segments([], "")
        found, info = self._model.transcribe(samples, language=code, task=self.task, beam_size=5, vad_filter=True)
        segments = []
        for part in found:  # recognised while it is iterated
            ctx.progress(min(part.end, seconds), seconds, "seconds")
            segments.append(_segment(part.start, min(part.end, seconds), part.text))
        return of_segments([part for part in segments if part.text], languages.NAMES[info.language])

    def _code(self, language: str | None) -> str | None:
        code = languages.code(language) if language else None
        if self.english_only and code not in (None, "en"):
            raise ToolError(f"These weights ({self.weights!r}) know English only, not {language!r}. Use 'whisper'.")
        return code


@transcribe.backend(
    "whisper",
    packages=("faster_whisper",),
    extra="local",
    weights=("whisper-base",),
    memory=400,
    licence="MIT",
    quality=0.6,
    time_limit=1800.0,
)
class TranscribeWhisper(_FasterWhisper):
    """Whisper base, 99 languages."""


@transcribe.backend(
    "whisper-tiny-en",
    packages=("faster_whisper",),
    extra="local",
    weights=("whisper-tiny-en",),
    memory=250,
    licence="MIT",
    quality=0.4,
    time_limit=1800.0,
)
class TranscribeTiny(_FasterWhisper):
    """Whisper tiny.en: English only, twice as fast, a little less exact."""

    weights = "whisper-tiny-en"
    english_only = True


@translate_speech.backend(
    "whisper",
    packages=("faster_whisper",),
    extra="local",
    weights=("whisper-base",),
    memory=400,
    licence="MIT",
    quality=0.5,
    time_limit=1800.0,
)
class TranslateWhisper(_FasterWhisper):
    """Whisper base, from 99 languages into English."""

    task: Task = "translate"


class _OpenAIWhisper:
    """OpenAI's own Whisper on torch.

    The setting `openai_whisper` names the model: "tiny" to "large-v3", "turbo" (downloaded by whisper on first use), or
    a checkpoint's path; "base" when it is not set.
    """

    task: Task = "transcribe"

    def __init__(self, ctx: Context) -> None:
        self._model = _openai_whisper(str(ctx.settings.get("openai_whisper", "base")))

    def __call__(self, audio: Audio, language: str | None = None) -> Transcript:
        code = languages.code(language) if language else None
        samples = _samples(audio)
        if not samples.any():
            return of_segments([], "")
        found: dict[str, Any] = self._model.transcribe(  # numpy audio: a path would want an ffmpeg binary
            samples, language=code, task=self.task, temperature=0.0, fp16=False
        )
        seconds = len(samples) / RATE
        segments = [_segment(p["start"], min(p["end"], seconds), p["text"]) for p in found["segments"]]
        return of_segments([part for part in segments if part.text], languages.NAMES[found["language"]])


_TORCH: dict[str, Any] = {
    "packages": ("whisper", "torch"),
    "extra": "torch",
    "memory": 1000,
    "licence": "MIT",
    "quality": 0.55,
    "time_limit": 3600.0,
    "room": "torch",  # one process holds torch for all the tools that need it
}


@transcribe.backend("openai-whisper", **_TORCH)
class TranscribeOpenAI(_OpenAIWhisper):
    """OpenAI's Whisper, any size."""


@translate_speech.backend("openai-whisper", **_TORCH)
class TranslateOpenAI(_OpenAIWhisper):
    """OpenAI's Whisper, any multilingual size."""

    task: Task = "translate"


@lru_cache(maxsize=2)
def _faster_whisper(folder: str) -> Any:
    import faster_whisper

    return faster_whisper.WhisperModel(folder, device="cpu", compute_type="int8")


@lru_cache(maxsize=1)
def _openai_whisper(name: str) -> Any:
    import whisper

    try:
        return whisper.load_model(name, device="cpu")
    except (OSError, RuntimeError) as error:  # no route, a broken download; or no such name, as whisper says it
        raise WeightsError(
            f"Whisper's model {name!r} can't be loaded: {error}. Set `openai_whisper` under [settings] to a "
            f"checkpoint's path or one of {', '.join(whisper.available_models())}."
        ) from error


def _samples(audio: Audio) -> NDArray[np.float32]:
    """The recording at RATE, made louder when it is quiet; all zeros when there is nothing to hear in it."""
    import numpy as np

    samples, _ = audio.array(RATE)
    peak = float(np.abs(samples).max(initial=0.0))
    if peak < SILENCE:
        return np.zeros_like(samples)
    return np.asarray(samples * (0.9 / peak), dtype=np.float32) if peak < QUIET else samples


def _segment(start: float, end: float, text: str) -> Segment:
    return Segment(start=round(start, 2), end=round(max(start, end), 2), text=text.strip())
