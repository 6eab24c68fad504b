"""What video tools share: a video's facts, its frames and sound between two times, and writing a new one.

Only the wanted part is decoded, so a cut out of a long film takes as long as the cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import media
from ..audio.common import Sound
from ..containers import decoded, opened, picture_stream, pyav, seconds_of, sound_stream
from ..context import Context
from ..errors import InputError
from ..films import upright
from ..pictures import check_size
from ..sounds import MAX_SAMPLES
from ..values import Video

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_FPS = 60.0  # frames a second that are written; faster ones (slow-motion cameras, broken headers) are thinned out


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a video's header and first frame say."""

    seconds: float
    fps: float
    width: int
    height: int
    sound: bool


def facts_of(video: Video) -> Facts:
    """Length in seconds, frames per second, size in pixels as it is seen (turned upright), whether it has sound.

    Raises:
        InputError: It can't be decoded, or holds no moving pictures.
    """
    with opened(video.path, "video") as container:
        stream = _pictures(video, container)
        first = next(iter(decoded(container, stream)), None)
        if first is None:
            raise InputError(f"{video.path.name!r} holds no frame that can be decoded.")
        fps = float(stream.average_rate or 25)
        seconds = seconds_of(container, stream)
        lying = round(first.rotation / 90) % 2
        width, height = (first.height, first.width) if lying else (first.width, first.height)
        sound = bool(container.streams.audio)
    if not seconds:  # a header without a length: count
        seconds = max((time for time, _ in frames_between(video)), default=0.0) + 1 / fps
    return Facts(seconds=seconds, fps=min(MOST_FPS, max(1.0, fps)), width=width, height=height, sound=sound)


def frames_between(
    video: Video, start: float = 0.0, end: float | None = None, size: tuple[int, int] | None = None
) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """The frames shown between two times, the one on screen at `start` first.

    Args:
        video: The video.
        start: In seconds.
        end: In seconds; None for the video's end.
        size: Width and height to shrink them to while decoding (they are not turned upright then).

    Yields:
        The time in seconds, and H x W x 3 uint8 RGB.
    """
    with opened(video.path, "video") as container:
        stream = _pictures(video, container)
        first = float((stream.start_time or 0) * stream.time_base)
        _seek(container, stream, first + start)
        before: Any = None
        for number, frame in enumerate(decoded(container, stream)):
            time = (frame.time if frame.time is not None else number / float(stream.average_rate or 25)) - first
            if time < start - 1e-6:
                before = frame  # what is on screen until the next one
                continue
            if end is not None and time >= end - 1e-6:
                break
            if before is not None and time > start + 1e-3:
                yield start, _pixels(before, size)
            before = None
            yield time, _pixels(frame, size)
        if before is not None:
            yield start, _pixels(before, size)


def _pictures(video: Video, container: Any) -> Any:
    stream = picture_stream(container)
    if stream is None:
        raise InputError(f"{video.path.name!r} holds no moving pictures.")
    check_size(video.path, stream.codec_context.width, stream.codec_context.height)
    stream.thread_type = "AUTO"
    return stream


def _seek(container: Any, stream: Any, seconds: float) -> None:
    """Go to the last key frame before a time; files that can't be wound forward are read from their beginning."""
    if seconds > 0.5:
        try:
            container.seek(int(seconds / stream.time_base), stream=stream)
        except pyav().FFmpegError:
            container.seek(0)


def _pixels(frame: Any, size: tuple[int, int] | None) -> NDArray[np.uint8]:
    if size is None:
        return upright(frame)
    pixels: NDArray[np.uint8] = frame.reformat(*size, format="rgb24").to_ndarray()
    return pixels


def steady(
    frames: Iterable[tuple[float, NDArray[np.uint8]]], fps: float, start: float, end: float, speed: float = 1.0
) -> Iterator[NDArray[np.uint8]]:
    """Frames with times as frames at a steady rate from `start` to `end`: each is repeated, or left out, as needed."""
    step = speed / fps
    due, shown = start, None
    for time, frame in frames:
        while shown is not None and due < time - step / 2 and due < end - 1e-6:
            yield shown
            due += step
        shown = frame
    while shown is not None and due < end - 1e-6:
        yield shown
        due += step


def sound_between(video: Video, start: float = 0.0, end: float | None = None) -> Sound | None:
    """The sound between two times, shape (channels, samples), and its rate; None when the video has none.

    Where the sound track begins later or ends earlier than the pictures, there is silence.

    Raises:
        InputError: It can't be decoded, or is too long to be held in memory.
    """
    import numpy as np

    with opened(video.path, "video") as container:
        if not container.streams.audio:
            return None
        stream = sound_stream(container, video.path)
        rate, channels = stream.codec_context.sample_rate, stream.codec_context.channels
        pictures = picture_stream(container)
        zero = float((pictures.start_time or 0) * pictures.time_base) if pictures is not None else 0.0
        last = seconds_of(container, pictures or stream) if end is None else end
        if (last - start) * rate * channels > MAX_SAMPLES:
            minutes = MAX_SAMPLES / rate / channels / 60
            raise InputError(
                f"{video.path.name!r} is too long to be worked on at once. Cut parts of {minutes:.0f} minutes."
            )
        out = np.zeros((channels, max(1, round((last - start) * rate))), np.float32)
        _seek(container, stream, zero + start)
        resampler = pyav().AudioResampler("flt", stream.codec_context.layout, rate)
        for frame in decoded(container, stream):
            time = (frame.time or 0.0) - zero
            if time >= last:
                break
            for piece in resampler.resample(frame):
                _lay(out, piece.to_ndarray().reshape(-1, channels).T, round((time - start) * rate))
    return np.clip(np.nan_to_num(out, copy=False), -1, 1), rate


def _lay(out: NDArray[np.float32], piece: NDArray[np.float32], at: int) -> None:
    """Put a piece at its place, as far as it lies within."""
    piece = piece[:, max(0, -at) :]
    at = max(0, at)
    room = out[:, at : at + piece.shape[1]]
    room[:] = piece[:, : room.shape[1]]


def write(
    video: Video,
    what: str,
    frames: Iterable[NDArray[np.uint8]],
    fps: float,
    sound: Sound | None,
    ctx: Context,
    total: float | None = None,
) -> Video:
    """A new MP4 in the run's folder, named after its source and what was done; progress is told frame by frame."""
    path = ctx.new_file(f"{video.path.stem}-{what}.mp4")
    return Video(media.write_video(path, watched(frames, ctx, total), fps, sound))


def watched(frames: Iterable[NDArray[np.uint8]], ctx: Context, total: float | None) -> Iterator[NDArray[np.uint8]]:
    """The frames, with progress told, so that a person sees how far it is and can stop it."""
    for number, frame in enumerate(frames):
        if number % 25 == 0:
            ctx.progress(number, total, "frames")
        yield frame
