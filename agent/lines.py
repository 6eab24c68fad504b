"""The lines of a plan as a model that takes a grammar writes them: one call each, in one of four forms."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass

from ..tools.contract import Parameter, Signature
from .grammar import END, FENCE

ASSIGNED = re.compile(r"[a-z]\w* = ")
_NAME = re.compile(r"""\"(?:[^"\\]|\\.)*\"|(?<![.\w])[a-z]\w*\b(?![(=])""")  # or a text, to step over it
_CALLED = re.compile(r"\b([a-z]\w*)\(")


class Lines:
    """The whole lines of a plan that comes in pieces, without its fence."""

    def __init__(self) -> None:
        self._rest = ""
        self._begun = self._ended = False

    def add(self, piece: str) -> Iterator[str]:
        """The lines that became whole with this piece, each with its line end."""
        self._rest += piece
        while "\n" in self._rest and not self._ended:
            line, _, self._rest = self._rest.partition("\n")
            opens, self._begun = not self._begun and f"{line}\n" == FENCE, True
            self._ended = not opens and line.startswith(END)
            if not (opens or self._ended) and line.strip():
                yield f"{line}\n"


@dataclass(frozen=True)
class Call:
    """`tool(...)`."""

    tool: str
    node: ast.Call

    @property
    def repeats(self) -> bool:
        """Whether it gives the same value twice by place."""
        values = [ast.unparse(value) for value in self.node.args]
        return len(set(values)) < len(values)

    def arguments(self, tool: Signature) -> Iterator[tuple[Parameter, ast.expr]]:
        yield from zip(tool.parameters, self.node.args, strict=False)
        for keyword in self.node.keywords:
            parameter = tool.parameter(keyword.arg or "")
            if parameter is not None:
                yield parameter, keyword.value


@dataclass(frozen=True)
class Step:
    """One line: `target = tool(...)`; or one call for `each` item `over` a list; or calls that depend on a `test`."""

    target: str
    calls: tuple[Call, ...]
    each: str = ""
    over: str = ""
    test: str = ""


def read_line(line: str) -> Step | None:
    """What a line does; None when it is of no known form."""
    try:
        statement = ast.parse(line).body[0]
    except (SyntaxError, ValueError, IndexError):
        return None
    match statement:
        case ast.Assign(targets=[ast.Name(id=target)], value=value):
            return _read_value(target, value)
    return None


def _read_value(target: str, value: ast.expr) -> Step | None:
    match value:
        case ast.Call(func=ast.Name(id=tool)):
            return Step(target, (Call(tool, value),))
        case ast.ListComp(
            elt=ast.Call(func=ast.Name(id=tool)) as call,
            generators=[ast.comprehension(target=ast.Name(id=each), iter=over)],
        ):
            return Step(target, (Call(tool, call),), each=each, over=ast.unparse(over))
        case ast.IfExp(test=test, body=ast.Call() as body, orelse=other):
            calls = [node for node in (body, other) if isinstance(node, ast.Call)]
            paths = [path for node in ast.walk(test) if isinstance(node, ast.expr) for path in references(node)]
            tested = paths[0] if paths else ast.unparse(test)  # a test of nothing known is refused
            return Step(target, tuple(Call(ast.unparse(call.func), call) for call in calls), test=tested)
    return None


def without_repeats(text: str, varying: Container[str] = ()) -> str:
    """A straight-line plan without the calls that repeat an earlier one, word for word: later lines read its result.

    Args:
        text: The plan.
        varying: Tools that give something else each time: their calls are no repeats. Nor are those on a name that is
            assigned more than once.
    """
    lines = text.splitlines()
    assigned = Counter(line.partition(" = ")[0] for line in lines if ASSIGNED.match(line))
    kept: list[str] = []
    known: dict[str, str] = {}  # call -> the name of its result
    renamed: dict[str, str] = {}
    for line in lines:
        if not ASSIGNED.match(line):
            kept.append(line)
            continue
        target, _, value = line.partition(" = ")
        value = _NAME.sub(lambda found: renamed.get(found[0], found[0]), value)
        settled = all(assigned[name] <= 1 for name in (target, *_NAME.findall(value)))
        if not settled or any(tool in varying for tool in _CALLED.findall(value)):
            kept.append(f"{target} = {value}")
        elif value in known:
            renamed[target] = known[value]
            if kept and kept[-1].startswith("# "):
                kept.pop()
        else:
            known[value] = target
            kept.append(f"{target} = {value}")
    return "\n".join(kept)


def references(value: ast.expr) -> list[str]:
    """The names and `name.field` paths that an argument reads."""
    match value:
        case ast.Name(id=name):
            return [name]
        case ast.Attribute(value=ast.Name(id=name), attr=part):
            return [f"{name}.{part}"]
        case ast.List(elts=items):
            return [path for item in items for path in references(item)]
    return []
