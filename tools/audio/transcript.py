"""What speech recognition gives: the words, their language and their times, and the same as subtitles."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

LINE, LINES = 42, 2  # the usual measure of subtitles: two lines of 42 characters


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A stretch of speech.

    Args:
        start: When it begins, in seconds.
        end: When it ends, in seconds.
        text: The words.
    """

    start: float
    end: float
    text: str

    def __str__(self) -> str:
        return f"{clock(self.start)} {self.text}"


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """What is said in a recording.

    Args:
        text: All of it; empty when nobody speaks.
        language: The spoken language by its English name ("French"); empty when nobody speaks.
        segments: The same in stretches, with their times.
    """

    text: str
    language: str
    segments: list[Segment]

    def __str__(self) -> str:
        return self.text

    @property
    def srt(self) -> str:
        """The segments as SubRip subtitles (.srt)."""
        blocks = (
            f"{number}\n{clock(part.start, ',')} --> {clock(part.end, ',')}\n{part.text}\n"
            for number, part in enumerate(captions(self.segments), 1)
        )
        return "\n".join(blocks)

    @property
    def vtt(self) -> str:
        """The segments as WebVTT subtitles (.vtt)."""
        blocks = (f"{clock(p.start, '.')} --> {clock(p.end, '.')}\n{p.text}\n" for p in captions(self.segments))
        return "\n".join(["WEBVTT\n", *blocks])

    @property
    def timed(self) -> str:
        """One line a segment: its time, then its words."""
        return "\n".join(map(str, self.segments))


def of_segments(segments: list[Segment], language: str) -> Transcript:
    """A transcript of these segments; without any, it has no language."""
    text = " ".join(segment.text for segment in segments)
    return Transcript(text=text, language=language if text else "", segments=segments)


def captions(segments: list[Segment]) -> list[Segment]:
    """The segments as they fit on a screen: broken into lines, long ones into several, their time shared by length."""
    fitted = []
    for segment in segments:
        lines = textwrap.wrap(segment.text, LINE) or [""]
        screens = [lines[i : i + LINES] for i in range(0, len(lines), LINES)]
        letters = max(1, sum(map(len, lines)))
        start = segment.start
        for screen in screens:
            end = start + (segment.end - segment.start) * sum(map(len, screen)) / letters
            fitted.append(Segment(start=start, end=end, text="\n".join(screen)))
            start = end
    return fitted


def clock(seconds: float, mark: str = "") -> str:
    """Seconds as 1:05, or with milliseconds behind `mark` as subtitles want them: 00:01:05,250."""
    milliseconds = round(max(0.0, seconds) * 1000)
    if mark:
        hours, rest = divmod(milliseconds, 3_600_000)
        return f"{hours:02}:{rest // 60_000:02}:{rest // 1000 % 60:02}{mark}{rest % 1000:03}"
    hours, rest = divmod(milliseconds // 1000, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
