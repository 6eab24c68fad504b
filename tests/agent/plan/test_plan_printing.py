"""The canonical text of plans."""

from __future__ import annotations

from collections.abc import Callable
from inspect import cleandoc
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intermodal.agent.plan import Plan, nodes, parse, to_source

CANONICAL = '''"""Read every sign."""

photo: Image  # the sign
language: str = "French"

# read it
words = read_text(photo)

if words.text and not (1 < 2 or words.lines[0] == "a"):
    french = translate(words, language)
elif len(words.lines) > 2:
    # many
    french = "too \\"much\\""
else:
    french = f"{words.text}: {2.5:.1f} {{x}}"
for line in words.lines[:-1]:
    part = [speak(word, speed=1.5) for word in line[0:3] if word != ""]
-(1 + 2) * 3 - (4 - 5)
(1 if a else 2) + 3
# the end
'''


def test_canonical_text_is_left_as_it_is() -> None:
    assert to_source(parse(CANONICAL)) == CANONICAL


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("x=read_text( 'a' )", 'x = read_text("a")\n'),
        ("x = (((1)))", "x = 1\n"),
        ("x = - 1", "x = -1\n"),
        ("a = 1; b = 2", "a = 1\nb = 2\n"),
        ("if a:\n  x = 1\nelse:\n  if b:\n    x = 2", "if a:\n    x = 1\nelif b:\n    x = 2\n"),
        ("x = f'{a}' 'b'", 'x = f"{a}b"\n'),
        ("x = f\"{'a'}\"", "x = f\"{'a'}\"\n"),
        ("x = '''a\nb\t'''", 'x = "a\\nb\\t"\n'),
        ("x: int|None = None", "x: int | None = None\n"),
        ("x: Literal['a','b']", "x: Literal['a', 'b']\n"),
    ],
)
def test_one_text_for_one_meaning(written: str, canonical: str) -> None:
    assert to_source(parse(written)) == canonical


@settings(max_examples=300, deadline=None)
@given(random=st.randoms(use_true_random=False))
def test_what_is_printed_is_read_back_as_the_same_plan(random: Random, make_plan: Callable[[Random], Plan]) -> None:
    plan = make_plan(random)
    source = to_source(plan)
    again = parse(source)
    assert again == plan, source
    assert to_source(again) == source


@given(text=st.text(), comment=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20))
def test_any_text_comes_back(text: str, comment: str) -> None:
    plan = Plan((nodes.Assign("x", nodes.Literal(text), comments=(comment.strip("# ").strip(),)),), doc="")
    assert parse(to_source(plan)) == plan


@given(doc=st.text())
def test_any_description_comes_back(doc: str) -> None:
    plan = Plan((nodes.Assign("x", nodes.Literal(1)),), doc=cleandoc(doc))
    assert parse(to_source(plan)) == plan
