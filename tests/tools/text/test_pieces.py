"""Cutting texts: nothing is lost, nothing is too long, and words stay whole where they can."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermodal.tools.text.pieces import first_sentences, pieces


@given(
    st.text(alphabet=st.characters(categories=("L", "P", "Zs"), include_characters="\n"), max_size=400),
    st.integers(5, 60),
)
def test_no_word_is_lost_and_no_piece_is_too_long(text: str, size: int) -> None:
    found = pieces(text, size)
    assert all(0 < len(piece) <= size for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_a_cut_prefers_paragraphs_then_sentences_then_words() -> None:
    assert pieces("One two.\n\nThree four.", 14) == ["One two.", "Three four."]
    assert pieces("One two. Three four.", 14) == ["One two.", "Three four."]
    assert pieces("One two three four", 10) == ["One two", "three four"]
    assert pieces("abcdefghij", 4) == ["abcd", "efgh", "ij"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Herons fly. They fish.", "Herons fly."),
        ("Dr. Who met J. R. Smith in No. 5. He left.", "Dr. Who met J. R. Smith in No. 5."),
        ('He said "Go!" Then he left.', 'He said "Go!"'),
        ("It cost 3.50 euros, e.g. Monday. Yes.", "It cost 3.50 euros, e.g. Monday."),
        ("今日は。明日は。", "今日は。"),
        ("1. Herons fly.\n2. They fish.", "1. Herons fly."),
        ("- herons\n- storks", "- herons"),
        ("Built in 1872. Painted red.", "Built in 1872."),
        ("no end", "no end"),
        ("", ""),
    ],
)
def test_the_first_sentence(text: str, first: str) -> None:
    assert first_sentences(text, 1) == first
    assert first_sentences(text, 30) == text
