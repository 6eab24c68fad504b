"""What the stories share: the command line in this process, and one agent with the embedded model."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from intermodal import Agent
from intermodal.agent.cli import main
from intermodal.agent.controller import ChatController, open_controller


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def intermodal_command(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Ran]:
    """Runs `intermodal` with some arguments, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["intermodal", *arguments])
        capfd.readouterr()
        with pytest.raises(SystemExit) as stop:
            main()
        captured = capfd.readouterr()
        return Ran(int(stop.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def model() -> Iterator[ChatController]:
    """The embedded model, loaded once for all stories that need it."""
    with open_controller("local") as opened:
        yield opened


@pytest.fixture
def agent(model: ChatController, tmp_path: Path) -> Iterator[Agent]:
    """An agent with the embedded model, and nothing to remember."""
    with Agent(model=model, output=tmp_path / "made") as made:
        yield made


@pytest.fixture(scope="session")
def zidane(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo of two people, out of ultralytics' package (AGPL: read from there, never copied into the project)."""
    folder = tmp_path_factory.mktemp("ultralytics")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), "ultralytics"]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("ultralytics can't be fetched from the package index")
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return Path(archive.extract("ultralytics/assets/zidane.jpg", folder))
