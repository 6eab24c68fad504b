"""The interpreter: walks a checked plan; whoever can make tool calls is handed every one of them.

A statement is run as soon as what it reads is there; a loop's rounds and a call's arguments run side by side. A call
that fails takes along only what depends on it. No statement changes what another one sees: each gets the values that
it reads, and gives those that it writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...tools.errors import InputError, did_you_mean
from . import flow, nodes
from .check import Checked
from .crew import Task
from .evaluate import Evaluator, Scope, suited
from .ledger import CANCELLED, Ledger, Lost
from .outcome import CallRequest, RunResult, Surroundings

_RESULT = ""  # the name under which a statement's value is handed on; the last one is the plan's
_Written = dict[str, Any]  # names that a statement gave a value, or a loss


def run(
    checked: Checked,
    call: Callable[[CallRequest], Any],
    inputs: Mapping[str, Any] | None = None,
    around: Surroundings | None = None,
) -> RunResult:
    """Run a checked plan.

    Args:
        checked: The plan.
        call: Makes a tool call; called from any thread, up to `limits.parallel` at once. Raises when the call fails.
        inputs: Values of the plan's inputs.
        around: What it may use besides.

    Raises:
        PlanError: The plan did not pass its check.
        InputError: An input is missing or unknown, or does not fit.
    """
    checked.require()
    around = around or Surroundings()
    names = {**around.names, **_inputs(checked, inputs or {}, around)}
    ledger = Ledger(call, around)
    body = checked.plan.body
    try:
        written = _Statements(Evaluator(checked.tools, ledger)).block(body, Scope(names, (), body[0]))
        cancelled = ledger.stopped == CANCELLED
    finally:
        ledger.stopped = ledger.stopped or "over"  # whatever ends it, helpers begin nothing more
    value = written.pop(_RESULT, None)
    return RunResult(
        values={name: value for name, value in written.items() if not isinstance(value, Lost)},
        value=None if isinstance(value, Lost) else value,
        failed=tuple(sorted(ledger.failed, key=lambda failure: failure.line)),
        blocked=ledger.blocked,
        cancelled=cancelled,
    )


def _inputs(checked: Checked, given: Mapping[str, Any], around: Surroundings) -> dict[str, Any]:
    wanted = {item.name: item for item in checked.inputs}
    unknown = [name for name in given if name not in wanted]
    if unknown:
        raise InputError(f"The plan has no input {unknown[0]!r}.{did_you_mean(unknown[0], wanted)}")
    missing = [item.name for item in checked.inputs if item.required and item.name not in given]
    if missing:
        raise InputError(f"The plan needs a value for {' and '.join(map(repr, missing))}.")
    values = {}
    for name, item in wanted.items():
        try:
            values[name] = suited(given.get(name, item.default), item.kind, around)
        except InputError as error:
            raise InputError(f"The input {name!r} can't be used: {error}") from error
    return values


class _Statements:
    """Runs the statements of one run."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._expressions = evaluator
        self._flows: dict[int, flow.Flow] = {}  # by the identity of blocks, which live as long as the plan

    def block(self, block: nodes.Block, scope: Scope) -> _Written:
        """Run a block, each statement when what it reads is there; what its names hold afterwards."""
        found = self._flows.get(id(block))
        if found is None:
            found = self._flows[id(block)] = flow.flow_of(block)
        outputs: list[_Written] = [{} for _ in block]

        def task(number: int) -> Task:
            def work() -> None:
                names = _seen(found.sources[number], outputs, scope.names)
                outputs[number] = self._statement(block[number], Scope(names, scope.path, block[number]))

            return work

        self._expressions.do(list(map(task, range(len(block)))), self._expressions.callers(block) > 1, found.after)
        return {name: value for output in outputs for name, value in output.items()}

    def _statement(self, node: nodes.Statement, scope: Scope) -> _Written:
        try:
            match node:
                case nodes.Input():
                    return {}  # its value is there from the start
                case nodes.Assign(name=name, value=value):
                    result = self._expressions.value(value, scope)
                    return {name: result, _RESULT: result}
                case nodes.Bare(value=value):
                    return {_RESULT: self._expressions.value(value, scope)}
                case nodes.If(condition=condition, body=body, otherwise=otherwise):
                    return self.block(body if self._expressions.truth(condition, scope) else otherwise, scope)
                case nodes.For():
                    return self._for(node, scope)
        except Lost as lost:
            self._expressions.not_made(node, scope, lost)
            return {**dict.fromkeys(flow.writes(node), lost), _RESULT: lost}
        raise AssertionError(f"no such statement: {node!r}")

    def _for(self, node: nodes.For, scope: Scope) -> _Written:
        items = self._expressions.items(node.over, scope)
        rounds: list[_Written] = [{} for _ in items]

        def task(number: int, before: Mapping[str, Any]) -> Task:
            def work() -> None:
                item = {node.name: items[number]}
                inner = Scope({**scope.names, **before, **item}, (*scope.path, number), node)
                rounds[number] = {**item, **self.block(node.body, inner)}

            return work

        if flow.carried(node):
            before: _Written = {}
            for number in range(len(items)):
                task(number, before)()
                before |= rounds[number]
        else:
            at_once = self._expressions.callers(node.body) > 0
            self._expressions.do([task(number, {}) for number in range(len(items))], at_once)
        return {name: value for output in rounds for name, value in output.items()}


def _seen(
    sources: Mapping[str, Sequence[int]], outputs: Sequence[_Written], outside: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What the names that a statement reads hold: from the latest statement that wrote them, else from outside."""
    seen = {}
    for name, numbers in sources.items():
        writer = next((outputs[number] for number in numbers if name in outputs[number]), outside)
        if name in writer:
            seen[name] = writer[name]
    return seen
