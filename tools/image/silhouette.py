"""Which pixels belong to a thing: by GrabCut inside boxes, or by a background of one colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .regions import corners
from .results import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]
else:
    Mask = Any

WORK = 480  # pixels of the longer side at which GrabCut runs: 0.3 to 1 s; finer brought no better outlines
ROUNDS = 5
RING = 0.15  # share of a box's longer side: so wide a strip around it teaches what background looks like there
CORE = (0.05, 0.1)  # half axes of the ellipse in a box's middle that surely belongs to the thing, as shares
UPRIGHT = (0.05, 0.28)  # the same for a person: from neck to hips


def cut_out(picture: NDArray[np.uint8], boxes: Sequence[Box]) -> Mask:
    """The pixels of the things in boxes, by GrabCut (Rother, Kolmogorov, Blake, 2004).

    Args:
        picture: H x W x 3, uint8, RGB.
        boxes: Around the things; what lies outside all of them is background.

    Returns:
        H x W, bool.
    """
    import cv2
    import numpy as np

    height, width = picture.shape[:2]
    found = np.zeros((height, width), bool)
    for box in boxes:
        left, top, right, bottom = corners(box, (width, height))
        margin = round(RING * max(right - left, bottom - top))
        x, y = max(0, left - margin), max(0, top - margin)
        around = picture[y : bottom + margin, x : right + margin]
        scale = min(1.0, WORK / max(around.shape[:2]))
        size = (max(1, round(around.shape[1] * scale)), max(1, round(around.shape[0] * scale)))
        inner = [round(edge * scale) for edge in (left - x, top - y, right - x, bottom - y)]
        small = cv2.resize(around, size, interpolation=cv2.INTER_AREA)
        rectangle = (inner[0], inner[1], max(inner[0] + 1, inner[2]), max(inner[1] + 1, inner[3]))
        mask = _grabbed(small, rectangle, UPRIGHT if box.label == "person" else CORE)
        full = cv2.resize(mask.astype(np.uint8) * 255, around.shape[1::-1], interpolation=cv2.INTER_LINEAR) > 127
        found[y : bottom + margin, x : right + margin] |= full
    return found


def _grabbed(picture: NDArray[np.uint8], rectangle: tuple[int, int, int, int], core: tuple[float, float]) -> Mask:
    """The thing inside one rectangle (left, top, right, bottom)."""
    import cv2
    import numpy as np

    height, width = picture.shape[:2]
    left, top, right, bottom = rectangle
    marks = np.full((height, width), cv2.GC_BGD, np.uint8)
    marks[top:bottom, left:right] = cv2.GC_PR_FGD
    if (marks == cv2.GC_PR_FGD).all():  # a box as large as the picture leaves no sure background: take its rim
        marks[:2], marks[:, :2], marks[:, -2:] = cv2.GC_PR_BGD, cv2.GC_PR_BGD, cv2.GC_PR_BGD
    if right - left < 4 or bottom - top < 4:
        return np.asarray(marks == cv2.GC_PR_FGD)
    _mark_core(marks, rectangle, core)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(0)
    cv2.grabCut(np.ascontiguousarray(picture[:, :, ::-1]), marks, None, *models, ROUNDS, cv2.GC_INIT_WITH_MASK)
    return _tidied((marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD), (right - left) * (bottom - top))


def _mark_core(marks: NDArray[np.uint8], rectangle: tuple[int, int, int, int], core: tuple[float, float]) -> None:
    """Mark the box's corners as probably background, and its very middle as surely the thing."""
    import cv2

    left, top, right, bottom = rectangle
    corner_x, corner_y = (right - left) // 8, (bottom - top) // 8
    for x in (slice(left, left + corner_x), slice(right - corner_x, right)):
        for y in (slice(top, top + corner_y), slice(bottom - corner_y, bottom)):
            marks[y, x] = cv2.GC_PR_BGD
    middle = ((left + right) // 2, (top + bottom) // 2)
    axes = (max(1, round(core[0] * (right - left))), max(1, round(core[1] * (bottom - top))))
    cv2.ellipse(marks, middle, axes, 0, 0, 360, cv2.GC_FGD, thickness=-1)


def _tidied(mask: Mask, box_area: int) -> Mask:
    """Without specks and small holes: parts below 3 % of the box go, holes below 2 % are filled."""
    import cv2
    import numpy as np

    smooth = cv2.medianBlur(mask.astype(np.uint8), 5)
    for value, least in ((1, 0.03), (0, 0.02)):
        count, labels, facts, _ = cv2.connectedComponentsWithStats((smooth == value).astype(np.uint8), connectivity=4)
        for part in range(1, count):
            if facts[part, cv2.CC_STAT_AREA] < least * box_area:
                smooth[labels == part] = 1 - value
    return np.asarray(smooth > 0)


def plain_background(picture: NDArray[np.uint8], tolerance: float = 12.0) -> Mask | None:
    """Everything but a background of one colour, or None when the picture's rim is not of one colour.

    Args:
        picture: H x W x 3, uint8, RGB.
        tolerance: Distance in CIELAB up to which a colour counts as the same.

    Returns:
        H x W, bool: what differs from the rim's colour, or is enclosed by what differs.
    """
    import cv2
    import numpy as np

    lab = cv2.cvtColor(np.float32(picture) / 255, cv2.COLOR_RGB2LAB)
    rim = np.concatenate([lab[0], lab[-1], lab[:, 0], lab[:, -1]])
    typical = np.median(rim, axis=0)
    if (np.linalg.norm(rim - typical, axis=1) < tolerance).mean() < 0.9:
        return None
    same = np.linalg.norm(lab - typical, axis=2) < tolerance
    # what is of the background's colour but walled in (an eye, a window) belongs to the thing
    padded = np.pad(same.astype(np.uint8), 1, constant_values=1)
    _, labels = cv2.connectedComponents(padded, connectivity=4)
    outside: Mask = (labels == labels[0, 0])[1:-1, 1:-1]
    return ~outside if 0.005 < float((~outside).mean()) < 0.98 else None
