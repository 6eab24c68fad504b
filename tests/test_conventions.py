"""The project's conventions, as tests."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import intermodal

ROOT = Path(intermodal.__file__).parent
PRODUCT = [file for folder in ("agent", "tools", "prompts") for file in sorted((ROOT / folder).rglob("*.py"))]
MAX_LINES, MAX_FUNCTION = 350, 60
FORBIDDEN = {"eval", "exec", "compile"}


def _functions(file: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(file.read_text("utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def test_modules_and_functions_are_short() -> None:
    long = [f"{file.relative_to(ROOT)}" for file in PRODUCT if file.read_text("utf-8").count("\n") > MAX_LINES]
    for file in PRODUCT:
        for node in _functions(file):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MAX_FUNCTION:
                long.append(f"{file.relative_to(ROOT)}: {node.name} has {length} lines")
    assert not long


def test_model_text_is_never_evaluated() -> None:
    calls = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in PRODUCT
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN
    ]
    assert not calls


def test_tools_never_import_the_agent() -> None:
    wrong = []
    for file in sorted((ROOT / "tools").rglob("*.py")):
        depth = len(file.relative_to(ROOT).parts)
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            if isinstance(node, ast.ImportFrom) and node.level >= depth and module.split(".")[0] == "agent":
                wrong.append(f"{file.relative_to(ROOT)}:{node.lineno}")
    assert not wrong


def test_public_names_exist_and_are_all_there_are() -> None:
    for name in intermodal.__all__:
        assert getattr(intermodal, name) is not None
    assert sorted(intermodal._HOMES) == [name for name in intermodal.__all__ if name != "__version__"]
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = intermodal.nothing


@pytest.mark.parametrize("command", [["ruff", "check", "."], ["ruff", "format", "--check", "."]])
def test_ruff_is_content(command: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *command], check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_mypy_is_content() -> None:
    command = [sys.executable, "-m", "mypy", "agent", "tools", "prompts"]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
