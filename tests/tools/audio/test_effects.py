from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from intermodal import Audio, Context
from intermodal.tools.audio import effects
from intermodal.tools.audio.filters import loudness
from intermodal.tools.errors import ToolError

Save, Tone, Measure = Callable[..., Audio], Callable[..., np.ndarray], Callable[..., float]


@pytest.mark.parametrize("speed", [0.25, 0.5, 1.5, 3.0, 8.0])
def test_speed_keeps_pitch(save: Save, tone: Tone, pitch_of: Measure, ctx: Context, speed: float) -> None:
    samples, rate = effects.change_audio_speed(save(tone(4)), speed, ctx=ctx).array()
    assert len(samples) / rate == pytest.approx(4 / speed, rel=0.02)
    assert pitch_of(samples) == pytest.approx(440, rel=0.01)


def test_speed_as_on_a_tape(save: Save, tone: Tone, pitch_of: Measure, ctx: Context) -> None:
    samples, rate = effects.change_audio_speed(save(tone(2)), 2, keep_pitch=False, ctx=ctx).array()
    assert len(samples) / rate == pytest.approx(1, abs=0.01) and pitch_of(samples) == pytest.approx(880, abs=2)


@pytest.mark.parametrize("semitones", [-12, -3, 5, 12])
def test_pitch_keeps_speed(save: Save, tone: Tone, pitch_of: Measure, ctx: Context, semitones: float) -> None:
    samples, rate = effects.change_pitch(save(tone(3)), semitones, ctx=ctx).array()
    assert pitch_of(samples) == pytest.approx(440 * 2 ** (semitones / 12), rel=0.01)
    assert len(samples) / rate == pytest.approx(3, rel=0.02)


def test_volume_is_exact_and_peaks_are_held(save: Save, tone: Tone, decibels: Measure, ctx: Context) -> None:
    sound = save(tone(2, level=0.2))
    before = decibels(sound.array()[0])
    assert decibels(effects.change_volume(sound, -10, ctx=ctx).array()[0]) - before == pytest.approx(-10, abs=0.1)
    assert decibels(effects.change_volume(sound, 6, ctx=ctx).array()[0]) - before == pytest.approx(6, abs=0.1)
    loud = effects.change_volume(sound, 40, ctx=ctx).array()[0]
    assert np.abs(loud).max() < 0.92


@pytest.mark.parametrize("target", [-23.0, -16.0])
def test_loudness_is_reached(save: Save, recordings: object, ctx: Context, target: float) -> None:
    speech = Audio(recordings / "beckett.wav")  # type: ignore[operator]
    samples, rate = effects.normalize_loudness(speech, target, ctx=ctx).array(mono=False)
    reached, peak = loudness(samples, rate)
    assert reached == pytest.approx(target, abs=1.0) and peak < -0.5
    silence = save(np.zeros(16_000, np.float32))
    assert not effects.normalize_loudness(silence, ctx=ctx).array()[0].any()


