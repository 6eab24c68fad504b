from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from intermodal import Context
from intermodal.tools.audio.synthesis import SpeakPiper, pieces, speak, speakable
from intermodal.tools.errors import Cancelled, ToolError, WeightsError


@pytest.fixture(scope="module")
def piper(store: object, tmp_path_factory: pytest.TempPathFactory) -> SpeakPiper:
    pytest.importorskip("piper")
    return SpeakPiper(Context(folder=tmp_path_factory.mktemp("piper"), weights=store.fetch))  # type: ignore[attr-defined]


def test_declares_its_licence() -> None:
    assert speak.backends["piper"].licence == "GPL-3.0 (engine), CC0 (voice)"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("It costs $23.50.", "It costs 23 dollars and 50 cents."),
        ("£1.01 and €1", "1 pound and 1 penny and 1 euro"),
        ("a $3 million deal", "a 3 million dollars deal"),
        ("i.e. cats & dogs", "that is cats  and  dogs"),
        ("**bold**, `code` and [a link](https://x.org/y)", "bold, code and a link"),
        ("see https://www.example.com/a/b?c=d", "see example.com"),
        ("# Title\n- point", "Title\npoint"),
        ("snake_case stays, 2 * 3 * 4 too", "snake_case stays, 2 * 3 * 4 too"),
        ("[[h@loU]]", "h@loU"),
    ],
)
def test_what_is_written_becomes_what_is_said(written: str, said: str) -> None:
    assert speakable(written) == said


def test_pieces_end_where_sentences_do() -> None:
    text = "One is short. Two is short. " + "word " * 60 + "end. Dr. Who left."
    parts = pieces(text, 100)
    assert all(len(part) <= 100 for part in parts)
    assert " ".join(parts) == " ".join(text.split())
    assert pieces("One is short. Two is short. Three.", 30) == ["One is short. Two is short.", "Three."]
    assert pieces("") == []


@pytest.mark.embedded
def test_speaks_repeatably_and_keeps_pace(piper: SpeakPiper, ctx: Context) -> None:
    text = "The train to London leaves at ten."
    one, rate = piper(text, ctx=ctx)
    two, _ = piper(text, ctx=ctx)
    assert rate == 22_050 and one.dtype == np.float32 and np.abs(one).max() <= 1.0
    assert one.tobytes() == two.tobytes()
    fast, _ = piper(text, 2.0, ctx=ctx)
    assert len(fast) == pytest.approx(len(one) / 2, rel=0.02)


@pytest.mark.embedded
def test_voices_differ_in_pitch_and_not_in_pace(
    piper: SpeakPiper, ctx: Context, pitch_of: Callable[..., float]
) -> None:
    spoken = {voice: piper("Oh, oh, oh, oh!", 1.0, voice, ctx=ctx) for voice in ("deep", "normal", "high")}
    lengths = [len(samples) for samples, _ in spoken.values()]
    assert max(lengths) / min(lengths) < 1.3
    centres = []
    for samples, rate in spoken.values():
        spectrum = np.abs(np.fft.rfft(samples)) ** 2
        centres.append(float((spectrum * np.arange(len(spectrum))).sum() / spectrum.sum() * rate / len(samples)))
    assert centres == sorted(centres)


@pytest.mark.embedded
def test_long_text_reports_progress_and_can_be_stopped(piper: SpeakPiper, tmp_path: Path) -> None:
    seen: list[float] = []
    ctx = Context(folder=tmp_path, report=lambda done, total, unit: seen.append(done), cancelled=lambda: len(seen) > 2)
    with pytest.raises(Cancelled):
        piper("This sentence is said again and again. " * 300, ctx=ctx)
    assert len(seen) == 3


@pytest.mark.embedded
@pytest.mark.parametrize(
    ("text", "speed", "message"),
    [("", 1.0, "nothing to say"), (" \n\n ...", 1.0, "nothing to say"), ("Hi.", 0.0, "0.5 to 3"), ("Hi.", 9.0, "9")],
)
def test_refuses(piper: SpeakPiper, ctx: Context, text: str, speed: float, message: str) -> None:
    with pytest.raises(ToolError, match=message):
        piper(text, speed, ctx=ctx)


@pytest.mark.embedded
def test_refuses_a_book(piper: SpeakPiper, ctx: Context) -> None:
    with pytest.raises(ToolError, match="100,000"):
        piper("x" * 100_001, ctx=ctx)


def test_a_voice_that_is_not_there(ctx: Context) -> None:
    pytest.importorskip("piper")
    ctx.settings = {"piper_voice": "/nowhere/voice.onnx"}
    with pytest.raises(WeightsError, match=r"/nowhere/voice\.onnx"):
        SpeakPiper(ctx)
