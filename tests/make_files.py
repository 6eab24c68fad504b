"""Makes files for tests, good and hostile ones, in code: nothing that could harm lies in the repository."""

from __future__ import annotations

import io
import os
import struct
import wave
import zipfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from intermodal.tools.media import write_video

Maker = Callable[[Path], object]
MEGA = 1_000_000


def data(content: bytes | str) -> Maker:
    """A file of just these bytes (or this text in UTF-8)."""
    return lambda path: path.write_bytes(content.encode() if isinstance(content, str) else content)


def noise(length: int) -> bytes:
    """Bytes that mean nothing, the same every time."""
    return np.random.default_rng(7).bytes(length)


def cut(make: Maker, share: float) -> Maker:
    """What `make` makes, cut off after this share of its bytes."""

    def made(path: Path) -> None:
        make(path)
        os.truncate(path, int(path.stat().st_size * share))

    return made


def after(make: Maker, change: Callable[[bytes], bytes]) -> Maker:
    """What `make` makes, with its bytes changed."""

    def made(path: Path) -> None:
        make(path)
        path.write_bytes(change(path.read_bytes()))

    return made


# pictures


def ramp(width: int = 40, height: int = 30, mode: str = "RGB") -> PIL.Image.Image:
    """Red on the left, blue on the right; black at the top of one-channel modes, white at the bottom."""
    if mode == "RGB":
        pixels = np.zeros((height, width, 3), np.uint8)
        pixels[:, : width // 2, 0] = pixels[:, width // 2 :, 2] = 255
        return PIL.Image.fromarray(pixels)
    shade = np.linspace(0, 1, height, dtype=np.float32)[:, None].repeat(width, 1)
    if mode == "F":
        return PIL.Image.fromarray(shade)
    if mode == "I;16":
        return PIL.Image.fromarray((shade * 65_535).astype(np.uint16))
    return PIL.Image.fromarray((shade * 255).astype(np.uint8)).convert(mode)


def picture(image: PIL.Image.Image | None = None, form: str = "PNG", **options: Any) -> Maker:
    """A picture, as Pillow saves it."""
    return lambda path: (image or ramp()).save(path, form, **options)


def detailed(form: str) -> Maker:
    """A picture that does not compress, so that a cut-off file lacks rows."""
    pixels = np.random.default_rng(3).integers(0, 255, (200, 300, 3), np.uint8)
    return picture(PIL.Image.fromarray(pixels), form)


def frames(form: str, count: int = 4, colours: str = "red green blue white") -> Maker:
    """An animation or several pages, the first of them red."""
    shown = [PIL.Image.new("RGB", (32, 24), name) for name in colours.split()[:count]]
    return picture(shown[0], form, save_all=True, append_images=shown[1:])


def turned(orientation: int) -> Maker:
    """A JPEG whose EXIF says how the camera was held, when, and where."""
    exif = PIL.Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0110] = orientation, "Acme", "Acme One\n(2)"
    exif.get_ifd(0x8769)[0x9003] = "2024:05:01 12:30:45"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(ramp(), "JPEG", exif=exif, quality=95)


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(
    width: int, height: int, bits: int = 8, colour: int = 2, rows: bytes | None = None, extra: bytes = b""
) -> bytes:
    """A PNG with any header; `rows` are compressed pixels, black ones when None."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000) if rows is None else rows
    body = chunk(b"IHDR", header) + extra + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def deflated_zeros(length: int) -> bytes:
    """So many zero bytes, compressed a thousandfold, without ever holding them."""
    packer = zlib.compressobj(9)
    pieces = [packer.compress(b"\0" * min(MEGA, length - done)) for done in range(0, length, MEGA)]
    return b"".join(pieces) + packer.flush()


def loop_of_pages(path: Path) -> None:
    """A TIFF whose second page is its first."""
    frames("TIFF", 1)(path)
    content = bytearray(path.read_bytes())
    start = int.from_bytes(content[4:8], "little")
    link = start + 2 + 12 * int.from_bytes(content[start : start + 2], "little")
    content[link : link + 4] = content[4:8]
    path.write_bytes(content)


# sound


def tone(seconds: float, rate: int, channels: int = 1) -> NDArray[np.float32]:
    """A sine at half level, (samples, channels)."""
    clock = np.arange(round(seconds * rate)) / rate
    return np.repeat((0.5 * np.sin(2 * np.pi * 220 * clock)).astype(np.float32)[:, None], channels, 1)


def wav(seconds: float = 0.5, rate: int = 16_000, channels: int = 1, bits: int = 16) -> Maker:
    """A PCM WAV file of 8, 16, 24 or 32 bits."""

    def made(path: Path) -> None:
        samples = tone(seconds, rate, channels).astype(np.float64)
        if bits == 8:
            content = ((samples + 1) * 127.5).astype(np.uint8).tobytes()
        else:
            whole = (samples * (2 ** (bits - 1) - 1)).astype("<i8").reshape(-1, 1).view(np.uint8)
            content = whole[:, : bits // 8].tobytes()
        with wave.open(str(path), "wb") as file:
            file.setnchannels(channels)
            file.setsampwidth(bits // 8)
            file.setframerate(rate)
            file.writeframes(content)

    return made


def wav_header(tag: int, channels: int, rate: int, bits: int, length: int) -> bytes:
    """The beginning of a WAV file that claims what it likes."""
    block = channels * bits // 8 % 65_536
    form = struct.pack("<HHIIHH", tag, channels, rate, rate * block % 2**32, block, bits)
    return b"RIFF" + struct.pack("<I", (length + 36) % 2**32) + b"WAVEfmt " + struct.pack("<I", 16) + form + b"data"


def float_wav(bits: int, peak: float = 0.5) -> Maker:
    """A WAV file of floating-point samples, with one that is not a number."""
    samples = (tone(0.5, 22_050)[:, 0] * peak / 0.5).astype(f"<f{bits // 8}")
    samples[100] = np.nan
    length = struct.pack("<I", samples.nbytes)
    return data(wav_header(3, 1, 22_050, bits, samples.nbytes) + length + samples.tobytes())


def sparse_wav(length: int) -> Maker:
    """A WAV file of 8-bit silence at 8,000 Hz that takes no room on the disk."""

    def made(path: Path) -> None:
        path.write_bytes(wav_header(1, 1, 8_000, 8, length) + struct.pack("<I", length))
        os.truncate(path, 44 + length)

    return made


def coded(codec: str, form: str, rate: int = 48_000, cover: bool = False) -> Maker:
    """Half a second of sound by an encoder of FFmpeg's, in a container of its choice; with a cover picture or not."""

    def made(path: Path) -> None:
        import av

        with av.open(str(path), "w", format=form) as container:
            stream = container.add_stream(codec, rate=rate, layout="stereo", bit_rate=96_000)
            art = container.add_stream("png", rate=1) if cover else None
            if art is not None:
                art.width, art.height, art.pix_fmt = 32, 24, "rgb24"
                art.disposition = av.stream.Disposition.attached_pic
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(tone(0.5, rate, 2).T), "fltp", "stereo")
            frame.sample_rate = rate
            context = stream.codec_context
            fit = av.AudioResampler(context.format.name, "stereo", rate, frame_size=stream.frame_size or 1024)
            if art is not None:
                still = av.VideoFrame.from_image(PIL.Image.new("RGB", (32, 24), "red"))
                container.mux([*art.encode(still), *art.encode(None)])
            for ready in [*fit.resample(frame), *fit.resample(None), None]:
                container.mux(stream.encode(ready))

    return made


