"""What a recording is like: `describe_audio`, from measurements; what is said in it is `transcribe`'s."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..contract import tool
from ..values import Audio
from . import tempo
from .filters import filtered, loudness
from .stretches import SPEECH_RATE, sounding, speaking
from .transcript import clock


@dataclass(frozen=True, kw_only=True)
class SoundFacts:
    """What is measured in a recording.

    Args:
        kind: What it mostly is: "sound" where it is neither speech nor has a steady beat.
        seconds: How long it is.
        rate: Samples a second, in Hz.
        channels: 1 is mono, 2 stereo.
        loudness: In LUFS by EBU R 128: about -16 is usual for speech, -70 is silence.
        peak: The highest level, in dB of full scale; 0 or more is at its limit.
        speech: Share of the time in which somebody speaks, from 0 to 1.
        silence: Share of the time that is silent, from 0 to 1.
        tempo: Beats a minute; None without a steady beat.
    """

    kind: Literal["speech", "music", "sound", "silence"]
    seconds: float
    rate: int
    channels: int
    loudness: float
    peak: float
    speech: float
    silence: float
    tempo: float | None

    def __str__(self) -> str:
        channels = {1: "mono", 2: "stereo"}.get(self.channels, f"{self.channels} channels")
        length = f"{clock(self.seconds)} minutes" if self.seconds >= 60 else f"{self.seconds:.1f} seconds"
        begin = f"a recording of {self.kind}, {length}, {channels}, {self.rate} Hz"
        if self.kind == "silence":
            return f"{begin}; there is nothing to hear in it"
        words = [f"loudness {self.loudness:.0f} LUFS", f"peak {self.peak:.1f} dB"]
        words.append(f"somebody speaks {self.speech:.0%} of the time" if self.speech else "nobody speaks")
        if self.silence >= 0.01:
            words.append(f"silent {self.silence:.0%} of the time")
        if self.tempo:
            words.append(f"{self.tempo:.0f} beats a minute")
        return f"{begin}; {', '.join(words)}"


@tool(packages=("av", "faster_whisper"), extra="local", room="intermodal.sound", memory=150)
def describe_audio(audio: Audio) -> SoundFacts:
    """Measure a recording: length, loudness, how much of it is speech or silence, tempo of music.

    It doesn't say what is said: use `transcribe` for the words.

    Args:
        audio: The recording.

    Example:
        facts = describe_audio("music.wav")
    """
    samples, rate = audio.array(mono=False)
    seconds = samples.shape[1] / rate
    voice = audio.array(SPEECH_RATE)[0]
    level, peak = loudness(samples, rate)
    loud = _share(sounding(samples, rate), seconds)
    spoken = _share(speaking(voice), seconds) if loud else 0.0
    slow = filtered(voice, SPEECH_RATE, ("aresample", str(tempo.RATE)))[0]
    beat = tempo.tempo(slow) if spoken < 0.5 else None
    kind: Literal["speech", "music", "sound", "silence"] = "sound"
    if not loud:
        kind = "silence"
    elif spoken >= 0.4:
        kind = "speech"
    elif beat:
        kind = "music"
    return SoundFacts(
        kind=kind,
        seconds=round(seconds, 3),
        rate=rate,
        channels=len(samples),
        loudness=round(max(-70.0, level), 1),
        peak=round(peak, 1),
        speech=round(spoken, 3),
        silence=round(1 - loud, 3),
        tempo=round(beat, 1) if beat else None,
    )


def _share(stretches: list[tuple[float, float]], seconds: float) -> float:
    return min(1.0, sum(end - start for start, end in stretches) / seconds)
