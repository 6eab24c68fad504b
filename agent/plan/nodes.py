"""What a plan is made of: small frozen values, independent of Python's own syntax tree.

Two nodes are equal when they say the same; where they stand in the text does not count.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ...tools.kinds import Kind


@dataclass(frozen=True)
class Node:
    """Anything that stands somewhere in a plan; lines and columns count from 1."""

    line: int = field(default=0, compare=False, repr=False, kw_only=True)
    column: int = field(default=0, compare=False, repr=False, kw_only=True)


class Expression(Node):
    """Something that has a value."""


@dataclass(frozen=True)
class Literal(Expression):
    """A text, number, truth value or None; a text also names a file where a file is wanted."""

    value: str | int | float | bool | None


@dataclass(frozen=True)
class Name(Expression):
    """The value that a name holds."""

    name: str


@dataclass(frozen=True)
class Field(Expression):
    """`record.name`."""

    of: Expression
    name: str


@dataclass(frozen=True)
class Index(Expression):
    """`list[at]`."""

    of: Expression
    at: Expression


@dataclass(frozen=True)
class Slice(Expression):
    """`list[start:stop:step]`; a part that is left out is None."""

    of: Expression
    start: Expression | None
    stop: Expression | None
    step: Expression | None


@dataclass(frozen=True)
class ListOf(Expression):
    """`[item, ...]`."""

    items: tuple[Expression, ...]


@dataclass(frozen=True)
class Placeholder(Expression):
    """`{value:form}` within a text."""

    value: Expression
    form: str = ""


@dataclass(frozen=True)
class Text(Expression):
    """An f-string: literals and placeholders."""

    parts: tuple[Literal | Placeholder, ...]


@dataclass(frozen=True)
class Unary(Expression):
    """`-x`, `+x` or `not x`."""

    operator: str
    of: Expression


@dataclass(frozen=True)
class Binary(Expression):
    """Arithmetic; `+` also joins texts and lists."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Logic(Expression):
    """`a and b and ...` or `a or b or ...`."""

    operator: str
    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Comparison(Expression):
    """`left < right < ...`: one operator fewer than there are parts."""

    operators: tuple[str, ...]
    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Choice(Expression):
    """`then if condition else otherwise`."""

    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True)
class Keyword(Node):
    """`name=value` in a call."""

    name: str
    value: Expression


@dataclass(frozen=True)
class Call(Expression):
    """A call of a tool or of one of the language's functions.

    Args:
        function: Its name.
        arguments: Given by place.
        keywords: Given by name.
        number: The checker counts a plan's tool calls from 1, in reading order; 0 before that.
    """

    function: str
    arguments: tuple[Expression, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    number: int = field(default=0, compare=False, kw_only=True)


@dataclass(frozen=True)
class Comprehension(Expression):
    """`[item for name in over if condition ...]`."""

    item: Expression
    name: str
    over: Expression
    conditions: tuple[Expression, ...] = ()


@dataclass(frozen=True)
class Statement(Node):
    """One line of a plan, or a block.

    Args:
        comments: The comment lines above it: what the plan tells people at this point.
        remark: The comment at the end of its line.
        gap: Whether an empty line stands before it.
    """

    comments: tuple[str, ...] = field(default=(), kw_only=True)
    remark: str | None = field(default=None, kw_only=True)
    gap: bool = field(default=False, compare=False, repr=False, kw_only=True)

    @property
    def narration(self) -> str:
        """Its comments as one text."""
        return " ".join(part for part in (*self.comments, self.remark) if part)


Block = tuple[Statement, ...]


@dataclass(frozen=True)
class Input(Statement):
    """`name: kind = default`: something that is given when the plan is run."""

    name: str
    kind: Kind
    default: Expression | None = None


@dataclass(frozen=True)
class Assign(Statement):
    """`name = value`."""

    name: str
    value: Expression


@dataclass(frozen=True)
class Bare(Statement):
    """An expression by itself."""

    value: Expression


@dataclass(frozen=True)
class If(Statement):
    """`if condition: body else: otherwise`; an `elif` is an If alone in `otherwise`."""

    condition: Expression
    body: Block
    otherwise: Block = ()


@dataclass(frozen=True)
class For(Statement):
    """`for name in over: body`. Afterwards names hold what the last round gave them, as in Python."""

    name: str
    over: Expression
    body: Block


@dataclass(frozen=True)
class Plan:
    """A whole plan.

    Args:
        body: Its statements.
        doc: The docstring: what it is for.
        closing: Comments after the last statement.
        source: The text that it was read from.
    """

    body: Block
    doc: str = ""
    closing: tuple[str, ...] = ()
    source: str = field(default="", compare=False, repr=False)


def parts(node: Node) -> tuple[dataclasses.Field[Any], ...]:
    """The fields of a node's class that may hold nodes."""
    return _PARTS.get(type(node)) or _PARTS.setdefault(
        type(node), tuple(part for part in dataclasses.fields(node) if part.name not in _NO_PARTS)
    )


def children(node: Node) -> Iterator[Node]:
    """The nodes right below one, in reading order."""
    for part in parts(node):
        value: Any = getattr(node, part.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Node))


def walk(*nodes: Node) -> Iterator[Node]:
    """All nodes at and below some, in reading order."""
    for node in nodes:
        yield node
        yield from walk(*children(node))


_NO_PARTS = {"line", "column", "number", "comments", "remark", "gap", "kind"}
_PARTS: dict[type[Node], tuple[dataclasses.Field[Any], ...]] = {}
