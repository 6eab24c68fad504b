"""Finding how a person stands: `find_pose`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..context import Context
from ..contract import tool
from ..values import Image
from .marks import with_skeleton

SIDE = 192  # pixels: what MoveNet Lightning takes
SEEN = 0.3  # score from which on a point counts as seen, as MoveNet's model card has it
NAMES = (
    "nose", "left eye", "right eye", "left ear", "right ear", "left shoulder", "right shoulder", "left elbow",
    "right elbow", "left wrist", "right wrist", "left hip", "right hip", "left knee", "right knee", "left ankle",
    "right ankle",
)  # fmt: skip
BONES = (
    (0, 1), (0, 2), (1, 3), (2, 4), (5, 6), (5, 7), (7, 9), (6, 8), (8, 10), (5, 11), (6, 12), (11, 12), (11, 13),
    (13, 15), (12, 14), (14, 16),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class BodyPoint:
    """One point of a body: its name ("left wrist", the person's own left), pixels from the upper left, and a score."""

    name: str
    x: int
    y: int
    score: float

    def __str__(self) -> str:
        return f"{self.name} ({self.x}, {self.y})"


@dataclass(frozen=True, kw_only=True)
class Pose:
    """The points of a body that were seen, and the picture with them drawn in."""

    points: list[BodyPoint]
    picture: Image

    @property
    def found(self) -> bool:
        """Whether there is a person: several points were seen."""
        return len(self.points) >= 5

    @property
    def posture(self) -> str:
        """What the points tell in words: raised hands, a bent body, what is out of sight."""
        return ", ".join(_posture({point.name: point for point in self.points})) if self.found else ""

    def __str__(self) -> str:
        if not self.found:
            return "no person's pose found"
        return f"{self.posture}; {len(self.points)} of 17 body points: {', '.join(map(str, self.points))}"


@tool
def find_pose(image: Image) -> Pose:
    """Find a person's body points (shoulders, elbows, wrists, knees ...) and posture in a photo.

    Made for one person; with several it follows the most prominent one.

    Args:
        image: A photo of a person.

    Returns:
        The points in pixels, the posture in words, and the picture with the points drawn in.

    Example:
        pose = find_pose("people.png")
    """
    ...


@find_pose.backend(
    "movenet", packages=("ai_edge_litert",), extra="local", weights=("movenet-lightning",), memory=120, room="litert"
)
class MoveNet:
    """MoveNet SinglePose Lightning v4 (TensorFlow Hub), float16."""

    def __init__(self, ctx: Context) -> None:
        from ai_edge_litert.interpreter import Interpreter

        assert ctx.weights is not None
        self._model: Any = Interpreter(
            str(ctx.weights("movenet-lightning") / "movenet_lightning.tflite"), num_threads=2
        )
        self._model.allocate_tensors()

    def __call__(self, image: Image, *, ctx: Context) -> Pose:
        import numpy as np
        import PIL.Image
        import PIL.ImageOps

        picture = PIL.Image.fromarray(image.array())
        square = PIL.ImageOps.pad(picture, (SIDE, SIDE), PIL.Image.Resampling.BILINEAR, color=(0, 0, 0))
        self._model.set_tensor(self._model.get_input_details()[0]["index"], np.asarray(square)[None])
        self._model.invoke()
        rows = self._model.get_tensor(self._model.get_output_details()[0]["index"])[0, 0]  # 17 x (y, x, score)
        longest = max(picture.size)
        left, top = (longest - picture.width) / 2, (longest - picture.height) / 2
        places = [(float(x) * longest - left, float(y) * longest - top) for y, x, _ in rows]
        seen = [number for number, row in enumerate(rows) if row[2] >= SEEN]
        points = [
            BodyPoint(name=NAMES[n], x=round(places[n][0]), y=round(places[n][1]), score=round(float(rows[n][2]), 3))
            for n in seen
        ]
        bones = [(*places[a], *places[b]) for a, b in BONES if a in seen and b in seen]
        path = ctx.new_file("pose.png")
        with_skeleton(picture, [places[number] for number in seen], bones).save(path)
        return Pose(points=points, picture=Image(path))


def _posture(points: dict[str, BodyPoint]) -> list[str]:
    """What can be said for sure from points in the picture's plane."""
    said = []
    raised = [
        side
        for side in ("left", "right")
        if f"{side} wrist" in points
        and f"{side} shoulder" in points
        and points[f"{side} wrist"].y < points[f"{side} shoulder"].y
    ]
    if raised:
        said.append("both hands raised" if len(raised) == 2 else f"{raised[0]} hand raised")
    ears = [points[name].x for name in ("left ear", "right ear") if name in points]
    if "nose" in points and ears:
        nose = points["nose"].x
        share = (nose - min(ears)) / max(1, max(ears) - min(ears)) if len(ears) == 2 else float(nose > ears[0])
        towards = "left" if share < 0.2 else "right" if share > 0.8 else ""
        said.append(f"face turned to the picture's {towards}" if towards else "face towards the camera")
    legs = [name for name in points if name.endswith(("knee", "ankle"))]
    said.append("whole body in the picture" if len(legs) == 4 else "upper body" if not legs else "legs partly hidden")
    return said
