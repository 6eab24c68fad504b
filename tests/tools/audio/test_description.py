from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from intermodal import Audio, Context
from intermodal.tools.audio.converting import convert_audio
from intermodal.tools.audio.description import describe_audio
from intermodal.tools.audio.filters import loudness
from intermodal.tools.audio.pictures import draw_spectrogram, draw_waveform
from intermodal.tools.audio.tempo import RATE, tempo
from intermodal.tools.errors import InputError, ToolError

Save, Tone = Callable[..., Audio], Callable[..., np.ndarray]


def beats(per_minute: float, seconds: float = 12.0) -> np.ndarray:
    out = np.zeros(int(seconds * RATE), np.float32)
    blip = (np.exp(-np.arange(2000) / 300) * np.sin(2 * np.pi * 1000 * np.arange(2000) / RATE)).astype(np.float32)
    for at in np.arange(0.1, seconds - 0.2, 60 / per_minute):
        out[int(at * RATE) :][:2000] += blip
    return out


@pytest.mark.parametrize("per_minute", [75, 90, 120, 140])
def test_tempo(per_minute: float) -> None:
    assert tempo(beats(per_minute)) == pytest.approx(per_minute, rel=0.01)


def test_no_tempo_without_a_beat(recordings: Path) -> None:
    assert tempo(Audio(recordings / "two_cities.wav").array(RATE)[0]) is None
    assert tempo(np.zeros(RATE * 10, np.float32)) is None
    assert tempo(np.zeros(10, np.float32)) is None
    assert tempo(np.random.default_rng(0).normal(0, 0.1, RATE * 10).astype(np.float32)) is None


def test_loudness_of_the_standard_tone(tone: Tone) -> None:
    """EBU Tech 3341, case 1: a stereo 1 kHz sine at -23 dB peak has -23 LUFS."""
    sine = tone(20, 1000, 10 ** (-23 / 20), 48_000)
    level, peak = loudness(np.stack([sine, sine]), 48_000)
    assert level == pytest.approx(-23.0, abs=0.1) and peak == pytest.approx(-23.0, abs=0.2)
    assert loudness(np.zeros(1, np.float32), 16_000)[0] <= -70


def test_speech(recordings: Path) -> None:
    pytest.importorskip("faster_whisper")
    facts = describe_audio(Audio(recordings / "two_cities.wav"))
    assert facts.kind == "speech" and facts.seconds == pytest.approx(44.37, abs=0.01)
    assert facts.speech > 0.8 and facts.tempo is None and facts.channels == 1
    assert str(facts).startswith("a recording of speech, 44.4 seconds, mono, 48000 Hz; loudness -")


def test_music_silence_and_noise(save: Save, tone: Tone) -> None:
    pytest.importorskip("faster_whisper")
    music = describe_audio(save(beats(90) * 0.5, RATE))
    assert music.kind == "music" and "90 beats a minute" in str(music) and "nobody speaks" in str(music)
    silence = describe_audio(save(np.zeros((2, 16_000), np.float32)))
    assert silence.kind == "silence" and silence.silence == 1.0 and silence.loudness == -70.0
    assert str(silence) == "a recording of silence, 1.0 seconds, stereo, 16000 Hz; there is nothing to hear in it"
    assert describe_audio(save(tone(2))).kind == "sound"
    assert describe_audio(save(tone(0.01))).seconds == 0.01


def test_waveform_shows_where_it_is_loud(save: Save, tone: Tone) -> None:
    picture = np.asarray(draw_waveform(save(np.concatenate([0 * tone(1), tone(1, level=0.9)]))))
    assert picture.shape == (532, 1312, 3)
    blue = (picture == (38, 110, 180)).all(axis=2)[60:460]
    left, right = blue[:, 100:600].sum(axis=0), blue[:, 720:1200].sum(axis=0)
    assert left.max() < 5 and right.mean() > 300


def test_spectrogram_shows_the_pitch(save: Save, tone: Tone) -> None:
    picture = np.asarray(draw_spectrogram(save(tone(3, 2000)))).astype(int)
    assert picture.shape == (532, 1312, 3)
    bright = picture[54:470, 684].sum(axis=1)
    row = int(np.argmax(bright))
    assert bright[row] > 600 > 300 > max(bright[: row - 30].max(), bright[row + 30 :].max())


def test_pictures_of_odd_sounds(save: Save, tone: Tone) -> None:
    for sound in (tone(0.001), np.zeros(16_000, np.float32), np.tile(tone(0.5), (8, 1))):
        assert draw_waveform(save(sound)).size == (1312, 532)  # type: ignore[attr-defined]
        assert draw_spectrogram(save(sound)).size == (1312, 532)  # type: ignore[attr-defined]


@pytest.mark.parametrize("ending", ["wav", "mp3", "flac", "ogg", "m4a"])
def test_formats(
    save: Save, tone: Tone, pitch_of: Callable[..., float], decibels: Callable[..., float], ctx: Context, ending: str
) -> None:
    sound = save(np.tile(tone(2, rate=44_100), (2, 1)), 44_100)
    made = convert_audio(sound, ending, channels=1, ctx=ctx)
    assert made.path.suffix == f".{ending}" and made.path.read_bytes()[:4] != b""
    samples, rate = made.array(mono=False)
    assert samples.shape[0] == 1 and samples.shape[1] / rate == pytest.approx(2, abs=0.1)
    middle = samples[0, rate // 2 : rate + rate // 2]
    assert pitch_of(middle, rate) == pytest.approx(440, abs=2)
    assert decibels(middle) == pytest.approx(-9, abs=0.5)


def test_rate(save: Save, tone: Tone, ctx: Context) -> None:
    samples, rate = convert_audio(save(tone(1)), "wav", 22_050, 2, ctx=ctx).array(mono=False)
    assert rate == 22_050 and samples.shape[0] == 2 and samples.shape[1] == pytest.approx(22_050, abs=30)
    with pytest.raises(ToolError, match="`rate`"):
        convert_audio(save(tone(1)), "wav", 3, ctx=ctx)


def test_a_file_that_is_no_sound(tmp_path: Path) -> None:
    (tmp_path / "not.mp3").write_text("hello")
    with pytest.raises(InputError, match=r"'not\.mp3'"):
        draw_waveform(Audio(tmp_path / "not.mp3"))
