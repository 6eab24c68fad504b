"""The session: files are found in lines, commands work, errors end nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from intermodal import Agent
from intermodal.agent import events
from intermodal.agent.cli.chat import Chat, absent_files, named_files
from intermodal.agent.cli.completion import Words
from intermodal.agent.cli.terminal import Terminal, clean


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, photos: Path) -> Path:
    for name in ("cat.png", "my cat.png"):
        (tmp_path / name).write_bytes((photos / "chelsea.png").read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("line", "names", "alone"),
    [
        ("what is in cat.png?", ["cat.png"], False),
        ("cat.png", ["cat.png"], True),
        ('"my cat.png" and cat.png.', ["my cat.png", "cat.png"], False),
        ("'my cat.png'", ["my cat.png"], True),
        ("what is a cat?", [], False),
        ("it's about cat.png, isn't it", ["cat.png"], False),
        ("cat.png cat.png", ["cat.png"], True),
    ],
)
def test_files_are_found_in_a_line(folder: Path, line: str, names: list[str], alone: bool) -> None:
    found, only = named_files(line)
    assert ([path.name for path in found], only) == (names, alone)


@pytest.mark.skipif(os.name == "nt", reason="a backslash parts folders there")
def test_a_backslash_keeps_a_space(folder: Path) -> None:
    assert [path.name for path in named_files(r"look at my\ cat.png")[0]] == ["my cat.png"]


def test_an_absolute_path_is_a_file_and_not_a_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Agent(model="none", output=folder / "out") as agent:
        chat = Chat(agent, Terminal(quiet=True))
        chat.answer(str(folder / "cat.png"))
        chat.answer("/files")
        chat.answer("/fiels")
        chat.answer("what is in nowhere?")
        chat.answer("/plan")
        chat.answer("/open image-9")
        chat.answer("/mode react")
        chat.answer("/mode plam")
        chat.answer("/mode")
        with pytest.raises(EOFError):
            chat.answer("/quit")
    told = capsys.readouterr().err
    assert "image-1: " in told and "cat.png" in told
    assert "Did you mean '/files'" in told
    assert "--model none" in told
    assert "No plan yet." in told
    assert "There is no file 'image-9'" in told
    assert told.count("mode: react") == 2 and "There is no mode 'plam'. Did you mean 'plan'?" in told


def test_a_saved_plan_names_files_by_their_paths(folder: Path) -> None:
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "dog.png").write_bytes((folder / "cat.png").read_bytes())
    with Agent(model="none", output=folder / "out") as agent:
        chat = Chat(agent, Terminal(quiet=True))
        agent.attach(elsewhere / "dog.png")
        answer = agent.run(f'small = resize_image("{elsewhere.as_posix()}/dog.png", width=40)')
        (made,) = answer.artifacts
        chat.last_plan = f'both = join_images(["dog.png", "{made.name}"])\nagain = flip_image("{made.handle}")\n'
        chat.answer("/plan saved.py")
    saved = (folder / "saved.py").read_text()
    for path in (Path("elsewhere", "dog.png"), Path("out", "small.png")):
        assert json.dumps(str(path)) in saved
    assert made.handle not in saved


def test_tab_completes_commands_and_paths(folder: Path) -> None:
    words = Words(["/files", "/tools"])
    event = CompleteEvent()
    assert [found.text for found in words.get_completions(Document("/fi"), event)] == ["/files"]
    assert [found.text for found in words.get_completions(Document("what is in ca"), event)] == ["t.png"]


def test_the_mode_and_a_second_plan_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with Terminal() as terminal:
        terminal.show(events.Planning())
        terminal.show(events.Finished(ok=True, calls=1, tokens_in=0, tokens_cached=0, tokens_out=9, seconds=1.0))
        assert "mode" not in capsys.readouterr().err
        terminal.show(events.Planning(mode="auto"))
        terminal.show(events.Planning(mode="auto", attempt=2))
        terminal.show(events.Replanning(reason="ring: It is cracked."))
    told = capsys.readouterr().err
    assert told.count("mode: auto") == 1 and "planning again, because ring: It is cracked." in told


def test_text_from_tools_can_not_drive_the_terminal() -> None:
    assert clean("red \x1b[31m\x07\nline") == "red ·[31m·\nline"


@pytest.mark.parametrize(
    ("line", "absent"),
    [
        ("is nowhere.png nice?", ["nowhere.png"]),
        ("compare 'a.jpg' with ./b.wav.", ["a.jpg", "./b.wav"]),
        ("make it smaller, and save it as small.png", []),
        ("turn the sign of sign.png red", []),
        ("what is on https://example.com/cat.png", []),
        ("e.g. this one, version 2.5 of node.js.", []),
    ],
)
def test_files_that_are_not_there_are_seen(line: str, absent: list[str]) -> None:
    assert absent_files(line, ["sign.png"]) == absent
