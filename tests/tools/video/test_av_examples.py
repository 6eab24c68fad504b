"""Every example line in the docstrings of the tools for sound and video is a plan that checks and runs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from intermodal import Audio, Context, Image, Video
from intermodal.agent import plan as language
from intermodal.tools import media
from intermodal.tools.contract import Tool
from intermodal.tools.kinds import Kind, fits, of_value
from intermodal.tools.registry import Registry
from intermodal.tools.running import run as run_tool

REGISTRY = Registry(entry_points=False)
TOOLS: dict[str, Tool] = {
    tool.name: tool for tool in REGISTRY.tools() if tool.owner.split(".")[-2] in ("audio", "video")
}
NEEDS_MORE = {"describe_video", "answer_video_question", "record_audio"}  # other tools, a controller, a microphone
FILES = {
    "speech.wav": Audio,
    "music.wav": Audio,
    "clip.mp4": Video,
    "photo.png": Image,
    "people.png": Image,
}


@pytest.fixture(scope="module")
def files(clip: Video, photos: Path, recordings: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("examples")
    shutil.copy(recordings / "beckett.wav", folder / "speech.wav")
    shutil.copy(clip.path, folder / "clip.mp4")
    shutil.copy(photos / "astronaut.png", folder / "photo.png")
    shutil.copy(photos / "coffee.png", folder / "people.png")
    time = np.arange(3 * 22_050) / 22_050
    media.save_audio(folder / "music.wav", np.sin(2 * np.pi * 440 * time) * (time * 2 % 1 < 0.3) * 0.5, 22_050)
    return {name: kind(folder / name) for name, kind in FILES.items()}


def test_there_are_tools() -> None:
    assert len(TOOLS) >= 35
    assert not {owner: wrong for owner, wrong in REGISTRY.broken.items() if "audio" in owner or "video" in owner}


@pytest.mark.parametrize("name", sorted(TOOLS))
def test_declaration(name: str) -> None:
    """One short line for the controller, help for every parameter, an example that the checker takes."""
    signature = TOOLS[name].signature
    assert len(signature.summary) <= 110 and signature.summary.endswith(".")
    assert all(parameter.help for parameter in signature.parameters)
    assert name in signature.example
    known = {file: Kind(kind.__name__) for file, kind in FILES.items()}
    tools = {tool.name: tool.signature for tool in TOOLS.values()}
    checked = language.check(language.parse(signature.example), tools, files=known)
    assert not [problem for problem in checked.problems if "never used" not in str(problem)], checked.problems


@pytest.mark.embedded
@pytest.mark.parametrize("name", sorted(TOOLS.keys() - NEEDS_MORE))
def test_example_runs(name: str, files: dict[str, Any], ctx: Context) -> None:
    pytest.importorskip("faster_whisper")

    def make(tool: str, **given: Any) -> Any:
        backend = TOOLS[tool].candidates()[0]
        return run_tool(TOOLS[tool], backend, given, ctx)

    ctx.call = make
    tools = {tool.name: tool.signature for tool in TOOLS.values()}
    known = {file: Kind(kind.__name__) for file, kind in FILES.items()}
    checked = language.check(language.parse(TOOLS[name].signature.example), tools, files=known)
    around = language.Surroundings(resolve=lambda text, kind: files[text])
    result = language.run(checked, lambda request: make(request.tool, **request.arguments), around=around)
    assert result.ok, result.failed
    value = next(iter(result.values.values()))
    assert fits(of_value(value), TOOLS[name].signature.result)
