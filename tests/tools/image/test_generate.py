"""Pictures from words: the embedded collage, and a diffusion pipeline built here from a tiny configuration."""

from __future__ import annotations

import dataclasses
import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from intermodal import Context
from intermodal.tools.errors import BackendUnavailable, ControllerError, ToolError
from intermodal.tools.image.generate import CollageBackend, Diffusers, generate_image
from intermodal.tools.running import run

WRITTEN = "scene: snow, night\n- 1 large red fox: middle, on the ground\n- 1 medium moon: right, in the sky\nend"


class _Model:
    """A controller that says one thing, or fails."""

    def __init__(self, reply: str) -> None:
        self.reply = reply

    def write(self, prompt: str, **_: object) -> str:
        if not self.reply:
            raise ControllerError("It is gone.")
        return self.reply


def test_a_collage_is_a_png_that_says_what_it_is(ctx: Context) -> None:
    ctx.controller = _Model(WRITTEN)  # type: ignore[assignment]
    made = run(
        generate_image, generate_image.backends["collage"], {"prompt": "a red fox in the snow under the moon"}, ctx
    )
    picture = made.picture.pil()
    assert picture.size == (768, 768)
    assert picture.format is None or picture.format == "PNG"
    assert "collage" in str(made)
    assert "OpenMoji, CC BY-SA 4.0" in made.note
    pixels = made.picture.array().astype(int)
    fox = pixels[300:650, 250:520]
    assert ((fox[:, :, 0] > 180) & (fox[:, :, 1] < 90)).mean() > 0.1
    assert pixels[40:110].mean() < 110  # the sky is dark


def test_it_is_the_same_each_time_and_another_with_another_seed(ctx: Context) -> None:
    ctx.controller = _Model(WRITTEN)  # type: ignore[assignment]
    draw = CollageBackend()
    first, again = (draw("a red fox", ctx=ctx).picture.path.read_bytes() for _ in range(2))
    assert first == again
    assert draw("a red fox", ctx=dataclasses.replace(ctx, seed=7)).picture.path.read_bytes() != first


@pytest.mark.parametrize("reply", ["", "I can't draw, sorry.", "scene: park, day"])
def test_without_a_usable_scene_the_words_are_drawn_and_that_is_said(ctx: Context, reply: str) -> None:
    ctx.controller = _Model(reply)  # type: ignore[assignment]
    made = CollageBackend()("two dogs and a ball", ctx=ctx)
    assert "dogs, ball" in made.note
    assert "without a language model" in made.note


def test_an_empty_prompt_is_refused(ctx: Context) -> None:
    with pytest.raises(ToolError, match="prompt is empty"):
        CollageBackend()("  ", ctx=ctx)


@pytest.mark.embedded
@pytest.mark.slow
def test_the_embedded_model_imagines_scenes(ctx: Context) -> None:
    from intermodal.agent.controller import open_controller

    with open_controller("local") as controller:
        ctx.controller = controller
        made = CollageBackend()("a sailing boat on the sea at sunset", ctx=ctx)
    assert "sailing boat" in made.note
    assert "sea, sunset" in made.note
    assert "without a language model" not in made.note


@pytest.fixture
def torch() -> Any:
    """PyTorch, also where a torchvision lies beside it that does not fit the CPU build."""
    torch = pytest.importorskip("torch")
    if importlib.util.find_spec("torchvision") is not None:
        library = torch.library.Library("torchvision", "FRAGMENT")
        for operator in ("nms", "qnms"):
            if not hasattr(torch.ops.torchvision, operator):
                library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        pytest.importorskip("torchvision").extension._has_ops = lambda: True
    return torch


@pytest.fixture
def tiny_pipeline(torch: Any, tmp_path: Path) -> Path:
    """A Stable Diffusion pipeline with random weights of a few hundred kilobytes, saved as diffusers saves them."""
    diffusers, transformers = pytest.importorskip("diffusers"), pytest.importorskip("transformers")
    torch.manual_seed(0)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{letter}</w>" for letter in letters)]
    vocabulary = {word: number for number, word in enumerate(words)}
    tokenizer = transformers.CLIPTokenizer(vocab=vocabulary, merges=[], model_max_length=77)
    text = transformers.CLIPTextConfig(
        vocab_size=len(words), hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
        bos_token_id=0, eos_token_id=1, pad_token_id=1, projection_dim=16,
    )  # fmt: skip
    unet = diffusers.UNet2DConditionModel(
        sample_size=8, block_out_channels=(8, 16), layers_per_block=1, cross_attention_dim=16, attention_head_dim=4,
        norm_num_groups=4, down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    )  # fmt: skip
    vae = diffusers.AutoencoderKL(
        block_out_channels=(8, 8, 8, 8), down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4, norm_num_groups=4, latent_channels=4,
    )  # fmt: skip
    pipeline = diffusers.StableDiffusionPipeline(
        vae=vae, text_encoder=transformers.CLIPTextModel(text), tokenizer=tokenizer, unet=unet,
        scheduler=diffusers.DDIMScheduler(clip_sample=False, steps_offset=1),
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip
    pipeline.save_pretrained(tmp_path / "tiny")
    return tmp_path / "tiny"


@pytest.mark.torch
@pytest.mark.slow
def test_a_diffusion_pipeline_paints_by_seed_steps_and_size(tiny_pipeline: Path, ctx: Context) -> None:
    seen: list[tuple[float, float | None, str]] = []
    settings = {"image_model": str(tiny_pipeline), "image_steps": 3, "image_width": 64, "image_height": 32}
    ctx = dataclasses.replace(ctx, settings=settings, seed=5, report=lambda *facts: seen.append(facts))
    paint = Diffusers(ctx)
    first, again = (paint("a fox", ctx=ctx) for _ in range(2))
    other = paint("a fox", ctx=dataclasses.replace(ctx, seed=6))
    assert first.picture.array().shape == (32, 64, 3)
    assert np.array_equal(first.picture.array(), again.picture.array())
    assert not np.array_equal(first.picture.array(), other.picture.array())
    assert "3 steps with seed 5" in first.note
    assert seen[:3] == [(1, 3, "steps"), (2, 3, "steps"), (3, 3, "steps")]
    with pytest.raises(ToolError, match="multiple of 8"):
        paint("a fox", ctx=dataclasses.replace(ctx, settings=settings | {"image_width": 65}))


@pytest.mark.torch
def test_a_model_that_is_not_there_is_named_with_the_remedy(torch: Any, ctx: Context, tmp_path: Path) -> None:
    pytest.importorskip("diffusers")
    with pytest.raises(BackendUnavailable, match="generate_image=collage"):
        Diffusers(dataclasses.replace(ctx, settings={"image_model": str(tmp_path / "nothing")}))
