"""Sound cut and put together: trim, join, mix, split, and silence taken out."""

from __future__ import annotations

import math
from typing import Literal

from ..context import Context
from ..contract import tool
from ..errors import ToolError
from ..values import Audio
from .common import alike, check, keep, span
from .stretches import SPEECH_RATE, merged, sounding, speaking

MOST_PIECES = 200


@tool(packages=("av",), extra="local")
def trim_audio(audio: Audio, start: float = 0.0, end: float | None = None, *, ctx: Context) -> Audio:
    """Keep only the part of a recording between two times in seconds.

    Args:
        audio: The recording.
        start: Where the part begins, in seconds; a negative time counts from the recording's end.
        end: Where it ends, in seconds, likewise; the recording's end when left out.

    Example:
        beginning = trim_audio("speech.wav", start=0, end=2.5)
    """
    samples, rate = audio.array(mono=False)
    first, last = span(start, end, samples.shape[1] / rate, str(audio))
    return keep(samples[:, round(first * rate) : round(last * rate)], rate, audio, "trimmed", ctx)


@tool(packages=("av",), extra="local")
def join_audio(audios: list[Audio], pause: float = 0.0, *, ctx: Context) -> Audio:
    """Put recordings one after another into one.

    To hear them at the same time instead, use `mix_audio`.

    Args:
        audios: The recordings, in order.
        pause: Silence between them, in seconds.

    Example:
        both = join_audio(["speech.wav", "music.wav"], pause=0.5)
    """
    import numpy as np

    if not audios:
        raise ToolError("There are no recordings to join; give at least one.")
    check("pause", pause, 0, 3600, "seconds")
    sounds, rate = alike([audio.array(mono=False) for audio in audios])
    silence = np.zeros((len(sounds[0]), round(pause * rate)), np.float32)
    parts = [part for sound in sounds for part in (sound, silence)]
    return keep(np.concatenate(parts[:-1], axis=1), rate, audios[0], "joined", ctx)


@tool(packages=("av",), extra="local")
def mix_audio(
    audio: Audio, other: Audio, volume: float = 0.0, start: float = 0.0, repeat: bool = False, *, ctx: Context
) -> Audio:
    """Lay one recording over another so that both are heard at once, such as music under a voice.

    The result is as long as both need, or as the first one when `repeat` is set; it is made quieter where it would
    be too loud. For one after the other, use `join_audio`.

    Args:
        audio: The recording that stays as it is.
        other: What is added to it.
        volume: Change of the other's volume in dB; -12 puts music behind a voice.
        start: When the other begins, in seconds.
        repeat: Whether the other is repeated, and cut off, to fill the first one.

    Example:
        mixed = mix_audio("speech.wav", "music.wav", volume=-12)
    """
    import numpy as np

    check("start", start, 0, 36_000, "seconds")
    check("volume", volume, -100, 60, "dB")
    (first, second), rate = alike([audio.array(mono=False), other.array(mono=False)])
    offset = round(start * rate)
    if repeat:
        if offset >= first.shape[1]:
            raise ToolError(f"{str(audio)!r} ends at {first.shape[1] / rate:.1f} seconds, before {start:g} seconds.")
        times = -(-(first.shape[1] - offset) // second.shape[1])
        second = np.tile(second, (1, times))[:, : first.shape[1] - offset]
    out = np.zeros((len(first), max(first.shape[1], offset + second.shape[1])), np.float32)
    out[:, : first.shape[1]] = first
    out[:, offset : offset + second.shape[1]] += second * 10 ** (volume / 20)
    out /= max(1.0, float(np.abs(out).max(initial=0.0)))
    return keep(out, rate, audio, "mixed", ctx)


@tool(packages=("av", "faster_whisper"), extra="local", room="intermodal.sound", memory=150)
def remove_silence(
    audio: Audio, keep_only: Literal["sound", "speech"] = "sound", pause: float = 0.5, *, ctx: Context
) -> Audio:
    """Shorten a recording by taking out its silent parts, or all parts where nobody speaks.

    Args:
        audio: The recording.
        keep_only: "sound" keeps what is not silent; "speech" keeps only where somebody speaks, for noisy recordings.
        pause: How long a silence may be and stay, in seconds.

    Example:
        tight = remove_silence("speech.wav", pause=0.3)
    """
    import numpy as np

    check("pause", pause, 0.05, 60, "seconds")
    samples, rate = audio.array(mono=False)
    if keep_only == "speech":
        found = speaking(audio.array(SPEECH_RATE)[0], pause)
    else:
        found = sounding(samples, rate, pause=pause)
    if not found:
        raise ToolError(f"{str(audio)!r} holds no {keep_only}; nothing would be left of it.")
    kept = merged(found, pause / 4, samples.shape[1] / rate)
    parts = [samples[:, round(a * rate) : round(b * rate)] for a, b in kept]
    return keep(np.concatenate(parts, axis=1), rate, audio, "tight", ctx)


@tool(packages=("av",), extra="local")
def split_audio(audio: Audio, every: float | None = None, pause: float = 0.7, *, ctx: Context) -> list[Audio]:
    """Split a recording into several at its pauses, or every so many seconds.

    Args:
        audio: The recording.
        every: Length of the parts in seconds; split at pauses when left out.
        pause: How long a silence must be to split at it, in seconds.

    Example:
        parts = split_audio("speech.wav", every=30)
    """
    samples, rate = audio.array(mono=False)
    seconds = samples.shape[1] / rate
    check("pause", pause, 0.05, 60, "seconds")
    if every is None:
        found = merged(sounding(samples, rate, pause=pause), pause / 4, seconds)
    else:
        check("every", every, 0.1, 36_000, "seconds")
        found = [(at * every, min(seconds, (at + 1) * every)) for at in range(math.ceil(seconds / every - 1e-6))]
    if not found:
        raise ToolError(f"{str(audio)!r} is silent, so it has no pauses to split at.")
    if len(found) > MOST_PIECES:
        raise ToolError(
            f"{str(audio)!r} would give {len(found)} parts, above {MOST_PIECES}. Make `every` or `pause` longer."
        )
    parts = [samples[:, round(start * rate) : round(end * rate)] for start, end in found]
    return [keep(part, rate, audio, f"part-{number}", ctx) for number, part in enumerate(parts, 1)]
