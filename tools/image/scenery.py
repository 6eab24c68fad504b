"""The backgrounds of collages, as SVG: a sky by the time of day, and a ground by the kind of place."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

SIDE = 768  # units of the whole picture, both ways
TIMES = ("day", "sunset", "night")
_SKIES = {
    "day": ("#6ec3f4", "#d9f1fd"),
    "sunset": ("#5b4b8a", "#e8735a", "#fbc46d"),
    "night": ("#0b1437", "#2b3f7a"),
}
# place -> where things stand (the y of the horizon, and of the front), and the ground's colours, far and near
_GROUNDS: dict[str, tuple[int, str, str]] = {
    "meadow": (470, "#a8d468", "#6fae3d"),
    "park": (470, "#9fd06a", "#62a544"),
    "garden": (450, "#a5d86e", "#5f9f3c"),
    "forest": (480, "#6d9f55", "#3f7433"),
    "mountains": (500, "#8fc06a", "#5f9a45"),
    "desert": (480, "#f3d493", "#dba85a"),
    "snow": (460, "#ffffff", "#d7e6f3"),
    "beach": (520, "#f8e3ac", "#ecc98a"),
    "sea": (400, "#4fa8d8", "#1f6fae"),
    "lake": (420, "#62b3dc", "#2e7fb8"),
    "underwater": (660, "#e7cf97", "#c9a866"),
    "city": (560, "#b9bec6", "#8d939c"),
    "road": (480, "#8fc06a", "#6fa44c"),
    "room": (560, "#d8b48a", "#b98d5e"),
    "kitchen": (560, "#dfe5e8", "#b4bfc5"),
    "sky": (SIDE, "", ""),
    "space": (SIDE, "", ""),
    "moon": (560, "#c9ccd4", "#8f939d"),
    "plain": (600, "#f3ead9", "#e6d8bd"),
}
PLACES = tuple(_GROUNDS)
WATERS = ("sea", "lake")
FLOATING = ("sky", "space", "underwater")  # where things need no ground below them
INDOORS = ("room", "kitchen", "plain")


def horizon(place: str) -> int:
    """Where the ground begins, in units from the top."""
    return _GROUNDS[place][0]


def draw(place: str, time: str, sun: bool, seed: int) -> str:
    """The whole background as SVG elements.

    Args:
        place: One of PLACES.
        time: One of TIMES.
        sun: Whether to draw a sun or moon of its own (not when the scene has one already).
        seed: For the places of clouds, stars and hills.
    """
    chance = random.Random(f"{place} {time} {seed}")
    if place in INDOORS:
        return _indoors(place)
    if place == "underwater":
        return _underwater(chance)
    dark = place in ("space", "moon")
    parts = [_gradient("sky", ("#05070f", "#141a3c") if dark else _SKIES[time]), _rectangle(0, SIDE, "url(#sky)")]
    if dark or time == "night":
        parts.append(_stars(chance, 110 if dark else 60))
    elif place != "space":
        parts.append(_clouds(chance, time))
    if sun and not dark:
        parts.append(_light(place, time))
    parts.append(_ground(place, time, chance))
    return "".join(parts)


def rainbow(place: str) -> str:
    """A rainbow across the sky of a place."""
    colours = ("#e8413c", "#f5923b", "#fbe14c", "#63bb4e", "#4a9be0", "#5a56b0", "#9558ab")
    foot = min(horizon(place), 560) + 12
    arcs = (
        f'<circle cx="384" cy="{foot}" r="{370 - 17 * step}" fill="none" stroke="{colour}" stroke-width="18"/>'
        for step, colour in enumerate(colours)
    )
    clip = f'<clipPath id="above"><rect width="{SIDE}" height="{foot}"/></clipPath>'
    return f'<defs>{clip}</defs><g opacity="0.85" clip-path="url(#above)">{"".join(arcs)}</g>'


def table(left: float, top: float, width: float) -> str:
    """A wooden table that stands on the floor; `top` is where its top begins."""
    leg = 0.06 * width
    legs = "".join(
        f'<rect x="{left + share * width - leg / 2:.0f}" y="{top + 30:.0f}" width="{leg:.0f}" height="{735 - top:.0f}" '
        f'fill="#8a5a33" stroke="#000" stroke-width="4"/>'
        for share in (0.1, 0.9)
    )
    board = (
        f'<path d="M{left + 0.08 * width:.0f} {top:.0f} h{0.84 * width:.0f} l{0.08 * width:.0f} 46 v22 '
        f'h{-width:.0f} v-22 z" fill="#b97a45" stroke="#000" stroke-width="4" stroke-linejoin="round"/>'
        f'<path d="M{left:.0f} {top + 46:.0f} h{width:.0f}" stroke="#000" stroke-width="3"/>'
    )
    return legs + board


def _gradient(name: str, colours: Sequence[str]) -> str:
    stops = "".join(
        f'<stop offset="{step / (len(colours) - 1):.2f}" stop-color="{colour}"/>' for step, colour in enumerate(colours)
    )
    return f'<defs><linearGradient id="{name}" x1="0" y1="0" x2="0" y2="1">{stops}</linearGradient></defs>'


def _circle(x: float, y: float, radius: float, fill: str, opacity: float = 1.0) -> str:
    return f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.1f}" fill="{fill}" opacity="{opacity:.2f}"/>'


def _polygon(fill: str, *corners: tuple[float, float]) -> str:
    return f'<polygon points="{" ".join(f"{x:.0f},{y:.0f}" for x, y in corners)}" fill="{fill}"/>'


def _rectangle(top: float, bottom: float, fill: str) -> str:
    return f'<rect x="0" y="{top:.0f}" width="{SIDE}" height="{bottom - top:.0f}" fill="{fill}"/>'


def _stars(chance: random.Random, many: int) -> str:
    return "".join(
        _circle(chance.uniform(0, SIDE), chance.uniform(0, 460), chance.uniform(1, 3), "#fff", chance.uniform(0.5, 1))
        for _ in range(many)
    )


def _clouds(chance: random.Random, time: str) -> str:
    fill, parts = ("#ffffff" if time == "day" else "#ffd9b8"), []
    for column in (0.14, 0.5, 0.85):
        x, y, r = column * SIDE + chance.uniform(-50, 50), chance.uniform(60, 190), chance.uniform(22, 34)
        parts += [
            f'<ellipse cx="{x + dx * r:.0f}" cy="{y + dy * r:.0f}" rx="{1.5 * r:.0f}" ry="{r:.0f}" fill="{fill}"/>'
            for dx, dy in ((-1.4, 0.2), (0, -0.4), (1.4, 0.2))
        ]
    return f'<g opacity="0.8">{"".join(parts)}</g>'


def _light(place: str, time: str) -> str:
    if time == "sunset":
        y = horizon(place) - 20 if place != "sky" else 560
        return _circle(384, y, 130, "#ffe28a", 0.35) + _circle(384, y, 85, "#ffdf6b")
    if time == "night":
        return _circle(640, 110, 95, "#fff6d0", 0.15) + _circle(640, 110, 55, "#fdf3c4")
    return _circle(660, 100, 90, "#fff3a8", 0.4) + _circle(660, 100, 52, "#ffd93b")


def _ground(place: str, time: str, chance: random.Random) -> str:
    top, far, near = _GROUNDS[place]
    if top >= SIDE:
        return ""
    shade = {"day": 0.0, "sunset": 0.18, "night": 0.25 if place == "snow" else 0.5}[time if place != "moon" else "day"]
    far, near = _dimmed(far, shade), _dimmed(near, shade)
    drawn = _gradient("ground", (far, near)) + _EXTRAS.get(place, _no_extra)(top, chance)
    if place in (*WATERS, "road", "city", "beach"):
        drawn += _rectangle(top, SIDE, "url(#ground)")
    else:
        drawn += _hills(top, far, chance) + _wave(top + 30, 18, chance.uniform(0, 6), "url(#ground)")
    return drawn + _DETAILS.get(place, _no_extra)(top, chance)


def _dimmed(colour: str, share: float) -> str:
    """A colour "#rrggbb" with a share of night blue in it."""
    parts = ((int(colour[i : i + 2], 16), dark) for i, dark in ((1, 10), (3, 16), (5, 48)))
    return "#" + "".join(f"{round(light * (1 - share) + dark * share):02x}" for light, dark in parts)


def _no_extra(top: int, chance: random.Random) -> str:  # noqa: ARG001
    return ""


def _wave(top: float, height: float, phase: float, fill: str) -> str:
    """A ground whose upper edge is wavy."""
    points = " ".join(f"{x},{top + height * math.sin(x / 150 + phase):.0f}" for x in range(0, SIDE + 1, 16))
    return f'<polygon points="0,{SIDE} {points} {SIDE},{SIDE}" fill="{fill}"/>'


def _hills(top: int, colour: str, chance: random.Random) -> str:
    hill = _wave(top - 10, 30, chance.uniform(0, 6), colour)
    return f'<g>{hill}<g opacity="0.12">{_wave(top - 10, 30, 0, "#000")}</g></g>' if colour < "#d0" else hill


def _peaks(top: int, chance: random.Random) -> str:
    parts = []
    for column, height in ((90, 250), (300, 340), (520, 280), (710, 330)):
        x, peak, foot = column + chance.uniform(-25, 25), top - height, top + 40
        cap = peak + 73 * (height + 40) / 290  # where the snow ends
        parts += [
            _polygon("#8794ab", (x - 210, foot), (x, peak), (x + 210, foot)),
            _polygon("#74819a", (x, peak), (x + 210, foot), (x + 40, foot)),
            _polygon(
                "#fff",
                (x - 53, cap),
                (x, peak),
                (x + 53, cap),
                (x + 20, peak + 55),
                (x, peak + 85),
                (x - 22, peak + 55),
            ),
        ]
    return "".join(parts)


def _firs(top: int, chance: random.Random) -> str:
    parts = []
    for step in range(13):
        x, high = step * 64 + chance.uniform(-15, 15), chance.uniform(120, 210)
        parts.append(_polygon("#3c6b46", (x - 42, top + 30), (x, top - high), (x + 42, top + 30)))
    return "".join(parts)


def _skyline(top: int, chance: random.Random) -> str:
    parts, x = [], 0.0
    while x < SIDE:
        width, high = chance.uniform(60, 110), chance.uniform(150, 360)
        colour = chance.choice(("#8fa3bd", "#a3b0c4", "#7d90ac", "#b3bccb"))
        parts.append(
            f'<rect x="{x:.0f}" y="{top - high:.0f}" width="{width:.0f}" height="{high:.0f}" fill="{colour}"/>'
        )
        parts += [
            f'<rect x="{x + column:.0f}" y="{top - row:.0f}" width="12" height="16" fill="#fdf0b5" opacity="0.8"/>'
            for column in range(12, int(width) - 16, 26)
            for row in range(int(high) - 18, 30, -36)
        ]
        x += width
    return "".join(parts)


def _ripples(top: int, chance: random.Random) -> str:
    return "".join(
        f'<path d="M{chance.uniform(-20, SIDE):.0f} {y:.0f} q18 -10 36 0 q18 10 36 0" fill="none" stroke="#fff" '
        f'stroke-width="3" opacity="0.45"/>'
        for y in (chance.uniform(top + 20, SIDE - 20) for _ in range(26))
    )


def _shore(top: int, chance: random.Random) -> str:  # noqa: ARG001
    return _gradient("water", ("#4fa8d8", "#7cc8e8")) + _rectangle(top - 110, top + 4, "url(#water)")


def _street(top: int, chance: random.Random) -> str:  # noqa: ARG001
    middle = (top + 60 + SIDE) / 2 + 20
    lines = "".join(
        f'<rect x="{x}" y="{middle:.0f}" width="70" height="10" fill="#fff" opacity="0.9"/>'
        for x in range(20, SIDE, 140)
    )
    return _rectangle(top + 80, SIDE - 10, "#6a6f78") + lines


def _flowers(top: int, chance: random.Random) -> str:
    colours = ("#ffffff", "#ffd34d", "#f2789f", "#b583d6")
    return "".join(
        _circle(chance.uniform(0, SIDE), chance.uniform(top + 60, SIDE), chance.uniform(4, 7), chance.choice(colours))
        for _ in range(34)
    )


def _craters(top: int, chance: random.Random) -> str:
    return "".join(
        f'<ellipse cx="{chance.uniform(0, SIDE):.0f}" cy="{chance.uniform(top + 60, SIDE):.0f}" rx="{rx:.0f}" '
        f'ry="{rx / 3:.0f}" fill="#7b7f89" opacity="0.6"/>'
        for rx in (chance.uniform(20, 60) for _ in range(9))
    )


_Extra = Callable[[int, random.Random], str]
_EXTRAS: dict[str, _Extra] = {  # behind the ground
    "mountains": _peaks,
    "forest": _firs,
    "city": _skyline,
    "beach": _shore,
}
_DETAILS: dict[str, _Extra] = {  # on the ground
    "sea": _ripples,
    "lake": _ripples,
    "city": _street,
    "road": _street,
    "garden": _flowers,
    "meadow": _flowers,
    "moon": _craters,
}


def _indoors(place: str) -> str:
    top, far, near = _GROUNDS[place]
    wall = {"room": ("#f4e3c8", "#e9d0a9"), "kitchen": ("#e3f0ee", "#cfe4e0"), "plain": ("#fdf8ee", "#f6eddb")}[place]
    parts = [_gradient("sky", wall), _rectangle(0, SIDE, "url(#sky)")]
    parts += [_gradient("ground", (far, near)), _rectangle(top, SIDE, "url(#ground)")]
    if place != "plain":
        parts.append(
            f'<rect x="0" y="{top - 12}" width="{SIDE}" height="14" fill="#fff" opacity="0.7"/>'
            '<g stroke="#fff" stroke-width="10"><rect x="80" y="90" width="190" height="210" fill="#aedcf5"/>'
            '<path d="M175 90 v210 M80 195 h190"/></g>'
        )
    return "".join(parts)


def _underwater(chance: random.Random) -> str:
    top, far, near = _GROUNDS["underwater"]
    bubbles = "".join(
        _circle(chance.uniform(0, SIDE), chance.uniform(40, 620), chance.uniform(4, 13), "#d8f0fb", 0.35)
        for _ in range(22)
    )
    return (
        _gradient("sky", ("#49b6e0", "#0f5f9b")) + _rectangle(0, SIDE, "url(#sky)") + _gradient("ground", (far, near))
        + _wave(top, 14, chance.uniform(0, 6), "url(#ground)") + bubbles
    )  # fmt: skip
