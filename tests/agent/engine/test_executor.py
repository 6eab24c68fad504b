"""The executor: every call ends in a recorded step, and what it made is kept where it belongs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from intermodal import Agent, Context, Image, tool
from intermodal.agent import events

CALLS: list[str] = []


@tool(room="")
def spell(text: str) -> str:
    """Count the calls, and give the letters."""
    CALLS.append(text)
    return " ".join(text)


@tool(room="")
def spell_twice(text: str, ctx: Context) -> str:
    """Call another tool twice, the same way."""
    call = ctx.need_call()
    return call("spell", text=text) + " " + call("spell", text=text)


@tool(room="")
def hand_on(image: Image, ctx: Context) -> Image:
    """Make two pictures by another tool, and give one of them."""
    call = ctx.need_call()
    call("resize_image", image=image, width=16)
    made: Image = call("resize_image", image=image, width=8)
    return made


@pytest.fixture
def seen() -> list[events.Event]:
    return []


@pytest.fixture
def agent(tmp_path: Path, seen: list[events.Event]) -> Iterator[Agent]:
    tools = [spell, spell_twice, hand_on]
    with Agent(model="none", output=tmp_path / "out", tools=tools, on_event=seen.append) as made:
        yield made


def test_the_same_inner_call_is_made_once(agent: Agent) -> None:
    CALLS.clear()
    assert agent.run('x = spell_twice("ab")').text == "a b a b"
    assert agent.run('x = spell_twice("ab")').text == "a b a b"
    assert CALLS == ["ab"]
    agent.run('x = spell("ab")')  # the plan's own calls are always made
    assert CALLS == ["ab", "ab"]


def test_only_what_a_plan_gets_is_put_in_the_output_folder(agent: Agent, photos: Path, tmp_path: Path) -> None:
    answer = agent.run("photo: Image\nsmall = hand_on(photo)", {"photo": photos / "coffee.png"})
    (made,) = answer.artifacts
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["small.png"]
    assert made.file.pil().width == 8  # type: ignore[attr-defined]
    assert made.made_by is not None
    assert (made.made_by.tool, made.made_by.backend, made.made_by.parents) == ("hand_on", "function", ("image-1",))


def test_every_call_is_told_with_its_parent(agent: Agent, seen: list[events.Event], photos: Path) -> None:
    answer = agent.run("photo: Image\nsmall = hand_on(photo)", {"photo": photos / "coffee.png"})
    assert [(step.tool, step.parent) for step in answer.steps] == [
        ("resize_image", "1"),
        ("resize_image", "1"),
        ("hand_on", ""),
    ]
    kinds = [type(event).__name__ for event in seen]
    assert kinds[0] == "FileAttached" and kinds[-1] == "Finished"
    assert kinds.count("StepStarted") == kinds.count("StepFinished") == 3
    assert all(event.to_json()["event"] == kind for event, kind in zip(seen, kinds, strict=True))