def test_fades(save: Save, tone: Tone, decibels: Measure, ctx: Context) -> None:
    samples, rate = effects.fade_audio(save(tone(4)), 1, 2, ctx=ctx).array()
    assert abs(samples[0]) < 0.001 and abs(samples[-1]) < 0.001
    assert decibels(samples[: rate // 10]) < decibels(samples[rate // 2 :][: rate // 10]) < -9.5
    assert decibels(samples[rate : 2 * rate]) == pytest.approx(-9.03, abs=0.1)
    with pytest.raises(ToolError, match=r"`fade_out`.*0 to 4 seconds"):
        effects.fade_audio(save(tone(4)), 1, 5, ctx=ctx)


def test_echo_comes_back_quieter(save: Save, tone: Tone, decibels: Measure, ctx: Context) -> None:
    samples, rate = effects.add_echo(save(tone(0.1)), 0.5, 0.5, 2, ctx=ctx).array()
    levels = [decibels(samples[int(at * rate) :][: rate // 10]) for at in (0, 0.5, 1.0)]
    assert np.diff(levels) == pytest.approx([-6, -6], abs=0.2)
    assert decibels(samples[rate // 5 :][: rate // 10]) < -80


def test_reverb_sounds_on_and_is_repeatable(save: Save, tone: Tone, decibels: Measure, ctx: Context) -> None:
    click = save(np.pad(tone(0.05), (0, 3200)))
    one, rate = effects.add_reverb(click, 2.0, 0.5, ctx=ctx).array()
    two, _ = effects.add_reverb(click, 2.0, 0.5, ctx=ctx).array()
    assert np.array_equal(one, two)
    assert len(one) / rate == pytest.approx(2.25, abs=0.01)
    after = [decibels(one[int(at * rate) :][: rate // 4]) for at in (0.3, 0.8, 1.3)]
    assert np.diff(after) == pytest.approx([-15, -15], abs=3)  # 60 dB in two seconds


def test_pan(save: Save, tone: Tone, decibels: Measure, ctx: Context) -> None:
    left = effects.pan_audio(save(tone(1)), -1, ctx=ctx).array(mono=False)[0]
    assert decibels(left[0]) > -10 and decibels(left[1]) < -80
    middle = effects.pan_audio(save(tone(1)), 0, ctx=ctx).array(mono=False)[0]
    assert np.allclose(middle[0], middle[1]) and decibels(middle[0]) == pytest.approx(-12.04, abs=0.1)


@pytest.mark.parametrize(("noise", "least"), [("white", 6.0), ("hum", 6.0)])
def test_noise_is_reduced(save: Save, recordings: object, ctx: Context, noise: str, least: float) -> None:
    speech, rate = Audio(recordings / "beckett.wav").array(16_000)  # type: ignore[operator]
    time = np.arange(len(speech)) / rate
    hum = sum(np.sin(2 * np.pi * 50 * k * time) / k for k in range(1, 8))
    added = np.random.default_rng(0).normal(size=len(speech)) if noise == "white" else hum
    added = added / np.std(added) * np.std(speech) * 10 ** (-10 / 20)
    noisy = (speech + added).astype(np.float32)
    clean = effects.reduce_noise(save(noisy * 0.5), ctx=ctx).array()[0] * 2

    def to_noise(sound: np.ndarray) -> float:
        scale = float(sound @ speech / (speech @ speech))
        return float(20 * np.log10(np.std(scale * speech) / np.std(sound - scale * speech)))

    assert to_noise(clean) - to_noise(noisy) > least


def test_noise_reduction_leaves_silence_and_short_sounds(save: Save, tone: Tone, ctx: Context) -> None:
    assert not effects.reduce_noise(save(np.zeros(1000, np.float32)), ctx=ctx).array()[0].any()
    assert len(effects.reduce_noise(save(tone(0.001)), ctx=ctx).array()[0]) == 16
    same = effects.reduce_noise(save(tone(1)), strength=0, ctx=ctx).array()[0]
    assert np.allclose(same, tone(1), atol=1e-3)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("change_audio_speed", {"speed": 0}),
        ("change_audio_speed", {"speed": float("nan")}),
        ("change_pitch", {"semitones": 99}),
        ("change_volume", {"decibels": 1e9}),
        ("normalize_loudness", {"lufs": 3}),
        ("add_echo", {"repeats": 0}),
        ("add_reverb", {"seconds": 0}),
        ("pan_audio", {"position": 2}),
        ("reduce_noise", {"strength": -1}),
    ],
)
def test_what_is_out_of_range_is_refused(
    save: Save, tone: Tone, ctx: Context, name: str, given: dict[str, float]
) -> None:
    with pytest.raises(ToolError, match=rf"`{next(iter(given))}` can't be .*it goes from"):
        getattr(effects, name)(save(tone(0.5)), **given, ctx=ctx)
