"""How well the tools for sound do with the embedded models, and how long they take.

usage: python -m intermodal.tests.bench.bench_audio [words] [trips] [noise] [times]    (all of them by default)

words: words wrong in moonshine-voice's recordings (MIT), as they are and with white noise added. trips: words kept when
ten sentences are spoken and transcribed again. noise: by how many dB reduce_noise lets a voice stand out more against
white noise, pink noise and hum. times: seconds that each tool takes for a recording of 44 seconds.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intermodal import Audio, Context
from intermodal.tools import media
from intermodal.tools.audio import converting, cutting, description, effects, pictures
from intermodal.tools.audio.denoise import denoised
from intermodal.tools.audio.recognition import TranscribeTiny, TranscribeWhisper, TranslateWhisper
from intermodal.tools.audio.synthesis import SpeakPiper
from intermodal.tools.weights import Store

Samples = NDArray[np.float32]
SAID = {
    "beckett": "Ever tried. Ever failed. No matter. Try again. Fail again. Fail better.",
    "two_cities": (
        "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of "
        "foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the season of light, it "
        "was the season of darkness, it was the spring of hope, it was the winter of despair, we had everything "
        "before us, we had nothing before us, we were all going direct to heaven, we were all going direct the "
        "other way. In short, the period was so far like the present period that some of its noisiest authorities "
        "insisted on its being received for good or for evil in the superlative degree of comparison only."
    ),
    "success": "",
    "error": "",
}
SENTENCES = (
    "The quick brown fox jumps over the lazy dog.",
    "There are two people and a red bus in the picture.",
    "Please remember to bring your passport and the signed form on Monday morning.",
    "The train to London leaves from platform nine at a quarter past ten.",
    "She sells sea shells by the sea shore, and he buys them.",
    "Our new library opens next week with a reading by three local authors.",
    "A small model can write a good plan when the language for it is small.",
    "The old wooden bridge across the river was closed after the storm last night.",
    "Add two cups of flour, a pinch of salt, and stir until the dough is smooth.",
    "Nobody knows how many stars there are, but we can count those that we see.",
)
_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NUMBERS = {str(number): name for number, name in enumerate(_NAMES)}


def recording(name: str) -> Audio:
    """One of moonshine-voice's recordings."""
    spec = importlib.util.find_spec("moonshine_voice")
    if spec is None or spec.origin is None:
        raise SystemExit("moonshine-voice is not installed: pip install 'intermodal[test]'")
    return Audio(Path(spec.origin).parent / "assets" / f"{name}.wav")


def words(text: str) -> list[str]:
    """The words in lower case; small numbers written out."""
    return [NUMBERS.get(word, word) for word in re.findall(r"[a-z0-9']+", text.lower())]


