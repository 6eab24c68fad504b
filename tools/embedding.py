"""Sentences as vectors: all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0) in numpy, without torch.

Near in meaning is a large dot product: the vectors have length 1.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

WEIGHTS = "minilm-l6"
SIZE, LAYERS, HEADS, EPSILON = 384, 6, 12, 1e-12
LONGEST = 256  # tokens of one text; the rest is left out, as the model card does
BATCH = 32


def embed(texts: Sequence[str], folder: Path | None = None) -> Floats:
    """The meaning of each text as a vector.

    Args:
        texts: Any texts; about 12 ms each.
        folder: Where the weights lie; from the weights store when not given.

    Returns:
        len(texts) x 384, float32, each row of length 1.

    Raises:
        WeightsError: The weights are not here; says how to get them.
    """
    import numpy as np

    model = _model(folder or _stored())
    batches = [model.vectors(texts[i : i + BATCH]) for i in range(0, len(texts), BATCH)]
    return np.concatenate(batches) if batches else np.zeros((0, SIZE), np.float32)


def embed_kept(texts: Sequence[str], folder: Path | None = None) -> Floats:
    """As `embed`, for texts that stay the same, such as what tools do: the vectors are kept on disk for the next time.

    Raises:
        WeightsError: The weights are not here; says how to get them.
    """
    import numpy as np

    from . import places

    folder = folder or _stored()
    told = "\0".join([WEIGHTS, str((folder / "model.safetensors").stat().st_size), *texts])
    kept = places.cache() / "vectors" / f"{hashlib.sha256(told.encode()).hexdigest()[:32]}.npy"
    with contextlib.suppress(OSError, ValueError):  # not there, or spoiled
        vectors: Floats = np.load(kept, allow_pickle=False)
        if vectors.shape == (len(texts), SIZE):
            return vectors
    vectors = embed(texts, folder)
    with contextlib.suppress(OSError):  # a full disk costs only the time saved later
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=kept.parent, suffix=".part", delete=False) as file:
            np.save(file, vectors)
        Path(file.name).replace(kept)
    return vectors


def _stored() -> Path:
    from .weights import Store

    return Store().path(WEIGHTS)


@lru_cache(maxsize=1)
def _model(folder: Path) -> _MiniLM:
    return _MiniLM(folder)


class _MiniLM:
    """BERT with 6 layers, mean pooling over tokens."""

    def __init__(self, folder: Path) -> None:
        import tokenizers

        self._weights = _read_safetensors(folder / "model.safetensors")
        self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.enable_padding()

    def vectors(self, texts: Sequence[str]) -> Floats:
        import numpy as np

        encoded = self._tokenizer.encode_batch(list(texts))
        tokens = np.array([one.ids for one in encoded])
        mask = np.array([one.attention_mask for one in encoded], np.float32)
        words = self._weights["embeddings.word_embeddings.weight"][tokens]
        places = self._weights["embeddings.position_embeddings.weight"][: tokens.shape[1]]
        kind = self._weights["embeddings.token_type_embeddings.weight"][0]
        hidden = self._norm(words + places + kind, "embeddings.LayerNorm")
        hide = (1 - mask)[:, None, None, :] * np.float32(-1e9)
        for layer in range(LAYERS):
            hidden = self._layer(hidden, hide, f"encoder.layer.{layer}.")
        pooled = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        vectors: Floats = (pooled / np.linalg.norm(pooled, axis=1, keepdims=True)).astype(np.float32)
        return vectors

    def _layer(self, hidden: Floats, hide: Floats, name: str) -> Floats:
        many, length, _ = hidden.shape

        def heads(part: str) -> Floats:
            split = self._linear(hidden, f"{name}attention.self.{part}").reshape(many, length, HEADS, -1)
            parted: Floats = split.transpose(0, 2, 1, 3)
            return parted

        query, key, value = heads("query"), heads("key"), heads("value")
        weights = _softmax(query @ key.transpose(0, 1, 3, 2) / math.sqrt(SIZE // HEADS) + hide)
        seen = (weights @ value).transpose(0, 2, 1, 3).reshape(many, length, SIZE)
        attended = self._linear(seen, f"{name}attention.output.dense")
        hidden = self._norm(hidden + attended, f"{name}attention.output.LayerNorm")
        inner = _gelu(self._linear(hidden, f"{name}intermediate.dense"))
        return self._norm(hidden + self._linear(inner, f"{name}output.dense"), f"{name}output.LayerNorm")

    def _linear(self, values: Floats, name: str) -> Floats:
        moved: Floats = values @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return moved

    def _norm(self, values: Floats, name: str) -> Floats:
        import numpy as np

        centred = values - values.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + EPSILON)
        normed: Floats = scaled * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return normed


def _softmax(values: Floats) -> Floats:
    import numpy as np

    powers = np.exp(values - values.max(-1, keepdims=True))
    shares: Floats = powers / powers.sum(-1, keepdims=True)
    return shares


def _gelu(values: Floats) -> Floats:
    """x * Phi(x), with the error function by Abramowitz and Stegun 7.1.26 (absolute error below 1.5e-7)."""
    import numpy as np

    x = np.abs(values) / np.float32(math.sqrt(2))
    t = 1 / (1 + np.float32(0.3275911) * x)
    factors = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
    polynomial = np.zeros_like(t)
    for factor in factors:
        polynomial = (polynomial + np.float32(factor)) * t
    error = np.sign(values) * (1 - polynomial * np.exp(-x * x))
    activated: Floats = values * (1 + error) / 2
    return activated


def _read_safetensors(path: Path) -> dict[str, Any]:
    """The float32 tensors of a safetensors file, mapped from disk."""
    import json

    import numpy as np

    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    data = np.memmap(path, np.uint8, "r", offset=8 + size)
    return {
        name: data[slice(*one["data_offsets"])].view(np.float32).reshape(one["shape"])
        for name, one in header.items()
        if name != "__metadata__" and one["dtype"] == "F32"
    }
