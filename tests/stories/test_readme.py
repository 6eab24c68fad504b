"""The README's examples, run as they stand."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import intermodal
from intermodal import Agent, Registry
from intermodal.agent.plan import check, parse

ROOT = Path(intermodal.__file__).parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
PYTHON = [text for language, text in BLOCKS if language == "python"]
COMMANDS = [line for language, text in BLOCKS if language == "sh" for line in text.splitlines()]


def _block(words: str) -> str:
    (found,) = [text for text in PYTHON if words in text]
    return found


@pytest.fixture
def folder(tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the README speaks of."""
    import PIL.Image
    import PIL.ImageDraw
    import PIL.ImageFont

    (tmp_path / "photo.png").write_bytes((photos / "astronaut.png").read_bytes())
    sign = PIL.Image.new("RGB", (640, 240), "white")
    font = PIL.ImageFont.load_default(64)
    PIL.ImageDraw.Draw(sign).text((40, 80), "NO SWIMMING", "black", font=font)
    sign.save(tmp_path / "sign.jpg")
    (tmp_path / "invert.py").write_text(_block("invert_colours"))
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_two_commands_of_the_set_up_are_what_ci_runs() -> None:
    assert "pip install -e '.[local]' && intermodal demo" in COMMANDS
    assert "pip install -e '.[local,test]' && pytest" in COMMANDS
    assert "pip install --quiet -e '.[local,test]' && pytest" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_every_command_is_one_that_exists() -> None:
    help_text = subprocess.run(
        [sys.executable, "-c", "from intermodal.agent.cli import main; main()", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for line in COMMANDS:
        words = shlex.split(line)
        if words[0] == "intermodal" and len(words) > 1:
            assert re.search(rf"^\s*{words[1]}\b", help_text, re.M), line


def test_the_plan_is_the_one_in_the_examples_and_is_valid() -> None:
    plan = _block("Read every sign")
    assert plan == (ROOT / "examples" / "plans" / "read_sign.py").read_text("utf-8")
    assert check(parse(plan), {tool.name: tool.signature for tool in Registry().tools()}).ok


def test_the_plug_in_works(folder: Path) -> None:
    with Agent(model="none", output=folder / "out", tools=["invert.py"]) as agent:
        answer = agent.run('inverted = invert_colours("photo.png")')
        (made,) = answer.artifacts
    import numpy as np

    from intermodal import Image

    assert np.array_equal(255 - Image(made.path).array(), Image(folder / "photo.png").array())


@pytest.mark.embedded
@pytest.mark.slow
def test_the_python_example_prints_an_answer(folder: Path) -> None:
    (folder / "example.py").write_text(_block("with Agent() as agent"))
    done = subprocess.run([sys.executable, "example.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search(r"\b(1|one)\b", done.stdout, re.I)
    assert "detect_objects(" in done.stdout or "answer_question(" in done.stdout


@pytest.mark.embedded
@pytest.mark.slow
@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "command", [line for line in COMMANDS if line.startswith(("intermodal ask", "intermodal run"))]
)
def test_a_command_answers(command: str, intermodal_command: Callable[..., object]) -> None:
    ran = intermodal_command(*shlex.split(command)[1:])
    assert ran.code == 0, ran.err  # type: ignore[attr-defined]
    assert ran.out.strip()  # type: ignore[attr-defined]
