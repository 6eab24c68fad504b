"""What is not wrong but surely not meant: values that nothing uses, and lines that are never reached."""

from __future__ import annotations

from collections.abc import Iterator

from . import nodes
from .flow import reads, surely_writes, writes
from .functions import FUNCTIONS
from .problems import Problem


def lint(plan: nodes.Plan) -> list[Problem]:
    """The warnings for a plan. A tool's result that nothing reads is an output of the plan, not a mistake."""
    read = {node.name for node in nodes.walk(*plan.body) if isinstance(node, nodes.Name)}
    return [*_block(plan.body, read, is_last=True)]


def _block(block: nodes.Block, read: set[str], is_last: bool = False) -> Iterator[Problem]:
    unread: dict[str, nodes.Statement] = {}
    for number, node in enumerate(block):
        last = is_last and number == len(block) - 1
        for name in reads(node):
            unread.pop(name, None)
        for name in surely_writes(node) & unread.keys():
            yield _warning(unread[name], f"{name!r} is replaced on line {node.line} before anything uses it.")
        for name in writes(node):
            unread.pop(name, None)
        if isinstance(node, nodes.Assign):
            unread[node.name] = node
        yield from _statement(node, read, last)


def _statement(node: nodes.Statement, read: set[str], last: bool) -> Iterator[Problem]:
    match node:
        case nodes.Input(name=name) if name not in read:
            yield _warning(node, f"the input {name!r} is not used.")
        case nodes.Assign(name=name, value=value) if name not in read and not last and not _calls(value):
            yield _warning(node, f"{name!r} is not used.")
        case nodes.Bare(value=value) if not last and not _calls(value):
            yield _warning(node, "this value is not used; give it a name, or leave it out.")
        case nodes.If(condition=condition, body=body, otherwise=otherwise):
            if isinstance(condition, nodes.Literal):
                never = otherwise if condition.value else body
                if never:
                    yield _warning(
                        never[0], f"this is never reached: the `if` on line {node.line} always goes the other way."
                    )
            yield from _block(body, read, last)
            yield from _block(otherwise, read, last)
        case nodes.For(over=over, body=body):
            if over == nodes.ListOf(()):
                yield _warning(body[0], "this is never reached: the list is empty.")
            yield from _block(body, read, last)


def _calls(node: nodes.Node) -> bool:
    """Whether a tool is called in it."""
    return any(isinstance(part, nodes.Call) and part.function not in FUNCTIONS for part in nodes.walk(node))


def _warning(node: nodes.Statement, message: str) -> Problem:
    return Problem(message=message, line=node.line, column=node.column, severity="warning")
