"""Finding objects: `detect_objects`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ..context import Context
from ..contract import tool
from ..errors import InputError, ToolError, WeightsError
from ..values import Image
from .labels import COCO, KNOWN, known_labels
from .marks import with_boxes
from .results import Box, Detections, place_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SURE = 0.5  # an object counts from this score on; chosen over all photos at hand (tests/bench/bench_vision.py)
SAME = 0.5  # share of overlap (intersection over union) above which two boxes are one object


@tool
def detect_objects(image: Image, labels: list[str] | None = None) -> Detections:
    """Find and count objects (people, animals, cars, cups ...) in a picture, with boxes.

    The embedded model knows 80 everyday kinds of things. Small, far or half hidden ones may be missed.

    Args:
        image: The picture to look at.
        labels: Only these kinds, as people say them ("people", "cars", "animal"); all when not given.

    Returns:
        The boxes in pixels, their count, and the picture with the boxes drawn in. `note` names words that the model
        does not know.

    Example:
        people = detect_objects("people.png", labels=["person"])
    """
    ...


@detect_objects.backend(
    "ssd", packages=("cv2",), extra="local", weights=("ssd-mobilenet-v2",), memory=300, room="opencv", quality=0.4
)
class Ssd:
    """SSD MobileNet v2 (TensorFlow model zoo, ssd_mobilenet_v2_coco_2018_03_29) in OpenCV.

    The picture and its mirror image are both looked at. An object that only one of them shows keeps half its score:
    that removed every false find but one on the photos at hand.
    """

    def __init__(self, ctx: Context) -> None:
        import cv2

        assert ctx.weights is not None
        folder = ctx.weights("ssd-mobilenet-v2")
        self._net: Any = cv2.dnn.readNetFromTensorflow(
            str(folder / "frozen_inference_graph.pb"), str(folder / "ssd_mobilenet_v2_coco_2018_03_29.pbtxt")
        )

    def __call__(self, image: Image, labels: list[str] | None = None, *, ctx: Context) -> Detections:
        wanted, note = wanted_labels(labels, KNOWN)
        picture = image.array()
        height, width = picture.shape[:2]
        straight = self._look(picture)
        mirrored = [
            (label, score, (1 - x1, y0, 1 - x0, y1)) for label, score, (x0, y0, x1, y1) in self._look(picture[:, ::-1])
        ]
        found = [
            _box(label, score, corners, (width, height))
            for label, score, corners in agreed(straight, mirrored)
            if score >= SURE and label in wanted
        ]
        return finish(image, found, note, ctx)

    def _look(self, picture: NDArray[np.uint8]) -> list[_Find]:
        """Everything that might be there: label, score, corners as shares of width and height."""
        import cv2
        import numpy as np

        self._net.setInput(cv2.dnn.blobFromImage(np.ascontiguousarray(picture), size=(300, 300), swapRB=False))
        rows = self._net.forward()[0, 0].tolist()  # each: image number, category, score, left, top, right, bottom
        return [(COCO[int(row[1])], row[2], (row[3], row[4], row[5], row[6])) for row in rows if int(row[1]) in COCO]


@detect_objects.backend(
    "yolo",
    packages=("ultralytics",),
    extra="yolo",
    memory=700,
    licence="AGPL-3.0",
    quality=0.8,
    room="torch",
)
class Yolo:
    """Any YOLO model of ultralytics. Setting `yolo_weights`: a .pt file, or a name that ultralytics downloads."""

    def __init__(self, ctx: Context) -> None:
        from ultralytics import YOLO

        weights = str(ctx.settings.get("yolo_weights", "yolo11n.pt"))
        try:
            self._model = YOLO(weights)
        except (OSError, RuntimeError, ValueError) as error:
            raise InputError(
                f"YOLO weights {weights!r} can't be loaded ({error}). Set `yolo_weights` to a .pt file, or take the "
                "embedded detector with --backend detect_objects=ssd."
            ) from error

    def __call__(self, image: Image, labels: list[str] | None = None, *, ctx: Context) -> Detections:
        names: dict[int, str] = self._model.names
        wanted, note = wanted_labels(labels, names.values())
        picture = image.array()
        height, width = picture.shape[:2]
        result = self._model.predict(picture[:, :, ::-1], verbose=False, conf=0.25)[0]
        found = []
        for (x0, y0, x1, y1), score, number in zip(
            result.boxes.xyxyn.tolist(), result.boxes.conf.tolist(), result.boxes.cls.tolist(), strict=True
        ):
            label = names[int(number)]
            if label in wanted:
                found.append(_box(label, score, (x0, y0, x1, y1), (width, height)))
        return finish(image, found, note, ctx)


_Corners = tuple[float, float, float, float]
_Find = tuple[str, float, _Corners]


def agreed(finds: Sequence[_Find], others: Sequence[_Find]) -> list[_Find]:
    """Two looks at one picture as one: scores are averaged, and what only one look shows counts as 0 in the other.

    Boxes of any label that all but coincide are one object; it keeps its likeliest label.
    """
    merged: list[_Find] = []
    left = list(others)
    for label, score, corners in finds:
        twin = max(
            (find for find in left if find[0] == label), key=lambda find: overlap(find[2], corners), default=None
        )
        if twin is not None and overlap(twin[2], corners) > SAME:
            left.remove(twin)
            merged.append((label, (score + twin[1]) / 2, corners))
        else:
            merged.append((label, score / 2, corners))
    merged += [(label, score / 2, corners) for label, score, corners in left]
    kept: list[_Find] = []
    for find in sorted(merged, key=lambda find: -find[1]):
        limits = ((other, SAME if other[0] == find[0] else 0.8) for other in kept)
        if all(overlap(other[2], find[2]) <= limit for other, limit in limits):
            kept.append(find)
    return kept


def overlap(one: _Corners, other: _Corners) -> float:
    """Intersection over union of two boxes given as (left, top, right, bottom)."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    areas = ((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in (one, other))
    return both / (sum(areas) - both)


