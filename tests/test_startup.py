"""Start-up is a feature: what may be loaded when, seen from fresh interpreters."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {"numpy", "PIL", "cv2", "langchain", "langchain_core", "openai", "torch", "av", "onnxruntime", "xllamacpp"}
LIST_MODULES = "import json, sys; print('\\n' + json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"


def _modules_after(code: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", f"{code}\n{LIST_MODULES}"], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_intermodal_loads_no_third_party_module() -> None:
    extra = _modules_after("import intermodal") - _modules_after("import importlib, typing") - {"intermodal"}
    outside = {name for name in extra if name not in sys.stdlib_module_names}
    assert not outside


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["tools"], ["tools", "--json"]])
def test_light_commands_load_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        f"sys.argv = ['intermodal', *{arguments!r}]\n"
        "from intermodal.agent.cli import main\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code, stop.code"
    )
    assert not _modules_after(code) & HEAVY
