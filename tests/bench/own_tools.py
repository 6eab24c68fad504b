"""How well plans over the built-in tools are written: own_tools.md's sixty requests with their gold plans.

    python -m intermodal.tests.bench.own_tools [--model M] [--limit N] [--kind single]

A plan is exact when it calls the tools of a gold plan as often, and the same results and files flow into each; numbers
and words don't count. Prints each miss, then the share of exact plans for each kind of request.
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from intermodal.agent.controller import open_controller
from intermodal.agent.examples import Example, read_examples
from intermodal.agent.grammar import MISSING, REPLY
from intermodal.agent.plan import nodes, parse
from intermodal.agent.planner import FileCard, Planned, Planner
from intermodal.tools.errors import PlanError
from intermodal.tools.registry import Registry

FILE = Path(__file__).with_name("own_tools.md")
_OR = re.compile(r"^or$", re.MULTILINE)
Flow = frozenset[tuple[tuple[str, frozenset[str]], int]]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A request of one kind and the plans of which each is right."""

    kind: str
    example: Example
    golds: tuple[str, ...]


def read_cases(text: str) -> list[Case]:
    """The cases of a file such as own_tools.md."""
    found = []
    for section in re.split(r"^# ", text, flags=re.MULTILINE)[1:]:
        kind, _, body = section.partition("\n")
        for example in read_examples(body):
            golds = tuple(plan.strip() for plan in _OR.split(example.plan))
            found.append(Case(kind=kind.strip(), example=example, golds=golds))
    return found


def flow_of(source: str) -> Flow:
    """What a plan does: each tool, and the files and results that flow into it, as often as it occurs."""
    made_by: dict[str, str] = {}
    steps: Counter[tuple[str, frozenset[str]]] = Counter()
    for line in parse(source).body:
        for call in (node for node in nodes.walk(line) if isinstance(node, nodes.Call)):
            read = {node.name for node in nodes.walk(call) if isinstance(node, nodes.Name)}
            texts = {node.value for node in nodes.walk(call) if isinstance(node, nodes.Literal)}
            files = {text for text in texts if isinstance(text, str) and re.fullmatch(r"[\w-]+\.\w{2,4}", text)}
            steps[call.function, frozenset({made_by.get(name, name) for name in read} | files)] += 1
        if isinstance(line, nodes.Assign) and isinstance(line.value, nodes.Call):
            made_by[line.name] = line.value.function
    return frozenset(steps.items())


def is_exact(case: Case, planned: Planned) -> bool:
    """Whether an outcome is one of the right ones."""
    if case.golds[0].startswith((REPLY, MISSING)):
        return bool(planned.missing) == case.golds[0].startswith(MISSING) and planned.checked is None
    return planned.checked is not None and any(flow_of(planned.source) == flow_of(gold) for gold in case.golds)


def cards_of(example: Example) -> list[FileCard]:
    """The files of a case as if they were attached."""
    counts: Counter[str] = Counter()
    cards = []
    for name, kind in example.files:
        counts[kind.name] += 1
        cards.append(FileCard(handle=f"{kind.name.lower()}-{counts[kind.name]}", kind=kind, name=name, line=str(kind)))
    return cards


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="intermodal.tests.bench.own_tools", description="Plans over built-in tools.")
    parser.add_argument("--model", default="local")
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--kind", default="")
    options = parser.parse_args(arguments)
    cases = [case for case in read_cases(FILE.read_text(encoding="utf-8")) if options.kind in ("", case.kind)]
    exact: dict[str, list[bool]] = {}
    seconds = []
    with open_controller(options.model) as controller:
        planner = Planner(controller, {tool.name: tool for tool in Registry(entry_points=False).tools()})
        planner.warm()
        for case in cases[: options.limit]:
            started = time.perf_counter()
            planned, said = tried(planner, case)
            right = planned is not None and is_exact(case, planned)
            seconds.append(time.perf_counter() - started)
            exact.setdefault(case.kind, []).append(right)
            if not right:
                print(f"{case.kind}: {case.example.request}\n{said}\n")
    for kind, results in exact.items():
        print(f"{kind:10} {sum(results)} of {len(results)} exact")
    print(f"seconds: median {statistics.median(seconds):.1f}")


def tried(planner: Planner, case: Case) -> tuple[Planned | None, str]:
    """What the planner makes of a case, and how that reads; None when there is no valid plan."""
    example = case.example
    try:
        planned = planner.plan(example.request, files=cards_of(example), names=dict(example.names))
    except PlanError as error:
        return None, str(error)
    return planned, planned.source or planned.reply


if __name__ == "__main__":
    main()
