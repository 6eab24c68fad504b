from __future__ import annotations

import itertools

import pytest

from intermodal.tools.audio import languages
from intermodal.tools.audio.transcript import Segment, captions, clock, of_segments
from intermodal.tools.errors import ToolError

TALK = of_segments(
    [Segment(start=0.5, end=2.25, text="Ever tried."), Segment(start=3661.0, end=3662.5, text="Ever failed.")],
    "English",
)


def test_reads_as_its_text() -> None:
    assert str(TALK) == TALK.text == "Ever tried. Ever failed."
    assert TALK.timed == "0:00 Ever tried.\n1:01:01 Ever failed."


def test_subtitles() -> None:
    assert TALK.srt == (
        "1\n00:00:00,500 --> 00:00:02,250\nEver tried.\n\n2\n01:01:01,000 --> 01:01:02,500\nEver failed.\n"
    )
    assert TALK.vtt.startswith("WEBVTT\n\n00:00:00.500 --> 00:00:02.250\nEver tried.\n\n01:01:01.000")


def test_long_segment_is_shared_out_over_screens() -> None:
    text = " ".join(["it was the best of times"] * 8)
    screens = captions([Segment(start=10.0, end=20.0, text=text)])
    assert len(screens) > 1
    assert " ".join(screen.text.replace("\n", " ") for screen in screens) == text
    assert all(len(line) <= 42 for screen in screens for line in screen.text.splitlines())
    assert (screens[0].start, screens[-1].end) == (10.0, pytest.approx(20.0))
    assert all(one.end == two.start for one, two in itertools.pairwise(screens))


def test_nothing_said_has_no_language() -> None:
    nothing = of_segments([], "English")
    assert (nothing.text, nothing.language, nothing.srt, str(nothing)) == ("", "", "", "")


def test_clock_never_shows_a_thousandth_too_many() -> None:
    assert clock(59.9996, ",") == "00:01:00,000"
    assert clock(-1.0) == "0:00"


@pytest.mark.parametrize(("said", "code"), [("French", "fr"), ("fr", "fr"), ("en-US", "en"), ("Mandarin", "zh")])
def test_language_by_name_or_code(said: str, code: str) -> None:
    assert languages.code(said) == code


def test_unknown_language_offers_the_nearest() -> None:
    with pytest.raises(ToolError, match=r"'frensh'.*'French'"):
        languages.code("frensh")
