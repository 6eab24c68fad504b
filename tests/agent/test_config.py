"""Settings: the file, then the environment; what can't be understood is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from intermodal.agent import config
from intermodal.tools import places
from intermodal.tools.errors import InputError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INTERMODAL_HOME", str(tmp_path))
    monkeypatch.delenv("INTERMODAL_MODEL", raising=False)
    return tmp_path


def _write(text: str) -> None:
    path = places.config_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_without_a_file_the_defaults_hold() -> None:
    assert config.load() == config.Config()


def test_the_file_sets_and_the_environment_overrides(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = 'model = "openai:gpt-4o"\nmode = "auto"\ntools = ["~/mine.py"]\nseed = 3\n'
    _write(f'{settings}[backends]\ntranscribe = "openai-whisper"\n')
    loaded = config.load()
    assert (loaded.model, loaded.seed, loaded.backends) == ("openai:gpt-4o", 3, {"transcribe": "openai-whisper"})
    assert loaded.mode == "auto"
    assert loaded.tools == (str(Path("~/mine.py").expanduser()),)
    monkeypatch.setenv("INTERMODAL_MODEL", "ollama:qwen3")
    assert config.load().model == "ollama:qwen3"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("modle = 'x'", "Did you mean .*'model'"),
        ("model = 3", "must be of type str"),
        ("model = ", "config.toml"),
        ("mode = 'raect'", "no mode 'raect'. Did you mean 'react'"),
    ],
)
def test_what_can_not_be_understood_is_told(text: str, words: str) -> None:
    _write(text)
    with pytest.raises(InputError, match=words):
        config.load()
