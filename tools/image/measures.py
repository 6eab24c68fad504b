"""How sharp and how well exposed a picture is: `check_photo`."""

from __future__ import annotations

from dataclasses import dataclass

from ..contract import tool
from ..values import Image

SIDE = 512  # pixels: the longer side at which sharpness is measured, so that sizes compare
BLURRED = 0.012  # sharpness below which people call a picture blurred; set on photos blurred step by step
DARK, BRIGHT, FLAT = 0.22, 0.78, 0.12


@dataclass(frozen=True, kw_only=True)
class PhotoCheck:
    """How a picture is taken.

    Args:
        sharpness: Mean strength of the finest edges, as a share of full contrast, measured at 512 pixels.
        brightness: Mean lightness, from 0 (black) to 1 (white).
        contrast: Standard deviation of the lightness, from 0 to 0.5.
        too_dark: Share of pixels that are all but black.
        too_bright: Share of pixels that are all but white.
        width: In pixels.
        height: In pixels.
    """

    sharpness: float
    brightness: float
    contrast: float
    too_dark: float
    too_bright: float
    width: int
    height: int

    @property
    def blurred(self) -> bool:
        """Whether it looks blurred."""
        return self.sharpness < BLURRED

    @property
    def exposure(self) -> str:
        """ "underexposed", "overexposed", "low contrast" or "well exposed"."""
        if self.brightness < DARK or self.too_dark > 0.5:
            return "underexposed"
        if self.brightness > BRIGHT or self.too_bright > 0.5:
            return "overexposed"
        return "low contrast" if self.contrast < FLAT else "well exposed"

    def __str__(self) -> str:
        return (
            f"{'blurred' if self.blurred else 'sharp'} (sharpness {self.sharpness:.3f}), {self.exposure} "
            f"(brightness {self.brightness:.0%}, contrast {self.contrast:.2f}), {self.width} x {self.height} pixels"
        )


@tool
def check_photo(image: Image) -> PhotoCheck:
    """Check whether a photo is sharp or blurred, too dark or too bright.

    Args:
        image: The photo to check.

    Returns:
        Sharpness, brightness, contrast and what they amount to (`blurred`, `exposure`).

    Example:
        check = check_photo("photo.png")
    """
    import numpy as np
    import PIL.Image

    picture = PIL.Image.fromarray(image.array()).convert("L")
    width, height = picture.size
    picture.thumbnail((4 * SIDE, 4 * SIDE), PIL.Image.Resampling.BOX)
    light = np.asarray(picture, np.float32) / 255
    picture.thumbnail((SIDE, SIDE), PIL.Image.Resampling.LANCZOS)
    small = np.asarray(picture, np.float32) / 255
    padded = np.pad(small, 1, mode="edge")
    around = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
    edges = np.abs(around / 4 - small)
    # the strongest tenth: a sharp subject before a soft ground is sharp
    strongest = np.sort(edges, axis=None)[-max(1, edges.size // 10) :]
    return PhotoCheck(
        sharpness=round(float(strongest.mean()), 4),
        brightness=round(float(light.mean()), 3),
        contrast=round(float(light.std()), 3),
        too_dark=round(float((light < 0.02).mean()), 3),
        too_bright=round(float((light > 0.98).mean()), 3),
        width=width,
        height=height,
    )
