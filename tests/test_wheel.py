"""The wheel holds every module, prompt and data file of the tree."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import intermodal

ROOT = Path(intermodal.__file__).parent


@pytest.mark.slow
def test_wheel_is_complete(tmp_path: Path) -> None:
    source = tmp_path / "source"
    listing = ["git", "ls-files", "-co", "--exclude-standard"]
    tracked = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    for name in filter(lambda name: (ROOT / name).is_file(), tracked):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    folders, files = {"agent", "tools", "prompts"}, {"__init__.py", "py.typed", "testing.py"}
    product = [name for name in tracked if (name.split("/")[0] in folders or name in files) and (ROOT / name).is_file()]
    wanted = {f"intermodal/{name}" for name in product}
    assert wanted <= held, f"missing from the wheel: {sorted(wanted - held)}"
