"""Where things are kept, and the settings file."""

from __future__ import annotations

from pathlib import Path

import pytest

from intermodal.tools import places
from intermodal.tools.errors import InputError


def test_one_folder_holds_everything_when_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INTERMODAL_HOME", str(tmp_path / "all of it"))
    assert places.home() == tmp_path / "all of it"
    assert places.cache() == tmp_path / "all of it" / "cache"
    assert places.config_file() == tmp_path / "all of it" / "config.toml"
    assert not places.home().exists(), "asking for a place does not make it"


def test_a_named_folder_may_be_relative_or_below_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INTERMODAL_HOME", "here")
    assert places.home() == tmp_path / "here"
    monkeypatch.setenv("INTERMODAL_HOME", "~/im")
    assert places.home() == Path.home() / "im"


def test_else_the_platform_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERMODAL_HOME", " ")
    found = {places.home(), places.cache(), places.config_file()}
    assert len(found) == 3
    assert all(place.is_absolute() and "intermodal" in place.parts for place in found)


def test_settings_are_read_when_there_are_some(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INTERMODAL_HOME", str(tmp_path))
    assert places.config() == {}
    (tmp_path / "config.toml").write_text('model = "local"\n[weights]\nwhisper-base = "/größer"\n', encoding="utf-8")
    assert places.config() == {"model": "local", "weights": {"whisper-base": "/größer"}}


@pytest.mark.parametrize("content", [b"model = ", b"\xff\xfe", b"a = 1\na = 2"])
def test_a_settings_file_that_is_not_toml_is_named(
    content: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INTERMODAL_HOME", str(tmp_path))
    (tmp_path / "config.toml").write_bytes(content)
    with pytest.raises(InputError, match=r"config\.toml"):
        places.config()
