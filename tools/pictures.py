"""Pictures: opened upright and in 8 bits a channel, or refused with one sentence; and saved."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import PIL.Image
    from numpy.typing import NDArray

MAX_PIXELS = 100_000_000  # of a picture or a video's frame; such a one takes 400 MB while it is open
_STRIP = 256  # rows that are copied at a time, or a large picture would be in memory thrice
# of Pillow's formats those that sniff.py takes: others start programs (EPS), or are seldom met and seldom mended
_OPENED = ("PNG", "JPEG", "GIF", "BMP", "DIB", "TIFF", "WEBP", "AVIF", "JPEG2000", "PPM", "ICO")
_WITH_ALPHA = ("RGBA", "RGBa", "LA", "La", "PA")


@contextmanager
def opened(path: Path) -> Iterator[PIL.Image.Image]:
    """A picture as Pillow opens it: its header is read and its size is checked, nothing is decoded yet.

    Raises:
        InputError: It is no picture, is damaged, or has more than `MAX_PIXELS`; also for errors within the block.
    """
    import PIL.Image

    # the size is checked here, and more strictly than the warning would
    warnings.simplefilter("ignore", PIL.Image.DecompressionBombWarning)
    try:
        with PIL.Image.open(path, formats=_OPENED) as picture:
            check_size(path, *picture.size)
            yield picture
    except InputError:
        raise
    except PIL.Image.DecompressionBombError as error:
        raise InputError(_too_large(path)) from error
    except PIL.UnidentifiedImageError as error:
        raise InputError(f"{path.name!r} can't be read as a picture. Open and save it as PNG or JPEG first.") from error
    except FileNotFoundError as error:
        raise InputError(f"There is no file {str(path)!r}.") from error
    except MemoryError as error:
        raise InputError(f"There is not enough memory to open {path.name!r}. Make it smaller first.") from error
    except Exception as error:  # decoders fail in every way there is on damaged files
        raise InputError(
            f"The picture {path.name!r} is damaged or incomplete ({_reason(error)}). Save or download it again."
        ) from error


def check_size(path: Path, width: int, height: int) -> None:
    """Refuse what would fill the memory.

    Raises:
        InputError: It has more than `MAX_PIXELS`.
    """
    if width * height > MAX_PIXELS:
        raise InputError(_too_large(path, f"{width:,} x {height:,} pixels"))
    if width < 1 or height < 1:
        raise InputError(f"{path.name!r} is {width} x {height} pixels: there is nothing to see.")


def check_whole(path: Path) -> None:
    """Decode a picture as cheaply as its format allows, only to see that it can be.

    Raises:
        InputError: It is damaged, incomplete or too large.
    """
    with opened(path) as picture:
        picture.draft("RGB", (max(1, picture.width // 8), max(1, picture.height // 8)))  # JPEG: an eighth of the size
        picture.load()


def open_image(path: Path) -> PIL.Image.Image:
    """The first frame or page of a picture, upright by its EXIF orientation, 8 bits a channel, mode RGB or RGBA.

    Raises:
        InputError: It can't be decoded, or has more than `MAX_PIXELS`.
    """
    import PIL.ImageOps

    with opened(path) as picture:
        picture.load()
        PIL.ImageOps.exif_transpose(picture, in_place=True)
        return _in_8_bits(picture)


def image_array(path: Path) -> NDArray[np.uint8]:
    """A picture as H x W x 3, uint8, RGB; transparency is laid over white.

    Raises:
        InputError: It can't be decoded, or has more than `MAX_PIXELS`.
    """
    import numpy as np

    picture = open_image(path)
    whole = np.empty((picture.height, picture.width, 3), np.uint8)
    for top in range(0, picture.height, _STRIP):
        strip = picture.crop((0, top, picture.width, min(top + _STRIP, picture.height)))
        whole[top : top + _STRIP] = np.asarray(over_white(strip) if strip.mode == "RGBA" else strip)
    return whole


def over_white(picture: PIL.Image.Image) -> PIL.Image.Image:
    """An RGBA picture laid over white, as RGB."""
    import PIL.Image

    ground = PIL.Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def save_image(path: Path, picture: PIL.Image.Image | NDArray[Any]) -> Path:
    """Save a picture, or an H x W (x 3 or 4) uint8 array, in the format that the ending of `path` names.

    Transparency is laid over white where the format has none. Gives `path`.

    Raises:
        InputError: Pillow writes no such format.
    """
    import PIL.Image

    image = picture if isinstance(picture, PIL.Image.Image) else PIL.Image.fromarray(picture)
    form = PIL.Image.registered_extensions().get(path.suffix.lower(), "")
    if form not in PIL.Image.SAVE:
        raise InputError(f"A picture can't be saved as {path.name!r}. Use .png, .jpg, .webp, .gif, .tiff or .bmp.")
    if form in ("JPEG", "BMP", "PPM"):
        image = _in_8_bits(image)
        image = over_white(image) if image.mode == "RGBA" else image
    image.save(path, form, quality=92)  # formats without a quality take no notice
    return path


def _in_8_bits(picture: PIL.Image.Image) -> PIL.Image.Image:
    """RGB or RGBA of any mode that Pillow knows."""
    if picture.mode in ("RGB", "RGBA"):
        return picture.convert("RGBA") if "transparency" in picture.info and picture.mode == "RGB" else picture.copy()
    if picture.mode.startswith(("I", "F")):
        return _from_deep(picture).convert("RGB")
    if picture.mode in _WITH_ALPHA or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture.convert("RGB")


def _from_deep(picture: PIL.Image.Image) -> PIL.Image.Image:
    """Gray of 16 or 32 bits, or floating point, in 8 bits: by the format's range, else by the picture's own."""
    import numpy as np
    import PIL.Image

    values = np.nan_to_num(np.asarray(picture), posinf=0, neginf=0)
    low, high = float(values.min()), float(values.max())
    if picture.mode == "F" and low >= 0 and high <= 1:
        top = 1.0
    elif low >= 0 and high <= 65_535 and picture.mode != "F":
        top = 65_535.0 if high > 255 or picture.mode != "I" else 255.0
    elif low >= 0 and high <= 255:
        top = 255.0
    else:
        values, top = values - low, max(high - low, 1e-12)
    return PIL.Image.fromarray((values * np.float32(255 / top) + np.float32(0.5)).clip(0, 255).astype(np.uint8))


def _reason(error: Exception) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__


def _too_large(path: Path, size: str = "") -> str:
    found = f"is {size}" if size else "is too large"
    return f"{path.name!r} {found}; intermodal opens pictures of up to {MAX_PIXELS // 1_000_000} million pixels."
