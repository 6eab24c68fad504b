"""From a scene to a picture: each thing's drawing placed so that it can be seen, all of it one SVG."""

from __future__ import annotations

import base64
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from . import openmoji, scenery
from .recolour import recoloured, tight_box, trimmed
from .scene import SCENERY_WORDS, Scene, Thing

SIDE = scenery.SIDE
_HEIGHTS = {"small": 130.0, "medium": 215.0, "large": 330.0}  # units, of the longer side
_CROWD = {1: 1.0, 2: 0.85, 3: 0.72, 4: 0.62}  # how much smaller each of several is drawn
_MIDDLES = {"left": 0.23 * SIDE, "middle": 0.5 * SIDE, "right": 0.77 * SIDE}
_TINY = {"apple", "banana", "ball", "candle", "coffee", "cup", "key", "egg", "mouse", "butterfly", "bee", "book"}
_SEABED = {"crab", "shell", "coral", "chest", "starfish", "plant", "rock", "anchor", "ship"}
_TALL = {
    "tree",
    "house",
    "castle",
    "building",
    "tower",
    "mountain",
    "church",
    "skyscraper",
    "palm",
    "elephant",
    "giraffe",
}


@dataclass(frozen=True)
class Sprite:
    """One drawing in the picture: its rectangle in units, and what it stands for."""

    name: str
    svg: str
    x: float
    y: float
    width: float
    height: float
    depth: float = 0.0  # the nearer, the larger; drawn in this order
    shadow: bool = False

    @property
    def middle(self) -> float:
        """Its horizontal middle."""
        return self.x + self.width / 2

    @property
    def foot(self) -> float:
        """Its lower edge."""
        return self.y + self.height


@dataclass(frozen=True, kw_only=True)
class Collage:
    """A finished layout.

    Args:
        svg: The picture, SIDE x SIDE units.
        drawn: What is in it, by the scene's names.
        stand_ins: Scene name -> the drawing that stands for it, where they differ much.
        missing: What no drawing was found for.
    """

    svg: str
    drawn: tuple[str, ...]
    stand_ins: dict[str, str]
    missing: tuple[str, ...]


def compose(scene: Scene, seed: int = 0) -> Collage:
    """Lay out a scene and write it as one SVG; the same scene and seed give the same picture."""
    scene = _parted(scene)
    layout = _Layout(scene, seed)
    for thing in sorted(scene.things, key=lambda thing: _order(thing, scene)):
        layout.add(thing)
    named = " ".join(thing.name for thing in scene.things)
    sun = not any(word in named for word in ("sun", "moon")) or "sunflower" in named
    background = scenery.draw(scene.place, scene.time, sun, seed)
    sprites = "".join(_element(sprite) for sprite in sorted(layout.sprites, key=lambda sprite: sprite.depth))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" width="{SIDE}" height="{SIDE}">'
        f"{background}{''.join(layout.props)}{sprites}</svg>"
    )
    return Collage(
        svg=svg, drawn=tuple(layout.drawn), stand_ins=layout.stand_ins, missing=tuple(layout.missing)
    )  # fmt: skip


def _order(thing: Thing, scene: Scene) -> tuple[int, int]:
    """What others stand by comes first, then the large."""
    names = [other.name for other in scene.things]
    return int(_anchor_of(thing, names) is not None), -int(_HEIGHTS[thing.size])


def _parted(scene: Scene) -> Scene:
    """The scene so that things which stand by each other can all be seen.

    Of two next to each other in the middle, one goes left and one right; of two behind each other, the farther is large
    and the nearer is not.
    """
    things = list(scene.things)
    for index, thing in enumerate(things):
        anchor = _anchor_of(thing, [other.name for other in things])
        at = next((number for number, other in enumerate(things) if other.name == anchor), None)
        if at is None:
            continue
        if thing.relation == "next to" and things[at].column == "middle":
            things[at] = replace(things[at], column="right" if thing.column == "left" else "left")
            things[index] = replace(thing, column="left" if thing.column == "left" else "right")
        elif thing.relation in ("in front of", "behind"):
            near, far = (index, at) if thing.relation == "in front of" else (at, index)
            if things[far].name.split()[-1].rstrip("s") in _TALL:
                things[far] = replace(things[far], size="large")
                things[near] = replace(things[near], size="small" if things[near].size == "small" else "medium")
    return replace(scene, things=tuple(things))


