"""Videos in another size or format, as a moving GIF, or made of pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from .. import media
from ..audio.common import Sound, check, span
from ..context import Context
from ..contract import tool
from ..errors import ToolError
from ..values import Audio, Image, Video
from .clips import facts_of, frames_between, sound_between, steady, watched, write
from .frames import fitted

if TYPE_CHECKING:
    import numpy as np
    import PIL.Image
    from numpy.typing import NDArray

LARGEST = 4096  # pixels on a side of a video that is made
GIF_FRAMES = 300
FADE = 0.4  # seconds in which one picture of a slideshow turns into the next
SLIDE_FPS = 25


@tool(packages=("av",), extra="local", room="intermodal.video", time_limit=1800.0, memory=600)
def resize_video(video: Video, width: int | None = None, height: int | None = None, *, ctx: Context) -> Video:
    """Make a video smaller or larger in pixels.

    Args:
        video: The video.
        width: In pixels; follows from the height when left out.
        height: In pixels; follows from the width when left out. With both, black bars keep the proportions.

    Example:
        small = resize_video("clip.mp4", width=320)
    """
    facts = facts_of(video)
    if width is None and height is None:
        raise ToolError("Give the new width or height in pixels.")
    wide = width or round(facts.width * (height or 0) / facts.height)
    high = height or round(facts.height * wide / facts.width)
    check("width", wide, 16, LARGEST, "pixels")
    check("height", high, 16, LARGEST, "pixels")
    size = wide // 2 * 2, high // 2 * 2  # H.264 takes even sizes only
    frames = (fitted(frame, size) for frame in steady(frames_between(video), facts.fps, 0.0, facts.seconds))
    sound = sound_between(video, 0.0, facts.seconds)
    return write(video, f"{wide}x{high}", frames, facts.fps, sound, ctx, facts.seconds * facts.fps)


@tool(packages=("av",), extra="local", room="intermodal.video", time_limit=1800.0, memory=600)
def convert_video(video: Video, format: Literal["mp4", "webm", "mkv", "mov"] = "mp4", *, ctx: Context) -> Video:
    """Convert a video to another file format.

    Args:
        video: The video.
        format: "mp4" plays nearly everywhere (H.264, AAC); "webm" is free (VP8, Opus).

    Example:
        web = convert_video("clip.mp4", format="webm")
    """
    facts = facts_of(video)
    frames = steady(frames_between(video), facts.fps, 0.0, facts.seconds)
    path = ctx.new_file(f"{video.path.stem}.{format}")
    sound = sound_between(video, 0.0, facts.seconds)
    return Video(media.write_video(path, watched(frames, ctx, facts.seconds * facts.fps), facts.fps, sound))


@tool(packages=("av",), extra="local", room="intermodal.video", time_limit=600.0, memory=600)
def video_to_gif(
    video: Video, start: float = 0.0, end: float | None = None, width: int = 320, fps: float = 10.0, *, ctx: Context
) -> Image:
    """Turn a video, or a part of it, into an animated GIF picture.

    Args:
        video: The video.
        start: Where the part begins, in seconds; negative counts from the end.
        end: Where it ends, in seconds; the video's end when left out. 300 frames at most.
        width: In pixels.
        fps: Frames a second, from 1 to 30.

    Example:
        moving = video_to_gif("clip.mp4", end=2)
    """
    import PIL.Image

    facts = facts_of(video)
    first, last = span(start, end, facts.seconds, str(video))
    check("width", width, 16, 1200, "pixels")
    check("fps", fps, 1, 30)
    if (last - first) * fps > GIF_FRAMES:
        raise ToolError(
            f"{last - first:.1f} seconds at {fps:g} frames a second are more than a GIF of {GIF_FRAMES} frames holds. "
            "Give `end`, or lower `fps`."
        )
    size = width, max(1, round(facts.height * width / facts.width))
    frames = steady(frames_between(video, first, last), fps, first, last)
    shrunk = [PIL.Image.fromarray(frame).resize(size, PIL.Image.Resampling.LANCZOS) for frame in frames]
    palette = _palette(shrunk)
    made = [picture.quantize(palette=palette, dither=PIL.Image.Dither.NONE) for picture in shrunk]
    path = ctx.new_file(f"{video.path.stem}.gif")
    made[0].save(path, save_all=True, append_images=made[1:], duration=round(1000 / fps), loop=0)
    return Image(path)


def _palette(pictures: list[PIL.Image.Image]) -> PIL.Image.Image:
    """The 256 colours of eight of the pictures: one palette for all is quick, and keeps what stands still unchanged."""
    import PIL.Image

    width, height = pictures[0].size
    some = pictures[:: max(1, len(pictures) // 8)]
    strip = PIL.Image.new("RGB", (width, height * len(some)))
    for number, picture in enumerate(some):
        strip.paste(picture, (0, height * number))
    return strip.quantize(256)


@tool(packages=("av",), extra="local", room="intermodal.video", time_limit=1800.0, memory=800)
def make_slideshow(
    images: list[Image], audio: Audio | None = None, seconds: float = 3.0, width: int = 1280, height: int = 720,
    *, ctx: Context,
) -> Video:  # fmt: skip
    """Make a video that shows pictures one after another, with music or speech if wanted.

    Pictures keep their proportions (black bars) and fade into each other. With a sound, they share its length.

    Args:
        images: The pictures, in order.
        audio: The sound; the video is as long as it then.
        seconds: How long each picture is shown when there is no sound.
        width: In pixels.
        height: In pixels.

    Example:
        show = make_slideshow(["photo.png", "people.png"], audio="music.wav")
    """
    if not images:
        raise ToolError("There are no pictures to show; give at least one.")
    check("seconds", seconds, 0.1, 600, "seconds")
    check("width", width, 16, LARGEST, "pixels")
    check("height", height, 16, LARGEST, "pixels")
    sound: Sound | None = None
    if audio is not None:
        sound = audio.array(mono=False)
        seconds = max(0.1, sound[0].shape[1] / sound[1] / len(images))
    size = width // 2 * 2, height // 2 * 2
    frames = watched(_slides(images, size, seconds), ctx, seconds * len(images) * SLIDE_FPS)
    return Video(media.write_video(ctx.new_file("slideshow.mp4"), frames, SLIDE_FPS, sound))


def _slides(images: list[Image], size: tuple[int, int], seconds: float) -> Iterator[NDArray[np.uint8]]:
    """Each picture for so many seconds, the last FADE of them turning into the next one."""
    import numpy as np

    fading = round(min(FADE, seconds / 2) * SLIDE_FPS)
    shown = 0
    here = fitted(images[0].array(), size)
    for number in range(len(images)):
        there = fitted(images[number + 1].array(), size) if number + 1 < len(images) else None
        until = round((number + 1) * seconds * SLIDE_FPS)
        fade_from = until - fading if there is not None else until
        while shown < until:
            if there is not None and shown >= fade_from:
                share = (shown - fade_from + 1) / (fading + 1)
                yield (here * (1 - share) + there * share).astype(np.uint8)
            else:
                yield here
            shown += 1
        here = there if there is not None else here
