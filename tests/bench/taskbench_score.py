"""TaskBench's figures for predicted plans (arXiv 2311.18760, evaluate.py), in percent.

n-F1: tools used. e-F1: links between tools. t-F1: (tool, modality of an argument). v-F1: (tool, modality, value).
Micro F1 over the sets of each plan; "exact" is the share of plans whose tools and links both equal the gold's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from intermodal.tests.bench.taskbench_tools import extension_kind
from intermodal.tools.contract import Tool

Nodes = list[dict[str, Any]]
_REFERENCE = re.compile(r"<node-(\d+)>")


def figures(pairs: Iterable[tuple[Nodes, Nodes]], tools: Mapping[str, Tool]) -> dict[str, float]:
    """The figures over (gold, predicted) plans."""
    outputs = {name.replace("_", " "): tool.signature.result.name for name, tool in tools.items()}
    sets = [(_facts(gold, outputs), _facts(predicted, outputs)) for gold, predicted in pairs]
    named = {
        name: _f1([(gold[place], predicted[place]) for gold, predicted in sets])
        for place, name in enumerate(("n-F1", "e-F1", "t-F1", "v-F1"))
    }
    exact = sum(gold[:2] == predicted[:2] for gold, predicted in sets)
    return {**named, "exact": 100 * exact / len(sets) if sets else 0.0}


def _f1(pairs: list[tuple[set[Any], set[Any]]]) -> float:
    hit = sum(len(gold & predicted) for gold, predicted in pairs)
    wrong = sum(len(gold ^ predicted) for gold, predicted in pairs)
    return 100 * 2 * hit / (2 * hit + wrong) if hit or wrong else 0.0


def _facts(nodes: Nodes, outputs: Mapping[str, str]) -> tuple[set[Any], set[Any], set[Any], set[Any]]:
    names = [node["task"].replace("_", " ") for node in nodes]
    links: set[Any] = set()
    types: set[Any] = set()
    values: set[Any] = set()
    for index, node in enumerate(nodes):
        arguments = node.get("arguments", [])
        for argument in arguments if isinstance(arguments, list) else [arguments]:
            text = _as_text(argument)
            reference = _REFERENCE.search(text)
            if reference:
                source = int(reference[1])
                if source == index or source >= len(names):
                    continue
                links.add((names[source], names[index]))
                kind, value = outputs.get(names[source], "other"), names[source]
            else:
                found = extension_kind(text.strip("'"))
                kind, value = found.name if found else "str", text
            types.add((names[index], kind))
            values.add((names[index], kind, value))
    return set(names), links, types, values


def _as_text(argument: Any) -> str:
    """A dict by its first value, a list joined by spaces, as TaskBench reads them."""
    if isinstance(argument, dict):
        argument = next(iter(argument.values()), "")
    if isinstance(argument, list):
        argument = " ".join(map(str, argument))
    return str(argument)
