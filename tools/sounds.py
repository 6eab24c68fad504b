"""Sound: decoded to samples, and saved."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .containers import decoded, opened, pyav, seconds_of, sound_stream
from .errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_SAMPLES = 160_000_000  # of all channels together: 640 MB; an hour of mono at 44,100 Hz
_CODECS = {
    ".mp3": "libmp3lame",
    ".flac": "flac",
    ".ogg": "libopus",
    ".opus": "libopus",
    ".m4a": "aac",
    ".aac": "aac",
    ".aiff": "pcm_s16be",
}
_BLOCK = 1 << 16  # samples that are encoded at a time


def audio_array(path: Path, rate: int | None = None, mono: bool = True) -> tuple[NDArray[np.float32], int]:
    """Samples from -1 to 1, and their rate in Hz. Mono is the mean of all channels.

    Args:
        path: Any file with a sound track.
        rate: Resample to so many Hz; None keeps the file's own.
        mono: Shape (samples,); else (channels, samples).

    Raises:
        InputError: It can't be decoded, holds no sound, or is longer than `MAX_SAMPLES`.
        BackendUnavailable: PyAV is not installed.
    """
    import numpy as np

    with opened(path, "sound") as container:
        stream = sound_stream(container, path)
        rate = rate or stream.codec_context.sample_rate
        channels = 1 if mono else stream.codec_context.channels
        seconds = seconds_of(container, stream)
        _check_length(path, seconds * rate * channels, rate * channels)
        # twice the header's word is taken at most; the samples decide
        whole, filled = np.empty((channels, int(min(seconds, 60) * rate) + rate), np.float32), 0
        for block in _blocks(container, stream, rate, mono):
            if len(block) != channels:
                raise InputError(f"{path.name!r} changes its number of channels within. Convert it first.")
            end = filled + block.shape[1]
            _check_length(path, end * channels, rate * channels)
            if end > whole.shape[1]:
                whole = _grown(whole, max(end, min(whole.shape[1] * 2, int(seconds * rate) + rate)))
            whole[:, filled:end], filled = block, end
    if not filled:
        raise InputError(f"{path.name!r} holds no sound: it is 0 seconds long.")
    samples = np.clip(np.nan_to_num(whole[:, :filled], copy=False), -1, 1)
    return (samples[0] if mono else samples), rate


def _grown(whole: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    import numpy as np

    larger = np.empty((len(whole), length), np.float32)
    larger[:, : whole.shape[1]] = whole
    return larger


def _blocks(container: Any, stream: Any, rate: int, mono: bool) -> Iterator[NDArray[np.float32]]:
    """Decoded pieces, (channels, samples), at `rate`."""
    av = pyav()
    resampler: Any = None
    form = None
    for frame in itertools.chain(decoded(container, stream), [None]):
        found = None if frame is None else (frame.format.name, frame.layout.name, frame.sample_rate)
        if found != form:
            if resampler is not None:
                yield from _pieces(resampler.resample(None), mono)
            # packed, because PyAV reads beyond its memory where there are eight planes or more
            resampler = None if frame is None else av.AudioResampler("flt", frame.layout, rate)
            form = found
        if frame is not None:
            frame.pts = None  # damaged files have damaged clocks
            yield from _pieces(resampler.resample(frame), mono)


def _pieces(frames: list[Any], mono: bool) -> Iterator[NDArray[np.float32]]:
    for frame in frames:
        samples = frame.to_ndarray().reshape(-1, frame.layout.nb_channels).T
        yield samples.mean(axis=0, keepdims=True) if mono else samples


def _check_length(path: Path, samples: float, a_second: int) -> None:
    if samples > MAX_SAMPLES:
        raise InputError(
            f"{path.name!r} is too long to be opened at once: {samples / a_second / 60:,.0f} minutes, "
            f"and {MAX_SAMPLES / a_second / 60:,.0f} fit at its rate. Cut it into parts first."
        )


def save_audio(path: Path, samples: NDArray[Any], rate: int) -> Path:
    """Write samples in the format that the ending of `path` names: 16-bit WAV, MP3, FLAC, Ogg (Opus), M4A or AIFF.

    All but WAV take mono and stereo only: more channels are mixed. Gives `path`.

    Args:
        path: The new file.
        samples: From -1 to 1, shape (samples,) or (channels, samples); what lies beyond is clipped.
        rate: In Hz.

    Raises:
        InputError: There is no sample, or no such format.
        BackendUnavailable: PyAV is not installed (WAV needs none).
    """
    import wave

    import numpy as np

    planes = np.atleast_2d(np.nan_to_num(np.asarray(samples, np.float32)))
    if planes.ndim != 2 or not planes.size:
        raise InputError(f"There is no sound to write to {path.name!r}.")
    whole = (np.clip(planes, -1, 1) * 32_767).round().astype("<i2")
    ending = path.suffix.lower()
    if ending == ".wav":
        with wave.open(str(path), "wb") as file:
            file.setnchannels(len(whole))
            file.setsampwidth(2)
            file.setframerate(int(rate))
            file.writeframes(np.ascontiguousarray(whole.T).tobytes())
    elif ending in _CODECS:
        _encode(path, whole, int(rate), _CODECS[ending])
    else:
        raise InputError(f"Sound can't be saved as {path.name!r}. Use .wav, {', '.join(sorted(_CODECS))}.")
    return path


def _encode(path: Path, whole: NDArray[np.int16], rate: int, codec: str) -> None:
    av = pyav()
    # bit-exact: no random ids, so that the same sound gives the same file
    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as container:
        stream = add_sound_stream(container, codec, rate, len(whole))
        for packet in encoded(stream, whole, rate):
            container.mux(packet)


def add_sound_stream(container: Any, codec: str, rate: int, channels: int) -> Any:
    """A new sound track of a container; the codec's nearest rate is taken, and stereo at most."""
    av = pyav()
    allowed = av.codec.Codec(codec, "w").audio_rates
    nearest = min(allowed, key=lambda known: (known < rate, abs(known - rate))) if allowed else rate
    return container.add_stream(codec, rate=nearest, layout="mono" if channels == 1 else "stereo")


def encoded(stream: Any, samples: NDArray[Any], rate: int) -> Iterator[Any]:
    """The packets of 16-bit samples, (channels, samples) at `rate`, for a track made by `add_sound_stream`."""
    import numpy as np

    av = pyav()
    channels = stream.codec_context.channels
    if len(samples) != channels:
        samples = np.repeat(samples.mean(axis=0, keepdims=True), channels, axis=0).astype(np.int16)
    layout = "mono" if channels == 1 else "stereo"
    resampler = av.AudioResampler(
        stream.codec_context.format.name, layout, stream.codec_context.sample_rate, frame_size=stream.frame_size or 1024
    )
    for begin in [*range(0, samples.shape[1], _BLOCK), None]:
        frame = None
        if begin is not None:
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[:, begin : begin + _BLOCK]), "s16p", layout)
            frame.sample_rate = rate
            frame.pts = begin
        for ready in resampler.resample(frame):
            yield from stream.encode(ready)
    yield from stream.encode(None)
