"""Sound changed: speed, pitch, volume, loudness, fades, echo, reverb, place between the speakers, noise."""

from __future__ import annotations

from ..context import Context
from ..contract import tool
from ..values import Audio
from .common import check, keep
from .denoise import denoised
from .filters import filtered, loudness, paced

PEAK = -1.0  # dB of full scale that loudness may reach


@tool(packages=("av",), extra="local")
def change_audio_speed(audio: Audio, speed: float, keep_pitch: bool = True, *, ctx: Context) -> Audio:
    """Play a recording faster or slower; the voice keeps its pitch.

    Args:
        audio: The recording.
        speed: 2 is twice as fast, 0.5 half as fast; from 0.25 to 8.
        keep_pitch: False lets the pitch rise and fall with the speed, as on a tape.

    Example:
        faster = change_audio_speed("speech.wav", speed=1.5)
    """
    check("speed", speed, 0.25, 8)
    samples, rate = audio.array(mono=False)
    steps = paced(speed)
    if not keep_pitch:
        steps = [("asetrate", str(round(rate * speed))), ("aresample", str(rate))]
    return keep(*filtered(samples, rate, *steps), audio, f"speed-{speed:g}", ctx)


@tool(packages=("av",), extra="local")
def change_pitch(audio: Audio, semitones: float, *, ctx: Context) -> Audio:
    """Make a recording higher or deeper in pitch, at the same speed.

    Args:
        audio: The recording.
        semitones: How far: 12 is an octave up, -12 an octave down.

    Example:
        deeper = change_pitch("speech.wav", semitones=-4)
    """
    check("semitones", semitones, -24, 24)
    samples, rate = audio.array(mono=False)
    factor = 2.0 ** (semitones / 12)
    steps = [("asetrate", str(round(rate * factor))), ("aresample", str(rate)), *paced(1 / factor)]
    return keep(*filtered(samples, rate, *steps), audio, f"pitch{semitones:+g}", ctx)


@tool(packages=("av",), extra="local")
def change_volume(audio: Audio, decibels: float, *, ctx: Context) -> Audio:
    """Make a recording louder or quieter by so many dB.

    Peaks that would be cut off are held down instead. To reach a given loudness use `normalize_loudness`.

    Args:
        audio: The recording.
        decibels: 6 is twice the amplitude, -6 half of it.

    Example:
        louder = change_volume("speech.wav", decibels=6)
    """
    check("decibels", decibels, -100, 60, "dB")
    samples, rate = audio.array(mono=False)
    return keep(*filtered(samples, rate, *_gain(decibels)), audio, f"volume{decibels:+g}dB", ctx)


@tool(packages=("av",), extra="local")
def normalize_loudness(audio: Audio, lufs: float = -16.0, *, ctx: Context) -> Audio:
    """Bring a recording to a standard loudness, neither too quiet nor too loud.

    Measured by EBU R 128. Peaks are held below -1 dB, so very uneven recordings can end a little below the target.

    Args:
        audio: The recording.
        lufs: The loudness to reach, in LUFS: -16 for podcasts, -14 for music streaming, -23 for broadcasting.

    Example:
        even = normalize_loudness("speech.wav")
    """
    check("lufs", lufs, -60, -5, "LUFS")
    samples, rate = audio.array(mono=False)
    measured, _ = loudness(samples, rate)
    gain = lufs - measured if measured > -70 else 0.0  # silence stays silence
    return keep(*filtered(samples, rate, *_gain(gain)), audio, "normalized", ctx)


def _gain(decibels: float) -> tuple[tuple[str, str], ...]:
    limiter = f"limit={10 ** (PEAK / 20):.4f}:level=0:latency=1"
    steps = (("volume", f"{decibels:.4f}dB"), ("alimiter", limiter))
    return steps if decibels > 0 else steps[:1]


@tool(packages=("av",), extra="local")
def fade_audio(audio: Audio, fade_in: float = 1.0, fade_out: float = 1.0, *, ctx: Context) -> Audio:
    """Fade a recording in at its beginning and out at its end.

    Args:
        audio: The recording.
        fade_in: Seconds until it has its full volume; 0 for none.
        fade_out: Seconds from its full volume to silence; 0 for none.

    Example:
        soft = fade_audio("music.wav", fade_in=0.5, fade_out=2)
    """
    import numpy as np

    samples, rate = audio.array(mono=False)
    seconds = samples.shape[1] / rate
    check("fade_in", fade_in, 0, seconds, "seconds")
    check("fade_out", fade_out, 0, seconds, "seconds")
    out = samples.copy()
    first, last = round(fade_in * rate), round(fade_out * rate)
    out[:, :first] *= np.sin(np.linspace(0, np.pi / 2, first, dtype=np.float32)) ** 2
    out[:, out.shape[1] - last :] *= np.cos(np.linspace(0, np.pi / 2, last, dtype=np.float32)) ** 2
    return keep(out, rate, audio, "faded", ctx)


