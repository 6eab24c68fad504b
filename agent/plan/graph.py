"""A plan's data flow as a graph, and how to draw it: in the terminal, as Mermaid, as DOT."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from . import flow, nodes
from .printing import headline


@dataclass(frozen=True, kw_only=True)
class Vertex:
    """A statement of the plan.

    Args:
        id: "s" and its number in reading order.
        text: Its line; for a block, the line that opens it.
        shape: "input", "step" or "block".
        line: Where it stands.
        calls: The numbers of the tool calls in its line.
        block: The id of the block around it; empty at the top level.
        stage: Statements of one block with the same stage start at the same time, when everything takes equally long.
    """

    id: str
    text: str
    shape: str
    line: int
    calls: tuple[int, ...]
    block: str
    stage: int


@dataclass(frozen=True, kw_only=True)
class Edge:
    """A value that goes from one statement to another under a name."""

    source: str
    target: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Statements in reading order, and the values that go between them."""

    vertices: tuple[Vertex, ...]
    edges: tuple[Edge, ...]

    def inside(self, block: str) -> Iterator[Vertex]:
        """The statements right inside a block ("" for the top level)."""
        return (vertex for vertex in self.vertices if vertex.block == block)


def graph_of(plan: nodes.Plan) -> Graph:
    """The data flow of a plan."""
    builder = _Builder()
    builder.block(plan.body, "", {})
    return Graph(vertices=tuple(builder.vertices), edges=tuple(dict.fromkeys(builder.edges)))


_Writers = dict[str, tuple[str, ...]]  # a name -> the vertices that may have given it its value


class _Builder:
    def __init__(self) -> None:
        self.vertices: list[Vertex] = []
        self.edges: list[Edge] = []

    def block(self, block: nodes.Block, around: str, writers: _Writers) -> _Writers:
        """Add a block's statements; what its names come from afterwards."""
        stages: list[int] = []
        for node, after in zip(block, flow.flow_of(block).after, strict=True):
            first = 0 if isinstance(node, nodes.Input) else 1
            stages.append(max([first, *(stages[number] + 1 for number in after)]))
            writers = self._statement(node, around, stages[-1], writers)
        return writers

    def _statement(self, node: nodes.Statement, around: str, stage: int, writers: _Writers) -> _Writers:
        own = [node.condition] if isinstance(node, nodes.If) else [node.over] if isinstance(node, nodes.For) else [node]
        is_block = isinstance(node, (nodes.If, nodes.For))
        vertex = Vertex(
            id=f"s{len(self.vertices) + 1}",
            text=headline(node).rstrip(":"),
            shape="input" if isinstance(node, nodes.Input) else "block" if is_block else "step",
            line=node.line,
            calls=tuple(part.number for part in nodes.walk(*own) if isinstance(part, nodes.Call) and part.number),
            block=around,
            stage=stage,
        )
        self.vertices.append(vertex)
        for name in sorted(frozenset().union(*map(flow.reads, own))):
            self.edges += [Edge(source=source, target=vertex.id, name=name) for source in writers.get(name, ())]
        match node:
            case nodes.If(body=body, otherwise=otherwise):
                return _either(self.block(body, vertex.id, writers), self._otherwise(otherwise, vertex, writers))
            case nodes.For(name=name, body=body):
                return _either(writers, self.block(body, vertex.id, {**writers, name: (vertex.id,)}))
            case nodes.Input(name=name) | nodes.Assign(name=name):
                return {**writers, name: (vertex.id,)}
        return writers

    def _otherwise(self, block: nodes.Block, header: Vertex, writers: _Writers) -> _Writers:
        """An `else` gets a vertex of its own beside its `if`, so that what is in which branch can be seen."""
        if not block:
            return writers
        vertex = Vertex(
            id=f"s{len(self.vertices) + 1}",
            text=f"else of {header.text}",
            shape="block",
            line=block[0].line,
            calls=(),
            block=header.block,
            stage=header.stage,
        )
        self.vertices.append(vertex)
        return self.block(block, vertex.id, writers)


def _either(one: _Writers, other: _Writers) -> _Writers:
    return {name: tuple(dict.fromkeys((*one.get(name, ()), *other.get(name, ())))) for name in {**one, **other}}


def draw(graph: Graph) -> str:
    """The graph for a terminal: a tree of blocks; steps of one stage start together, `<-` says what a step needs."""
    return "\n".join(_tree(graph, "", ""))


def _tree(graph: Graph, block: str, indent: str) -> Iterator[str]:
    found = list(graph.inside(block))
    texts = {vertex.id: vertex.text for vertex in graph.vertices}
    for number, vertex in enumerate(found):
        corner, below = ("└─", "   ") if number == len(found) - 1 else ("├─", "│  ")
        needs = sorted({edge.name for edge in graph.edges if edge.target == vertex.id and edge.source in texts})
        stage = "·" if vertex.shape == "input" else str(vertex.stage)
        yield f"{indent}{corner} {stage} {vertex.text}" + (f"  <- {', '.join(needs)}" if needs else "")
        yield from _tree(graph, vertex.id, indent + below)


def mermaid(graph: Graph) -> str:
    """The graph as a Mermaid flowchart."""
    shapes = {"input": '{}(["{}"])', "step": '{}["{}"]', "block": '{}{{"{}"}}'}

    def inside(block: str, indent: str) -> Iterator[str]:
        for vertex in graph.inside(block):
            text = vertex.text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
            yield indent + shapes[vertex.shape].format(vertex.id, text)
            if vertex.shape == "block":
                yield f'{indent}subgraph in_{vertex.id}["&nbsp;"]'
                yield from inside(vertex.id, indent + "  ")
                yield f"{indent}end"
                yield f"{indent}{vertex.id} --> in_{vertex.id}"

    edges = [f"  {edge.source} -->|{edge.name}| {edge.target}" for edge in graph.edges]
    return "\n".join(["flowchart TD", *inside("", "  "), *edges]) + "\n"


def dot(graph: Graph) -> str:
    """The graph in Graphviz's language."""
    shapes = {"input": "ellipse", "step": "box", "block": "diamond"}

    def inside(block: str, indent: str) -> Iterator[str]:
        for vertex in graph.inside(block):
            text = json.dumps(vertex.text, ensure_ascii=False)
            yield f"{indent}{vertex.id} [shape={shapes[vertex.shape]}, label={text}];"
            if vertex.shape == "block":
                yield f"{indent}subgraph cluster_{vertex.id} {{"
                yield from inside(vertex.id, indent + "  ")
                yield f"{indent}}}"
                first = next(graph.inside(vertex.id)).id
                yield f"{indent}{vertex.id} -> {first} [lhead=cluster_{vertex.id}, style=dashed];"

    edges = [f"  {edge.source} -> {edge.target} [label={json.dumps(edge.name)}];" for edge in graph.edges]
    return "\n".join(["digraph plan {", "  compound=true;", *inside("", "  "), *edges, "}"]) + "\n"
