"""The example of every built-in tool, and every plan in examples/, is a valid plan in canonical form."""

from __future__ import annotations

from pathlib import Path

import pytest

import intermodal
from intermodal import Registry, Tool
from intermodal.agent.plan import check, parse
from intermodal.tools.kinds import AUDIO, DOCUMENT, IMAGE, VIDEO

FILES = {
    **dict.fromkeys(("photo.png", "people.png", "scene.jpg", "page.png"), IMAGE),
    **dict.fromkeys(("speech.wav", "music.wav"), AUDIO),
    **dict.fromkeys(("report.pdf", "table.csv", "notes.txt"), DOCUMENT),
    "clip.mp4": VIDEO,
}
PLANS = sorted((Path(intermodal.__file__).parent / "examples" / "plans").glob("*.py"))


@pytest.fixture(scope="module")
def builtins() -> dict[str, Tool]:
    return {tool.name: tool for tool in Registry(entry_points=False).tools()}


def test_the_examples_of_tools_are_plans(builtins: dict[str, Tool]) -> None:
    signatures = {name: tool.signature for name, tool in builtins.items()}
    wrong = []
    for name, signature in signatures.items():
        if not signature.example:
            wrong.append(f"{name} has no example")
            continue
        checked = check(parse(signature.example), signatures, files=FILES)
        wrong += [f"{name}: {signature.example}: {problem}" for problem in checked.problems]
        if name not in {call.function for call in checked.calls}:
            wrong.append(f"{name}: its example does not call it: {signature.example}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.name)
def test_the_plans_in_examples_are_valid(path: Path, builtins: dict[str, Tool]) -> None:
    source = path.read_text("utf-8")
    checked = check(parse(source), {name: tool.signature for name, tool in builtins.items()})
    assert checked.problems == ()
    assert checked.source == source
