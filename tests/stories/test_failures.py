"""What fails, fails alone: the rest goes on, the answer says so, and what was made is kept."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from intermodal import Agent
from intermodal.tools.errors import Cancelled

PLUGIN = '''
import time
from intermodal import Image, ToolError, tool

@tool
def break_down(image: Image) -> Image:
    """Fail for good."""
    raise ToolError("The gears are stuck. Oil them.")

@tool
def doze(seconds: float) -> str:
    """Sleep for a while."""
    time.sleep(seconds)
    return "rested"
'''
MIXED = """
photo: Image

broken = break_down(photo)
framed = flip_image(broken, "horizontal")
small = resize_image(photo, width=32)
"""
SLOW = """
photo: Image

small = resize_image(photo, width=32)
rest = doze(60.0 + 0 * len([small]))
"""


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    path = tmp_path / "stuck.py"
    path.write_text(PLUGIN)
    return path


def test_a_failed_step_blocks_only_what_needs_it(tmp_path: Path, plugin: Path, photos: Path) -> None:
    with Agent(model="none", output=tmp_path / "out", tools=[plugin]) as agent:
        answer = agent.run(MIXED, {"photo": photos / "coffee.png"})
    steps = {step.target: step for step in answer.steps}
    assert not answer.ok
    assert "The gears are stuck. Oil them." in steps["broken"].error
    assert steps["framed"].blocked and "break_down" in steps["framed"].error
    assert steps["small"].ok and [artifact.path.exists() for artifact in answer.artifacts] == [True]
    assert "Not done: break_down: The gears are stuck. Oil them." in answer.text


def test_the_command_says_so_and_exits_with_1(
    tmp_path: Path, plugin: Path, photos: Path, intermodal_command: Callable[..., object]
) -> None:
    (tmp_path / "plan.py").write_text(MIXED)
    ran = intermodal_command(
        "run", "plan.py", "--photo", str(photos / "coffee.png"), "--tools", str(plugin), "--json", "--model", "none"
    )
    document = json.loads(ran.out)  # type: ignore[attr-defined]
    assert ran.code == 1  # type: ignore[attr-defined]
    assert set(document) == {"answer", "plan", "mode", "replanned", "steps", "artifacts", "cost", "error"}
    assert document["error"].startswith("break_down: The gears are stuck.")
    (made,) = document["artifacts"]
    assert (made["handle"], made["kind"]) == ("image-2", "Image")
    assert made["made_by"]["tool"] == "resize_image" and made["made_by"]["parents"] == ["image-1"]
    assert len(made["sha256"]) == 64 and Path(made["path"]).is_file()


def test_cancelling_keeps_what_was_made(tmp_path: Path, plugin: Path, photos: Path) -> None:
    import threading

    with Agent(model="none", output=tmp_path / "out", tools=[plugin]) as agent:
        timer = threading.Timer(6, agent.cancel)
        timer.start()
        with pytest.raises(Cancelled, match=r"kept: .*small\.png"):
            agent.run(SLOW, {"photo": photos / "coffee.png"})
        assert agent.run(SLOW.replace("60.0", "0.1"), {"photo": photos / "coffee.png"}).ok


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there Ctrl-C is sent to a whole console")
def test_ctrl_c_ends_the_command_within_seconds_with_130(tmp_path: Path, plugin: Path, photos: Path) -> None:
    (tmp_path / "plan.py").write_text(SLOW)
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell may ignore it
    code += "from intermodal.agent.cli import main; main()"
    command = [sys.executable, "-c", code, "run", "plan.py", "--photo", str(photos / "coffee.png")]
    process = subprocess.Popen(
        [*command, "--tools", str(plugin), "--model", "none"], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("intermodal-out/*.png")) and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    begun = time.monotonic()
    _, told = process.communicate(timeout=20)
    assert process.returncode == 130
    assert time.monotonic() - begun < 10  # a second on a quiet machine
    assert "Traceback" not in told
    last = told.splitlines()[-1]
    assert last.startswith("Stopped. What was made is kept: ") and last.endswith("small.png")
    assert list(tmp_path.glob("intermodal-out/small.png"))