def errors(reference: str, heard: str) -> int:
    """How many words were put in, left out or replaced."""
    wanted, got = words(reference), words(heard)
    row = list(range(len(got) + 1))
    for i, word in enumerate(wanted, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(got, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
    return row[-1]


def mixed(speech: Samples, noise: Samples, decibels: float) -> Samples:
    """Speech with noise so many dB below it."""
    out = speech + noise / noise.std() * speech.std() * 10 ** (-decibels / 20)
    return np.asarray(out / max(1.0, float(np.abs(out).max())), dtype=np.float32)


def noises(length: int, rate: int) -> dict[str, Samples]:
    """White noise, pink noise, and a hum of 50 Hz with its overtones."""
    random = np.random.default_rng(0)
    spectrum = np.fft.rfft(random.normal(size=length))
    moments = np.arange(length) / rate
    return {
        "white": random.normal(size=length).astype(np.float32),
        "pink": np.fft.irfft(spectrum / np.sqrt(np.arange(len(spectrum)) + 1), length).astype(np.float32),
        "hum": sum(np.sin(2 * np.pi * 50 * k * moments) / k for k in range(1, 8)).astype(np.float32),  # type: ignore[union-attr]
    }


def against_noise(sound: Samples, speech: Samples) -> float:
    """The level of what is speech in a sound against the rest of it, in dB."""
    scale = float(sound @ speech / (speech @ speech))
    return float(20 * np.log10(np.std(scale * speech) / np.std(sound - scale * speech)))


def bench_words(ctx: Context) -> None:
    """Word error of both sets of weights, on the recordings as they are and with noise."""
    for name, hear in (("whisper", TranscribeWhisper(ctx)), ("whisper-tiny-en", TranscribeTiny(ctx))):
        for decibels in (None, 20, 10):
            wrong = total = 0
            began = time.perf_counter()
            for file, said in SAID.items():
                audio = recording(file)
                if decibels is not None:
                    samples, rate = audio.array()
                    path = ctx.folder / f"{file}-{decibels}.wav"
                    noise = np.random.default_rng(1).normal(size=len(samples)).astype(np.float32)
                    audio = Audio(media.save_audio(path, mixed(samples, noise, decibels), rate))
                wrong += errors(said, hear(audio, ctx=ctx).text)
                total += len(words(said))
            noise_is = "as recorded" if decibels is None else f"noise {decibels} dB below"
            print(f"{name:16} {noise_is:20} {wrong:3} of {total} words wrong, {time.perf_counter() - began:5.1f} s")


def bench_trips(ctx: Context) -> None:
    """Words kept by speak -> transcribe, for each voice and a faster pace."""
    piper, hear = SpeakPiper(ctx), TranscribeWhisper(ctx)
    for voice, speed in (("normal", 1.0), ("normal", 1.5), ("deep", 1.0), ("high", 1.0)):
        wrong, lost = 0, []
        for number, text in enumerate(SENTENCES):
            path = ctx.folder / f"{voice}-{speed}-{number}.wav"
            heard = hear(Audio(media.save_audio(path, *piper(text, speed, voice, ctx=ctx))), "en", ctx=ctx).text
            wrong += (missed := errors(text, heard))
            lost += [f"  {text!r} -> {heard!r}"] if missed > 1 else []
        total = sum(len(words(text)) for text in SENTENCES)
        print(
            f"{voice:7} at {speed:g}: {total - wrong} of {total} words kept ({1 - wrong / total:.1%})", *lost, sep="\n"
        )


def bench_noise(ctx: Context) -> None:
    """The gain of reduce_noise in dB, by noise and by its level below the voice."""
    voices = [recording(name).array(22_050)[0] for name in ("beckett", "two_cities")]
    for kind in ("white", "pink", "hum"):
        gains = []
        for decibels in (0, 10, 20):
            found = []
            for speech in voices:
                noisy = mixed(speech, noises(len(speech), 22_050)[kind], decibels)
                found.append(against_noise(denoised(noisy[None])[0], speech) - against_noise(noisy, speech))
            gains.append(float(np.mean(found)))
        print(f"{kind:6} at 0, 10, 20 dB below the voice: " + ", ".join(f"{gain:+.1f}" for gain in gains) + " dB")


def bench_times(ctx: Context) -> None:
    """Seconds for 44 seconds of speech at 48 kHz (speak: for 500 characters)."""
    audio = recording("two_cities")
    hear, tiny, piper = TranscribeWhisper(ctx), TranscribeTiny(ctx), SpeakPiper(ctx)
    calls: dict[str, Callable[[], Any]] = {
        "transcribe (whisper)": lambda: hear(audio, ctx=ctx),
        "transcribe (tiny-en)": lambda: tiny(audio, ctx=ctx),
        "translate_speech": lambda: TranslateWhisper(ctx)(audio, ctx=ctx),
        "speak": lambda: piper(SAID["two_cities"][:500], ctx=ctx),
        "describe_audio": lambda: description.describe_audio(audio),
        "trim_audio": lambda: cutting.trim_audio(audio, 1, 20, ctx=ctx),
        "mix_audio": lambda: cutting.mix_audio(audio, recording("beckett"), ctx=ctx),
        "remove_silence": lambda: cutting.remove_silence(audio, ctx=ctx),
        "change_audio_speed": lambda: effects.change_audio_speed(audio, 1.5, ctx=ctx),
        "change_pitch": lambda: effects.change_pitch(audio, -3, ctx=ctx),
        "normalize_loudness": lambda: effects.normalize_loudness(audio, ctx=ctx),
        "add_reverb": lambda: effects.add_reverb(audio, ctx=ctx),
        "reduce_noise": lambda: effects.reduce_noise(audio, ctx=ctx),
        "convert_audio (mp3)": lambda: converting.convert_audio(audio, "mp3", ctx=ctx),
        "draw_waveform": lambda: pictures.draw_waveform(audio),
        "draw_spectrogram": lambda: pictures.draw_spectrogram(audio),
    }
    for name, call in calls.items():
        began = time.perf_counter()
        call()
        print(f"{name:22} {time.perf_counter() - began:6.2f} s")


PARTS = {"words": bench_words, "trips": bench_trips, "noise": bench_noise, "times": bench_times}


def main() -> None:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="*", help=f"one of {', '.join(PARTS)}; all of them when none is named")
    asked = parser.parse_args().part or list(PARTS)
    if unknown := [part for part in asked if part not in PARTS]:
        parser.error(f"There is no part {unknown[0]!r}; there is: {', '.join(PARTS)}.")
    with tempfile.TemporaryDirectory() as folder:
        ctx = Context(folder=Path(folder), weights=Store().fetch)
        for part in asked:
            print(f"== {part}")
            PARTS[part](ctx)


if __name__ == "__main__":
    main()
