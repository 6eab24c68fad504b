"""Sentence vectors: shape, length, meaning, independence of their neighbours."""

from __future__ import annotations

from pathlib import Path

import pytest

from intermodal.tools.embedding import SIZE, WEIGHTS, embed, embed_kept
from intermodal.tools.weights import Store

pytestmark = pytest.mark.embedded


def test_vectors_have_length_one_and_known_values(store: Store) -> None:
    import numpy as np

    vectors = embed(["A cat sits on the sofa."], store.fetch(WEIGHTS))
    assert vectors.shape == (1, SIZE) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1.0], abs=1e-5)


def test_similarities_are_those_of_the_model_card(store: Store) -> None:
    """The figures that the model's page on the hub shows for these sentences."""
    person, *others = embed(
        ["That is a happy person", "That is a happy dog", "That is a very happy person", "Today is a sunny day"],
        store.fetch(WEIGHTS),
    )
    assert [float(other @ person) for other in others] == pytest.approx([0.695, 0.943, 0.257], abs=0.001)


def test_near_meanings_are_near(store: Store) -> None:
    cat, kitten, invoice = embed(
        ["A cat sits on the sofa.", "A kitten rests on a couch.", "The invoice is overdue."], store.fetch(WEIGHTS)
    )
    assert cat @ kitten > 0.6 > 0.3 > cat @ invoice


def test_a_text_reads_the_same_alone_and_in_a_batch(store: Store) -> None:
    import numpy as np

    texts = ["short", "a much longer sentence about rivers, boats and the sea " * 60, ""]
    folder = store.fetch(WEIGHTS)
    together = embed(texts, folder)
    alone = np.concatenate([embed([text], folder) for text in texts])
    assert np.allclose(together, alone, atol=1e-4)


def test_no_texts_give_no_vectors(store: Store) -> None:
    assert embed([], store.fetch(WEIGHTS)).shape == (0, SIZE)


def test_vectors_are_kept(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    folder = store.fetch(WEIGHTS)
    monkeypatch.setattr("intermodal.tools.places.cache", lambda: tmp_path)
    first = embed_kept(["a tool", "another"], folder)
    monkeypatch.setattr("intermodal.tools.embedding.embed", lambda *given: np.zeros((2, SIZE), np.float32))
    assert np.array_equal(embed_kept(["a tool", "another"], folder), first)
    (kept,) = (tmp_path / "vectors").iterdir()
    kept.write_bytes(b"spoiled")
    assert not embed_kept(["a tool", "another"], folder).any(), "made anew"
