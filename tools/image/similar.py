"""How alike pictures are: `compare_images`, `find_duplicates`, `find_best_image`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..context import Context
from ..contract import tool
from ..errors import ToolError
from ..values import Image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BITS = 64
NEAR = 10  # bits of 64 that may differ between near duplicates; unrelated pictures differ in about 32


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How alike two pictures are.

    Args:
        score: From 0 (nothing in common) to 1 (the same).
        bits: How many of the 64 bits of their perceptual hashes differ.
        near_duplicate: Whether one is the other, resized, recompressed or lightly changed.
        content: How alike their descriptions are in meaning, from 0 to 1; 1 for near duplicates.
    """

    score: float
    bits: int
    near_duplicate: bool
    content: float

    def __str__(self) -> str:
        kind = "near duplicates" if self.near_duplicate else "different pictures"
        return (
            f"{kind}, {self.score:.0%} alike (hashes differ in {self.bits} of {BITS} bits, content {self.content:.0%})"
        )


@tool(room="", time_limit=240.0, memory=200)
def compare_images(first: Image, second: Image, ctx: Context) -> Likeness:
    """Compare two pictures: how similar they are, and whether one is a copy of the other.

    Args:
        first: One picture.
        second: The other.

    Returns:
        A score; for pictures that are not near duplicates it goes by what their descriptions say.

    Example:
        likeness = compare_images("photo.png", "scene.jpg")
    """
    bits = _apart(perceptual_hash(first.array()), perceptual_hash(second.array()))
    if bits <= NEAR:
        return Likeness(score=round(1 - bits / BITS, 3), bits=bits, near_duplicate=True, content=1.0)
    vectors = _meanings([first, second], "", ctx)
    content = round(max(0.0, float(vectors[0] @ vectors[1])), 3)
    return Likeness(score=round(0.9 * content, 3), bits=bits, near_duplicate=False, content=content)


@dataclass(frozen=True, kw_only=True)
class DuplicateGroup:
    """Pictures that are near duplicates of each other; `numbers` are their places in the list, from 0."""

    numbers: list[int]
    images: list[Image]

    def __str__(self) -> str:
        return " = ".join(map(str, self.images))


@dataclass(frozen=True, kw_only=True)
class Duplicates:
    """The groups of near duplicates among pictures."""

    groups: list[DuplicateGroup]

    @property
    def count(self) -> int:
        """How many groups there are."""
        return len(self.groups)

    def __str__(self) -> str:
        return "\n".join(map(str, self.groups)) or "no duplicates"


@tool
def find_duplicates(images: list[Image]) -> Duplicates:
    """Find copies and near duplicates among several pictures.

    Resized, recompressed, brightened or lightly retouched copies are found; turned or much cropped ones are not.

    Args:
        images: The pictures.

    Returns:
        Groups of pictures that are all but the same.

    Example:
        copies = find_duplicates(["photo.png", "people.png", "scene.jpg"])
    """
    hashes = [perceptual_hash(image.array()) for image in images]
    groups: list[list[int]] = []
    for number, code in enumerate(hashes):
        home = next((group for group in groups if any(_apart(hashes[other], code) <= NEAR for other in group)), None)
        if home is None:
            groups.append([number])
        else:
            home.append(number)
    found = [group for group in groups if len(group) > 1]
    return Duplicates(
        groups=[DuplicateGroup(numbers=group, images=[images[number] for number in group]) for group in found]
    )


@dataclass(frozen=True, kw_only=True)
class BestImage:
    """The picture that fits a text best.

    Args:
        image: The picture.
        number: Its place in the list, from 0.
        score: How well its description fits, from 0 to 1.
        scores: That of every picture, in the order of the list.
    """

    image: Image
    number: int
    score: float
    scores: list[float]

    def __str__(self) -> str:
        return f"{self.image} fits best (number {self.number + 1} of {len(self.scores)}, {self.score:.0%})"


@tool(room="", time_limit=600.0, memory=200)
def find_best_image(images: list[Image], text: str, ctx: Context) -> BestImage:
    """Choose, among several pictures, the one that shows best what a text says.

    Each picture is described, and the descriptions are compared with the text by meaning.

    Args:
        images: The pictures to choose from.
        text: What the picture is to show.

    Returns:
        The best picture, its place in the list, and all scores.

    Example:
        best = find_best_image(["photo.png", "scene.jpg"], "a cat")
    """
    if not images:
        raise ToolError("There is no picture to choose from; give at least one.")
    vectors = _meanings(images, text, ctx)
    scores = [round(max(0.0, float(vector @ vectors[-1])), 3) for vector in vectors[:-1]]
    number = max(range(len(scores)), key=scores.__getitem__)
    return BestImage(image=images[number], number=number, score=scores[number], scores=scores)


def perceptual_hash(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """64 bits that stay nearly the same when an H x W x 3 RGB picture is resized, recompressed or brightened.

    The signs of the lowest 8 x 8 frequencies (cosine transform of the picture at 32 x 32) about their median, known as
    pHash (Zauner 2010).
    """
    import numpy as np
    import PIL.Image

    small = PIL.Image.fromarray(picture).convert("L").resize((32, 32), PIL.Image.Resampling.LANCZOS)
    steps = np.arange(32)
    waves = np.cos(np.pi * np.outer(np.arange(8), 2 * steps + 1) / 64)
    low = (waves @ np.asarray(small, np.float64) @ waves.T).ravel()
    bits: NDArray[np.bool_] = low > np.median(low[1:])
    return bits


def _apart(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> int:
    return int((one != other).sum())


def _meanings(images: list[Image], text: str, ctx: Context) -> NDArray[Any]:
    """The meaning of what each picture shows, and last of `text` when there is any, as rows of length 1."""
    from ..embedding import embed

    call = ctx.need_call()
    with ThreadPoolExecutor(max_workers=2) as pool:
        found = list(pool.map(lambda image: call("tag_image", image=image), images))
    texts = [", ".join(tags.tags) for tags in found]
    folder = ctx.weights("minilm-l6") if ctx.weights is not None else None
    return embed([*texts, text] if text else texts, folder)
