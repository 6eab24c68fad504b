"""The colours of a picture, by name: `dominant_colors`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..contract import tool
from ..errors import ToolError
from ..values import Image
from .results import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# what people call a colour, each with typical shades; a colour gets the name of the nearest shade (CIELAB distance)
_SHADES: dict[str, str] = {
    "black": "000000 141414", "dark grey": "303030 484848", "grey": "6a6a6a 808080 969696",
    "light grey": "b4b4b4 d2d2d2", "white": "f0f0f0 ffffff", "red": "e01020 ff2a2a c81e1e",
    "dark red": "8b0000 7a1420 6e1010", "pink": "ffb6c1 f78fb0 ff69b4", "salmon": "f28c78 e9967a",
    "orange": "ff8c00 f07818 e8731c e3744f ffa860", "brown": "8b4513 7a5230 964b1e a0522d",
    "dark brown": "3c2414 4b2e1a 2e1c10", "tan": "d2b48c b8956a c3a078", "beige": "f0e6d2 e6d8b8",
    "gold": "d4a017 daa520", "yellow": "ffe600 f7e017 fff04d", "olive": "808000 6b6b23 5a5f30",
    "green": "2e9e3a 3cb043 228b22 00c000 5a9a4a", "dark green": "0b3d0b 1e4620 004d1a",
    "light green": "90ee90 a8e08a b4d88c", "turquoise": "40e0d0 30c5c5 00ced1", "teal": "008080 1f6f78",
    "light blue": "add8e6 a0c8f0 87ceeb", "blue": "1e6fe0 2060c0 3f7fd0 0000ff 4a78b4",
    "dark blue": "0a1a5c 10243e 191970 1f3a6e", "purple": "800080 6a2c91 5b3fa0", "violet": "b07ad8 9a6fc0",
    "magenta": "e0109a ff00ff",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Colour:
    """One colour of a picture: its name, its RGB value as "#rrggbb", and its share of the picture from 0 to 1."""

    name: str
    hex: str
    share: float

    def __str__(self) -> str:
        return f"{self.name} ({self.hex}) {self.share:.0%}"


@dataclass(frozen=True, kw_only=True)
class Colours:
    """The colours that take most of a picture, the largest share first."""

    colors: list[Colour]

    @property
    def names(self) -> list[str]:
        """Their names."""
        return [colour.name for colour in self.colors]

    def __str__(self) -> str:
        return ", ".join(map(str, self.colors))


@tool
def dominant_colors(image: Image, count: int = 5, box: Box | None = None) -> Colours:
    """List the main colours of a picture by name, with hex values and shares.

    Args:
        image: The picture to look at.
        count: At most so many colours.
        box: Look only inside this box, such as one that `detect_objects` found.

    Returns:
        The colours, the one that takes most of the picture first.

    Example:
        colors = dominant_colors("photo.png", count=3)
    """
    picture = image.array()
    if box is not None:
        picture = picture[max(0, box.y) : box.y + box.height, max(0, box.x) : box.x + box.width]
        if not picture.size:
            raise ToolError(f"The box {box} lies outside the picture.")
    return Colours(colors=colours_of(picture, count))


def colours_of(picture: NDArray[np.uint8], count: int = 5) -> list[Colour]:
    """The main colours of an H x W x 3 RGB picture; shades of one name are one colour, shares under 2 % left out."""
    import numpy as np
    import PIL.Image

    small = PIL.Image.fromarray(picture)
    small.thumbnail((160, 160), PIL.Image.Resampling.BOX)
    pixels = np.asarray(small).reshape(-1, 3)
    named = _named(pixels)
    found: list[Colour] = []
    for name, share in _shares(named)[: max(1, count)]:
        if share >= 0.02 or not found:
            red, green, blue = np.median(pixels[named == name], axis=0).astype(int).tolist()
            found.append(Colour(name=name, hex=f"#{red:02x}{green:02x}{blue:02x}", share=round(share, 3)))
    return found


def colours_of_thing(picture: NDArray[np.uint8], box: Box, count: int = 3) -> list[str]:
    """The colours of what a box holds: those that its inner part has more of than what lies around the box."""
    import numpy as np

    left, top = box.x + box.width // 5, box.y + box.height // 5
    inner = picture[top : top + max(1, box.height * 3 // 5), left : left + max(1, box.width * 3 // 5)].reshape(-1, 3)
    outside = np.ones(picture.shape[:2], dtype=bool)
    outside[box.y : box.y + box.height, box.x : box.x + box.width] = False
    around = picture[outside]
    few = len(around) < 0.05 * outside.size
    elsewhere = {} if few else dict(_shares(_named(around[:: max(1, len(around) // 20_000)])))
    shares = dict(_shares(_named(inner[:: max(1, len(inner) // 20_000)])))
    excess = {name: share - 0.8 * elsewhere.get(name, 0.0) for name, share in shares.items()}
    ranked = sorted(excess, key=lambda name: -excess[name])
    return [name for name in ranked if excess[name] > 0.05][:count] or ranked[:1]


def _named(pixels: NDArray[np.uint8]) -> NDArray[Any]:
    """The name of each of N x 3 RGB colours."""
    import numpy as np

    names, table = _table()
    return np.array(names)[_nearest(_lab(pixels), table)]


def _shares(named: NDArray[Any]) -> list[tuple[str, float]]:
    """Each name and its share, the largest first."""
    import numpy as np

    names, amounts = np.unique(named, return_counts=True)
    pairs = zip(names.tolist(), (amounts / len(named)).tolist(), strict=True)
    return sorted(pairs, key=lambda pair: -pair[1])


def _nearest(colours: NDArray[np.float64], table: NDArray[np.float64]) -> NDArray[np.intp]:
    """For each of N x 3 colours the row of `table` that is nearest."""
    import numpy as np

    distances = [((colours - row) ** 2).sum(1) for row in table]
    nearest: NDArray[np.intp] = np.argmin(np.stack(distances), axis=0)
    return nearest


@lru_cache(maxsize=1)
def _table() -> tuple[list[str], NDArray[np.float64]]:
    """The name of each shade, and the shades in CIELAB."""
    import numpy as np

    pairs = [(name, shade) for name, shades in _SHADES.items() for shade in shades.split()]
    rgb = np.array([[int(shade[at : at + 2], 16) for at in (0, 2, 4)] for _, shade in pairs])
    return [name for name, _ in pairs], _lab(rgb)


def _lab(rgb: NDArray[Any]) -> NDArray[np.float64]:
    """N x 3 sRGB values from 0 to 255 in CIELAB (D65), where distance goes with difference seen."""
    import numpy as np

    share = rgb.astype(np.float64) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = linear @ matrix.T / np.array([0.9505, 1.0, 1.089])
    root = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = root[:, 0], root[:, 1], root[:, 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)
