"""Data flow: which names a statement reads and writes, and so which statements can run at once."""

from __future__ import annotations

from dataclasses import dataclass

from . import nodes

Names = frozenset[str]


def reads(node: nodes.Node) -> Names:
    """The names whose values from before a node needs."""
    match node:
        case nodes.Name(name=name):
            return frozenset({name})
        case nodes.Comprehension(item=item, name=name, over=over, conditions=conditions):
            inner = reads(item).union(*map(reads, conditions))
            return reads(over) | (inner - {name})
        case nodes.If(condition=condition, body=body, otherwise=otherwise):
            return reads(condition) | block_reads(body) | block_reads(otherwise)
        case nodes.For(name=name, over=over, body=body):
            return reads(over) | (block_reads(body) - {name})
    return frozenset().union(*map(reads, nodes.children(node)))


def block_reads(block: nodes.Block) -> Names:
    """The names whose values from before a block needs."""
    found: set[str] = set()
    written: set[str] = set()
    for statement in block:
        found |= reads(statement) - written
        written |= surely_writes(statement)
    return frozenset(found)


def writes(*statements: nodes.Statement) -> Names:
    """The names that statements may give a value."""
    found: set[str] = set()
    for node in nodes.walk(*statements):
        if isinstance(node, (nodes.Input, nodes.Assign, nodes.For)):
            found.add(node.name)
    return frozenset(found)


def surely_writes(*statements: nodes.Statement) -> Names:
    """The names that statements give a value, whatever happens."""
    found: set[str] = set()
    for node in statements:
        if isinstance(node, (nodes.Input, nodes.Assign)):
            found.add(node.name)
        elif isinstance(node, nodes.If):
            found |= surely_writes(*node.body) & surely_writes(*node.otherwise)
    return frozenset(found)


def carried(loop: nodes.For) -> Names:
    """The names that a loop's round takes over from the round before; when there are none, rounds can run at once."""
    return (block_reads(loop.body) - {loop.name}) & writes(*loop.body)


@dataclass(frozen=True)
class Flow:
    """The data flow of one block.

    Args:
        sources: For each statement, the names it reads and, for each, the statements before it in the block that
            may have written it, the latest first. A name without such statements comes from outside the block.
    """

    sources: tuple[dict[str, tuple[int, ...]], ...]

    @property
    def after(self) -> tuple[frozenset[int], ...]:
        """For each statement, the statements that it waits for."""
        return tuple(frozenset(n for numbers in names.values() for n in numbers) for names in self.sources)


def flow_of(block: nodes.Block) -> Flow:
    """The data flow of a block."""
    writers: dict[str, tuple[int, ...]] = {}
    sources = []
    for number, statement in enumerate(block):
        sources.append({name: writers.get(name, ()) for name in sorted(reads(statement))})
        sure = surely_writes(statement)
        for name in writes(statement):
            writers[name] = (number,) if name in sure else (number, *writers.get(name, ()))
    return Flow(tuple(sources))
