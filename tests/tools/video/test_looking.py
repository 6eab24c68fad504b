from __future__ import annotations

from typing import Any

import pytest

from intermodal import Context, Image, Video
from intermodal.tools.audio.transcript import Segment, of_segments
from intermodal.tools.errors import ToolError
from intermodal.tools.image.results import Box, Classes, Detections, Text
from intermodal.tools.video.frames import Shot, find_shots, video_frame
from intermodal.tools.video.looking import answer_video_question, describe_video, sample_times, times_in
from intermodal.tools.video.sound import extract_audio


def test_one_picture_a_shot_and_more_of_long_ones() -> None:
    assert sample_times([Shot(start=0, end=2), Shot(start=2, end=4)]) == [1, 3]
    assert sample_times([Shot(start=0, end=16)]) == [2, 6, 10, 14]
    many = sample_times([Shot(start=i, end=i + 1 + (i == 20) * 0.5) for i in range(40)])
    assert len(many) == 8 and many == sorted(many) and 20.75 in many
    assert len(sample_times([Shot(start=0, end=3600)])) == 8


def test_times_are_read_from_an_answer() -> None:
    assert times_in("At 0:02 and 1:05, not 9:59, again 0:02.", 70) == [2.0, 65.0]
    assert times_in("at 1:00:01", 4000) == [3601.0]
    assert times_in("no time", 10) == []


class Written:
    """A controller that says what it is told to."""

    def __init__(self, *replies: str) -> None:
        self.replies, self.prompts = list(replies), []

    def write(self, prompt: str, **options: Any) -> str:
        self.prompts.append(prompt)
        return self.replies.pop(0)


@pytest.fixture
def watching(ctx: Context) -> Context:
    """A context whose tools are the real ones for video, and fixed ones for seeing and hearing."""

    def call(tool: str, **given: Any) -> Any:
        if tool in ("find_shots", "video_frame", "extract_audio"):
            return {"find_shots": find_shots, "video_frame": video_frame, "extract_audio": extract_audio}[tool](
                **given, ctx=ctx
            )
        if tool == "transcribe":
            return of_segments([Segment(start=0.2, end=3, text="Ever tried.")], "English")
        box = Box(label="cat", x=0, y=0, width=60, height=60)
        seen = {
            "detect_objects": lambda image: Detections(boxes=[box], picture=Image(image.path)),
            "classify_image": lambda image: Classes(guesses=[]),
            "read_text": lambda image: Text(lines=[]),
        }
        return seen[tool](**given)

    ctx.call = call
    return ctx


def test_description_without_a_controller(clip: Video, watching: Context) -> None:
    found = describe_video(clip, ctx=watching)
    assert found.shots == 3 and found.seconds == pytest.approx(3.75, abs=0.05)
    assert found.summary.startswith("A video of 4 seconds. A photo of a cat.")
    assert 'Somebody says: "Ever tried."' in found.summary and found.origin.endswith("by rule")
    assert len(found.scenes) == 3 and all(scene.colors for scene in found.scenes)
    assert "0:01 " in str(found) and "Said in it: Ever tried." in str(found)


def test_a_summary_that_invents_is_not_taken(clip: Video, silent_clip: Video, watching: Context) -> None:
    honest = "The video shows a cat, and someone says: ever tried."
    watching.controller = Written("A dragon burns the castle.", honest)
    found = describe_video(clip, ctx=watching)
    assert found.summary == honest and "dragon" in watching.controller.prompts[1]
    watching.controller = Written("A dragon.", "A castle.")
    assert "Nobody speaks." in describe_video(silent_clip, ctx=watching).summary


def test_an_answer_names_its_times(clip: Video, watching: Context) -> None:
    watching.controller = Written("Answer: A cat appears at 0:01.\nQuestion: more?")
    found = answer_video_question(clip, "When does a cat appear?", ctx=watching)
    assert str(found) == "A cat appears at 0:01." and found.times == [1.0]
    assert '0:00 said: "Ever tried."' in found.facts
    assert "When does a cat appear?" in watching.controller.prompts[0]
    with pytest.raises(ToolError, match="question is empty"):
        answer_video_question(clip, " ", ctx=watching)
