"""Lines in and from pictures: edges, straight lines, a pencil sketch, the palette."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..context import Context
from ..contract import tool
from ..values import Image
from .regions import check_range, keep

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@tool(packages=("cv2",), extra="local", room="opencv")
def find_edges(image: Image, detail: float = 0.5, *, ctx: Context) -> Image:
    """Draw the edges of a picture in white on black (Canny).

    Args:
        image: The picture.
        detail: From 0 (only the strongest edges) to 1 (every faint one).

    Example:
        edges = find_edges("photo.png")
    """
    import PIL.Image

    check_range("detail", detail, 0, 1)
    return keep(PIL.Image.fromarray(_canny(image.array(), detail)), "edges.png", ctx)


def _canny(picture: NDArray[np.uint8], detail: float) -> NDArray[np.uint8]:
    """H x W, 255 on edges. J. Canny, A Computational Approach to Edge Detection, 1986."""
    import cv2
    import numpy as np

    grey = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), (5, 5), 1.2)
    high = 220 - 170 * detail
    edges: NDArray[np.uint8] = np.asarray(cv2.Canny(grey, 0.45 * high, high), np.uint8)
    return edges


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A straight line in a picture, from one end to the other, in pixels from the upper left corner."""

    x1: int
    y1: int
    x2: int
    y2: int
    length: float
    degrees: float

    def __str__(self) -> str:
        return f"({self.x1}, {self.y1}) to ({self.x2}, {self.y2}), {self.length:.0f} px, {self.degrees:.0f} degrees"


@dataclass(frozen=True, kw_only=True)
class Segments:
    """The straight lines found in a picture, the longest first, and the picture with them drawn in."""

    lines: list[Segment]
    picture: Image

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.lines)

    def __str__(self) -> str:
        shown = "; ".join(map(str, self.lines[:5]))
        return f"{self.count} straight lines" + (f", the longest: {shown}" if shown else "")


@tool(packages=("cv2",), extra="local", room="opencv")
def find_lines(image: Image, shortest: int = 0, *, ctx: Context) -> Segments:
    """Find the straight lines in a picture, with their ends, length and angle.

    Args:
        image: The picture.
        shortest: Leave out lines shorter than this, in pixels; 0 means a tenth of the longer side.

    Returns:
        The lines (angles in degrees from horizontal, 0 to 180), the longest first, and the picture with them in red.

    Example:
        found = find_lines("photo.png")
    """
    import math

    import cv2
    import numpy as np
    import PIL.Image

    check_range("shortest", shortest, 0, 100_000, "pixels")
    picture = image.array()
    shortest = shortest or max(8, round(max(picture.shape[:2]) / 10))
    # probabilistic Hough transform: Matas, Galambos, Kittler, 2000
    found = cv2.HoughLinesP(
        _canny(picture, 0.5), 1, np.pi / 360, threshold=max(20, shortest // 2), minLineLength=shortest, maxLineGap=4
    )
    lines = []
    for x1, y1, x2, y2 in [] if found is None else np.asarray(found).reshape(-1, 4).tolist():
        angle = math.degrees(math.atan2(y1 - y2, x2 - x1)) % 180
        length = math.dist((x1, y1), (x2, y2))
        lines.append(Segment(x1=x1, y1=y1, x2=x2, y2=y2, length=round(length, 1), degrees=round(angle, 1)))
    marked = np.ascontiguousarray(picture)
    width = max(2, max(picture.shape[:2]) // 300)
    for line in lines:
        cv2.line(marked, (line.x1, line.y1), (line.x2, line.y2), (255, 0, 0), width, cv2.LINE_AA)
    longest_first = sorted(lines, key=lambda line: -line.length)
    return Segments(lines=longest_first, picture=keep(PIL.Image.fromarray(marked), "lines.png", ctx))


@tool(packages=("cv2",), extra="local", room="opencv")
def sketch_image(image: Image, color: bool = False, *, ctx: Context) -> Image:
    """Turn a picture into a pencil drawing.

    Args:
        image: The picture.
        color: Whether the drawing keeps the picture's colours.

    Example:
        pencil = sketch_image("photo.png")
    """
    import cv2
    import numpy as np
    import PIL.Image

    picture = image.array()
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    sigma = max(3.0, max(picture.shape[:2]) / 100)
    # a colour dodge of the picture with its own blurred negative leaves only where light changes
    soft = 255 - cv2.GaussianBlur(255 - grey, (0, 0), sigma)
    strokes = cv2.divide(grey, np.maximum(soft, 1), scale=256)
    if color:
        tone = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)
        tone[:, :, 2] = strokes
        strokes = cv2.cvtColor(tone, cv2.COLOR_HSV2RGB)
    return keep(PIL.Image.fromarray(np.asarray(strokes, np.uint8)), "sketch.png", ctx)


@tool
def draw_palette(image: Image, colors: int = 6, *, ctx: Context) -> Image:
    """Make a strip of a picture's main colours with their codes, such as "#3366ff".

    For the colours as words use `dominant_colors`.

    Args:
        image: The picture.
        colors: How many, from 2 to 16.

    Example:
        strip = draw_palette("photo.png")
    """
    import PIL.Image
    import PIL.ImageDraw
    import PIL.ImageFont

    check_range("colors", colors, 2, 16)
    small = PIL.Image.fromarray(image.array())
    small.thumbnail((256, 256))
    reduced = small.quantize(colors, PIL.Image.Quantize.MEDIANCUT).convert("RGB")
    counted = sorted(reduced.getcolors(256 * 256) or [], reverse=True, key=lambda entry: entry[0])
    strip = PIL.Image.new("RGB", (120 * len(counted), 160), "white")
    draw, font = PIL.ImageDraw.Draw(strip), PIL.ImageFont.load_default(18)
    for number, (_, shade) in enumerate(counted):
        rgb = shade if isinstance(shade, tuple) else (0, 0, 0)
        draw.rectangle((120 * number, 0, 120 * number + 119, 119), fill=rgb)
        code = "#" + "".join(f"{int(part):02x}" for part in rgb)
        draw.text((120 * number + 60, 140), code, font=font, fill="black", anchor="mm")
    return keep(strip, "palette.png", ctx)
