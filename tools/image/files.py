"""Picture files: their format, their size in bytes, what they carry besides the picture, animations, QR codes."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, Literal

from ..context import Context
from ..contract import tool
from ..errors import ToolError
from ..pictures import opened, save_image
from ..values import Image
from .regions import check_range, check_size, flat, keep

_GPS, _EXIF = 0x8825, 0x8769


@tool
def convert_image(image: Image, format: Literal["png", "jpg", "webp", "gif", "bmp", "tiff"], *, ctx: Context) -> Image:
    """Save a picture in another file format: png, jpg, webp, gif, bmp or tiff.

    Transparency is laid over white where the format has none; of an animation the first picture is taken.

    Args:
        image: The picture.
        format: The wanted format.

    Example:
        photo = convert_image("photo.png", "jpg")
    """
    return Image(save_image(ctx.new_file(f"converted.{format}"), image.pil()))


@tool
def compress_image(image: Image, kilobytes: int = 200, *, ctx: Context) -> Image:
    """Make a picture's file smaller, down to a number of kilobytes.

    It becomes a JPEG of the best quality that fits; where none does, the picture is made smaller as well.

    Args:
        image: The picture.
        kilobytes: The largest size wanted, in kB of 1,000 bytes; 2 or more.

    Example:
        small = compress_image("photo.png", kilobytes=50)
    """
    check_range("kilobytes", kilobytes, 2, 100_000, "kB")
    picture = flat(image.pil())
    while True:
        for quality in (92, 85, 75, 65, 50, 35, 25):
            packed = io.BytesIO()
            picture.save(packed, "JPEG", quality=quality, optimize=True, progressive=True)
            if packed.tell() <= 1000 * kilobytes:
                path = ctx.new_file("compressed.jpg")
                path.write_bytes(packed.getvalue())
                return Image(path)
        if max(picture.size) < 32:
            raise ToolError(f"{str(image)!r} can't be made as small as {kilobytes} kB and still show something.")
        picture = picture.resize((max(1, round(picture.width * 0.75)), max(1, round(picture.height * 0.75))))


@dataclass(frozen=True, kw_only=True)
class PhotoFacts:
    """What a photo's file says besides the picture (EXIF); empty or 0 where it doesn't say.

    Args:
        camera: Maker and model.
        lens: Its name.
        taken: Date and time, "2024:05:01 12:30:00", in the camera's local time.
        exposure: In seconds.
        aperture: The f-number.
        iso: Sensitivity.
        focal_length: In millimetres.
        latitude: In degrees, north positive.
        longitude: In degrees, east positive.
        software: What wrote the file.
        has_place: Whether latitude and longitude are known.
    """

    camera: str = ""
    lens: str = ""
    taken: str = ""
    exposure: float = 0.0
    aperture: float = 0.0
    iso: int = 0
    focal_length: float = 0.0
    latitude: float = 0.0
    longitude: float = 0.0
    software: str = ""
    has_place: bool = False

    def __str__(self) -> str:
        parts = [
            self.camera and f"camera {self.camera}",
            self.lens and f"lens {self.lens}",
            self.taken and f"taken {self.taken}",
            self.exposure and f"{_fraction(self.exposure)} s",
            self.aperture and f"f/{self.aperture:g}",
            self.iso and f"ISO {self.iso}",
            self.focal_length and f"{self.focal_length:g} mm",
            self.has_place and f"at {self.latitude:.5f}, {self.longitude:.5f}",
            self.software and f"software {self.software}",
        ]
        return ", ".join(str(part) for part in parts if part) or "The file says nothing about how it was taken."


def _fraction(seconds: float) -> str:
    return f"1/{round(1 / seconds)}" if 0 < seconds < 0.5 else f"{seconds:g}"


@tool
def read_photo_data(image: Image) -> PhotoFacts:
    """Read a photo's hidden data (EXIF): camera, date, exposure, and the place where it was taken.

    Args:
        image: The photo.

    Example:
        facts = read_photo_data("photo.png")
    """
    with opened(image.path) as picture:
        exif = picture.getexif()
        detail, place = dict(exif.get_ifd(_EXIF)), dict(exif.get_ifd(_GPS))
    north, east = _degrees(place.get(2), place.get(1)), _degrees(place.get(4), place.get(3))
    iso = detail.get(0x8827, 0)
    maker, model = _text(exif.get(0x010F)), _text(exif.get(0x0110))
    return PhotoFacts(
        camera=model if model.startswith(maker) else f"{maker} {model}".strip(),
        lens=_text(detail.get(0xA434)),
        taken=_text(detail.get(0x9003) or exif.get(0x0132)),
        exposure=_number(detail.get(0x829A)),
        aperture=_number(detail.get(0x829D)),
        iso=int(_number(iso[0] if isinstance(iso, tuple) and iso else iso)),
        focal_length=_number(detail.get(0x920A)),
        latitude=north or 0.0,
        longitude=east or 0.0,
        software=_text(exif.get(0x0131)),
        has_place=north is not None and east is not None,
    )


def _text(value: Any) -> str:
    """A value of EXIF as one printable line of at most 100 characters."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
    return "".join(character for character in text if character.isprintable()).strip()[:100]


