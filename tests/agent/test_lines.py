"""The lines of a plan as text."""

from __future__ import annotations

import pytest

from intermodal.agent.lines import Lines, without_repeats


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('# a\nx = f("u")\n# b\ny = f("u")\n# c\nz = g(y)', '# a\nx = f("u")\n# c\nz = g(x)'),
        ('x = f("u")\ny = f("u")\nz = g(y, y=y, t="y")', 'x = f("u")\nz = g(x, y=x, t="y")'),
        ('x = f("u")\ny = f("u")\nz = g(x)\nw = g(y)', 'x = f("u")\nz = g(x)'),
        ('x = f("u")\ny = f("v")\nz = g(x)\nw = g(y)', None),  # nothing twice
        ('x = f("u")\nx = g(x)\nx = g(x)', None),  # g(x) is of another x each time
        ('x = f("u")\nx = g("v")\ny = f("u")', None),  # what x held is gone
        ('x = f("u")\ny = f("u")\nx = g("v")\nz = h(y)', None),  # y keeps what x lost
        ('x = f("u")\ny = f("u")\nz = g(w.y, y.x)', 'x = f("u")\nz = g(w.y, x.x)'),  # a field is no name
        ("x = roll(6)\ny = roll(6)", None),  # another result each time
    ],
)
def test_a_call_is_not_made_twice(text: str, left: str | None) -> None:
    assert without_repeats(text, {"roll"}) == (text if left is None else left)


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        (["# a", "\nx = f", "()\n# b"], ["# a\n", "x = f()\n"]),
        (["``", "`python\n#", " a\n"], ["# a\n"]),
        (["# a\n\n```\n# no part of it\n"], ["# a\n"]),
        (["# a\n```", "\n", "# b\n"], ["# a\n"]),
        (["", "# a"], []),
    ],
)
def test_lines_are_taken_as_soon_as_they_are_whole(pieces: list[str], whole: list[str]) -> None:
    lines = Lines()
    assert [line for piece in pieces for line in lines.add(piece)] == whole
