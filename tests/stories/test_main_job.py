"""The main job with the embedded model: questions about real files, answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from intermodal import Agent

pytestmark = [pytest.mark.embedded, pytest.mark.slow]


def test_one_person_is_counted(agent: Agent, photos: Path) -> None:
    answer = agent.ask("How many people are in this photo?", [photos / "astronaut.png"])
    assert answer.ok
    assert {"1", "one"} & set(answer.text.lower().replace(".", " ").split())
    assert answer.cost.calls >= 2 and answer.cost.tokens_out > 10
    assert all(step.ok for step in answer.steps)


def test_two_people_are_counted(agent: Agent, zidane: Path) -> None:
    answer = agent.ask("How many people are in this photo?", [zidane])
    assert {"2", "two"} & set(answer.text.lower().replace(".", " ").split())


def test_a_recording_is_summarised_and_read_aloud(agent: Agent) -> None:
    spoken = agent.run('recording = speak("The bakery on the corner opens at six and sells out of bread by nine.")')
    (recording,) = spoken.artifacts
    request = "What is said in this recording? Give me a one-sentence summary, and read it to me aloud."
    answer = agent.ask(request, [recording.path])
    assert answer.ok
    assert "bakery" in answer.text.lower()
    assert [artifact.kind.name for artifact in answer.artifacts] == ["Audio"]


def test_a_drawing_is_made_and_described(agent: Agent) -> None:
    answer = agent.ask("Draw a red fox in the snow, then describe your drawing.")
    assert answer.ok
    assert "Image" in [artifact.kind.name for artifact in answer.artifacts]
    assert len(answer.steps) >= 2


def test_a_follow_up_knows_the_earlier_file(photos: Path, tmp_path: Path, agent: Agent) -> None:
    first = agent.ask("Make this photo 100 pixels wide.", [photos / "coffee.png"])
    (small,) = first.artifacts
    second = agent.ask("Now turn it upside down.")
    assert second.ok
    assert [artifact.made_by.parents for artifact in second.artifacts if artifact.made_by] == [(small.handle,)]


def test_small_talk_needs_no_tool(agent: Agent) -> None:
    answer = agent.ask("Hello! How are you today?")
    assert answer.ok and answer.text and not answer.steps and not answer.artifacts


def test_what_no_tool_serves_is_not_invented(agent: Agent) -> None:
    answer = agent.ask("Book me a flight from Paris to Oslo for tomorrow morning.")
    assert not answer.artifacts and not answer.steps
    assert answer.text


def test_the_command_prints_one_json_document(photos: Path, intermodal_command: Callable[..., object]) -> None:
    ran = intermodal_command("ask", "How many people are in this photo?", str(photos / "astronaut.png"), "--json")
    document = json.loads(ran.out)  # type: ignore[attr-defined]
    assert ran.code == 0  # type: ignore[attr-defined]
    assert document["error"] is None and document["answer"] and "(" in document["plan"]
    assert document["steps"][0]["tool"] in document["plan"]