def _number(value: Any) -> float:
    """A number of EXIF, 0 when it is missing or broken (such as 0/0)."""
    import math

    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0
    return round(number, 6) if math.isfinite(number) else 0.0


def _degrees(parts: Any, side: Any) -> float | None:
    """Degrees, minutes and seconds as degrees, south and west negative; None when they are missing or broken."""
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    degrees: float = sum(_number(part) / (1, 60, 3600)[power] for power, part in enumerate(parts))
    return round(-degrees if _text(side)[:1].upper() in ("S", "W") else degrees, 6)


@tool
def strip_photo_data(image: Image, *, ctx: Context) -> Image:
    """Remove a photo's hidden data (EXIF, place, camera, comments) and keep only the picture.

    Args:
        image: The photo; JPEG stays JPEG (saved anew at quality 95), everything else becomes PNG.

    Example:
        clean = strip_photo_data("photo.png")
    """
    import PIL.Image

    picture = image.pil()
    bare = PIL.Image.frombytes(picture.mode, picture.size, picture.tobytes())
    with opened(image.path) as file:
        jpeg = file.format in ("JPEG", "MPO")
    if not jpeg:
        return keep(bare, "clean.png", ctx)
    path = ctx.new_file("clean.jpg")
    bare.convert("RGB").save(path, "JPEG", quality=95)
    return Image(path)


@tool
def make_animation(images: list[Image], seconds: float = 0.5, *, ctx: Context) -> Image:
    """Make an animated GIF from pictures, shown one after the other again and again.

    Args:
        images: The pictures in order; all are fitted to the size of the first, at most 800 pixels.
        seconds: How long each is shown, from 0.02 to 60.

    Example:
        moving = make_animation(["photo.png", "people.png"], seconds=1)
    """
    import PIL.Image
    import PIL.ImageOps

    check_range("seconds", seconds, 0.02, 60, "seconds")
    if len(images) < 2:
        raise ToolError(f"An animation needs two pictures or more, and {len(images)} was given.")
    first = flat(images[0].pil())
    first.thumbnail((800, 800))
    check_size(first.width, first.height * len(images))
    frames = [first]
    for number, image in enumerate(images[1:], 2):
        frames.append(PIL.ImageOps.pad(flat(image.pil()), first.size, color="white"))
        ctx.progress(number, len(images), "pictures")
    path = ctx.new_file("animation.gif")
    first.save(path, save_all=True, append_images=frames[1:], duration=round(1000 * seconds), loop=0)
    return Image(path)


@tool(packages=("segno",), extra="local")
def make_qr_code(text: str, size: int = 512, *, ctx: Context) -> Image:
    """Make a QR code of a text or a web address.

    Args:
        text: What it holds, at most 2,000 characters.
        size: About how wide it is, in pixels, from 64 to 4000.

    Example:
        code = make_qr_code("https://example.org")
    """
    import PIL.Image
    import segno

    check_range("size", size, 64, 4000, "pixels")
    if not text.strip():
        raise ToolError("The text is empty, so there is nothing to put into a QR code.")
    try:
        code = segno.make_qr(text, error="m")
    except segno.DataOverflowError as error:
        raise ToolError(f"A text of {len(text):,} characters doesn't fit into a QR code; 2,000 do.") from error
    side = code.symbol_size(border=4)[0]
    packed = io.BytesIO()
    code.save(packed, kind="png", scale=max(1, size // side), border=4)
    return keep(PIL.Image.open(packed).convert("RGB"), "qr-code.png", ctx)
