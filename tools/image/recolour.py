"""Small changes to a drawing's SVG: its main colour exchanged, and the part of it that is drawn on."""

from __future__ import annotations

import colorsys
import io
import re
from collections import Counter
from functools import lru_cache

_HEX = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
_VIEW = re.compile(r'viewBox="[^"]*"')
# colour name -> hue in degrees, saturation, lightness that the drawing's main colour is turned into
_TARGETS: dict[str, tuple[float, float, float]] = {
    "red": (4, 0.78, 0.48), "orange": (27, 0.9, 0.55), "yellow": (50, 0.95, 0.58), "golden": (45, 0.85, 0.52),
    "green": (100, 0.5, 0.42), "turquoise": (176, 0.6, 0.5), "blue": (212, 0.75, 0.5), "purple": (275, 0.45, 0.47),
    "violet": (265, 0.5, 0.62), "pink": (335, 0.85, 0.74), "brown": (24, 0.5, 0.36), "black": (0, 0.0, 0.2),
    "white": (0, 0.0, 0.97), "grey": (0, 0.0, 0.6), "gray": (0, 0.0, 0.6),
}  # fmt: skip


def render(svg: str, side: int) -> bytes:
    """An SVG as PNG, `side` pixels wide."""
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=side, skip_system_fonts=True))


@lru_cache(maxsize=256)
def tight_box(svg: str) -> tuple[float, float, float, float]:
    """The part of a 72 x 72 drawing that is drawn on: x, y, width, height in its units."""
    import PIL.Image

    alpha = PIL.Image.open(io.BytesIO(render(svg, 144))).convert("RGBA").getchannel("A")
    left, top, right, bottom = alpha.point(lambda value: 255 * (value > 40)).getbbox() or (0, 0, 144, 144)
    return left / 2, top / 2, (right - left) / 2, (bottom - top) / 2


def trimmed(svg: str) -> str:
    """The drawing without its margins."""
    return _VIEW.sub(f'viewBox="{" ".join(f"{number:g}" for number in tight_box(svg))}"', svg, count=1)


def recoloured(svg: str, colour: str) -> str:
    """The drawing with its main colour, and all shades of it, turned into `colour`; the same when it is not known."""
    if colour not in _TARGETS:
        return svg
    main = _main_colour(svg)
    if main is None:
        return svg
    hue, saturation, lightness = _TARGETS[colour]
    main_hue, main_lightness, main_saturation = _hls(main)

    def exchange(match: re.Match[str]) -> str:
        own_hue, own_lightness, own_saturation = _hls(match[0])
        grey = own_saturation < 0.15
        near = min((own_hue - main_hue) % 1, (main_hue - own_hue) % 1) < 0.09
        if own_lightness < 0.04 or grey != (main_saturation < 0.15) or not (grey or near):
            return match[0]
        shade = min(0.97, max(0.12, lightness + 0.6 * (own_lightness - main_lightness)))
        rgb = colorsys.hls_to_rgb(hue / 360, shade, saturation)
        return "#" + "".join(f"{round(255 * part):02x}" for part in rgb)

    return _HEX.sub(exchange, svg)


def _main_colour(svg: str) -> str | None:
    """The colour that covers most of a drawing; a grey or white one only where there is no other."""
    import numpy as np
    import PIL.Image

    written = {_full(match) for match in _HEX.findall(svg)} - {"#000000"}
    pixels = np.asarray(PIL.Image.open(io.BytesIO(render(svg, 72))).convert("RGBA")).reshape(-1, 4)
    covered = Counter(f"#{bytes(pixel[:3]).hex()}" for pixel in pixels if pixel[3] > 200)
    shares = Counter({colour: many for colour, many in covered.items() if colour in written})
    bright = [
        colour for colour, many in shares.most_common() if _hls(colour)[2] >= 0.15 and many > 0.05 * shares.total()
    ]
    return bright[0] if bright else next((colour for colour, _ in shares.most_common(1)), None)


def _full(code: str) -> str:
    code = code.lower()
    return code if len(code) == 7 else "#" + "".join(2 * digit for digit in code[1:])


def _hls(code: str) -> tuple[float, float, float]:
    code = _full(code)
    return colorsys.rgb_to_hls(*(int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)))
