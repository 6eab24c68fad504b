from __future__ import annotations

import pytest

from intermodal.tools.fonts import font_for


def test_plain_text_takes_the_same_font_everywhere() -> None:
    pil = pytest.importorskip("PIL.ImageFont")
    assert font_for("Plain text, 100 %", 20).getname() == pil.load_default(20).getname()  # type: ignore[union-attr]


def test_letters_beyond_ascii_are_drawn_where_a_font_has_them() -> None:
    pil = pytest.importorskip("PIL.ImageFont")
    try:
        pil.truetype("DejaVuSans.ttf", 20)
    except OSError:
        pytest.skip("no DejaVu fonts on this machine")
    font = font_for("naïve Straße Привет", 20)
    assert bytes(font.getmask("ï")) != bytes(font.getmask("\U0010fffe"))
    assert bytes(font.getmask("ж")) != bytes(font.getmask("\U0010fffe"))


def test_letters_that_no_font_has_do_no_harm() -> None:
    assert font_for("\U0010fffd", 20).getmask("a").getbbox()
