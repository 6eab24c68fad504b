"""Single pictures out of a video, and its shots."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..audio.common import check
from ..audio.transcript import clock
from ..context import Context
from ..contract import tool
from ..errors import ToolError
from ..values import Image, Video
from .clips import Facts, facts_of, frames_between

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TRIED = 12  # frames that compete for a thumbnail
MOST = 200  # frames that one call gives
SMALL = (64, 36)  # pixels at which frames are compared
LEAST_CHANGE = 0.3  # share of the pixels whose colour bin must change at a cut
AGAINST_USUAL = 4.0  # times the usual change from frame to frame, where a camera moves


@dataclass(frozen=True, kw_only=True)
class Shot:
    """A stretch of a video without a cut.

    Args:
        start: In seconds.
        end: In seconds.
    """

    start: float
    end: float

    def __str__(self) -> str:
        return f"{clock(self.start)} to {clock(self.end)}"

    @property
    def middle(self) -> float:
        """The time in its middle, in seconds: a good one for a picture of it."""
        return round((self.start + self.end) / 2, 3)


@tool(packages=("av",), extra="local", room="intermodal.video", time_limit=300.0, memory=400)
def video_frame(video: Video, time: float | None = None, *, ctx: Context) -> Image:
    """Take one frame of a video as a picture: at a time, or else a telling one as thumbnail.

    Args:
        video: The video.
        time: In seconds; negative counts from the end. The sharpest and most colourful of twelve when left out.

    Example:
        thumbnail = video_frame("clip.mp4")
    """
    facts = facts_of(video)
    if time is None:
        return _save(max(_taken(video, _spread(facts, TRIED)), key=_telling), video, "thumbnail", ctx)
    at = time + facts.seconds if time < 0 else time
    if not 0 <= at <= facts.seconds:
        raise ToolError(f"{str(video)!r} is {facts.seconds:.2f} seconds long; it has no frame at {time:g} seconds.")
    return _save(_taken(video, [min(at, facts.seconds - 0.5 / facts.fps)])[0], video, f"at-{at:.2f}s", ctx)


@tool(packages=("av",), extra="local", room="intermodal.video", time_limit=600.0, memory=600)
def video_frames(video: Video, count: int = 6, every: float | None = None, *, ctx: Context) -> list[Image]:
    """Take several frames of a video as pictures, evenly spread or every so many seconds.

    Args:
        video: The video.
        count: How many, evenly spread, from 1 to 200.
        every: Seconds from one to the next; `count` is passed over then.

    Example:
        pictures = video_frames("clip.mp4", count=4)
    """
    facts = facts_of(video)
    if every is None:
        check("count", count, 1, MOST)
        times = _spread(facts, count)
    else:
        check("every", every, 0.01, 36_000, "seconds")
        times = [
            number * every for number in range(int(facts.seconds / every + 1e-6) + 1) if number * every < facts.seconds
        ]
    if len(times) > MOST:
        raise ToolError(
            f"A frame every {every:g} seconds makes {len(times)} pictures, above {MOST}. Make `every` longer."
        )
    made = []
    for number, time in enumerate(times, 1):
        ctx.progress(number, len(times), "frames")
        made.append(_save(_taken(video, [time])[0], video, f"frame-{number}", ctx))
    return made


@tool(packages=("av",), extra="local", room="intermodal.video", time_limit=1800.0, memory=300)
def find_shots(video: Video, *, ctx: Context) -> list[Shot]:
    """Find the cuts in a video: the start and end of each shot, in seconds.

    Hard cuts only: slow dissolves and fades are not told from motion.

    Args:
        video: The video.

    Example:
        shots = find_shots("clip.mp4")
    """
    import numpy as np

    facts = facts_of(video)
    times: list[float] = []
    changes: list[float] = []
    before: NDArray[np.float64] | None = None
    for time, pixels in frames_between(video, size=SMALL):
        if len(times) % 100 == 0:
            ctx.progress(time, facts.seconds, "seconds")
        colours = _histogram(pixels)
        changes.append(0.0 if before is None else float(np.abs(colours - before).sum() / 2))
        times.append(time)
        before = colours
    cuts = [times[index] for index in _peaks(np.array(changes))]
    edges = [0.0, *cuts, facts.seconds]
    return [Shot(start=round(a, 3), end=round(b, 3)) for a, b in itertools.pairwise(edges) if b > a]


def fitted(frame: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """A frame fitted into a size (width, height), its proportions kept, black around it."""
    import numpy as np
    import PIL.Image
    import PIL.ImageOps

    if (frame.shape[1], frame.shape[0]) == size:
        return frame
    return np.asarray(PIL.ImageOps.pad(PIL.Image.fromarray(frame), size, PIL.Image.Resampling.LANCZOS))


def _peaks(changes: NDArray[np.float64]) -> list[int]:
    """The indexes of cuts: changes that are large in themselves, against their neighbours, and the largest nearby."""
    import numpy as np

    found = []
    for index in np.flatnonzero(changes > LEAST_CHANGE):
        around = np.r_[changes[max(0, index - 12) : index], changes[index + 1 : index + 13]]
        usual = float(np.median(around)) if len(around) else 0.0
        near = changes[max(0, index - 3) : index + 4]
        if changes[index] > AGAINST_USUAL * usual and changes[index] == near.max():
            found.append(int(index))
    return found


def _histogram(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The share of the pixels in each of 8 x 8 x 8 colours."""
    import numpy as np

    bins = (pixels >> 5).astype(np.int32)
    index = (bins[..., 0] << 6 | bins[..., 1] << 3 | bins[..., 2]).ravel()
    return np.bincount(index, minlength=512) / index.size


def _spread(facts: Facts, count: int) -> list[float]:
    """Times in the middle of `count` equal parts."""
    return [(number + 0.5) * facts.seconds / count for number in range(count)]


def _taken(video: Video, times: list[float]) -> list[NDArray[np.uint8]]:
    """The frame on screen at each time; the last one where the pictures end early."""
    taken: list[NDArray[np.uint8]] = []
    for time in times:
        frame = next((pixels for _, pixels in frames_between(video, time)), None)
        if frame is None and taken:
            frame = taken[-1]
        if frame is None:
            raise ToolError(f"{str(video)!r} has no frame at {time:.2f} seconds.")
        taken.append(frame)
    return taken


def _telling(frame: NDArray[np.uint8]) -> float:
    """How good a thumbnail a frame makes: sharp, and full of different colours."""
    import numpy as np

    grey = frame[::2, ::2].mean(axis=2)
    sharp = float(np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean())
    colours = _histogram(frame[::4, ::4])
    spread = -float((colours[colours > 0] * np.log(colours[colours > 0])).sum())
    return math.log1p(sharp) * spread


def _save(frame: NDArray[np.uint8], video: Video, what: str, ctx: Context) -> Image:
    import PIL.Image

    path = ctx.new_file(f"{video.path.stem}-{what}.png")
    PIL.Image.fromarray(frame).save(path)
    return Image(path)
