"""Pages that can't lie: generated ones are as they would be made now, and what docs/plugins.md shows is run."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import intermodal
from intermodal import Agent
from intermodal.testing import check_tool
from intermodal.tools.models import read_catalogue
from intermodal.tools.samples import make_samples

DOCS = Path(intermodal.__file__).parent / "docs"
PLUGINS = (DOCS / "plugins.md").read_text("utf-8")


def test_the_generated_pages_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, str(DOCS / "generate.py"), "--check"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("page", "old", "new", "words"),
    [
        ("tools.md", "# The tools", "# Our tools", "tools.md is stale"),
        ("features.toml", 'tools = "summarize"', 'tools = "summarise"', "there is no tool 'summarise'"),
        ("features.toml", "agent/planner.py", "agent/planer.py", "there is no file 'agent/planer.py'"),
        ("features.toml", 'tools = "find_pose"', 'tools = ""', "neither a tool, nor a file, nor a reason"),
    ],
)
def test_what_lies_is_found(tmp_path: Path, page: str, old: str, new: str, words: str) -> None:
    shutil.copytree(DOCS, tmp_path / "docs")
    for folder in ("agent", "tools", "tests", "examples", ".ci", "pyproject.toml", "testing.py"):
        (tmp_path / folder).symlink_to(DOCS.parent / folder)
    text = (tmp_path / "docs" / page).read_text("utf-8")
    (tmp_path / "docs" / page).write_text(text.replace(old, new), "utf-8")
    command = [sys.executable, str(tmp_path / "docs" / "generate.py"), "--check"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 1 and words in done.stderr


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that docs/plugins.md shows."""
    for name, code in re.findall(r"```python file=(\S+)\n(.*?)```", PLUGINS, re.DOTALL):
        (tmp_path / name).write_text(code, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_plug_ins_of_the_page_keep_to_the_contract(written: Path) -> None:
    assert {path.name for path in written.iterdir()} == {
        "posterize.py",
        "count_words.py",
        "test_posterize.py",
        "plan.py",
    }
    check_tool(written / "posterize.py").require()
    report = check_tool(written / "count_words.py").require()
    assert any("clever_counter" in finding.remedy for finding in report.findings)


def test_the_plug_ins_of_the_page_work_in_plans(written: Path) -> None:
    make_samples(written, ["photo.png", "notes.txt"])
    with Agent("none", tools=[written / "posterize.py", written / "count_words.py"], output=written / "out") as agent:
        answer = agent.run('poster = posterize_image("photo.png", levels=3)\nwords = count_words("notes.txt")')
    assert answer.ok and answer.values["words"] == 13
    assert set(answer.values["poster"].array().ravel().tolist()) <= {0, 127, 255}


def test_the_commands_of_the_page_work(written: Path) -> None:
    make_samples(written, ["photo.png"])
    (shown,) = re.findall(r"```sh\n(.*?)```", PLUGINS, re.DOTALL)
    commands = [shlex.split(line)[1:] for line in shown.splitlines()]
    assert [command[0] for command in commands] == ["tools", "ask", "run"]
    for command in (commands[0], commands[2]):  # asking takes the language model
        start = [sys.executable, "-c", "from intermodal.agent.cli import main; main()"]
        done = subprocess.run([*start, *command], check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((written / "intermodal-out").iterdir())) == 2


def test_its_catalogue_can_be_read(tmp_path: Path) -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", PLUGINS, re.DOTALL)
    (tmp_path / "models.toml").write_text(text.replace("<64 digits>", "0" * 64), "utf-8")
    assert read_catalogue(tmp_path / "models.toml")["my-model"].licence == "MIT"