@tool(packages=("av",), extra="local")
def add_echo(audio: Audio, delay: float = 0.4, strength: float = 0.5, repeats: int = 3, *, ctx: Context) -> Audio:
    """Add an echo: the sound comes back several times, each time quieter.

    For the blurred sound of a large room use `add_reverb`.

    Args:
        audio: The recording.
        delay: Seconds from one return to the next, from 0.01 to 5.
        strength: Of each return against the one before, from 0 to 0.9.
        repeats: How often it comes back, from 1 to 10.

    Example:
        echo = add_echo("speech.wav", delay=0.3)
    """
    import numpy as np

    check("delay", delay, 0.01, 5, "seconds")
    check("strength", strength, 0, 0.9)
    check("repeats", repeats, 1, 10)
    samples, rate = audio.array(mono=False)
    step = round(delay * rate)
    out = np.zeros((len(samples), samples.shape[1] + repeats * step), np.float32)
    for number in range(repeats + 1):
        out[:, number * step : number * step + samples.shape[1]] += samples * strength**number
    out /= max(1.0, float(np.abs(out).max(initial=0.0)))
    return keep(out, rate, audio, "echo", ctx)


@tool(packages=("av",), extra="local")
def add_reverb(audio: Audio, seconds: float = 1.5, amount: float = 0.3, *, ctx: Context) -> Audio:
    """Add reverb, as if it were recorded in a hall.

    The room is a decaying noise (Moorer 1979, "About This Reverberation Business").

    Args:
        audio: The recording.
        seconds: How long the room sounds on until it is 60 dB down: 0.4 a room, 1.5 a hall, 5 a cathedral.
        amount: Share of the room in the result, from 0 to 1.

    Example:
        hall = add_reverb("speech.wav", seconds=2.5)
    """
    import numpy as np

    check("seconds", seconds, 0.05, 10, "seconds")
    check("amount", amount, 0, 1)
    samples, rate = audio.array(mono=False)
    length = round(seconds * rate)
    room = np.random.default_rng(ctx.seed).normal(size=(len(samples), length))
    room *= 10 ** (-3 * np.arange(length) / length)  # -60 dB at its end
    room /= np.sqrt(np.square(room).sum(axis=1, keepdims=True))
    total = samples.shape[1] + length
    size = 1 << (total - 1).bit_length()
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(room.astype(np.float32), size), size)[:, :total]
    out = (amount * wet).astype(np.float32)
    out[:, : samples.shape[1]] += (1 - amount) * samples
    out /= max(1.0, float(np.abs(out).max(initial=0.0)))
    return keep(out, rate, audio, "reverb", ctx)


@tool(packages=("av",), extra="local")
def pan_audio(audio: Audio, position: float, *, ctx: Context) -> Audio:
    """Move a recording to the left or right speaker.

    Args:
        audio: The recording; several channels are mixed to one first.
        position: -1 is left, 0 the middle, 1 right. The loudness stays the same.

    Example:
        left = pan_audio("speech.wav", position=-1)
    """
    import numpy as np

    check("position", position, -1, 1)
    samples, rate = audio.array()
    angle = (position + 1) * np.pi / 4
    both = np.stack([samples * np.cos(angle), samples * np.sin(angle)]).astype(np.float32)
    return keep(both, rate, audio, "panned", ctx)


@tool(packages=("av",), extra="local")
def reduce_noise(audio: Audio, strength: float = 1.0, *, ctx: Context) -> Audio:
    """Reduce steady background noise such as hiss, hum or a fan.

    Spectral gating: what is as quiet as the recording's quietest tenth, frequency by frequency, is turned down. White
    noise 10 dB below a voice gets about 7 dB quieter against it, hum 8 dB. It does not help against other voices.

    Args:
        audio: The recording.
        strength: 1 is the usual; up to 2 takes more of the noise and more of the voice.

    Example:
        clean = reduce_noise("speech.wav")
    """
    check("strength", strength, 0, 2)
    samples, rate = audio.array(mono=False)
    return keep(denoised(samples, strength), rate, audio, "clean", ctx)
