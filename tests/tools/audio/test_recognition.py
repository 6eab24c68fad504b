from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from intermodal import Audio, Context
from intermodal.tools.audio.recognition import TranscribeTiny, TranscribeWhisper, TranslateWhisper
from intermodal.tools.audio.synthesis import SpeakPiper
from intermodal.tools.errors import Cancelled, ToolError, WeightsError

BECKETT = "Ever tried. Ever failed. No matter. Try again. Fail again. Fail better."
pytestmark = pytest.mark.embedded


@pytest.fixture(scope="module")
def whisper(store: object, tmp_path_factory: pytest.TempPathFactory) -> TranscribeWhisper:
    pytest.importorskip("faster_whisper")
    return TranscribeWhisper(Context(folder=tmp_path_factory.mktemp("w"), weights=store.fetch))  # type: ignore[attr-defined]


def test_hears_beckett(
    whisper: TranscribeWhisper, recordings: Path, ctx: Context, word_errors: Callable[[str, str], int]
) -> None:
    told: list[tuple[float, float | None, str]] = []
    ctx.report = lambda *progress: told.append(progress)
    heard = whisper(Audio(recordings / "beckett.wav"), ctx=ctx)
    assert told[-1][1:] == (pytest.approx(9.96, abs=0.01), "seconds")
    assert heard.text == str(heard)
    assert word_errors(BECKETT, heard.text) == 0  # its stops and capitals differ between processors
    assert heard.language == "English"
    assert heard.segments[0].start >= 0 and heard.segments[-1].end <= 9.97
    assert heard.srt.startswith("1\n00:00:0")


@pytest.mark.parametrize("what", ["silence", "noise", "hum", "short"])
def test_hears_nothing_where_nobody_speaks(
    whisper: TranscribeWhisper, ctx: Context, save: Callable[..., Audio], tone: Callable[..., np.ndarray], what: str
) -> None:
    noise = np.random.default_rng(0).normal(0, 0.05, 48_000).astype(np.float32)
    sounds = {"silence": 0 * noise, "noise": noise, "hum": tone(3.0, 50.0), "short": tone(0.01)}
    heard = whisper(save(sounds[what]), ctx=ctx)
    assert (heard.text, heard.language, heard.segments) == ("", "", [])


def test_finds_whispered_words_between_long_silences(
    whisper: TranscribeWhisper,
    recordings: Path,
    ctx: Context,
    save: Callable[..., Audio],
    word_errors: Callable[[str, str], int],
) -> None:
    samples, rate = Audio(recordings / "beckett.wav").array(16_000)
    silence = np.zeros(20 * rate, np.float32)
    heard = whisper(save(np.concatenate([silence, samples * 0.02, silence])), ctx=ctx)
    assert word_errors(BECKETT, heard.text) == 0
    assert 19.5 < heard.segments[0].start < 21 and heard.segments[-1].end < 31


def test_round_trip_through_speech(
    whisper: TranscribeWhisper,
    store: object,
    ctx: Context,
    save: Callable[..., Audio],
    word_errors: Callable[[str, str], int],
) -> None:
    pytest.importorskip("piper")
    piper = SpeakPiper(Context(folder=ctx.folder, weights=store.fetch))  # type: ignore[attr-defined]
    text = "The quick brown fox jumps over the lazy dog while seven wizards watch from the old stone bridge."
    heard = whisper(save(*piper(text, ctx=ctx)), "English", ctx=ctx)
    assert word_errors(text, heard.text) <= 1


def test_stops_when_it_is_told_to(whisper: TranscribeWhisper, recordings: Path, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        whisper(Audio(recordings / "beckett.wav"), ctx=Context(folder=tmp_path, cancelled=lambda: True))


def test_smaller_weights_know_english_only(
    recordings: Path, ctx: Context, word_errors: Callable[[str, str], int]
) -> None:
    pytest.importorskip("faster_whisper")
    tiny = TranscribeTiny(ctx)
    assert word_errors(BECKETT, tiny(Audio(recordings / "beckett.wav"), ctx=ctx).text) == 0
    with pytest.raises(ToolError, match="English only"):
        tiny(Audio(recordings / "beckett.wav"), "French", ctx=ctx)


def test_translation_leaves_english_as_it_is(recordings: Path, ctx: Context, whisper: TranscribeWhisper) -> None:
    heard = TranslateWhisper(ctx)(Audio(recordings / "beckett.wav"), ctx=ctx)
    assert heard.text.lower().startswith("ever tried")


def test_unknown_language(whisper: TranscribeWhisper, recordings: Path, ctx: Context) -> None:
    with pytest.raises(ToolError, match="'Klingon'"):
        whisper(Audio(recordings / "beckett.wav"), "Klingon", ctx=ctx)


def test_without_weights(tmp_path: Path) -> None:
    pytest.importorskip("faster_whisper")
    with pytest.raises(WeightsError, match="models pull"):
        TranscribeWhisper(Context(folder=tmp_path))
