"""What kind of value an expression has, what is wrong with it, and the conversions that it implies."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ...tools.contract import Parameter, Signature
from ...tools.errors import did_you_mean, nearest
from ...tools.kinds import ANY, BOOL, INT, NONE, STR, Kind, list_of, of_value
from . import nodes
from .fitting import Fitter, Misfit
from .functions import FUNCTIONS, binary_kind, comparable, is_number, merge, plain
from .nodes import Expression
from .printing import expression
from .problems import Problem
from .refusals import ABSENT, sentence

Typed = tuple[Expression, Kind]


@dataclass(frozen=True)
class Known:
    """What is known of a name: its kind, and where it may have no value (the `if` or `for` that may leave it out)."""

    kind: Kind
    doubt: nodes.Statement | None = None


class Expressions:
    """Infers kinds; `known` is what names hold at this point, and `problems` what was found so far.

    Args:
        tools: The tools that can be called.
        fitter: Makes arguments fit.
        known: The names that hold a value.
        assigned: Every name that the plan gives a value -> the line where it first does.
    """

    def __init__(
        self, tools: Mapping[str, Signature], fitter: Fitter, known: dict[str, Known], assigned: Mapping[str, int]
    ) -> None:
        self.known = known
        self.problems: list[Problem] = []
        self._tools = tools
        self._fitter = fitter
        self._assigned = assigned

    def note(
        self,
        node: nodes.Node,
        message: str,
        choices: Sequence[str] = (),
        severity: Literal["error", "warning"] = "error",
    ) -> None:
        """Note a problem."""
        self.problems.append(
            Problem(message=message, line=node.line, column=node.column, severity=severity, choices=tuple(choices))
        )

    def infer(self, node: Expression) -> Typed:
        """An expression with its conversions, and its kind; Any where something is wrong with it."""
        match node:
            case nodes.Literal():
                return node, _of_literal(node)
            case nodes.Name(name=name):
                return node, self._name(node, name)
            case nodes.Call():
                return self._call(node)
            case nodes.Field():
                return self._field(node)
            case nodes.Index() | nodes.Slice():
                return self._part(node)
            case nodes.Text(parts=parts):
                return dataclasses.replace(node, parts=tuple(map(self._placeholder, parts))), STR
            case nodes.ListOf(items=items):
                return self._list(node, items)
            case nodes.Comprehension():
                return self._comprehension(node)
            case nodes.Choice():
                return self._choice(node)
        return self._operation(node)

    def over(self, node: Expression) -> tuple[Expression, Kind]:
        """What a loop goes over, and the kind of its items."""
        value, kind = self.infer(node)
        if kind.name == "Any":
            return value, ANY
        try:
            if kind.item is None and not kind.is_record:
                raise Misfit(f"{expression(node)} is {plain(kind)}; a loop goes over a list.")
            value = self._fitter.fit(value, kind, list_of(ANY))
        except Misfit as misfit:
            self.note(node, str(misfit))
            return value, ANY
        if kind.item is None:
            value, kind = self.infer(value)
        return value, kind.item or ANY

    def condition(self, node: Expression) -> Expression:
        """What a branch or a comprehension asks."""
        value, kind = self.infer(node)
        if kind.is_record or kind.is_file:
            fields = [f"{expression(value)}.{name}" for name, _ in kind.fields]
            instead = f"; ask for what is in it, such as {fields[0]}" if fields else ""
            self.note(node, f"{expression(value)} ({plain(kind)}) counts as true{instead}.", severity="warning")
        return value

    def _name(self, node: nodes.Name, name: str) -> Kind:
        known = self.known.get(name)
        if known is not None:
            if isinstance(known.doubt, nodes.If):
                self.note(node, f"{name!r} has no value unless the `if` on line {known.doubt.line} gives it one;"
                          " give it one in every branch, or before the `if`.")  # fmt: skip
                self.known[name] = Known(known.kind)  # once is enough
            return known.kind
        if name in self._assigned and self._assigned[name] >= node.line:
            self.note(node, f"{name!r} is used before line {self._assigned[name]} gives it a value.")
        elif name in self._tools or name in FUNCTIONS:
            usage = self._tools[name] if name in self._tools else FUNCTIONS[name].usage
            self.note(node, f"{name!r} is a tool, not a value; call it: {usage}.")
        else:
            self.note(node, f"there is no name {name!r}.{did_you_mean(name, self.known)}", nearest(name, self.known))
        return ANY

    def _list(self, node: nodes.ListOf, items: tuple[Expression, ...]) -> Typed:
        typed = [self.infer(item) for item in items]
        kind = typed[0][1] if typed else ANY
        for _, other in typed[1:]:
            kind = merge(kind, other)
        return dataclasses.replace(node, items=tuple(value for value, _ in typed)), list_of(kind)

    def _placeholder(self, part: nodes.Literal | nodes.Placeholder) -> nodes.Literal | nodes.Placeholder:
        if isinstance(part, nodes.Literal):
            return part
        value, kind = self.infer(part.value)
        if part.form and part.form[-1] in "bdefgx%" and not is_number(kind):
            self.note(part, f"the format {part.form!r} is for numbers; {expression(value)} is {plain(kind)}.")
        if kind.is_file:
            value = self.fit(value, kind, STR, "a text")
        return dataclasses.replace(part, value=value)

    def _field(self, node: nodes.Field) -> Typed:
        of, kind = self.infer(node.of)
        node = dataclasses.replace(node, of=of)
        found = kind.field(node.name)
        if found is not None or (kind.name == "Any" and not node.name.startswith("_")):
            return node, found or ANY
        fields = [name for name, _ in kind.fields]
        if fields:
            hint = did_you_mean(node.name, fields) or f" Its fields: {', '.join(fields)}."
        elif kind.item is not None:
            hint = " It is a list; take one item, or write a `for` or a comprehension."
        else:
            hint = f" Write {expression(of)} alone." if isinstance(of, nodes.Name) else ""
        self.note(
            node, f"{expression(of)} ({plain(kind)}) has no field {node.name!r}.{hint}", nearest(node.name, fields)
        )
        return node, ANY

    def _part(self, node: nodes.Index | nodes.Slice) -> Typed:
        of, kind = self.infer(node.of)
        if kind.is_record:  # a record that holds one list stands for it
            of = self.fit(of, kind, list_of(ANY), "a list")
            of, kind = self.infer(of)
        if kind.name not in ("list", "str", "Any"):
            self.note(node, f"{expression(of)} is {plain(kind)}; only lists and texts have parts.")
            return node, ANY
        if isinstance(node, nodes.Index):
            return dataclasses.replace(node, of=of, at=self._whole(node.at)), kind.item or (STR if kind == STR else ANY)
        start, stop, step = (self._whole(part) if part else None for part in (node.start, node.stop, node.step))
        return dataclasses.replace(node, of=of, start=start, stop=stop, step=step), plain(kind)

    def _whole(self, node: Expression) -> Expression:
        value, kind = self.infer(node)
        return self.fit(value, kind, INT, "a place in a list")

    def _comprehension(self, node: nodes.Comprehension) -> Typed:
        over, kind = self.over(node.over)
        outside = self.known
        self.known = {**outside, node.name: Known(kind)}
        item, item_kind = self.infer(node.item)
        conditions = tuple(map(self.condition, node.conditions))
        self.known = outside
        return dataclasses.replace(node, item=item, over=over, conditions=conditions), list_of(plain(item_kind))

    def _choice(self, node: nodes.Choice) -> Typed:
        condition = self.condition(node.condition)
        (then, one), (otherwise, other) = self.infer(node.then), self.infer(node.otherwise)
        return dataclasses.replace(node, condition=condition, then=then, otherwise=otherwise), merge(one, other)

    def _operation(self, node: Expression) -> Typed:
        match node:
            case nodes.Unary(operator=sign, of=of):
                value, kind = self.infer(of)
                if sign != "not" and not is_number(kind):
                    self.note(node, f"`{sign}` works on numbers; {expression(of)} is {plain(kind)}.")
                return dataclasses.replace(node, of=value), BOOL if sign == "not" else plain(kind)
            case nodes.Logic(parts=parts):
                typed = [self.infer(part) for part in parts]
                kind = typed[0][1]
                for _, other in typed[1:]:
                    kind = merge(kind, other)
                return dataclasses.replace(node, parts=tuple(value for value, _ in typed)), kind
            case nodes.Comparison(operators=signs, parts=parts):
                typed = [self.infer(part) for part in parts]
                for sign, (left, one), (right, other) in zip(signs, typed, typed[1:], strict=False):
                    if not comparable(sign, one, other):
                        self.note(node, f"`{sign}` can't compare {expression(left)} ({plain(one)}) with"
                                  f" {expression(right)} ({plain(other)}).")  # fmt: skip
                return dataclasses.replace(node, parts=tuple(value for value, _ in typed)), BOOL
            case nodes.Binary(operator=sign, left=left, right=right):
                (left, one), (right, other) = self.infer(left), self.infer(right)
                result = binary_kind(sign, plain(one), plain(other))
                if result is None:
                    self.note(node, f"`{sign}` does not work on {plain(one)} and {plain(other)}."
                              + (' Write f"{a}{b}" to join texts.' if sign == "+" else ""))  # fmt: skip
                return dataclasses.replace(node, left=left, right=right), result or ANY
        raise AssertionError(f"no such expression: {node!r}")

    def _call(self, node: nodes.Call) -> Typed:
        signature = self._tools.get(node.function)
        if signature is not None:
            return self._tool_call(node, signature), signature.result
        function = FUNCTIONS.get(node.function)
        typed = [self.infer(argument) for argument in node.arguments]
        node = dataclasses.replace(node, arguments=tuple(value for value, _ in typed))
        if function is None:
            self._unknown_tool(node)
            return node, ANY
        if node.keywords or not function.least <= len(typed) <= function.most:
            self.note(node, f"`{node.function}` is written {function.usage}.")
            return node, ANY
        kind = function.kind([plain(kind) for _, kind in typed])
        if kind is None:
            given = ", ".join(f"{expression(value)} ({plain(kind)})" for value, kind in typed)
            self.note(node, f"`{node.function}` can't take {given}; it is written {function.usage}.")
        return node, kind or ANY

    def _unknown_tool(self, node: nodes.Call) -> None:
        known = [*self._tools, *FUNCTIONS]
        near = nearest(node.function, known)
        if node.function in ABSENT:
            self.note(node, sentence(f"`{node.function}()`", ABSENT[node.function]))
        else:
            message = f"there is no tool {node.function!r}.{did_you_mean(node.function, known)}"
            self.note(node, message, near or sorted(self._tools))

    def _tool_call(self, node: nodes.Call, signature: Signature) -> nodes.Call:
        parameters = signature.parameters
        arguments = []
        for number, argument in enumerate(node.arguments):
            value, kind = self.infer(argument)
            if number < len(parameters):
                value = self._argument(value, kind, signature, parameters[number])
            arguments.append(value)
        if len(arguments) > len(parameters):
            most = "1 argument" if len(parameters) == 1 else f"{len(parameters) or 'no'} arguments"
            self.note(node, f"{signature.name} takes {most}, and {len(arguments)} are given: {signature}.")
        given = {parameter.name for parameter in parameters[: len(arguments)]}
        keywords = tuple(self._keyword(word, signature, given) for word in node.keywords)
        missing = [parameter for parameter in parameters if parameter.required and parameter.name not in given]
        for parameter in missing:
            self.note(node, f"{signature.name} needs {parameter.name!r} ({parameter.kind}): {signature}.")
        return dataclasses.replace(node, arguments=tuple(arguments), keywords=keywords)

    def _keyword(self, word: nodes.Keyword, signature: Signature, given: set[str]) -> nodes.Keyword:
        value, kind = self.infer(word.value)
        parameter = signature.parameter(word.name)
        if parameter is None:
            names = [parameter.name for parameter in signature.parameters]
            self.note(word, f"{signature.name} has no parameter {word.name!r}.{did_you_mean(word.name, names)}",
                      nearest(word.name, names) or names)  # fmt: skip
            return dataclasses.replace(word, value=value)
        if word.name in given:
            self.note(word, f"{word.name!r} is given twice to {signature.name}: {signature}.")
        given.add(word.name)
        return dataclasses.replace(word, value=self._argument(value, kind, signature, parameter))

    def _argument(self, value: Expression, kind: Kind, signature: Signature, parameter: Parameter) -> Expression:
        if kind == NONE and parameter.default is None:
            return value
        return self.fit(value, kind, parameter.kind, f"{signature.name}'s {parameter.name!r}")

    def fit(self, value: Expression, kind: Kind, wanted: Kind, what: str) -> Expression:
        """An expression made to fit; when it can't be, a problem is noted, and it comes back as it was."""
        try:
            return self._fitter.fit(value, kind, wanted)
        except Misfit as misfit:
            self.note(value, f"{what} wants {wanted}; {misfit}", misfit.choices)
            return value


def _of_literal(node: nodes.Literal) -> Kind:
    """A literal's kind; a text or whole number brings itself along as the only choice, for files and Literal[...]."""
    value = node.value
    if isinstance(value, (bool, float)) or value is None:
        return of_value(value)
    return Kind(type(value).__name__, choices=(value,))


def constant(node: Expression) -> Any:
    """The value of an expression that is made of literals only."""
    if isinstance(node, nodes.ListOf):
        return [constant(item) for item in node.items]
    assert isinstance(node, nodes.Literal)
    return node.value
