"""What of a catalogue the controller is shown, and which tools a text speaks of."""

from __future__ import annotations

import pytest

from intermodal.agent import catalogue
from intermodal.agent.catalogue import Catalogue, brief_line, clauses, tool_line
from intermodal.tools.contract import Parameter, Signature
from intermodal.tools.errors import WeightsError
from intermodal.tools.kinds import AUDIO, IMAGE, INT, STR, Kind


def signature(name: str, summary: str, kind: Kind = STR, result: Kind = STR) -> Signature:
    return Signature(name=name, parameters=(Parameter(name="given", kind=kind),), result=result, summary=summary)


TOOLS = {
    one.name: one
    for one in (
        signature("read_text", "Read the text in a picture.", IMAGE),
        signature("transcribe", "Write down what is said in a recording.", AUDIO),
        signature("speak", "Read a text aloud.", STR, AUDIO),
        signature("summarize", "Shorten a text to its main points."),
        signature("blur_image", "Blur a picture.", IMAGE, IMAGE),
    )
}


@pytest.fixture
def no_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(texts: object) -> None:
        raise WeightsError("not here")

    monkeypatch.setattr("intermodal.tools.embedding.embed_kept", missing)


def many(number: int) -> dict[str, Signature]:
    return {f"tool_{at}": signature(f"tool_{at}", f"Do the thing of number {at} to a text.") for at in range(number)}


def test_a_line_says_what_goes_in_and_comes_out() -> None:
    record = Kind("Found", fields=(("count", INT), ("text", STR)))
    tool = Signature(
        name="find",
        parameters=(Parameter(name="image", kind=IMAGE), Parameter(name="most", kind=INT, default=3)),
        result=record,
        summary="Find things.",
    )
    assert tool_line(tool) == "def find(image: Image, most: int = 3) -> Found(count, text): ...  # Find things."
    assert brief_line(tool) == "find(image, most=3) -> Found(count, text)"


def test_a_small_catalogue_is_explained_a_large_one_listed_a_huge_one_picked_from() -> None:
    assert Catalogue(TOOLS).lines[0].startswith("def read_text")
    assert Catalogue(many(60)).lines[0] == "tool_0(given) -> str"
    assert Catalogue(many(1000)).lines == ()
    assert Catalogue(many(60)).pick("anything") == list(many(60))


def test_without_weights_words_choose(no_weights: None) -> None:
    huge = Catalogue({**many(1000), **TOOLS})
    picked = huge.pick("Transcribe the recording, then summarize its main points.")
    assert {"transcribe", "summarize"} <= set(picked) and len(picked) <= catalogue.PICKED
    assert Catalogue(TOOLS).rank("what is said in the recording")[0] == "transcribe"
    assert set(Catalogue(TOOLS).near("blur it", TOOLS)) == set(TOOLS), "words are too weak to rule a tool out"
    assert Catalogue(TOOLS).overlooked("Blur the picture.", ()) == []


@pytest.mark.embedded
def test_a_comment_means_few_tools() -> None:
    tools = Catalogue(TOOLS)
    assert tools.near("what is said in the interview", TOOLS)[0] == "transcribe"
    assert "blur_image" not in tools.near("shorten it to the essentials", TOOLS)
    assert tools.near('read "blur the picture" aloud', TOOLS)[0] == "speak", "what is quoted is not what is to be done"
    assert tools.near("shorten it", {"blur_image"}) == ["blur_image"], "only among those that can be called"


@pytest.mark.embedded
def test_what_a_plan_overlooks() -> None:
    tools = Catalogue(TOOLS)
    request = "I have this recording from Monday. Write down what is said in it, and read it aloud."
    assert tools.overlooked(request, ["transcribe"]) == ["read it aloud"]
    assert tools.overlooked(request, ["transcribe", "speak"]) == []


@pytest.mark.embedded
def test_a_huge_catalogue_is_picked_from_by_meaning() -> None:
    huge = Catalogue({**many(250), **TOOLS})
    assert {"transcribe", "blur_image"} <= set(huge.pick("what do they say on the tape? and make the photo blurry"))


def test_clauses() -> None:
    request = "I've a long video, 'talk.mp4'. Could you cut it, then read 'a quoted text, with commas and so on' aloud?"
    assert clauses(request) == ["I've a long video", "Could you cut it", "read it aloud"]
    assert clauses("") == [] and clauses("hello") == []
