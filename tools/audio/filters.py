"""FFmpeg's own sound filters on arrays, through PyAV (no ffmpeg program is needed).

The filters are documented at https://ffmpeg.org/ffmpeg-filters.html#Audio-Filters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..containers import pyav
from ..errors import ToolError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCK = 65_536  # samples that are handed over at once
LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}


def filtered(samples: NDArray[np.float32], rate: int, *steps: tuple[str, str]) -> tuple[NDArray[np.float32], int]:
    """Sound sent through a chain of filters.

    Args:
        samples: Shape (samples,) or (channels, samples), from -1 to 1.
        rate: Their rate in Hz.
        steps: Each filter's name and its arguments as FFmpeg writes them: ("atempo", "1.5").

    Returns:
        What comes out, of as many dimensions as what went in, and its rate in Hz.

    Raises:
        ToolError: FFmpeg refuses; or there are more channels than it has a layout for.
        BackendUnavailable: PyAV is not installed.
    """
    import numpy as np

    frames = [(frame.to_ndarray(), frame.sample_rate) for frame in _run(samples, rate, steps)]
    if not frames:
        return np.zeros_like(samples[..., :0]), rate
    out = np.concatenate([block for block, _ in frames], axis=1)
    return (out[0] if samples.ndim == 1 and len(out) == 1 else out), frames[0][1]


def paced(speed: float) -> list[tuple[str, str]]:
    """The steps that change the speed and keep the pitch: each at most doubles or halves it.

    FFmpeg's atempo skips over samples beyond that, and above 4 it was seen to abort the process.
    """
    import math

    count = max(1, math.ceil(abs(math.log2(speed)) - 1e-9))
    return [("atempo", f"{speed ** (1 / count):.6f}")] * count


def loudness(samples: NDArray[np.float32], rate: int) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dB of full scale, by EBU R 128; -70 and lower is silence.

    Sound shorter than the 0.4 seconds that the standard measures over is repeated until it is long enough.
    """
    import math

    import numpy as np

    repeats = math.ceil(0.5 * rate / max(1, samples.shape[-1]))
    planes = np.tile(np.atleast_2d(samples), (1, repeats))
    measured: dict[str, str] = {}
    for frame in _run(planes, rate, (("ebur128", "metadata=1:peak=true"),)):
        measured = dict(frame.metadata) or measured
    peak = float(measured.get("lavfi.r128.true_peak", 0.0))
    return float(measured.get("lavfi.r128.I", -70.0)), 20 * math.log10(max(peak, 1e-6))


def _run(samples: NDArray[np.float32], rate: int, steps: Sequence[tuple[str, str]]) -> Iterator[Any]:
    """The frames that come out of the chain, as 32-bit floats, a plane a channel."""
    import numpy as np

    av = pyav()
    planes = np.atleast_2d(np.ascontiguousarray(samples, dtype=np.float32))
    if len(planes) not in LAYOUTS:
        raise ToolError(f"Sound of {len(planes)} channels can't be filtered; up to {max(LAYOUTS)} can.")
    layout = LAYOUTS[len(planes)]
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=rate, format="fltp", layout=layout)
    shape = ("aformat", f"sample_fmts=fltp:channel_layouts={layout}")
    try:
        chain = [source, *(graph.add(name, arguments) for name, arguments in (*steps, shape))]
        graph.link_nodes(*chain, graph.add("abuffersink")).configure()
        for start in range(0, planes.shape[1], BLOCK):
            frame = av.AudioFrame.from_ndarray(planes[:, start : start + BLOCK].copy(), format="fltp", layout=layout)
            frame.sample_rate, frame.pts = rate, start
            graph.push(frame)
            yield from _pull(graph)
        graph.push(None)
        yield from _pull(graph)
    except (av.FFmpegError, ValueError) as error:
        raise ToolError(f"The sound filters {', '.join(name for name, _ in steps)} failed: {error}.") from error


def _pull(graph: Any) -> Iterator[Any]:
    av = pyav()
    while True:
        try:
            yield graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
