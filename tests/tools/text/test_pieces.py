"""Cutting texts: nothing is lost, nothing is too long, and words stay whole where they can."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from intermodal.tools.text.pieces import pieces


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
