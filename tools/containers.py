"""Sound and video files, opened with PyAV.

FFmpeg understands files that name other files and addresses (playlists, concatenations). Those demuxers are left out,
and of protocols only plain files are allowed, so a file can't make it read or fetch anything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from .errors import BackendUnavailable, InputError

FORMATS = (
    "aac,ac3,aiff,amr,asf,au,avi,caf,eac3,flac,flv,matroska,webm,mov,mp4,m4a,3gp,mp3,mpeg,mpegts,mpegvideo,"
    "ogg,w64,wav,wv"
)
MAX_CHANNELS = 64
MIN_RATE, MAX_RATE = 100, 768_000  # Hz


def pyav() -> ModuleType:
    """PyAV. It leaves FFmpeg's log alone, which is off: a log level makes the decoders' threads wait for Python's lock,
    and a file closed while they work then hangs for ever.

    Raises:
        BackendUnavailable: It is not installed.
    """
    try:
        import av
    except ImportError as error:
        raise BackendUnavailable(
            "Opening sound and video needs PyAV, which is not installed. Install it: pip install 'intermodal[local]'"
        ) from error
    return av  # type: ignore[no-any-return]


@contextmanager
def opened(path: Path, what: str) -> Iterator[Any]:
    """A container, opened for reading; `what` ("sound", "video") is what messages call it.

    Raises:
        InputError: It can't be read; also for decoding errors within the block.
    """
    av = pyav()
    options = {"protocol_whitelist": "file", "format_whitelist": FORMATS}
    try:
        # the whole path, so that no name can look like a protocol of FFmpeg's
        with av.open(str(path.resolve()), options=options, metadata_errors="replace") as container:
            yield container
    except av.FileNotFoundError as error:
        raise InputError(f"There is no file {str(path)!r}.") from error
    except (av.FFmpegError, ValueError, OverflowError) as error:
        raise InputError(f"{path.name!r} can't be read as {what}: it is damaged, or something else.") from error
    except MemoryError as error:
        raise InputError(f"There is not enough memory to open {path.name!r}. Cut it into parts first.") from error


def sound_stream(container: Any, path: Path) -> Any:
    """The first sound track.

    Raises:
        InputError: There is none, or its rate or number of channels is absurd.
    """
    stream = next(iter(container.streams.audio), None)
    if stream is None or stream.codec_context is None:
        raise InputError(f"{path.name!r} holds no sound.")
    rate, channels = stream.codec_context.sample_rate, stream.codec_context.channels
    if not (MIN_RATE <= rate <= MAX_RATE and 1 <= channels <= MAX_CHANNELS):
        raise InputError(f"{path.name!r} claims {rate:,} Hz and {channels} channels: it is damaged.")
    return stream


def picture_stream(container: Any) -> Any | None:
    """The first track of moving pictures; None when there is none (a cover picture is not one)."""
    av = pyav()
    cover = av.stream.Disposition.attached_pic
    return next((s for s in container.streams.video if not s.disposition & cover and s.codec_context), None)


def seconds_of(container: Any, stream: Any) -> float:
    """How long a track is by the header; 0 when the header does not say."""
    if stream.duration and stream.time_base:
        return max(0.0, float(stream.duration * stream.time_base))
    return max(0.0, container.duration / 1_000_000) if container.duration else 0.0


def decoded(container: Any, stream: Any) -> Iterator[Any]:
    """The frames of a track; what is damaged within is left out, as players do."""
    av = pyav()
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
            frames = packet.decode()
        except (StopIteration, av.EOFError):
            return
        except av.InvalidDataError:
            continue
        yield from frames