# video


def film(ending: str = ".mp4", seconds: float = 1.0, sound: bool = False) -> Maker:
    """A video of 64 x 48 pixels, 10 frames a second: red on the left, blue on the right."""

    def made(path: Path) -> None:
        place = path.with_name(f"made-here{ending}")
        pictures = [np.asarray(ramp(64, 48))] * round(seconds * 10)
        write_video(place, pictures, 10, (tone(seconds, 16_000)[:, 0], 16_000) if sound else None)
        place.rename(path)

    return made


def turn_film(content: bytes) -> bytes:
    """An MP4 as a phone writes it that was held upright: to be shown turned clockwise by a quarter."""
    at = content.index(b"tkhd") + 4 + 40
    matrix = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 48 << 16, 0, 1 << 30)
    return content[:at] + matrix + content[at + 36 :]


# documents


def pdf(*streams: bytes, filters: bytes = b"", kids: bytes = b"") -> bytes:
    """A PDF, a page for each content stream; `kids` replaces the list of pages."""
    count = len(streams)
    parts = [b"<</Type/Catalog/Pages 2 0 R>>"]
    pages = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(count))
    parts.append(b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids or pages, count))
    parts.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    for number, stream in enumerate(streams):
        parts.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
            % (5 + 2 * number)
        )
        parts.append(b"<</Length %d%s>>stream\n%s\nendstream" % (len(stream), filters, stream))
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, part in enumerate(parts, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, part))
    table = out.tell()
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    out.write(b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(parts) + 1, rows))
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, table))
    return out.getvalue()


def page(text: str) -> bytes:
    """A content stream that writes a line."""
    return b"BT /F1 18 Tf 20 100 Td (%s) Tj ET" % text.encode("latin-1")


_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(body: str, before: str = "") -> Maker:
    """A Word file with this body; `before` stands ahead of the root element."""
    xml = f'<?xml version="1.0"?>{before}<w:document {_WORD}><w:body>{body}</w:body></w:document>'
    return package({"[Content_Types].xml": [b"<Types/>"], "word/document.xml": [xml.encode()]})


def package(members: dict[str, Iterable[bytes]]) -> Maker:
    """A zip archive; each member's content comes in pieces."""

    def made(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, pieces in members.items():
                with archive.open(name, "w") as member:
                    for piece in pieces:
                        member.write(piece)

    return made


def paragraph(text: str) -> str:
    """A paragraph of a Word file."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