def _anchor_of(thing: Thing, names: Sequence[str]) -> str | None:
    """The name of the thing that `thing` stands by, when it is in the scene."""
    return next((name for name in names if name != thing.name and _same(name, thing.anchor)), None)


def _same(name: str, other: str) -> bool:
    return name.rstrip("s") == other.rstrip("s") or other.split()[-1:] == name.split()[-1:]


class _Layout:
    """Things placed so far."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self._scene = scene
        self._chance = random.Random(seed)
        standing = [
            thing for thing in scene.things if thing.anchor in ("ground", "water") or thing.relation == "next to"
        ]
        needed = sum(thing.count * _HEIGHTS[thing.size] * _CROWD.get(thing.count, 0.5) for thing in standing)
        self._scale = min(1.0, max(0.45, 0.92 * SIDE / needed)) if needed else 1.0
        self._groups: dict[str, list[Sprite]] = {}
        self.sprites: list[Sprite] = []
        self.props: list[str] = []
        self.drawn: list[str] = []
        self.stand_ins: dict[str, str] = {}
        self.missing: list[str] = []

    def add(self, thing: Thing) -> None:
        """Draw a thing as often as it is there."""
        if thing.name in SCENERY_WORDS:
            return
        if thing.name.endswith("rainbow"):
            self.props.append(scenery.rainbow(self._scene.place))
            self.drawn.append("rainbow")
        elif thing.name.endswith(("table", "desk")):
            self._add_table(thing)
        else:
            self._add_drawing(thing)

    def _add_table(self, thing: Thing) -> None:
        width, top = 560.0, 470.0
        left = min(max(20.0, _MIDDLES[thing.column] - width / 2), SIDE - width - 20)
        sprite = Sprite(thing.name, scenery.table(left, top, width), left, top, width, SIDE - top - 30, depth=560)
        self._groups[thing.name] = [sprite]
        self.sprites.append(sprite)
        self.drawn.append(thing.name)

    def _add_drawing(self, thing: Thing) -> None:
        coloured = openmoji.find(f"{thing.colour} {thing.name}", by_meaning=False, whole=True) if thing.colour else None
        drawing = coloured or openmoji.find(thing.name, by_meaning=False)
        if drawing is None:
            drawing = openmoji.find(thing.name)
            if drawing is None:
                self.missing.append(thing.name)
                return
            self.stand_ins[thing.name] = drawing.name
        svg = drawing.svg() if coloured else recoloured(drawing.svg(), thing.colour)
        height = _HEIGHTS[thing.size] * _CROWD.get(thing.count, 0.5) * self._scale
        _, _, box_width, box_height = tight_box(svg)
        scale = height / max(box_width, box_height)
        size = (box_width * scale, box_height * scale)
        anchor = _anchor_of(thing, list(self._groups))
        placed: list[Sprite] = []
        for number in range(thing.count):
            x, foot = self._wish(thing, anchor, size, number)
            placed.append(self._place(thing, anchor, svg, size, x, foot))
            self.sprites.append(placed[-1])
        self._groups.setdefault(thing.name, []).extend(placed)
        self.drawn.append(thing.name)

    def _wish(self, thing: Thing, anchor: str | None, size: tuple[float, float], number: int) -> tuple[float, float]:
        """Where one of a thing should be: its horizontal middle, and its lower edge."""
        spread = (number - (thing.count - 1) / 2) * size[0] * 1.08
        if anchor is not None:
            return self._beside(thing, self._groups[anchor], size, spread)
        x = _MIDDLES[thing.column] + spread + self._chance.uniform(-12, 12)
        if thing.anchor == "sky":
            return x, 140 + size[1] / 2 + (number % 2) * 30
        last = thing.name.split()[-1].rstrip("s")
        sinks = self._scene.place == "underwater" and last in _SEABED
        if thing.anchor == "air" or (self._scene.place in scenery.FLOATING and not sinks):
            return x, (300 if thing.anchor == "air" else 400) + size[1] / 2 + (number % 2) * 40
        top = scenery.horizon(self._scene.place)
        depth = 0.62 if thing.size == "large" else 0.7 if thing.size == "medium" else 0.8
        depth = 0.3 if last in _TALL else 0.85 if last in _TINY else depth
        return x, top + depth * (SIDE - top) + (number % 2) * 14

    def _beside(
        self, thing: Thing, group: list[Sprite], size: tuple[float, float], spread: float
    ) -> tuple[float, float]:
        """Where a thing should be that stands by others."""
        left, right = min(sprite.x for sprite in group), max(sprite.x + sprite.width for sprite in group)
        top, foot, middle = min(sprite.y for sprite in group), max(sprite.foot for sprite in group), (left + right) / 2
        across = {"left": -0.26, "middle": 0.0, "right": 0.26}[thing.column] * (right - left)
        if thing.relation == "on":
            flat = group[0].svg.startswith("<") and "viewBox" not in group[0].svg
            return middle + across + spread, top + (34 if flat else 0.3 * (foot - top))
        if thing.relation == "in":
            return middle + spread, foot - 0.15 * (foot - top)
        if thing.relation == "in front of":
            return middle + across + spread, foot + 24
        if thing.relation == "behind":
            return middle + across + spread, foot - 40
        if thing.relation == "above":
            return middle + spread, top - 12
        if thing.relation == "under":
            return middle + spread, foot + 10
        beside = right + size[0] / 2 if thing.column != "left" else left - size[0] / 2
        return beside + (spread if thing.column != "left" else -spread), foot

    def _place(
        self, thing: Thing, anchor: str | None, svg: str, size: tuple[float, float], x: float, foot: float
    ) -> Sprite:
        """The free place that is nearest to the wished one."""
        touching = self._groups[anchor] if anchor and thing.relation != "next to" else []
        others = [sprite for sprite in self.sprites if sprite not in touching]
        drift = (-160, 160) if self._scene.place in scenery.FLOATING else ()
        best, least = (x, foot), float("inf")
        for dx in range(-520, 521, 20):
            for dy in (0, -30, 30, -70, *drift):
                middle = min(max(x + dx, size[0] / 2 + 8), SIDE - size[0] / 2 - 8)
                low = min(max(foot + dy, size[1] + 8), SIDE - 14)
                area = sum(_overlap((middle - size[0] / 2, low - size[1], *size), sprite) for sprite in others)
                cost = 6 * area / (size[0] * size[1]) + (abs(middle - x) + 1.5 * abs(low - foot)) / SIDE
                if cost < least:
                    best, least = (middle, low), cost
        depth = best[1] + {"on": 60, "in front of": 80, "in": -30, "behind": -90}.get(
            thing.relation if touching else "", 0
        )
        high = thing.anchor in ("sky", "air") or self._scene.place in (*scenery.FLOATING, *scenery.WATERS)
        return Sprite(
            thing.name, svg, best[0] - size[0] / 2, best[1] - size[1], *size,
            depth=depth - (1000 if thing.anchor == "sky" else 0), shadow=not high and not touching,
        )  # fmt: skip


def _overlap(rectangle: tuple[float, float, float, float], sprite: Sprite) -> float:
    """The area that a rectangle (x, y, width, height) shares with a sprite, in square units."""
    x, y, width, height = rectangle
    across = min(x + width, sprite.x + sprite.width) - max(x, sprite.x)
    down = min(y + height, sprite.foot) - max(y, sprite.y)
    return across * down if across > 0 and down > 0 else 0.0


def _element(sprite: Sprite) -> str:
    """A sprite as SVG: its drawing as an embedded picture (so that names inside drawings can't clash)."""
    if "viewBox" not in sprite.svg:
        return sprite.svg
    shadow = (
        f'<ellipse cx="{sprite.middle:.0f}" cy="{sprite.foot - 3:.0f}" rx="{0.42 * sprite.width:.0f}" '
        f'ry="{min(16.0, 0.06 * sprite.width):.0f}" fill="#000" opacity="0.18"/>'
        if sprite.shadow
        else ""
    )
    data = base64.b64encode(trimmed(sprite.svg).encode()).decode()
    return (
        f'{shadow}<image x="{sprite.x:.1f}" y="{sprite.y:.1f}" width="{sprite.width:.1f}" height="{sprite.height:.1f}" '
        f'href="data:image/svg+xml;base64,{data}"/>'
    )
