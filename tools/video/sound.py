"""A video's sound track: taken out, replaced, silenced."""

from __future__ import annotations

from ..audio.common import Sound, alike, keep
from ..context import Context
from ..contract import tool
from ..errors import ToolError
from ..values import Audio, Video
from .clips import Facts, facts_of, frames_between, sound_between, steady, write


@tool(packages=("av",), extra="local", room="intermodal.video", time_limit=600.0, memory=600)
def extract_audio(video: Video, *, ctx: Context) -> Audio:
    """Take the sound track out of a video, as a recording.

    Args:
        video: The video.

    Example:
        sound = extract_audio("clip.mp4")
    """
    if not facts_of(video).sound:
        raise ToolError(f"{str(video)!r} has no sound track.")
    samples, rate = Audio(video.path).array(mono=False)
    return keep(samples, rate, Audio(video.path), "sound", ctx)


@tool(packages=("av",), extra="local", room="intermodal.video", time_limit=1800.0, memory=600)
def replace_audio(video: Video, audio: Audio, mix: bool = False, *, ctx: Context) -> Video:
    """Give a video another sound track, such as music or a spoken text.

    The picture keeps its length: what is longer is cut off, what is shorter ends in silence.

    Args:
        video: The video.
        audio: The new sound.
        mix: Whether the video's own sound stays and the new one is laid over it.

    Example:
        dubbed = replace_audio("clip.mp4", "speech.wav")
    """
    import numpy as np

    facts = facts_of(video)
    own = sound_between(video, 0.0, facts.seconds) if mix else None
    parts, rate = alike([audio.array(mono=False), *([own] if own else [])])
    out = np.zeros((len(parts[0]), round(facts.seconds * rate)), np.float32)
    for part in parts:
        length = min(out.shape[1], part.shape[1])
        out[:, :length] += part[:, :length]
    out /= max(1.0, float(np.abs(out).max(initial=0.0)))
    return _with_sound(video, facts, (out, rate), "dubbed", ctx)


@tool(packages=("av",), extra="local", room="intermodal.video", time_limit=1800.0, memory=600)
def mute_video(video: Video, *, ctx: Context) -> Video:
    """Remove the sound from a video.

    Args:
        video: The video.

    Example:
        silent = mute_video("clip.mp4")
    """
    return _with_sound(video, facts_of(video), None, "muted", ctx)


def _with_sound(video: Video, facts: Facts, sound: Sound | None, what: str, ctx: Context) -> Video:
    frames = steady(frames_between(video), facts.fps, 0.0, facts.seconds)
    return write(video, what, frames, facts.fps, sound, ctx, facts.seconds * facts.fps)
