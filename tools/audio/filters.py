"""FFmpeg's own sound filters on arrays, through PyAV (no ffmpeg program is needed).

The filters are documented at https://ffmpeg.org/ffmpeg-filters.html#Audio-Filters.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..errors import ToolError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCK = 65_536  # samples that are handed over at once
LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}


def filtered(
    samples: NDArray[np.float32], rate: int, *steps: tuple[str, str], channels: int = 0
) -> tuple[NDArray[np.float32], int]:
    """Sound sent through a chain of filters.

    Args:
        samples: Shape (samples,) or (channels, samples), from -1 to 1.
        rate: Their rate in Hz.
        steps: Each filter's name and its arguments as FFmpeg writes them: ("atempo", "1.5").
        channels: How many come out; 0 for as many as went in.

    Returns:
        What comes out, of as many dimensions as what went in, and its rate in Hz.

    Raises:
        ToolError: FFmpeg refuses; or there are more channels than it has a layout for.
    """
    import av
    import numpy as np

    planes = np.atleast_2d(np.ascontiguousarray(samples, dtype=np.float32))
    if planes.shape[0] not in LAYOUTS:
        raise ToolError(f"Sound of {planes.shape[0]} channels can't be filtered; up to {max(LAYOUTS)} can.")
    layout = LAYOUTS[planes.shape[0]]
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=rate, format="fltp", layout=layout)
    out_layout = LAYOUTS[channels] if channels else layout
    shape = ("aformat", f"sample_fmts=fltp:channel_layouts={out_layout}")
    try:
        chain = [source, *(graph.add(name, arguments) for name, arguments in (*steps, shape))]
        graph.link_nodes(*chain, graph.add("abuffersink")).configure()
        blocks = list(_run(graph, planes, rate, layout))
    except (av.FFmpegError, ValueError) as error:
        raise ToolError(f"The sound filters {', '.join(name for name, _ in steps)} failed: {error}.") from error
    out = np.concatenate([block for block, _ in blocks], axis=1) if blocks else np.zeros_like(planes[:, :0])
    out_rate = blocks[0][1] if blocks else rate
    return (out[0] if samples.ndim == 1 and len(out) == 1 else out), out_rate


def _run(graph: Any, planes: NDArray[np.float32], rate: int, layout: str) -> Iterator[tuple[NDArray[np.float32], int]]:
    import av

    for start in range(0, planes.shape[1], BLOCK):
        frame = av.AudioFrame.from_ndarray(planes[:, start : start + BLOCK].copy(), format="fltp", layout=layout)
        frame.sample_rate, frame.pts = rate, start
        graph.push(frame)
        yield from _pull(graph)
    graph.push(None)
    yield from _pull(graph)


def _pull(graph: Any) -> Iterator[tuple[NDArray[np.float32], int]]:
    import av

    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        yield frame.to_ndarray(), frame.sample_rate
