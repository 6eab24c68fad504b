"""Bad input gets one clear sentence on standard error, the right exit code, and no traceback."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import wave
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Ran

Command = Callable[..., Ran]


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _png(width: int, height: int) -> bytes:
    """A picture that says how large it is, and has next to nothing in it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(bytes(100))), _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.fixture
def bad_files(tmp_path: Path, photos: Path) -> Path:
    """A folder of files that nothing can be done with."""
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.jpg").write_text("This is a letter, not a picture.\n")
    (tmp_path / "cut.png").write_bytes((photos / "astronaut.png").read_bytes()[:20_000])
    (tmp_path / "cut.jpg").write_bytes((photos / "rocket.jpg").read_bytes()[:20_000])
    (tmp_path / "huge.png").write_bytes(_png(60_000, 60_000))
    (tmp_path / "noise.mp3").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "a folder").mkdir()
    with wave.open(str(tmp_path / "silent.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere.png", "no file 'nowhere.png'"),
        ("a folder", "'a folder' is a folder"),
        ("empty.png", "'empty.png' is empty"),
        ("text.jpg", "it holds text"),
        ("cut.png", "damaged or incomplete"),
        ("cut.jpg", "damaged or incomplete"),
        ("huge.png", "up to 100 million pixels"),
        ("silent.wav", "silent.wav"),
        ("noise.mp3", "no MP3 file"),
    ],
)
@pytest.mark.usefixtures("bad_files")
def test_a_file_that_can_not_be_used(intermodal_command: Command, name: str, words: str) -> None:
    ran = intermodal_command("ask", "What is this?", name)
    assert ran.code == 2
    assert ran.err.count("\n") == 1 and ran.err.startswith("intermodal: ")
    assert words in ran.err
    assert ran.out == ""


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are another matter there")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden")
    secret.chmod(0)
    command = [sys.executable, "-c", "from intermodal.agent.cli import main; main()", "ask", "What?", "secret.txt"]
    if os.geteuid() == 0:  # the administrator may read everything, unless that is taken from the process
        if shutil.which("setpriv") is None:
            pytest.skip("setpriv is not here")
        rights = "-dac_override,-dac_read_search"
        command = ["setpriv", f"--bounding-set={rights}", f"--inh-caps={rights}", *command]
    ran = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 2 and ran.stdout == ""
    assert "no permission to read" in ran.stderr and "secret.txt" in ran.stderr and ran.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ask", ""], "The request is empty"),
        (["ask", "x" * 100_000], "100,000 characters"),
        (["ask", "What?", "--model", "opnai:gpt-4o"], "Did you mean 'openai'"),
        (["ask", "What?", "--model", "nonsense"], "PROVIDER:MODEL"),
        (["ask", "What?", "--backend", "transcribe=wisper"], "Did you mean 'whisper'"),
        (["ask", "What?", "--backend", "transcrib=whisper"], "Did you mean 'transcribe'"),
        (["ask", "What?", "--backend", "transcribe"], "TOOL=BACKEND"),
        (["ask", "What?", "--tools", "nowhere.py"], "'nowhere.py'"),
        (["tools", "detect_object"], "Did you mean 'detect_objects'"),
        (["models", "pull", "whisper-bas"], "Did you mean 'whisper-base'"),
        (["models", "pull"], "--all"),
        (["run", "nowhere.py"], "'nowhere.py' can't be read"),
        (["frobnicate"], "frobnicate"),
        (["ask", "What?", "--frobnicate"], "--frobnicate"),
    ],
)
def test_a_name_or_option_that_can_not_be_used(intermodal_command: Command, arguments: list[str], words: str) -> None:
    ran = intermodal_command(*arguments)
    assert ran.code == 2
    assert words in ran.err and "Traceback" not in ran.err
    assert ran.out == ""


