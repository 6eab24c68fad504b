from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from intermodal import Audio, Context
from intermodal.tools.audio.cutting import join_audio, mix_audio, remove_silence, split_audio, trim_audio
from intermodal.tools.errors import ToolError

Save, Tone = Callable[..., Audio], Callable[..., np.ndarray]


def seconds(audio: Audio) -> float:
    samples, rate = audio.array()
    return len(samples) / rate


def test_trim_keeps_what_lies_between(save: Save, tone: Tone, pitch_of: Callable[..., float], ctx: Context) -> None:
    sound = save(np.concatenate([tone(1, 300), tone(1, 600), tone(1, 900)]), name="three.wav")
    for start, end, pitch in ((0, 1, 300), (1, 2, 600), (-1, None, 900), (0.2, -2.1, 300)):
        part = trim_audio(sound, start, end, ctx=ctx)
        assert pitch_of(part.array()[0]) == pytest.approx(pitch, abs=2)
        assert seconds(part) == pytest.approx(0.7 if end == -2.1 else 1.0, abs=0.001)
    assert part.path.name.startswith("three-trimmed")


def test_trim_keeps_stereo_and_odd_rates(save: Save, tone: Tone, ctx: Context) -> None:
    sound = save(np.stack([tone(1, rate=11_025), 0 * tone(1, rate=11_025)]), 11_025)
    samples, rate = trim_audio(sound, 0.5, ctx=ctx).array(mono=False)
    assert rate == 11_025 and samples.shape == (2, 5513) and not samples[1].any()


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        (2.0, 1.0, "must come after"),
        (1.0, 1.0, "must come after"),
        (3.0, None, "3.00 seconds long"),
        (-9.0, None, "3.00 seconds long"),
        (0.0, 5.0, "ends at 3.00 seconds, before 5"),
        (float("nan"), None, "can't be cut"),
        (0.0, float("nan"), "before nan"),
    ],
)
def test_trim_refuses(save: Save, tone: Tone, ctx: Context, start: float, end: float | None, message: str) -> None:
    with pytest.raises(ToolError, match=message):
        trim_audio(save(tone(3)), start, end, ctx=ctx)


def test_join_brings_rates_and_channels_together(
    save: Save, tone: Tone, pitch_of: Callable[..., float], decibels: Callable[..., float], ctx: Context
) -> None:
    one = save(tone(1, 300, rate=8_000), 8_000, "one.wav")
    two = save(np.tile(tone(1, 600, rate=22_050), (2, 1)), 22_050, "two.wav")
    samples, rate = join_audio([one, two, one], pause=0.5, ctx=ctx).array(mono=False)
    assert rate == 22_050 and samples.shape[0] == 2
    assert samples.shape[1] / rate == pytest.approx(4.0, abs=0.01)
    for second, pitch in ((0.1, 300), (1.6, 600), (3.1, 300)):
        for channel in samples:
            part = channel[int(second * rate) :][:16_000]
            assert pitch_of(part, rate) == pytest.approx(pitch, abs=3)
            assert decibels(part) == pytest.approx(-9, abs=0.2)
    assert np.abs(samples[:, int(1.05 * rate) : int(1.45 * rate)]).max() < 0.01


def test_join_refuses_nothing(ctx: Context) -> None:
    with pytest.raises(ToolError, match="no recordings"):
        join_audio([], ctx=ctx)


def test_mix_adds_and_never_clips(save: Save, tone: Tone, ctx: Context) -> None:
    low, high = save(tone(2, 300, 0.9), name="low.wav"), save(tone(1, 1000, 0.9), name="high.wav")
    samples, rate = mix_audio(low, high, volume=-6, start=0.5, ctx=ctx).array()
    assert len(samples) == 2 * rate and np.abs(samples).max() <= 1.0
    spectrum = np.abs(np.fft.rfft(samples[rate // 2 : rate + rate // 2]))
    assert spectrum[1000] / spectrum[300] == pytest.approx(0.5, abs=0.02)
    assert np.abs(np.fft.rfft(samples[: rate // 2]))[500] < 1  # the other one has not begun


def test_mix_repeats_what_is_too_short(save: Save, tone: Tone, decibels: Callable[..., float], ctx: Context) -> None:
    quiet, beep = save(0.001 * tone(5), name="quiet.wav"), save(tone(0.4), name="beep.wav")
    samples, rate = mix_audio(quiet, beep, repeat=True, ctx=ctx).array()
    assert len(samples) == 5 * rate and decibels(samples[-rate // 10 :]) > -15
    with pytest.raises(ToolError, match=r"ends at 5\.0 seconds"):
        mix_audio(quiet, beep, start=6, repeat=True, ctx=ctx)
    with pytest.raises(ToolError, match="`start`"):
        mix_audio(quiet, beep, start=-1, ctx=ctx)


def test_silence_is_taken_out(save: Save, tone: Tone, ctx: Context) -> None:
    silence = np.zeros(32_000, np.float32)
    sound = save(np.concatenate([silence, tone(1), silence, tone(1), silence]))
    assert seconds(remove_silence(sound, ctx=ctx)) == pytest.approx(2.5, abs=0.05)
    parts = split_audio(sound, ctx=ctx)
    assert [seconds(part) for part in parts] == pytest.approx([1.35, 1.35], abs=0.03)
    assert len({part.path for part in parts}) == 2
    with pytest.raises(ToolError, match="holds no sound"):
        remove_silence(save(silence, name="silence.wav"), ctx=ctx)
    with pytest.raises(ToolError, match="is silent"):
        split_audio(save(silence, name="silence.wav"), ctx=ctx)


def test_only_speech_stays(save: Save, recordings: object, ctx: Context) -> None:
    pytest.importorskip("faster_whisper")
    speech, rate = Audio(recordings / "beckett.wav").array(16_000)  # type: ignore[operator]
    noise = np.random.default_rng(0).normal(0, 0.02, 5 * rate).astype(np.float32)
    sound = save(np.concatenate([noise, speech, noise]))
    assert seconds(remove_silence(sound, "speech", 3.0, ctx=ctx)) == pytest.approx(len(speech) / rate, abs=1.0)
    with pytest.raises(ToolError, match="holds no speech"):
        remove_silence(save(noise, name="noise.wav"), "speech", ctx=ctx)


def test_split_by_length(save: Save, tone: Tone, ctx: Context) -> None:
    parts = split_audio(save(tone(2.5)), every=1, ctx=ctx)
    assert [seconds(part) for part in parts] == pytest.approx([1, 1, 0.5])
    assert len(split_audio(save(tone(3)), every=1, ctx=ctx)) == 3
    with pytest.raises(ToolError, match="above 200"):
        split_audio(save(tone(30)), every=0.1, ctx=ctx)
    with pytest.raises(ToolError, match="`every`"):
        split_audio(save(tone(3)), every=0, ctx=ctx)
