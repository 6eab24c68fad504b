from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from intermodal import Audio, Context
from intermodal.tools.audio.microphone import record_audio
from intermodal.tools.audio.subtitles import make_subtitles
from intermodal.tools.audio.transcript import Segment, Transcript, of_segments
from intermodal.tools.errors import ToolError


def hearing(said: dict[str, Transcript]) -> Any:
    return lambda tool, audio: said[tool]


SAID = of_segments([Segment(start=0, end=1.5, text="Guten Tag.")], "German")
ENGLISH = of_segments([Segment(start=0, end=1.5, text="Good day.")], "German")


def test_subtitles(recordings: Path, ctx: Context) -> None:
    ctx.call = hearing({"transcribe": SAID, "translate_speech": ENGLISH})
    made = make_subtitles(Audio(recordings / "beckett.wav"), ctx=ctx)
    assert made.path.name == "beckett.srt" and "Guten Tag." in made.path.read_text("utf-8")
    made = make_subtitles(Audio(recordings / "beckett.wav"), "vtt", english=True, ctx=ctx)
    assert made.path.read_text("utf-8").startswith("WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nGood day.")


def test_nobody_speaks(recordings: Path, ctx: Context) -> None:
    ctx.call = hearing({"transcribe": of_segments([], "")})
    with pytest.raises(ToolError, match="Nobody speaks"):
        make_subtitles(Audio(recordings / "beckett.wav"), ctx=ctx)


def test_recording_without_a_microphone_says_so(ctx: Context) -> None:
    if importlib.util.find_spec("sounddevice") is None:
        pytest.skip("sounddevice is not installed")
    with pytest.raises(ToolError, match="`seconds`"):
        record_audio(0, ctx=ctx)
    try:
        record_audio(0.2, ctx=ctx)
    except ToolError as error:
        assert "can't be recorded here" in str(error) or "No microphone" in str(error)
