"""What plans cost besides their tools: `python -m intermodal.tests.bench.bench_plan` prints a table of milliseconds."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

from intermodal.agent.plan import check, parse, run, to_source
from intermodal.tools.contract import read_signature

REPEATS = 15


def translate(text: str, language: str = "French") -> str:
    """Translate a text."""
    return f"{text} in {language}"


def chain(steps: int) -> str:
    """Each step needs the one before it."""
    lines = ['step_0 = translate("hello")']
    lines += [f'# step {n}\nstep_{n} = translate(step_{n - 1}, language="Danish")' for n in range(1, steps)]
    return "\n".join(lines)


def side_by_side(steps: int) -> str:
    """No step needs another."""
    return "\n".join(f'step_{n} = translate("hello {n}")' for n in range(steps))


def loop(steps: int) -> str:
    """One line, so many rounds."""
    return f"steps = [translate(text) for text in [{', '.join(['1'] * steps)}]]"


def reckoning(steps: int) -> str:
    """No tools at all."""
    return "total = 0\n" + "\n".join(f"total = total + len([{n}, total]) * 2" for n in range(steps))


def milliseconds(work: Callable[[], Any]) -> float:
    """The median time of some work."""
    times = []
    for _ in range(REPEATS):
        gc.collect()
        gc.disable()  # its pauses depend on what else is loaded
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
        gc.enable()
    return 1000 * statistics.median(times)


def main() -> None:
    """Print the table; "run" is with a tool that takes no time."""
    tools = {"translate": read_signature(translate)}
    print(f"{'plan':24} {'parse':>8} {'check':>8} {'print':>8} {'run':>8} {'ms in all, a step':>18}")
    for make in (chain, side_by_side, loop, reckoning):
        for steps in (1, 10, 100, 400):
            source = make(steps)
            plan = parse(source)
            checked = check(plan, tools)
            times = (
                milliseconds(lambda source=source: parse(source)),
                milliseconds(lambda plan=plan: check(plan, tools)),
                milliseconds(lambda plan=plan: to_source(plan)),
                milliseconds(lambda checked=checked: run(checked, lambda request: translate(**request.arguments))),
            )
            row = " ".join(f"{value:8.2f}" for value in times)
            print(f"{f'{make.__name__}, {steps} steps':24} {row} {sum(times) / steps:18.3f}")


if __name__ == "__main__":
    main()
