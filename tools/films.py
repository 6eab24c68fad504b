"""Video: its frames, upright; and written."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .containers import decoded, opened, picture_stream, pyav
from .errors import InputError
from .pictures import check_size
from .sounds import add_sound_stream, encoded

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_H264 = ("libx264", "aac")
_CODECS = {".mp4": _H264, ".mov": _H264, ".mkv": _H264, ".webm": ("libvpx", "libopus")}
# the same film must give the same bytes every time: no random ids in the file, and x264's macroblock tree depends on
# how its threads happen to run
_SAME_BYTES = {"fflags": "+bitexact"}
_SAME_FRAMES = {"x264-params": "mbtree=0"}


def video_frames(path: Path, every: float = 1.0, limit: int | None = None) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """Frames as (seconds from the start, H x W x 3 uint8 RGB), turned upright as the file's header says.

    Args:
        path: Any file with moving pictures.
        every: Seconds between frames; 0 gives all of them.
        limit: So many frames at most; None for no limit.

    Raises:
        InputError: It can't be decoded, or holds no pictures.
        BackendUnavailable: PyAV is not installed.
    """
    given = 0
    with opened(path, "video") as container:
        stream = picture_stream(container)
        if stream is None:
            raise InputError(f"{path.name!r} holds no moving pictures.")
        check_size(path, stream.codec_context.width, stream.codec_context.height)
        stream.thread_type = "AUTO"
        for seconds, frame in _timed(container, stream, every):
            check_size(path, frame.width, frame.height)
            yield seconds, upright(frame)
            given += 1
            if given == limit:
                return
    if not given:
        raise InputError(f"{path.name!r} holds no frame that can be decoded.")


def _timed(container: Any, stream: Any, every: float) -> Iterator[tuple[float, Any]]:
    """The frames that are due, with their times from the first one on."""
    first, due = None, 0.0
    step = 1 / float(stream.average_rate or 25)
    for number, frame in enumerate(decoded(container, stream)):
        clock = frame.time if frame.time is not None else number * step
        first = clock if first is None else first
        seconds = max(0.0, clock - first)
        if seconds >= due - step / 2:
            yield seconds, frame
            due = max(due + every, seconds) if every else 0.0


def upright(frame: Any) -> NDArray[np.uint8]:
    """A decoded frame as H x W x 3 uint8 RGB, turned as the header says (phones film lying down)."""
    import numpy as np

    pixels: NDArray[np.uint8] = frame.to_ndarray(format="rgb24")
    turns = round(frame.rotation / 90) % 4  # counter-clockwise
    return np.ascontiguousarray(np.rot90(pixels, turns)) if turns else pixels


def write_video(
    path: Path,
    frames: Iterable[NDArray[np.uint8]],
    fps: float,
    sound: tuple[NDArray[Any], int] | None = None,
) -> Path:
    """Write frames, and sound beside them, as MP4, MOV, MKV (H.264, AAC) or WebM (VP8, Opus), by the ending of `path`.

    Args:
        path: The new file.
        frames: Each H x W x 3 uint8 RGB; all take the size of the first one, made even.
        fps: Frames per second.
        sound: (samples from -1 to 1, shape (n,) or (channels, n); rate in Hz).

    Raises:
        InputError: There is no frame, or no such format.
        BackendUnavailable: PyAV is not installed.
    """
    import numpy as np

    if path.suffix.lower() not in _CODECS:
        raise InputError(f"A video can't be saved as {path.name!r}. Use {', '.join(_CODECS)}.")
    waiting = iter(frames)
    first = next(waiting, None)
    if first is None:
        raise InputError(f"There are no frames to write to {path.name!r}.")
    av = pyav()
    codec, sound_codec = _CODECS[path.suffix.lower()]
    with av.open(str(path), "w", options=_SAME_BYTES) as container:
        options = _SAME_FRAMES if codec == "libx264" else {}
        stream = container.add_stream(codec, rate=Fraction(fps).limit_denominator(1001), options=options)
        stream.height, stream.width = (max(2, side // 2 * 2) for side in first.shape[:2])
        stream.pix_fmt = "yuv420p"
        packets = _packets(stream, itertools.chain([first], waiting))
        if sound is not None:
            planes = np.atleast_2d(np.clip(np.nan_to_num(sound[0]), -1, 1))
            track = add_sound_stream(container, sound_codec, sound[1], len(planes))
            packets = itertools.chain(packets, encoded(track, (planes * 32_767).astype(np.int16), sound[1]))
        for packet in packets:
            container.mux(packet)
    return path


def _packets(stream: Any, frames: Iterable[NDArray[np.uint8]]) -> Iterator[Any]:
    import numpy as np

    av = pyav()
    for pixels in frames:
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
        yield from stream.encode(frame.reformat(stream.width, stream.height))
    yield from stream.encode(None)
