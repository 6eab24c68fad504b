from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from intermodal.tools.audio.filters import filtered
from intermodal.tools.errors import ToolError


def test_keeps_shape_and_rate(tone: Callable[..., np.ndarray]) -> None:
    mono = tone(5.0)
    same, rate = filtered(mono, 16_000, ("volume", "1.0"))
    assert rate == 16_000 and same.shape == mono.shape and np.allclose(same, mono, atol=1e-6)
    six = np.tile(mono, (6, 1))
    assert filtered(six, 16_000, ("volume", "0.5"))[0].shape == six.shape


def test_changes_rate(tone: Callable[..., np.ndarray], pitch_of: Callable[..., float]) -> None:
    out, rate = filtered(tone(2.0), 16_000, ("aresample", "44100"))
    assert rate == 44_100 and out.shape == (88_200,)
    assert pitch_of(out, rate) == pytest.approx(440, abs=1)


def test_nothing_in_nothing_out() -> None:
    out, rate = filtered(np.zeros(0, np.float32), 16_000, ("volume", "1.0"))
    assert out.shape == (0,) and rate == 16_000


def test_refusals_name_the_filter(tone: Callable[..., np.ndarray]) -> None:
    with pytest.raises(ToolError, match="atempo"):
        filtered(tone(0.1), 16_000, ("atempo", "0.001"))
    with pytest.raises(ToolError, match="9 channels"):
        filtered(np.zeros((9, 100), np.float32), 16_000, ("volume", "1.0"))
