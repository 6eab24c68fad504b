"""The data flow of plans, and its drawings."""

from __future__ import annotations

from collections.abc import Mapping

from intermodal.agent.plan import check, dot, draw, flow, mermaid, nodes, parse
from intermodal.tools.contract import Signature

SOURCE = """photo: Image
words = read_text(photo)
people = detect_objects(photo)
if words.text:
    voice = speak(words.text)
else:
    voice = speak("nothing")
for label in people.labels:
    said = speak(f'{label} "here"')
end = transcribe(voice)
"""


def test_reads_and_writes() -> None:
    plan = parse(SOURCE)
    block, loop = plan.body[3], plan.body[4]
    assert flow.reads(block) == {"words"}
    assert flow.writes(block) == flow.surely_writes(block) == {"voice"}
    assert flow.reads(loop) == {"people"}
    assert flow.writes(loop) == {"label", "said"}
    assert flow.surely_writes(loop) == set()
    assert flow.reads(parse("x = [a for a in b if a > c]").body[0]) == {"b", "c"}


def test_statements_wait_for_what_they_read() -> None:
    after = flow.flow_of(parse(SOURCE).body).after
    assert [sorted(numbers) for numbers in after] == [[], [0], [0], [1], [2], [3]]


def test_a_name_may_come_from_several_statements() -> None:
    found = flow.flow_of(parse("x = 1\nif a:\n    x = 2\ny = x\nx = 3\nz = x").body)
    assert found.sources[2]["x"] == (1, 0)
    assert found.sources[4]["x"] == (3,)


def test_rounds_that_take_something_over() -> None:
    plan = parse("for a in b:\n    t = t + a\nfor a in b:\n    u = a\n    v = u")
    assert isinstance(plan.body[0], nodes.For) and flow.carried(plan.body[0]) == {"t"}
    assert isinstance(plan.body[1], nodes.For) and flow.carried(plan.body[1]) == set()


def test_drawings(tools: Mapping[str, Signature]) -> None:
    graph = check(parse(SOURCE), tools).graph
    assert draw(graph) == (
        "├─ · photo: Image\n"
        "├─ 1 words = read_text(photo)  <- photo\n"
        "├─ 1 people = detect_objects(photo)  <- photo\n"
        "├─ 2 if words.text  <- words\n"
        "│  └─ 1 voice = speak(words.text)  <- words\n"
        "├─ 2 else of if words.text\n"
        '│  └─ 1 voice = speak("nothing")\n'
        "├─ 2 for label in people.labels  <- people\n"
        "│  └─ 1 said = speak(f\"{label} \\\"here\\\"\")  <- label\n"
        "└─ 3 end = transcribe(voice)  <- voice"
    )  # fmt: skip
    shown = mermaid(graph)
    assert shown.startswith('flowchart TD\n  s1(["photo: Image"])\n')
    assert "  s1 -->|photo| s2\n" in shown
    assert '"' not in shown.split('s9["')[1].split('"]\n')[0]
    described = dot(graph)
    assert described.startswith("digraph plan {") and described.count("{") >= described.count("subgraph")
    assert '  s2 -> s4 [label="words"];' in described
    assert [(edge.source, edge.target) for edge in graph.edges if edge.name == "voice"] == [
        ("s5", "s10"),
        ("s7", "s10"),
    ]
