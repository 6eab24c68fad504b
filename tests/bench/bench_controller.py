"""What the embedded model's start, prompts and saved states cost.

usage: python -m intermodal.tests.bench.bench_controller [--tokens 1800] [--model local]

Prints one row a situation: seconds, and how many times faster that is than a fresh process that has to read the prompt.
States are kept in a temporary folder, so every run begins with none. Wants a quiet machine.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from intermodal.agent.controller import ChatController, Message, open_controller

_FILLER = "A tool takes files and words, and gives a result that has a name. "  # 15 tokens
_IMPORTS = ("langchain_core.language_models.chat_models", "openai", "langchain_openai")


def main() -> None:
    parser = argparse.ArgumentParser(description="What the embedded model's start, prompts and saved states cost.")
    parser.add_argument("--tokens", type=int, default=1800, help="length of the fixed part of the prompt")
    parser.add_argument("--model", default="local")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, mock.patch("intermodal.tools.places.cache", lambda: Path(folder)):
        rows, size = _measure(options.model, options.tokens, Path(folder))
    cold = rows["fresh process, prompt read, 20 tokens written"]
    print(f"{'':46} seconds   times faster")
    for name, seconds in rows.items():
        print(f"{name:46} {seconds:7.2f} {cold / seconds:14.1f}")
    print(f"\nsaved state of {options.tokens} tokens: {size / 1e6:.0f} MB")
    for module in _IMPORTS:
        print(f"import {module}: {_import_seconds(module):.2f} s")


def _measure(model: str, tokens: int, folder: Path) -> tuple[dict[str, float], int]:
    prefix = [Message("system", _FILLER * (tokens // 15))]
    rows: dict[str, float] = {}
    with _opened(model, rows, "fresh process, one token") as controller:
        rows["prompt read"] = _seconds(lambda: controller.warm(prefix))
        first = _plan(controller, prefix, "How many people are there?")
        again = [_plan(controller, prefix, f"Who is number {number}?") for number in range(3)]
    rows["fresh process, prompt read, 20 tokens written"] = sum(rows.values()) + first
    rows["same process, 20 tokens written"] = statistics.median(again)
    restored: dict[str, float] = {}
    with _opened(model, restored, "load") as controller:
        rows["prompt restored"] = _seconds(lambda: controller.warm(prefix))
        plan = _plan(controller, prefix, "How many people are there?")
    rows["fresh process, prompt restored, 20 tokens"] = restored["load"] + rows["prompt restored"] + plan
    return rows, sum(path.stat().st_size for path in (folder / "prompts").iterdir())


def _opened(model: str, rows: dict[str, float], name: str) -> ChatController:
    started = time.perf_counter()
    controller = open_controller(model)
    controller.chat([Message("user", "Hi")], max_tokens=1, slot="answer")
    rows[name] = time.perf_counter() - started
    return controller


def _plan(controller: ChatController, prefix: list[Message], question: str) -> float:
    # the same words each time, whatever the model would rather say
    grammar = 'root ::= "found = detect_objects(\\"photo.png\\")\\nanswer = say(found, aloud)\\n"'
    return _seconds(lambda: controller.chat([*prefix, Message("user", question)], max_tokens=20, grammar=grammar))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _import_seconds(module: str) -> float:
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(3)]
    return min(float(run.stdout) for run in runs)


if __name__ == "__main__":
    main()
