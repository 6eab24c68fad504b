"""The backend on OpenAI's own Whisper, with a tiny randomly initialised model: real code, random words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from intermodal import Audio, Context
from intermodal.tools.audio.languages import NAMES
from intermodal.tools.audio.recognition import TranscribeOpenAI, TranslateOpenAI
from intermodal.tools.errors import ToolError, WeightsError

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch = pytest.importorskip("torch")
    model_module = pytest.importorskip("whisper.model")
    torch.manual_seed(3)
    dims = model_module.ModelDimensions(
        n_mels=80, n_audio_ctx=1500, n_audio_state=16, n_audio_head=2, n_audio_layer=1,
        n_vocab=51865, n_text_ctx=448, n_text_state=16, n_text_head=2, n_text_layer=1,
    )  # fmt: skip
    model = model_module.Whisper(dims)
    torch.nn.init.normal_(model.decoder.positional_embedding)  # whisper leaves it uninitialised
    path = tmp_path_factory.mktemp("whisper") / "tiny.pt"
    torch.save({"dims": vars(dims), "model_state_dict": model.state_dict()}, path)
    return path


@pytest.fixture
def torch_ctx(ctx: Context, checkpoint: Path) -> Context:
    ctx.settings = {"openai_whisper": str(checkpoint)}
    return ctx


@pytest.mark.parametrize("backend", [TranscribeOpenAI, TranslateOpenAI])
def test_runs_a_checkpoint(
    backend: type, torch_ctx: Context, save: Callable[..., Audio], tone: Callable[..., np.ndarray]
) -> None:
    sound = save(tone(2.0))
    run = backend(torch_ctx)
    one, two = run(sound), run(sound)
    assert one == two
    assert one.language in {"", *NAMES.values()}
    assert str(one) == " ".join(part.text for part in one.segments)
    assert all(0 <= part.start <= part.end <= 2.0 for part in one.segments)


def test_silence_and_unknown_languages(torch_ctx: Context, save: Callable[..., Audio]) -> None:
    run = TranscribeOpenAI(torch_ctx)
    assert run(save(np.zeros(16_000, np.float32))).text == ""
    with pytest.raises(ToolError, match="Klingon"):
        run(save(np.zeros(16_000, np.float32)), "Klingon")


def test_a_model_that_there_is_not(ctx: Context) -> None:
    pytest.importorskip("whisper")
    ctx.settings = {"openai_whisper": "gigantic"}
    with pytest.raises(WeightsError, match=r"'gigantic'.*openai_whisper"):
        TranscribeOpenAI(ctx)
