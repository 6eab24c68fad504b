"""What expressions are worth: walks them, and hands every tool call to the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...tools.contract import Signature
from ...tools.errors import InputError
from ...tools.kinds import Kind, fits
from . import nodes, reckoning
from .crew import Crew, Task
from .functions import holds
from .ledger import Ledger, Lost, call_id
from .outcome import CallRequest, Surroundings

_LEFT_OUT = object()


@dataclass(frozen=True)
class Scope:
    """Where an expression is evaluated: what names hold, the round of each loop around it, its statement."""

    names: Mapping[str, Any]
    path: tuple[int, ...]
    statement: nodes.Statement


class Evaluator:
    """Evaluates the expressions of one run; whatever fails is noted in the ledger and raises Lost."""

    def __init__(self, tools: Mapping[str, Signature], ledger: Ledger) -> None:
        self._tools = tools
        self._ledger = ledger
        self._limits = ledger.around.limits
        self._crew = Crew(4 * self._limits.parallel)
        self._known_callers: dict[int, bool] = {}  # by the identity of nodes, which live as long as the plan

    def value(self, node: nodes.Expression, scope: Scope) -> Any:
        """What an expression is worth."""
        self._ledger.spend()
        try:
            return self._value(node, scope)
        except Lost:
            raise
        except Exception as error:  # whatever a value's own code does, only what depends on it is lost
            raise self._ledger.failure(error, node.line) from error

    def truth(self, node: nodes.Expression, scope: Scope) -> bool:
        """Whether an expression counts as true."""
        return holds(self.value(node, scope))

    def items(self, over: nodes.Expression, scope: Scope) -> list[Any]:
        """What a loop goes over."""
        items = self.value(over, scope)
        try:
            if not isinstance(items, (list, tuple)):
                raise InputError(f"{reckoning.kind_of(items)} is no list; a loop goes over a list.")
            if len(items) > self._limits.rounds:
                raise InputError(f"this list has {len(items):,} items, and a loop goes round {self._limits.rounds:,} "
                                 "times at most. Take a slice of it.")  # fmt: skip
        except InputError as error:
            raise self._ledger.failure(error, over.line) from error
        return list(items)

    def do(self, tasks: Sequence[Task], at_once: bool, after: Sequence[frozenset[int]] | None = None) -> None:
        """Do tasks: side by side, or one after the other."""
        if at_once:
            self._crew.run(tasks, after)
        else:
            for task in tasks:
                task()

    def callers(self, found: Sequence[nodes.Node]) -> int:
        """How many of some nodes of the plan call tools."""
        return sum(map(self._is_caller, found))

    def not_made(self, around: nodes.Node, scope: Scope, lost: Lost) -> None:
        """Note the calls below a node that were not begun, because something before them was lost."""
        for node in nodes.walk(around):
            if isinstance(node, nodes.Call) and node.number:
                self._ledger.block(_request(node, scope, {}), str(lost))

    def _is_caller(self, node: nodes.Node) -> bool:
        known = self._known_callers.get(id(node))
        if known is None:
            known = any(isinstance(part, nodes.Call) and part.number for part in nodes.walk(node))
            self._known_callers[id(node)] = known
        return known

    def _values(self, found: Sequence[nodes.Expression], scope: Scope) -> list[Any]:
        """The values of several expressions, those that call tools side by side."""
        values: list[Any] = [None] * len(found)

        def task(number: int) -> Task:
            def work() -> None:
                try:
                    values[number] = self.value(found[number], scope)
                except Lost as lost:
                    values[number] = lost

            return work

        self.do(list(map(task, range(len(found)))), self.callers(found) > 1)
        return _all_there(values)

    def _value(self, node: nodes.Expression, scope: Scope) -> Any:
        match node:
            case nodes.Literal(value=value):
                return value
            case nodes.Name(name=name):
                return _held(name, scope)
            case nodes.Call(number=number):
                return self._tool_call(node, scope) if number else self._function(node, scope)
            case nodes.Field(of=of, name=name):
                return reckoning.read_field(self.value(of, scope), name)
            case nodes.Index(of=of, at=at):
                value, place = self._values([of, at], scope)
                return reckoning.part(node, value, [place])
            case nodes.Slice(of=of, start=start, stop=stop, step=step):
                places = [self.value(place, scope) if place else None for place in (start, stop, step)]
                return self._own(reckoning.part(node, self.value(of, scope), places))
            case nodes.Text(parts=parts):
                return self._text(parts, scope)
            case nodes.ListOf(items=items):
                return self._own(self._values(items, scope))
            case nodes.Comprehension():
                return self._comprehension(node, scope)
        return self._operation(node, scope)

    def _operation(self, node: nodes.Expression, scope: Scope) -> Any:
        match node:
            case nodes.Unary(operator="not", of=of):
                return not self.truth(of, scope)
            case nodes.Unary(operator=sign, of=of):
                return reckoning.reckon(sign, 0, self.value(of, scope), self._limits)
            case nodes.Binary(operator=sign, left=left, right=right):
                one, other = self._values([left, right], scope)
                return self._own(reckoning.reckon(sign, one, other, self._limits))
            case nodes.Logic(operator=sign, parts=parts):
                for part in parts[:-1]:
                    value = self.value(part, scope)
                    if holds(value) is (sign == "or"):
                        return value
                return self.value(parts[-1], scope)
            case nodes.Comparison(operators=signs, parts=parts):
                left = self.value(parts[0], scope)
                for sign, part in zip(signs, parts[1:], strict=True):
                    right = self.value(part, scope)
                    if not reckoning.compare(sign, left, right):
                        return False
                    left = right
                return True
            case nodes.Choice(condition=condition, then=then, otherwise=otherwise):
                return self.value(then if self.truth(condition, scope) else otherwise, scope)
        raise AssertionError(f"no such expression: {node!r}")

    def _text(self, parts: Sequence[nodes.Literal | nodes.Placeholder], scope: Scope) -> Any:
        values = iter(self._values([part.value for part in parts if isinstance(part, nodes.Placeholder)], scope))
        shown = [
            str(part.value)
            if isinstance(part, nodes.Literal)
            else reckoning.formatted(next(values), part.form, self._limits)
            for part in parts
        ]
        return self._own("".join(shown))

    def _comprehension(self, node: nodes.Comprehension, scope: Scope) -> Any:
        items = self.items(node.over, scope)
        values: list[Any] = [_LEFT_OUT] * len(items)

        def task(number: int) -> Task:
            def work() -> None:
                inner = Scope({**scope.names, node.name: items[number]}, (*scope.path, number), scope.statement)
                try:
                    if all(self.truth(condition, inner) for condition in node.conditions):
                        values[number] = self.value(node.item, inner)
                except Lost as lost:
                    self.not_made(node.item, inner, lost)
                    values[number] = lost

            return work

        self.do(list(map(task, range(len(items)))), self.callers([node.item, *node.conditions]) > 0)
        return self._own([value for value in _all_there(values) if value is not _LEFT_OUT])

    def _function(self, node: nodes.Call, scope: Scope) -> Any:
        return self._own(reckoning.apply(node.function, self._values(node.arguments, scope), self._limits))

    def _own(self, value: Any) -> Any:
        """A value that the plan itself put together, its size paid for."""
        if isinstance(value, list):
            self._ledger.spend(reckoning.weigh(value, self._limits))
        elif isinstance(value, str):
            self._ledger.spend(len(reckoning.bounded(value, self._limits)) // 1000)
        return value

    def _tool_call(self, node: nodes.Call, scope: Scope) -> Any:
        parameters = {parameter.name: parameter for parameter in self._tools[node.function].parameters}
        names = [*list(parameters)[: len(node.arguments)], *(word.name for word in node.keywords)]
        given = self._values([*node.arguments, *(word.value for word in node.keywords)], scope)
        arguments = {}
        for name, value in zip(names, given, strict=True):
            try:
                arguments[name] = suited(value, parameters[name].kind, self._ledger.around)
            except InputError as error:
                raise InputError(f"{node.function}'s {name!r}: {error}") from error
        return self._ledger.make(_request(node, scope, arguments))


def suited(value: Any, kind: Kind, around: Surroundings) -> Any:
    """A value as a parameter or input of that kind takes it: file names become files, and records their text.

    Raises:
        InputError: It does not fit.
    """
    if value is None:
        return None
    if kind.item is not None and isinstance(value, (list, tuple)):
        return [suited(item, kind.item, around) for item in value]
    if kind.is_file and isinstance(value, str):
        return around.resolve(value, kind)
    if kind.name == "str" and not isinstance(value, str):
        return reckoning.text_of(value, around.limits)
    given = reckoning.kind_of(value)
    if not fits(given, kind):
        raise InputError(f"{kind} is wanted, and {given} is given.")
    return value


def _held(name: str, scope: Scope) -> Any:
    if name not in scope.names:
        raise InputError(f"{name!r} has no value: no branch or round that ran gave it one.")
    value = scope.names[name]
    if isinstance(value, Lost):
        raise Lost(*value.args)
    return value


def _all_there(values: list[Any]) -> list[Any]:
    """The values, unless one of them is lost."""
    for value in values:
        if isinstance(value, Lost):
            raise Lost(*value.args)
    return values


def _request(node: nodes.Call, scope: Scope, arguments: Mapping[str, Any]) -> CallRequest:
    statement = scope.statement
    target = ""
    if isinstance(statement, nodes.Assign):
        value = statement.value.item if isinstance(statement.value, nodes.Comprehension) else statement.value
        target = statement.name if value is node else ""
    return CallRequest(
        id=call_id(node.number, scope.path),
        tool=node.function,
        arguments=arguments,
        line=node.line,
        comment=statement.narration,
        target=target,
        path=scope.path,
    )
