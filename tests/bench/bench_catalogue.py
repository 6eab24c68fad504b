"""How well plans are written with 10, 40, 100 and 400 tools registered: the same requests, ever more tools beside them.

    python -m intermodal.tests.bench.bench_catalogue [--model M] [--sizes 10 40 100 400]

The requests are those of own_tools.md (single and chain) that the first ten tools which they need can serve. Beside
these tools stand further built-in ones and, when these run out, tools of an office that exist only to be planned with.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time
from collections.abc import Sequence
from dataclasses import replace

from intermodal.agent.controller import open_controller
from intermodal.agent.planner import Planner, builtin_examples
from intermodal.tests.bench.own_tools import FILE, Case, is_exact, read_cases, tried
from intermodal.tools.contract import Parameter, Signature, Tool
from intermodal.tools.errors import ToolError
from intermodal.tools.kinds import STR
from intermodal.tools.registry import Registry

SIZES = (10, 40, 100, 400)
VERBS = {
    "create": "Create {} with the given name.",
    "list": "List every {} that matches a word.",
    "update": "Change the details of {}.",
    "archive": "Move {} to the archive.",
    "approve": "Give consent to {}.",
    "assign": "Hand {} over to somebody.",
    "schedule": "Set a date for {}.",
    "export": "Export {} as a spreadsheet.",
    "notify": "Tell everybody who is concerned about {}.",
    "audit": "Check the history of {}.",
    "price": "Work out what {} costs.",
    "merge": "Merge {} with its duplicate.",
}
THINGS = (
    "invoice", "order", "customer", "ticket", "contract_draft", "payroll", "shipment", "warehouse", "budget", "tender",
    "meeting", "vacancy", "applicant", "supplier", "refund", "subscription", "campaign", "survey", "lease", "machine",
    "vehicle", "permit", "policy", "claim", "course", "patient", "appointment", "reservation",
)  # fmt: skip


def needed(cases: Sequence[Case], most: int) -> tuple[list[Case], list[str]]:
    """The cases that the first `most` tools which they need can serve, and these tools."""
    tools: list[str] = []
    for case in cases:
        more = [name for name in sorted(_gold_tools(case)) if name not in tools]
        if len(tools) + len(more) <= most:
            tools += more
    return [case for case in cases if _gold_tools(case) <= set(tools)], tools


def _gold_tools(case: Case) -> frozenset[str]:
    return replace(case.example, plan=case.golds[0]).tools


def office_tools() -> list[Tool]:
    """Tools that have nothing to do with the requests."""
    return [
        Tool(
            Signature(
                name=f"{verb}_{thing}",
                parameters=(Parameter(name=thing, kind=STR),),
                result=STR,
                summary=summary.format(f"a {thing.replace('_', ' ')}"),
            ),
            _plan_only,
            owner="office",
        )
        for thing, (verb, summary) in itertools.product(THINGS, VERBS.items())
    ]


def _plan_only(**_: object) -> None:
    raise ToolError("This tool exists only to be planned with.")


def catalogue(size: int, first: Sequence[str]) -> dict[str, Tool]:
    """So many tools: the needed ones, then the other built-in ones, then those of the office."""
    builtin = {tool.name: tool for tool in Registry(entry_points=False).tools()}
    others = [tool for name, tool in builtin.items() if name not in first]
    chosen = [*(builtin[name] for name in first), *others, *office_tools()][:size]
    if len(chosen) < size:
        raise SystemExit(f"There are only {len(chosen)} tools.")
    return {tool.name: tool for tool in chosen}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="intermodal.tests.bench.bench_catalogue", description="Plans by tools.")
    parser.add_argument("--model", default="local")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    options = parser.parse_args(arguments)
    cases = [case for case in read_cases(FILE.read_text(encoding="utf-8")) if case.kind in ("single", "chain")]
    cases, first = needed(cases, min(SIZES))  # the same requests, whatever sizes are asked for
    print(f"{len(cases)} requests\n{'tools':>6} {'exact':>8} {'seconds (median)':>18} {'tokens read anew':>18}")
    with open_controller(options.model) as controller:
        for size in options.sizes:
            planner = Planner(controller, catalogue(size, first), examples=builtin_examples())
            planner.warm()
            before, seconds, right = controller.usage, [], 0
            for case in cases:
                begun = time.perf_counter()
                planned, _ = tried(planner, case)
                right += planned is not None and is_exact(case, planned)
                seconds.append(time.perf_counter() - begun)
            cost = controller.usage - before
            anew = (cost.tokens_in - cost.tokens_cached) / len(cases)
            print(
                f"{size:6} {100 * right / len(cases):7.0f}% {statistics.median(seconds):18.1f} {anew:18.0f}", flush=True
            )


if __name__ == "__main__":
    main()
