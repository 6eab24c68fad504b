"""The example in the docstring of every built-in tool is run as it stands there, by the backend that is chosen here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from intermodal import Agent, Registry, Tool
from intermodal.tools.context import Context
from intermodal.tools.weights import Store

from ..samples import make_real_samples

TOOLS = {tool.name: tool for tool in Registry(entry_points=False).tools()}
# why these can't do their work in a test, and what they must say instead
ELSEWHERE = {
    "record_audio": ("no microphone on a server", "record"),
    "download_audio": ("no network but the package index", "example.com"),
    "download_document": ("no network but the package index", "example.com"),
    "download_image": ("no network but the package index", "example.com"),
    "download_video": ("no network but the package index", "example.com"),
}


def _thinks(tool: Tool) -> bool:
    """Whether it uses the language model, or may; that takes seconds."""
    may = tool.name == "generate_image"
    return may or any(backend.controller or not backend.room for backend in tool.candidates())


def _parameters() -> list[object]:
    return [
        pytest.param(name, marks=pytest.mark.slow if _thinks(tool) else ())
        for name, tool in sorted(TOOLS.items(), key=lambda item: item[1].candidates()[0].room)
        if name not in ELSEWHERE
    ]


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    """One agent for all examples, in a folder with the files that they name."""
    folder, scratch = tmp_path_factory.mktemp("samples"), tmp_path_factory.mktemp("scratch")
    make_real_samples(folder, Context(folder=scratch, weights=Store().fetch))
    before = Path.cwd()
    os.chdir(folder)
    try:
        with Agent(output="made") as made:
            yield made
    finally:
        os.chdir(before)


@pytest.mark.embedded
@pytest.mark.parametrize("name", _parameters())
def test_the_example_runs(name: str, agent: Agent) -> None:
    answer = agent.run(TOOLS[name].signature.example)
    assert answer.ok, answer.error
    (value,) = answer.values.values()
    assert str(value).strip()
    for artifact in answer.artifacts:
        assert artifact.path.stat().st_size > 0


@pytest.mark.embedded
@pytest.mark.parametrize("name", sorted(ELSEWHERE))
def test_what_can_not_run_here_says_so(name: str, agent: Agent) -> None:
    answer = agent.run(TOOLS[name].signature.example)
    if not answer.ok:  # where there is a microphone or a network, it may well work
        assert ELSEWHERE[name][1] in answer.error.lower()
        assert "Traceback" not in answer.error and "Error:" not in answer.error