def wanted_labels(labels: list[str] | None, known: Iterable[str]) -> tuple[set[str], str]:
    """The labels of a model that a call asks for, and a note on the words that the model does not know.

    Raises:
        ToolError: It knows none of them; the message offers the nearest that it does know.
    """
    known = tuple(known)
    if not labels:
        return set(known), ""
    found = {word: known_labels(word, known) for word in labels}
    wanted = {label for names in found.values() for label in names}
    unknown = [word for word, names in found.items() if not names]
    if not unknown:
        return wanted, ""
    note = "; ".join(f"{word!r} (nearest: {', '.join(nearest_labels(word, known))})" for word in unknown)
    if not wanted:
        raise ToolError(f"The detector doesn't know {note}. It knows {len(known)} everyday kinds of things.")
    return wanted, f"Not looked for, as the detector doesn't know it: {note}."


def nearest_labels(word: str, known: Sequence[str], limit: int = 3) -> list[str]:
    """The labels that a word comes nearest to: by spelling, else by meaning where the embedding weights are at hand."""
    import difflib

    from ..embedding import embed

    close = difflib.get_close_matches(word.lower(), known, limit, 0.85)
    if close:
        return close
    try:
        vectors = embed([word, *known])
    except WeightsError:
        return difflib.get_close_matches(word.lower(), known, limit, 0.0)
    return [known[index] for index in (vectors[1:] @ vectors[0]).argsort()[::-1][:limit]]


def finish(image: Image, boxes: list[Box], note: str, ctx: Context) -> Detections:
    """The result record, its annotated picture saved."""
    path = ctx.new_file("objects.png")
    with_boxes(image.pil(), boxes).save(path)
    return Detections(boxes=boxes, picture=Image(path), note=note)


def _box(label: str, score: float, corners: _Corners, size: tuple[int, int]) -> Box:
    """A find as a box in whole pixels, inside a picture of `size`."""
    width, height = size
    x0, x1 = (round(min(max(share, 0.0), 1.0) * width) for share in (corners[0], corners[2]))
    y0, y1 = (round(min(max(share, 0.0), 1.0) * height) for share in (corners[1], corners[3]))
    box_width, box_height = max(1, x1 - x0), max(1, y1 - y0)
    return Box(
        label=label,
        score=round(float(score), 3),
        x=x0,
        y=y0,
        width=box_width,
        height=box_height,
        place=place_of(x0, y0, box_width, box_height, size),
    )
