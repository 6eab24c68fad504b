"""The checker: a plan against the tools, files and names that there are, before anything runs."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...tools.contract import REQUIRED, Signature
from ...tools.kinds import Kind
from . import flow, nodes
from .fitting import Fitter, Look, dont_look
from .functions import merge
from .graph import Graph, graph_of
from .inference import Expressions, Known, constant
from .lint import lint
from .printing import to_source
from .problems import Problem, raise_errors


@dataclass(frozen=True, kw_only=True)
class PlanInput:
    """Something that a plan is given when it runs.

    Args:
        name: Its name, which is also the command line's option.
        kind: What it must be.
        default: Its value when it is not given; REQUIRED when it must be.
    """

    name: str
    kind: Kind
    default: Any = REQUIRED

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is REQUIRED


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A plan and what the checker found.

    Args:
        plan: The plan with the implied conversions written in and its tool calls numbered.
        problems: What is wrong with it, in the order of the text.
        inputs: What it is given when it runs.
        names: The names that hold a value after it, and the kind of each.
        tools: The signatures of the tools that it was checked against.
    """

    plan: nodes.Plan
    problems: tuple[Problem, ...]
    inputs: tuple[PlanInput, ...]
    names: Mapping[str, Kind]
    tools: Mapping[str, Signature]

    @property
    def ok(self) -> bool:
        """Whether it can run."""
        return not self.errors

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep it from running."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that do not."""
        return tuple(problem for problem in self.problems if problem.severity == "warning")

    @property
    def calls(self) -> tuple[nodes.Call, ...]:
        """Its tool calls, by number."""
        found = (node for node in nodes.walk(*self.plan.body) if isinstance(node, nodes.Call) and node.number)
        return tuple(sorted(found, key=lambda call: call.number))

    @cached_property
    def source(self) -> str:
        """Its canonical text, conversions included."""
        return to_source(self.plan)

    @cached_property
    def graph(self) -> Graph:
        """Its data flow."""
        return graph_of(self.plan)

    def require(self) -> Checked:
        """Itself when it can run.

        Raises:
            PlanError: It can't; the error holds the problems.
        """
        raise_errors(self.problems)
        return self


def check(
    plan: nodes.Plan,
    tools: Mapping[str, Signature],
    *,
    files: Mapping[str, Kind] | None = None,
    names: Mapping[str, Kind] | None = None,
    conversions: bool = True,
    look: Look = dont_look,
) -> Checked:
    """Check a plan.

    Args:
        plan: The plan.
        tools: The tools that it may call, by name.
        files: Handles and names of attached files -> kind; None when that is not known yet.
        names: Names that hold a value from before -> kind.
        conversions: Whether to write in the calls and fields that kinds imply (an Image where text is wanted).
        look: The kind of the file that a text names, where `files` is None; None when it can't be told.
    """
    fitter = Fitter(tools=tools, files=files, conversions=conversions, look=look)
    known = {name: Known(kind) for name, kind in (names or {}).items()}
    checker = _Checker(Expressions(tools, fitter, known, _first_lines(plan.body)))
    body = checker.block(plan.body)
    problems = [*checker.values.problems, *lint(plan)]
    written = flow.writes(*plan.body)
    return Checked(
        plan=dataclasses.replace(plan, body=_Numbering(tools).block(body)),
        problems=tuple(sorted(problems, key=lambda problem: (problem.line, problem.column))),
        inputs=tuple(checker.inputs),
        names={name: known.kind for name, known in checker.values.known.items() if name in written},
        tools=tools,
    )


def _first_lines(block: nodes.Block) -> dict[str, int]:
    """Every name that a block gives a value -> the line where it first does."""
    lines: dict[str, int] = {}
    for node in nodes.walk(*block):
        if isinstance(node, (nodes.Input, nodes.Assign, nodes.For)):
            lines.setdefault(node.name, node.line)
    return lines


class _Checker:
    """Goes through statements in order, and keeps what each name holds."""

    def __init__(self, values: Expressions) -> None:
        self.values = values
        self.inputs: list[PlanInput] = []

    def block(self, statements: nodes.Block) -> nodes.Block:
        return tuple(self._statement(statement) for statement in statements)

    def _statement(self, node: nodes.Statement) -> nodes.Statement:
        match node:
            case nodes.Input():
                return self._input(node)
            case nodes.Assign(name=name, value=value):
                value, kind = self.values.infer(value)
                self.values.known[name] = Known(kind)
                return dataclasses.replace(node, value=value)
            case nodes.Bare(value=value):
                return dataclasses.replace(node, value=self.values.infer(value)[0])
            case nodes.If():
                return self._if(node)
            case nodes.For():
                return self._for(node)
        raise AssertionError(f"no such statement: {node!r}")

    def _input(self, node: nodes.Input) -> nodes.Input:
        if any(found.name == node.name for found in self.inputs):
            self.values.note(node, f"the input {node.name!r} is declared twice.")
        default: Any = REQUIRED
        if node.default is not None:
            value, kind = self.values.infer(node.default)
            default = constant(value)
            if default is not None or not node.kind.optional:
                self.values.fit(value, kind, node.kind, f"the input {node.name!r}")
        self.inputs.append(PlanInput(name=node.name, kind=node.kind, default=default))
        self.values.known[node.name] = Known(node.kind)
        return node

    def _if(self, node: nodes.If) -> nodes.If:
        condition = self.values.condition(node.condition)
        before = self.values.known
        self.values.known = dict(before)
        body, after_body = self.block(node.body), self.values.known
        self.values.known = dict(before)
        otherwise = self.block(node.otherwise)
        self.values.known = _joined(after_body, self.values.known, node)
        return dataclasses.replace(node, condition=condition, body=body, otherwise=otherwise)

    def _for(self, node: nodes.For) -> nodes.For:
        over, kind = self.values.over(node.over)
        before = dict(self.values.known)
        self.values.known = {**before, node.name: Known(kind)}
        body = self.block(node.body)
        self.values.known = _joined(before, self.values.known, node)
        return dataclasses.replace(node, over=over, body=body)


def _joined(one: Mapping[str, Known], other: Mapping[str, Known], node: nodes.Statement) -> dict[str, Known]:
    """What is known after either of two ways; a name that only one of them gives a value is in doubt."""
    joined = {}
    for name in {**one, **other}:
        if name in one and name in other:
            kind = merge(one[name].kind, other[name].kind)
            joined[name] = Known(kind, one[name].doubt or other[name].doubt)
        else:
            known = one.get(name) or other[name]
            joined[name] = Known(known.kind, known.doubt or node)
    return joined


class _Numbering:
    """Counts the tool calls of a plan, from 1, in the order in which they are written."""

    def __init__(self, tools: Mapping[str, Signature]) -> None:
        self._tools = tools
        self._numbers = itertools.count(1)

    def block(self, block: nodes.Block) -> nodes.Block:
        return tuple(self._node(statement) for statement in block)

    def _node(self, node: Any) -> Any:
        if not isinstance(node, nodes.Node):
            return tuple(map(self._node, node)) if isinstance(node, tuple) else node
        parts = {part.name: self._node(getattr(node, part.name)) for part in nodes.parts(node)}
        number = next(self._numbers) if isinstance(node, nodes.Call) and node.function in self._tools else 0
        return dataclasses.replace(node, **parts, **({"number": number} if number else {}))
