"""The backends that need torch, with their real code on tiny random weights that are built here."""

import dataclasses
import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from intermodal import Context, Image, InputError, ToolError
from intermodal.tools.image.describe import Blip
from intermodal.tools.image.detect import Yolo, overlap

torch = pytest.importorskip("torch")
pytestmark = [pytest.mark.torch, pytest.mark.slow]

Photo = Callable[[str], Image]


@pytest.fixture(scope="module")
def torchvision() -> Iterator[None]:
    """What ultralytics needs of torchvision, whose wheel has no build for the CPU build of torch."""
    library = torch.library.Library("torchvision", "FRAGMENT")
    if importlib.util.find_spec("torchvision") is None:
        pytest.skip("torchvision is not installed")
    if "torchvision" not in sys.modules:
        library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        library.impl("nms", _nms, "CPU")
        importlib.import_module("torchvision").extension._has_ops = lambda: True
    yield
    del library


def _nms(boxes: Any, scores: Any, threshold: float) -> Any:
    kept: list[int] = []
    for index in scores.argsort(descending=True).tolist():
        if all(overlap(boxes[index].tolist(), boxes[other].tolist()) <= threshold for other in kept):
            kept.append(index)
    return torch.tensor(kept, dtype=torch.long)


@pytest.fixture
def yolo_weights(tmp_path: Path, torchvision: None) -> Path:
    """YOLO11n with random weights whose head always says "bus"."""
    ultralytics = pytest.importorskip("ultralytics")
    torch.manual_seed(0)
    model = ultralytics.YOLO("yolo11n.yaml")
    model.model.model[-1].cv3[-1][-1].bias.data[5] = 3.0  # of the coarsest scale only: fewer boxes
    model.model.names = {**{number: f"thing {number}" for number in range(80)}, 0: "person", 5: "bus"}
    model.save(tmp_path / "tiny.pt")
    return tmp_path / "tiny.pt"


def test_yolo_runs_local_weights(ctx: Context, photo: Photo, yolo_weights: Path) -> None:
    ctx = dataclasses.replace(ctx, settings={"yolo_weights": str(yolo_weights)})
    yolo = Yolo(ctx)
    found = yolo(photo("coffee.png"), ctx=ctx)
    assert found.labels == ["bus"]
    assert all(box.x + box.width <= 600 and box.y + box.height <= 400 for box in found.boxes)
    assert found.picture.path.exists()
    assert yolo(photo("coffee.png"), ["people"], ctx=ctx).count == 0
    with pytest.raises(ToolError, match="doesn't know 'unicorn'"):
        yolo(photo("coffee.png"), ["unicorn"], ctx=ctx)


def test_yolo_weights_that_are_not_there(ctx: Context, yolo_weights: Path) -> None:
    ctx = dataclasses.replace(ctx, settings={"yolo_weights": str(yolo_weights.with_name("none.pt"))})
    with pytest.raises(InputError, match=r"none\.pt.*yolo_weights"):
        Yolo(ctx)


@pytest.fixture
def blip_folder(tmp_path: Path) -> Path:
    """A BLIP of two tiny layers with random weights, and its processor, saved as the real one is."""
    transformers = pytest.importorskip("transformers")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]", "[ENC]", "a", "photo", "of", "cat", "cup", "bus"]
    tokenizer = transformers.BertTokenizerFast(vocab={word: number for number, word in enumerate(words)})
    pixels = transformers.BlipImageProcessor(size={"height": 32, "width": 32})
    small = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    text = {**small, "vocab_size": len(words), "bos_token_id": 5, "pad_token_id": 0, "eos_token_id": 3,
            "sep_token_id": 3, "encoder_hidden_size": 32, "max_position_embeddings": 64}  # fmt: skip
    config = transformers.BlipConfig(
        text_config=text, vision_config={**small, "image_size": 32, "patch_size": 8}, projection_dim=16
    )
    torch.manual_seed(1)
    transformers.BlipForConditionalGeneration(config).save_pretrained(tmp_path / "blip")
    transformers.BlipProcessor(pixels, tokenizer).save_pretrained(tmp_path / "blip")
    return tmp_path / "blip"


def test_blip_writes_a_caption(ctx: Context, photo: Photo, blip_folder: Path) -> None:
    ctx = dataclasses.replace(ctx, settings={"blip_model": str(blip_folder)})
    blip = Blip(ctx)
    found, again = (blip(photo("coffee.png")) for _ in range(2))
    assert found.caption.endswith(".")
    assert set(found.caption.lower().rstrip(".").split()) <= {"[dec]", "a", "photo", "of", "cat", "cup", "bus"}
    assert found.caption == again.caption
    assert str(found) == f"{found.caption}\n(written by {blip_folder})"


def test_a_blip_that_is_not_there(ctx: Context, tmp_path: Path) -> None:
    ctx = dataclasses.replace(ctx, settings={"blip_model": str(tmp_path / "none")})
    with pytest.raises(InputError, match=r"none' can't be loaded.*blip_model"):
        Blip(ctx)
