"""What every test may use: real sample files, a context for tools, the weights store."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: its threads spin while others work
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import pytest

from intermodal import Context
from intermodal.tools.weights import Store


def _package_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        pytest.skip(f"{package} is not installed")
    return Path(spec.origin).parent


@pytest.fixture(scope="session")
def photos() -> Path:
    """The folder of scikit-image's sample pictures: astronaut.png, chelsea.png (a cat), coffee.png, ..."""
    return _package_folder("skimage") / "data"


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of moonshine-voice's recordings: two_cities.wav, beckett.wav."""
    return _package_folder("moonshine_voice") / "assets"


@pytest.fixture(scope="session")
def store() -> Store:
    """The weights store of this machine, shared by all tests so that weights are fetched once."""
    return Store()


@pytest.fixture
def ctx(tmp_path: Path, store: Store) -> Context:
    """A tool's context: writes below tmp_path, no controller, no other tools, weights fetched when missing."""
    folder = tmp_path / "out"
    folder.mkdir()
    fetch: Callable[[str], Path] = store.fetch
    return Context(folder=folder, weights=fetch)
