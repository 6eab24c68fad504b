"""A tool of one's own: one short file is driven through `ask`, `run` and a plan; a package brings its tools along."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

import intermodal
from intermodal import Agent, Registry
from intermodal.testing import ScriptedModel, check_tool
from intermodal.tools.errors import SignatureError

from .conftest import Ran

Command = Callable[..., Ran]
PLUGINS = Path(intermodal.__file__).parent / "examples" / "plugins"
INVERT = PLUGINS / "invert.py"
PACKAGE = PLUGINS / "intermodal-sepia"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    PIL.Image.new("RGB", (16, 12), (250, 100, 0)).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def is_inverted(picture: intermodal.Image) -> bool:
    return bool((picture.array() == np.array([5, 155, 255], np.uint8)).all())


# --- one file ---------------------------------------------------------------------------------------------------------


def test_it_is_a_file_of_under_15_lines_that_keeps_to_the_contract() -> None:
    assert len(INVERT.read_text("utf-8").splitlines()) < 15
    check_tool(INVERT).require()


def test_ask_uses_it(photo: Path, tmp_path: Path) -> None:
    plan = '```python\n# invert the colours of this photo\nnegative = invert_colours("photo.png")\n```'
    with (
        ScriptedModel([plan, "Here is the photo in opposite colours (image-2)."]) as model,
        Agent(model, tools=[INVERT], output=tmp_path / "out") as agent,
    ):
        answer = agent.ask("Invert the colours of this photo.", [photo])
    assert answer.ok and is_inverted(answer.values["negative"])
    assert "image-2" in answer.text and answer.artifacts[0].path.is_file()
    told = "\n".join(message.content for message in model.asked[0].messages)
    assert "invert_colours" in told and "photo.png" in told


def test_run_uses_it(photo: Path, tmp_path: Path) -> None:
    with Agent("none", tools=[INVERT], output=tmp_path / "out") as agent:
        answer = agent.run("photo: Image\nsmall = resize_image(invert_colours(photo), width=8)", {"photo": photo})
    assert answer.ok and answer.values["small"].array().shape == (6, 8, 3)


def test_a_plan_file_uses_it(photo: Path, tmp_path: Path, intermodal_command: Command) -> None:
    plan = tmp_path / "plan.py"
    plan.write_text('"""Two negatives."""\nphoto: Image\n\nsame = invert_colours(invert_colours(photo))\n', "utf-8")
    options = ("--photo", str(photo), "--tools", str(INVERT), "--model", "none", "--json")
    ran = intermodal_command("run", str(plan), *options)
    assert ran.code == 0, ran.err
    made = json.loads(ran.out)["artifacts"]
    again = np.asarray(PIL.Image.open(made[-1]["path"]).convert("RGB"))
    assert (again == np.asarray(PIL.Image.open(photo))).all()


def test_a_broken_one_is_reported_and_left_out(tmp_path: Path, intermodal_command: Command) -> None:
    shutil.copy(INVERT, tmp_path / "invert.py")
    (tmp_path / "syntax.py").write_text("def (", "utf-8")
    (tmp_path / "crash.py").write_text("@tool\ndef crash(x: int) -> int:\n    'Crash.'\n1 / 0\n", "utf-8")
    ran = intermodal_command("tools", "--tools", str(tmp_path))
    assert ran.code == 0 and "invert_colours" in ran.out and "resize_image" in ran.out
    assert "syntax.py: SyntaxError" in ran.err and "crash" in ran.err
    assert "crash" not in ran.out


def test_duplicates_are_refused_with_both_owners(tmp_path: Path, intermodal_command: Command) -> None:
    (tmp_path / "mine.py").write_text("@tool\ndef resize_image(x: int) -> int:\n    'Mine.'\n", "utf-8")
    ran = intermodal_command("tools", "--tools", str(tmp_path / "mine.py"))
    assert ran.code == 1 and "'intermodal'" in ran.err and "mine.py" in ran.err
    registry = Registry(builtins=False, entry_points=False)
    registry.add_path(INVERT)
    shutil.copy(INVERT, tmp_path / "copy.py")
    with pytest.raises(SignatureError, match=r"one of '.*invert\.py', one of '.*copy\.py'"):
        registry.add_path(tmp_path / "copy.py")


# --- the commands -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_new_writes_a_plug_in_that_passes_its_own_test(tmp_path: Path, intermodal_command: Command) -> None:
    made = intermodal_command("tools", "new", "fade_colours", "--folder", "kit")
    assert made.code == 0 and made.out.split() == ["kit/fade_colours.py", "kit/test_fade_colours.py"]
    checked = intermodal_command("tools", "test", "kit/fade_colours.py")
    assert checked.code == 0 and "FAIL" not in checked.out, checked.out
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "kit"]
    done = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_new_overwrites_nothing(tmp_path: Path, intermodal_command: Command) -> None:
    (tmp_path / "test_mine.py").write_text("precious", "utf-8")
    ran = intermodal_command("tools", "new", "mine")
    assert ran.code == 2 and "'test_mine.py' already" in ran.err
    assert (tmp_path / "test_mine.py").read_text("utf-8") == "precious" and not (tmp_path / "mine.py").exists()


@pytest.mark.parametrize("name", ["Blur", "blur-it", "class", "2nd", "new", "test", "show"])
def test_names_that_no_tool_can_have_are_refused(name: str, intermodal_command: Command) -> None:
    ran = intermodal_command("tools", "new", name)
    assert ran.code != 0 and f"can't be named {name!r}" in ran.err


def test_test_says_what_fails_and_exits_with_1(tmp_path: Path, intermodal_command: Command) -> None:
    source = INVERT.read_text("utf-8").replace("255 - image.array()", "image.array() / 0")
    (tmp_path / "bad.py").write_text(source, "utf-8")
    ran = intermodal_command("tools", "test", "bad.py", "--json")
    assert ran.code == 1
    assert [row["what"] for row in json.loads(ran.out) if not row["ok"]] == ["result"]


def test_names_and_commands_live_side_by_side(intermodal_command: Command) -> None:
    short, long = intermodal_command("tools", "speak", "--json"), intermodal_command("tools", "show", "speak", "--json")
    assert short == long and json.loads(short.out)["name"] == "speak"
    assert intermodal_command("tools", "--json", "speak") == short
    before = intermodal_command("tools", "--tools", str(INVERT), "invert_colours")
    assert before.code == 0 and before == intermodal_command("tools", "invert_colours", "--tools", str(INVERT))


# --- an installed package ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_package_brings_its_tool(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    shutil.copytree(PACKAGE, source)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--target", str(target), str(source)], check=True, capture_output=True)
    around = {**os.environ, "PYTHONPATH": str(target)}

    def ran(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command], check=False, cwd=tmp_path, env=around, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    cli = "import sys; from intermodal.agent.cli import main; main()"
    listed = json.loads(ran("-c", cli, "tools", "--json"))
    (row,) = [row for row in listed if row["name"] == "age_photo"]
    assert row["owner"] == "intermodal_sepia" and row["medium"] == "image"
    ran("-m", "pytest", "-q", "-p", "no:cacheprovider", "source")
