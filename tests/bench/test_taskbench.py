"""The TaskBench bench on a small catalogue of the same form: tools, files, predictions, figures, resuming."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from intermodal.agent.examples import read_examples
from intermodal.agent.plan import check, parse
from intermodal.testing import ScriptedModel
from intermodal.tests.bench import taskbench
from intermodal.tests.bench.taskbench_score import figures
from intermodal.tests.bench.taskbench_tools import named_files, read_tools
from intermodal.tools.errors import ToolError

TOOLS = [
    {"id": "Image-to-Text", "desc": "Reads text.", "input-type": ["image"], "output-type": ["text"]},
    {"id": "Image Stitcher", "desc": "Joins.", "input-type": ["image", "image"], "output-type": ["image"]},
    {"id": "Image Search (by Image)", "desc": "Finds alike.", "input-type": ["image"], "output-type": ["Image"]},
]
ROW = {
    "id": "1",
    "instruction": "Join 'a.jpg' with one like it, and read it.",
    "task_nodes": [
        {"task": "Image Search (by Image)", "arguments": ["a.jpg"]},
        {"task": "Image Stitcher", "arguments": ["a.jpg", "<node-0>"]},
        {"task": "Image-to-Text", "arguments": ["<node-1>"]},
    ],
}
PLAN = 'alike = image_search_by_image("a.jpg")\njoined = image_stitcher("a.jpg", alike)\nwords = image_to_text(joined)'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tool_desc.json").write_text(json.dumps({"nodes": TOOLS}))
    (tmp_path / "gold.jsonl").write_text("".join(json.dumps({**ROW, "id": key}) + "\n" for key in "12"))
    return tmp_path


def run(folder: Path, replies: list[str], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    out = folder / "predictions.jsonl"
    with ScriptedModel(replies) as model:
        monkeypatch.setattr(taskbench, "open_controller", lambda name: model)
        taskbench.main(
            ["--data", str(folder), "--gold", str(folder / "gold.jsonl"), "--model", "scripted", "--out", str(out)]
        )
    return [json.loads(line) for line in out.read_text().splitlines()]


def test_tools_are_plan_only_and_named_by_kind(folder: Path) -> None:
    tools = read_tools(folder)
    assert str(tools["Image Stitcher"].signature) == "image_stitcher(image: Image, image2: Image) -> Image"
    assert str(tools["Image Search (by Image)"].signature) == "image_search_by_image(image: Image) -> Image"
    with pytest.raises(ToolError):
        tools["Image-to-Text"](image="a.jpg")


def test_a_run_writes_predictions_and_goes_on_where_it_stopped(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = run(folder, [PLAN, "no idea", "none", "sorry"], monkeypatch)
    assert rows[0]["task_nodes"] == ROW["task_nodes"]
    assert rows[1]["task_nodes"] == [] and "prose" in rows[1]["error"]
    assert "without a valid plan 1" in capsys.readouterr().out
    with (folder / "predictions.jsonl").open("a") as file:
        file.write('{"id": "cut o')
    assert run(folder, [], monkeypatch) == rows


def test_a_call_within_a_call_is_a_node_of_its_own() -> None:
    source = 'text = rate(read("a.jpg"))\nvoice = say(text)'
    assert taskbench.task_nodes(source, {"rate": "Rate", "read": "Read", "say": "Say"}) == [
        {"task": "Read", "arguments": ["a.jpg"]},
        {"task": "Rate", "arguments": ["<node-0>"]},
        {"task": "Say", "arguments": ["<node-1>"]},
    ]


def test_files_that_a_request_names() -> None:
    cards = named_files("Put photo.jpg, 'c.png' and s.WAV on http://x.org/film.mp4, example.com/d.mp3. Not e.txt.")
    kinds = [("photo.jpg", "Image"), ("c.png", "Image"), ("s.WAV", "Audio")]
    assert [(card.handle, str(card.kind)) for card in cards] == kinds
    assert named_files("nothing here, example.com") == []


def test_the_figures() -> None:
    gold = ROW["task_nodes"]
    assert isinstance(gold, list)
    perfect = figures([(gold, gold)], {})
    assert perfect == {"n-F1": 100.0, "e-F1": 100.0, "t-F1": 100.0, "v-F1": 100.0, "exact": 100.0}
    assert figures([(gold, [])], {})["n-F1"] == 0.0
    half = figures([(gold, gold[:1])], {})
    assert half["n-F1"] == pytest.approx(50.0) and half["e-F1"] == 0.0 and half["exact"] == 0.0


def test_the_examples_are_plans(folder: Path) -> None:
    examples = read_examples(taskbench.EXAMPLES.read_text(encoding="utf-8"))
    assert len(examples) > 10
    for example in examples:
        assert not check(parse(example.plan), {}, files=None, names={}).inputs  # it parses; its tools are the data's
