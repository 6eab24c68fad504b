"""Videos cut, joined, made faster or slower."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..audio.common import Sound, alike, check, span
from ..audio.filters import filtered, paced
from ..context import Context
from ..contract import tool
from ..errors import ToolError
from ..values import Video
from .clips import Facts, facts_of, frames_between, sound_between, steady, write
from .frames import fitted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

QUIET_RATE = 22_050  # Hz of the silence that stands in for a missing sound track


@tool(packages=("av",), extra="local", room="intermodal.video", time_limit=1800.0, memory=600)
def cut_video(video: Video, start: float = 0.0, end: float | None = None, *, ctx: Context) -> Video:
    """Keep only the part of a video between two times in seconds, with its sound.

    Args:
        video: The video.
        start: Where the part begins, in seconds; a negative time counts from the video's end.
        end: Where it ends, in seconds, likewise; the video's end when left out.

    Example:
        part = cut_video("clip.mp4", start=1, end=3)
    """
    facts = facts_of(video)
    first, last = span(start, end, facts.seconds, str(video))
    frames = steady(frames_between(video, first, last), facts.fps, first, last)
    sound = sound_between(video, first, last)
    return write(video, "cut", frames, facts.fps, sound, ctx, (last - first) * facts.fps)


@tool(packages=("av",), extra="local", room="intermodal.video", time_limit=1800.0, memory=600)
def join_videos(videos: list[Video], *, ctx: Context) -> Video:
    """Put videos one after another into one, with their sound.

    All take the size of the first one; others are fitted into it with black bars.

    Args:
        videos: The videos, in order.

    Example:
        film = join_videos(["clip.mp4", "clip.mp4"])
    """
    if not videos:
        raise ToolError("There are no videos to join; give at least one.")
    facts = [facts_of(video) for video in videos]
    fps = max(fact.fps for fact in facts)
    size = facts[0].width, facts[0].height

    def frames() -> Iterator[NDArray[np.uint8]]:
        for video, fact in zip(videos, facts, strict=True):
            for frame in steady(frames_between(video), fps, 0.0, fact.seconds):
                yield fitted(frame, size)

    total = sum(fact.seconds for fact in facts) * fps
    return write(videos[0], "joined", frames(), fps, _joined_sound(videos, facts), ctx, total)


def _joined_sound(videos: list[Video], facts: list[Facts]) -> Sound | None:
    """The sound of all, silence for those that have none; None when no one has."""
    import numpy as np

    if not any(fact.sound for fact in facts):
        return None
    sounds: list[Sound] = []
    for video, fact in zip(videos, facts, strict=True):
        silence = np.zeros((1, round(fact.seconds * QUIET_RATE)), np.float32), QUIET_RATE
        sounds.append(sound_between(video, 0.0, fact.seconds) or silence)
    parts, rate = alike(sounds)
    return np.concatenate(parts, axis=1), rate


@tool(packages=("av",), extra="local", room="intermodal.video", time_limit=1800.0, memory=600)
def change_video_speed(video: Video, speed: float, *, ctx: Context) -> Video:
    """Play a video faster or slower; voices keep their pitch.

    Args:
        video: The video.
        speed: 2 is twice as fast, 0.5 half as fast; from 0.1 to 20.

    Example:
        slow = change_video_speed("clip.mp4", speed=0.5)
    """
    check("speed", speed, 0.1, 20)
    facts = facts_of(video)
    frames = steady(frames_between(video), facts.fps, 0.0, facts.seconds, speed)
    sound = sound_between(video, 0.0, facts.seconds)
    if sound is not None:
        sound = filtered(*sound, *paced(speed))
    return write(video, f"speed-{speed:g}", frames, facts.fps, sound, ctx, facts.seconds * facts.fps / speed)
