"""The modes as a person meets them: on the command line, and with the embedded model on real photos."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from intermodal import Agent
from intermodal.agent import events
from intermodal.agent.controller import ChatController
from intermodal.tests.agent.openai_server import StandIn, say

from .conftest import Ran

Command = Callable[..., Ran]
PLUGIN = '''
from intermodal import Image, ToolError, tool

@tool
def caption_photo(image: Image) -> str:
    """Write a caption for a photo."""
    raise ToolError("The caption service was closed for good.")
'''
SMALL = '```python\n# make it small\nsmall = resize_image("coffee.png", width=64)\n```'
GREY = "```python\n# make it grey\ngrey = grayscale_image(small)\n```"


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A model that makes a picture small and grey, one line after the other."""
    with StandIn(say(SMALL), say(GREY), say("done()"), say("It is small and grey.")) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        yield server


def test_the_command_takes_a_mode(stand_in: StandIn, photos: Path, intermodal_command: Command) -> None:
    request = ("ask", "Make it small and grey.", str(photos / "coffee.png"), "--model", "openai:stand-in")
    ran = intermodal_command(*request, "--mode", "react", "--json")
    document = json.loads(ran.out)
    assert ran.code == 0 and len(stand_in.asked) == 4
    assert (document["mode"], document["replanned"]) == ("react", None)
    assert document["answer"].startswith("It is small and grey.")
    Path("plan.py").write_text(document["plan"].replace("coffee.png", str(photos / "coffee.png")))
    assert intermodal_command("run", "plan.py", "--model", "none").code == 0


def test_the_terminal_tells_the_mode(stand_in: StandIn, photos: Path, intermodal_command: Command) -> None:
    ran = intermodal_command(
        "ask", "Make it small and grey.", str(photos / "coffee.png"), "--model", "openai:stand-in", "--mode=react"
    )
    assert ran.err.count("mode: react") == 1
    assert ran.err.index("resize_image (") < ran.err.index("grey = grayscale_image(small)")


def test_a_mode_that_is_none_is_told(intermodal_command: Command) -> None:
    ran = intermodal_command("ask", "Hello", "--mode", "reakt")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "intermodal: There is no mode 'reakt'. Did you mean 'react'?\n"


@pytest.mark.embedded
@pytest.mark.slow
def test_one_call_at_a_time_on_a_real_photo(model: ChatController, photos: Path, tmp_path: Path) -> None:
    with Agent(model, mode="react", output=tmp_path / "made") as agent:
        answer = agent.ask(
            "How many people are in this photo? Then make it 200 pixels wide.", [photos / "astronaut.png"]
        )
    assert answer.ok and {"1", "one"} & set(answer.text.lower().replace(".", " ").split())
    assert [step.tool for step in answer.steps if not step.parent] == ["detect_objects", "resize_image"]
    assert answer.artifacts[-1].describe().startswith("picture, 200 x 200 pixels")
    assert answer.cost.calls == 4  # two lines, the end, the answer


@pytest.mark.embedded
@pytest.mark.slow
def test_a_tool_that_fails_on_a_real_photo_is_replaced(model: ChatController, photos: Path, tmp_path: Path) -> None:
    (tmp_path / "captions.py").write_text(PLUGIN)
    seen: list[events.Event] = []
    with Agent(
        model, mode="auto", tools=[tmp_path / "captions.py"], output=tmp_path / "made", on_event=seen.append
    ) as agent:
        answer = agent.ask("Write a caption for this photo.", [photos / "coffee.png"])
    assert answer.replanned == "caption_photo: The caption service was closed for good."
    assert [event.reason for event in seen if isinstance(event, events.Replanning)] == [answer.replanned]
    assert [step.tool for step in answer.steps if not step.parent] == ["caption_photo", "describe_image"]
    assert answer.ok and "cup" in answer.text and "Instead of caption_photo(" in answer.text
    assert "caption_photo" not in answer.plan and "describe_image" in answer.plan
