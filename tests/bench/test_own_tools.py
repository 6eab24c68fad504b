"""The bench over the built-in tools: its gold plans are plans, and its score tells right from wrong."""

from __future__ import annotations

from collections import Counter

import pytest

from intermodal.agent.plan import check, parse
from intermodal.agent.planner import Planned, builtin_examples
from intermodal.tests.bench.own_tools import FILE, Case, flow_of, is_exact, read_cases
from intermodal.tools.registry import Registry

CASES = read_cases(FILE.read_text(encoding="utf-8"))


def test_sixty_requests_of_every_kind() -> None:
    kinds = Counter(case.kind for case in CASES)
    assert sum(kinds.values()) == 60
    assert set(kinds) == {"single", "chain", "branching", "loop", "follow-up", "no tool", "impossible"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.example.request[:40])
def test_gold_plans_are_valid(case: Case) -> None:
    signatures = {tool.name: tool.signature for tool in Registry(entry_points=False).tools()}
    if case.kind in ("no tool", "impossible"):
        return
    for gold in case.golds:
        check(parse(gold), signatures, files=dict(case.example.files), names=dict(case.example.names)).require()


def test_no_request_is_also_an_example() -> None:
    shown = {example.request.lower() for example in builtin_examples()}
    assert not shown & {case.example.request.lower() for case in CASES}


def test_the_score() -> None:
    one, other = (
        'a = blur_image("x.png", radius=3)\nb = grayscale_image(a)',
        'soft = blur_image("x.png")\ng = grayscale_image(soft)',
    )
    assert flow_of(one) == flow_of(other)
    assert flow_of(one) != flow_of('a = blur_image("x.png")\nb = grayscale_image("x.png")')
    assert flow_of(one) != flow_of(one + "\nc = grayscale_image(a)")
    silent = next(case for case in CASES if case.kind == "no tool")
    assert is_exact(silent, Planned(reply="Hello!")) and not is_exact(silent, Planned(missing="x", reply="No tool."))
