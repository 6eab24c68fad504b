"""Saying what a picture shows as a whole: `classify_image`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..context import Context
from ..contract import tool
from ..values import Image
from .results import Classes, Guess

if TYPE_CHECKING:
    import numpy as np
    import PIL.Image
    from numpy.typing import NDArray

SIDE = 280  # pixels: what EfficientNet-Lite3 takes
CENTRE = 0.875  # share of the shorter side that the centre view keeps, as in the model's training


@tool
def classify_image(image: Image, top: int = 5) -> Classes:
    """Name the main subject of a picture (breed, dish, vehicle, building ...): likeliest classes with scores.

    The embedded model knows ImageNet's 1,000 classes and always names some; trust a score below 0.5 little. To find or
    count several things in one picture use `detect_objects`.

    Args:
        image: The picture to look at.
        top: How many classes to give.

    Returns:
        The likeliest classes, the best first; `label` and `score` are those of the best.

    Example:
        kind = classify_image("photo.png")
    """
    ...


@classify_image.backend(
    "efficientnet",
    packages=("ai_edge_litert",),
    extra="local",
    weights=("efficientnet-lite3",),
    memory=150,
    room="litert",
)
class EfficientNet:
    """EfficientNet-Lite3, 8 bits, ImageNet-1k. The scores of three views of the picture are averaged."""

    def __init__(self, ctx: Context) -> None:
        from ai_edge_litert.interpreter import Interpreter

        assert ctx.weights is not None
        folder = ctx.weights("efficientnet-lite3")
        self._names = (folder / "efficientnet_labels.txt").read_text("utf-8").splitlines()
        self._model: Any = Interpreter(str(folder / "efficientnet_lite3.tflite"), num_threads=2)
        self._model.allocate_tensors()

    def __call__(self, image: Image, top: int = 5) -> Classes:
        import PIL.Image

        views = list(_views(PIL.Image.fromarray(image.array())))
        scores: Any = sum(self._scores(view) for view in views) / len(views)
        best = scores.argsort()[::-1][: min(max(1, top), len(self._names))]
        return Classes(guesses=[Guess(label=_short(self._names[i]), score=round(float(scores[i]), 3)) for i in best])

    def _scores(self, view: PIL.Image.Image) -> NDArray[np.float32]:
        """The score of each class, from 0 to 1, for one SIDE x SIDE view."""
        import numpy as np

        output = self._model.get_output_details()[0]
        self._model.set_tensor(self._model.get_input_details()[0]["index"], np.asarray(view)[None])
        self._model.invoke()
        scale, zero = output["quantization"]
        scores: NDArray[np.float32] = (self._model.get_tensor(output["index"])[0].astype(np.float32) - zero) * scale
        return scores


def _views(picture: PIL.Image.Image) -> Iterator[PIL.Image.Image]:
    """The centre, the whole picture squeezed, and the whole picture with grey margins; each SIDE x SIDE, RGB."""
    import PIL.Image
    import PIL.ImageOps

    size = (SIDE, SIDE)
    yield PIL.ImageOps.fit(picture, size, PIL.Image.Resampling.BICUBIC, bleed=(1 - CENTRE) / 2)
    yield picture.resize(size, PIL.Image.Resampling.BICUBIC)
    yield PIL.ImageOps.pad(picture, size, PIL.Image.Resampling.BICUBIC, color=(127, 127, 127))


def _short(name: str) -> str:
    """The first of a class's synonyms: "tench" of "tench, Tinca tinca"."""
    return name.split(",")[0].strip()
