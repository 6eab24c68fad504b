"""Photos that look a hundred years old."""

from intermodal import Image, InputError, tool


@tool(licence="Apache-2.0", memory=100)
def age_photo(image: Image, strength: float = 1.0) -> Image:
    """Make a photo look a hundred years old: brown tones and dark corners.

    Args:
        image: The photo.
        strength: How much of it, from 0 to 1.

    Example:
        old = age_photo("photo.png", strength=0.7)
    """
    import numpy as np

    if not 0 <= strength <= 1:
        raise InputError(f"strength is {strength}, and must be from 0 to 1.")
    pixels = image.array().astype(np.float32)
    height, width = pixels.shape[:2]
    brown = pixels.mean(axis=2, keepdims=True) * np.array([1.07, 0.86, 0.61], np.float32)
    across, down = np.linspace(-1, 1, width)[None, :, None], np.linspace(-1, 1, height)[:, None, None]
    old = brown * (1 - 0.35 * (across**2 + down**2) / 2)
    return np.clip(pixels + strength * (old - pixels), 0, 255).astype(np.uint8)