PLAN = '"""Shrink a picture."""\nphoto: Image\nwidth: int = 64\n\nsmall = resize_image(photo, width=width)\n'


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "--photo FILE"),
        (["--foto", "x.png"], "Did you mean 'photo'"),
        (["--photo"], "--photo needs a value"),
        (["--photo", "letter.txt"], "wants Image"),
        (["--photo", "nowhere.png"], "no file 'nowhere.png'"),
        (["photo.png"], "--NAME VALUE"),
    ],
)
def test_inputs_of_a_plan(tmp_path: Path, intermodal_command: Command, options: list[str], words: str) -> None:
    (tmp_path / "plan.py").write_text(PLAN)
    (tmp_path / "letter.txt").write_text("Dear reader.\n")
    ran = intermodal_command("run", "plan.py", *options)
    assert ran.code == 2
    assert words in ran.err and "Traceback" not in ran.err


def test_an_input_of_the_wrong_kind(tmp_path: Path, intermodal_command: Command, photos: Path) -> None:
    (tmp_path / "plan.py").write_text(PLAN)
    ran = intermodal_command("run", "plan.py", "--photo", str(photos / "coffee.png"), "--width", "wide")
    assert ran.code == 2 and "--width: 'wide' is not a whole number" in ran.err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("this is prose, not a plan", "this is not Python"),
        ("while True:\n    x = speak('a')\n", "`while`"),
        ("x = speek('hello')\n", "Did you mean 'speak'"),
        ("import os\n", "`import`"),
        ("x = 1\ny = \0\n", "null byte"),
        ("x = " + "(" * 10_000 + "1" + ")" * 10_000, "more than 2000 words and signs"),
    ],
)
def test_a_plan_that_is_not_valid(tmp_path: Path, intermodal_command: Command, text: str, words: str) -> None:
    (tmp_path / "plan.py").write_text(text)
    for command in ("run", "check"):
        ran = intermodal_command(command, "plan.py")
        assert ran.code == 3
        assert words in ran.err and "Traceback" not in ran.err and "\0" not in ran.err


def test_a_plan_of_ten_megabytes(tmp_path: Path, intermodal_command: Command) -> None:
    (tmp_path / "plan.py").write_text("x = 1\n" * 1_700_000)
    for command in ("run", "check"):
        ran = intermodal_command(command, "plan.py")
        assert ran.code == 2 and "10,200,000 bytes; a plan has at most 1,000,000" in ran.err


def test_weights_that_are_not_here_are_not_said_to_be_removed(
    tmp_path: Path, intermodal_command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERMODAL_HOME", str(tmp_path / "home"))
    ran = intermodal_command("models", "remove", "movenet-lightning")
    assert (ran.code, ran.out) == (0, "movenet-lightning: was not here\n")


def test_quietly_it_still_says_where_files_are(tmp_path: Path, intermodal_command: Command, photos: Path) -> None:
    (tmp_path / "plan.py").write_text(PLAN)
    ran = intermodal_command("run", "plan.py", "--photo", str(photos / "coffee.png"), "--quiet")
    assert ran.code == 0 and ran.err.count("\n") == 1 and str(Path("intermodal-out", "small.png")) in ran.err


def test_an_output_folder_that_can_not_be_written(tmp_path: Path, intermodal_command: Command, photos: Path) -> None:
    (tmp_path / "plan.py").write_text(PLAN)
    (tmp_path / "taken").write_text("a file where the folder should be")
    ran = intermodal_command("run", "plan.py", "--photo", str(photos / "coffee.png"), "-o", "taken")
    assert ran.code in (1, 2)
    assert "taken" in ran.err and "Traceback" not in ran.err


def test_no_weights_and_no_route(tmp_path: Path, intermodal_command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERMODAL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    ran = intermodal_command("models", "pull", "movenet-lightning")
    assert ran.code == 1
    assert "movenet-lightning" in ran.err and "Traceback" not in ran.err
    assert not list((tmp_path / "home").rglob("*.tflite"))
