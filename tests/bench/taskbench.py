"""How well plans are written, by TaskBench's measure (arXiv 2311.18760).

    python -m intermodal.tests.bench.taskbench --data FOLDER --gold FILE --model M --out predictions.jsonl [--limit N]

FOLDER holds tool_desc.json; FILE one request a line ("id", "instruction", "task_nodes"). The tools are put into an
ordinary registry as plan-only tools, and each request is planned by the ordinary planner, with the worked examples of
taskbench_examples.md. Files that a request names count as attached. Predictions are written as they come, and a run
that stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import ast
import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from intermodal.agent.controller import ChatController, open_controller
from intermodal.agent.examples import read_examples
from intermodal.agent.planner import Planner
from intermodal.tests.bench.taskbench_score import figures
from intermodal.tests.bench.taskbench_tools import named_files, read_tools
from intermodal.tools.contract import Tool
from intermodal.tools.errors import PlanError
from intermodal.tools.registry import Registry

EXAMPLES = Path(__file__).with_name("taskbench_examples.md")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    options = _options(arguments)
    tools = read_tools(options.data)
    rows = [json.loads(line) for line in options.gold.read_text(encoding="utf-8").splitlines() if line.strip()]
    rows = rows[: options.limit]
    done = read_predictions(options.out)
    with open_controller(options.model) as controller:
        planner = open_planner(controller, tools)
        if any(row["id"] not in done for row in rows):
            planner.warm()  # read once, kept on disk: not part of what a request takes
        for number, row in enumerate(rows, 1):
            if row["id"] in done:
                continue
            prediction = predict(planner, controller, row, tools)
            done[row["id"]] = prediction
            with options.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(prediction, ensure_ascii=False) + "\n")
            print(f"{number}/{len(rows)} {row['id']} {prediction['seconds']} s", file=sys.stderr)
    print(summary(rows, done, tools))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="intermodal.tests.bench.taskbench", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds tool_desc.json")
    parser.add_argument("--gold", type=Path, required=True, help="requests with gold plans, one JSON object a line")
    parser.add_argument("--model", default="local", help="as intermodal names models: local, openai:..., ollama:...")
    parser.add_argument("--out", type=Path, required=True, help="where predictions go; added to when it exists")
    parser.add_argument("--limit", type=int, default=None, help="plan only the first so many requests")
    return parser.parse_args(arguments)


def open_planner(controller: ChatController, tools: dict[str, Tool]) -> Planner:
    """The ordinary planner over TaskBench's tools, taken from an ordinary registry."""
    registry = Registry(builtins=False, entry_points=False)
    registry.add(*tools.values())
    examples = read_examples(EXAMPLES.read_text(encoding="utf-8"))
    return Planner(controller, {tool.name: tool for tool in registry.tools()}, examples=examples)


def predict(
    planner: Planner, controller: ChatController, row: dict[str, Any], tools: dict[str, Tool]
) -> dict[str, Any]:
    """One request's prediction, with what it cost; "error" tells why there is no plan."""
    before, started, error, source = controller.usage, time.perf_counter(), "", ""
    try:
        planned = planner.plan(row["instruction"], files=named_files(row["instruction"]))
        source = planned.checked.source if planned.checked else ""
    except PlanError as problem:
        error = str(problem)
    cost = controller.usage - before
    return {
        "id": row["id"],
        "task_nodes": task_nodes(source, {tool.name: name for name, tool in tools.items()}),
        "plan": source,
        "seconds": round(time.perf_counter() - started, 2),
        "tokens_out": cost.tokens_out,
        "calls": cost.calls,
        **({"error": error} if error else {}),
    }


def task_nodes(source: str, names: dict[str, str]) -> list[dict[str, Any]]:
    """A straight-line plan as TaskBench writes it: what a call gave becomes "<node-j>", the place of that call.

    A call within a call (an implied conversion) is a node of its own, before the one that it serves.
    """
    defined: dict[str, int] = {}
    found: list[dict[str, Any]] = []

    def add(call: ast.Call) -> int:
        values = [*call.args, *(keyword.value for keyword in call.keywords)]
        arguments = [argument(value) for value in values]
        found.append({"task": names[ast.unparse(call.func)], "arguments": arguments})
        return len(found) - 1

    def argument(value: ast.expr) -> str:
        if isinstance(value, ast.Call):
            return f"<node-{add(value)}>"
        if isinstance(value, ast.Constant):
            return str(value.value)
        text = ast.unparse(value)
        return f"<node-{defined[text]}>" if text in defined else text

    for line in ast.parse(source).body:
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Call):
            defined[ast.unparse(line.targets[0])] = add(line.value)
    return found


def read_predictions(path: Path) -> dict[str, dict[str, Any]]:
    """The predictions so far; a line that was cut off when a run stopped is left out and taken off the file."""
    if not path.exists():
        return {}
    good: dict[str, dict[str, Any]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        good[row["id"]] = row
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in good.values()), encoding="utf-8")
    return good


def summary(rows: list[dict[str, Any]], done: dict[str, dict[str, Any]], tools: dict[str, Tool]) -> str:
    """The figures as text."""
    pairs = [(row["task_nodes"], done[row["id"]]["task_nodes"]) for row in rows if row["id"] in done]
    score = "  ".join(f"{name} {value:.1f}" for name, value in figures(pairs, tools).items())
    costs = [done[row["id"]] for row in rows if row["id"] in done]
    if not costs:
        return "No request was planned."
    seconds, tokens = ([cost[key] for cost in costs] for key in ("seconds", "tokens_out"))
    failed = sum("error" in cost for cost in costs)
    return (
        f"{score}\nplans {len(costs)}, without a valid plan {failed}\n"
        f"seconds: median {statistics.median(seconds):.1f}, most {max(seconds):.1f}, all {sum(seconds):.0f}\n"
        f"tokens written: median {statistics.median(tokens):.0f}, most {max(tokens)}"
    )


if __name__ == "__main__":
    main()
