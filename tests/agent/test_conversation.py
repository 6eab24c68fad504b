"""What a request is about: the files it brings, else what the last one left, and more when its words look back."""

from __future__ import annotations

from pathlib import Path

import pytest

from intermodal.agent.artifacts import Artifact, MadeBy
from intermodal.agent.conversation import Conversation
from intermodal.agent.planner import Turn
from intermodal.tools.facts import read_facts
from intermodal.tools.kinds import IMAGE


@pytest.fixture
def files(photos: Path) -> list[Artifact]:
    """Two photos, and a picture that was made of the second one."""
    facts = read_facts(photos / "coffee.png")
    made_by = MadeBy(tool="resize_image", parents=("image-2",))
    return [
        Artifact(handle=f"image-{n}", kind=IMAGE, path=photos / name, sha256="", facts=facts, name=name, made_by=made)
        for n, (name, made) in enumerate([("coffee.png", None), ("rocket.jpg", None), ("small.png", made_by)], 1)
    ]


@pytest.fixture
def talk(files: list[Artifact]) -> Conversation:
    """Two requests were made: one about the first photo, one that made a picture of the second."""
    talk = Conversation()
    talk.brought(files[0])
    talk.ended(Turn(request="What is it?"), {"found": "a cup"}, [])
    talk.brought(files[1])
    talk.ended(Turn(request="Make it small."), {"small": files[2].file}, [files[2]])
    return talk


def _handles(talk: Conversation, request: str, files: list[Artifact]) -> list[str]:
    return [artifact.handle for artifact in talk.scope(request, files).files]


def test_a_request_that_brings_files_is_about_those(talk: Conversation, files: list[Artifact]) -> None:
    talk.brought(files[0])
    scope = talk.scope("How many people are in this photo?", files)
    assert [artifact.handle for artifact in scope.files] == ["image-1"]
    assert not scope.names and not scope.history


def test_a_follow_up_is_about_what_was_left_its_results_first(talk: Conversation, files: list[Artifact]) -> None:
    scope = talk.scope("Now turn it upside down.", files)
    assert [artifact.handle for artifact in scope.files] == ["image-3", "image-2"]
    assert list(scope.names) == ["found", "small"] and len(scope.history) == 2


@pytest.mark.parametrize(
    ("request_", "handles"),
    [
        ("Compare it with the first photo.", ["image-3", "image-2", "image-1"]),
        ("And coffee.png?", ["image-3", "image-2", "image-1"]),
        ("Describe image-1.", ["image-3", "image-2", "image-1"]),
    ],
)
def test_words_that_look_back_bring_more(
    talk: Conversation, files: list[Artifact], request_: str, handles: list[str]
) -> None:
    assert _handles(talk, request_, files) == handles


def test_a_request_that_left_nothing_does_not_hide_what_was_before(talk: Conversation, files: list[Artifact]) -> None:
    talk.ended(Turn(request="Hello!"), {}, [])
    assert _handles(talk, "Make it grey.", files) == ["image-3", "image-2"]
