"""What is read as a plan, what is refused, and by which sentence."""

from __future__ import annotations

import time

import pytest

from intermodal.agent.plan import Limits, Plan, Problem, parse, to_source
from intermodal.tools.errors import PlanError


def problems_of(source: str) -> tuple[Problem, ...]:
    with pytest.raises(PlanError) as caught:
        parse(source)
    return caught.value.problems


@pytest.mark.parametrize(
    ("source", "line", "sentence"),
    [
        ("x = 1\nwhile x:\n    y = 2", 2, "`while` is not part of the plan language; `for` over a list is."),
        ("import os", 1, "`import` is not part"),
        ("from os import path", 1, "`import` is not part"),
        ("def f():\n    return 1", 1, "`def` is not part"),
        ("x = lambda: 1", 1, "`lambda` is not part"),
        ("x = 1\nx += 1", 2, "`x = x + 1` is."),
        ("x = {'a': 1}", 1, "a dictionary `{...}` is not part of the plan language; a list `[...]` is."),
        ("x = (1, 2)", 1, "a tuple `(a, b)` is not part"),
        ("a, b = f()", 1, "assigning to several names at once is not part"),
        ("a = b = 1", 1, "assigning to several names at once is not part"),
        ("a.b = 1", 1, "changing a field is not part"),
        ("a[0] = 1", 1, "changing a list is not part"),
        ("x = text.upper()", 1, "a method (`.upper()`) is not part of the plan language; a tool, or a field without"),
        ("x = f()()", 1, "calling what an expression gives is not part"),
        ("f(*names)", 1, "`*` is not part"),
        ("f(**names)", 1, "`**` in a call is not part"),
        ("x = 2 ** 9", 1, "`**` is not part of the plan language; `*` is."),
        ("x = a | b", 1, "`|` is not part"),
        ("x = ~a", 1, "`~` is not part"),
        ("x = [a for b in c for a in b]", 1, "a second `for` in a comprehension is not part"),
        ("x = [a for a, b in c]", 1, "several loop variables is not part"),
        ("for a, b in c:\n    x = 1", 1, "several loop variables is not part"),
        ("for a in c:\n    x = 1\nelse:\n    y = 1", 1, "`else` of a `for` is not part"),
        ("x = {a for a in b}", 1, "a set comprehension is not part"),
        ("x = (a for a in b)", 1, "a generator expression is not part"),
        ("for a in b:\n    break", 2, "`break` is not part"),
        ("for a in b:\n    pass", 2, "`pass` is not part"),
        ("try:\n    x = 1\nexcept E:\n    x = 2", 1, "`try` is not part"),
        ("with a:\n    x = 1", 1, "`with` is not part"),
        ("match x:\n    case 1:\n        y = 1", 1, "`match` is not part"),
        ("x = b'a'", 1, "is not part of the plan language; a text"),
        ("x = 1e999", 1, "this number is too large"),
        ("x = f'{a!r}'", 1, "`!r` or `=` in an f-string is not part"),
        ("x = f'{a:>999}'", 1, "the format '>999' is not part"),
        ("photo: Imag", 1, "'Imag' is none of them"),
        ("photo: Image = f()", 1, "its default must be a plain value"),
        ("if a:\n    photo: Image", 2, "stands at the top level"),
        ("mode: Literal['a', 1]", 1, "the choices of Literal[...]"),
    ],
)
def test_what_is_not_in_the_language_is_refused_by_name(source: str, line: int, sentence: str) -> None:
    found = problems_of(source)
    assert found[0].line == line
    assert sentence in found[0].message


def test_every_refusal_is_told_not_just_the_first() -> None:
    found = problems_of("import os\nx = 1\nwhile x:\n    y = 2\nz = lambda: 3")
    assert [(problem.line, problem.column) for problem in found] == [(1, 1), (3, 1), (5, 5)]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("", "The plan is empty; it needs at least one line"),
        (" \n\n# only words\n", "The plan is empty"),
        ('"""What it is for."""', "has a description but no steps"),
        ("x = 1\n" * 1_700_000, "The plan has 10,200,000 characters; 100,000 is the most."),
        ("x = 1\ny = \0", "Line 2: there is a null byte here; a plan is plain text."),
        ("x = " + "(" * 10_000 + "1" + ")" * 10_000, "more than 2000 words and signs; split it"),
        ("x = " + "-" * 10_000 + "1", "more than 2000 words and signs"),
        ("x = a" + ".b" * 10_000, "more than 2000 words and signs"),
        ("x = 1" + " + 1" * 10_000, "more than 2000 words and signs"),
        ("x = " + "[" * 60 + "]" * 60, "nested too deeply"),
        ("x = " + "not " * 1500 + "a", "nested too deeply"),
        ("\n".join(" " * depth + "if a:" for depth in range(90)) + "\n" + " " * 90 + "x = 1", "nested too deeply"),
        ("if a:\n  x=1\n" + "elif a:\n  x=1\n" * 5000, "nested too deeply"),
        ("Sure! Here is the plan you asked for:", "Line 1: this is not Python: invalid syntax"),
        ("words = read_text(photo", "this is not Python"),
        ('words = "never closed', "this is not Python"),
        ("  x = 1\n y = 2", "this is not Python"),
        ("x = '\udc80'", "can't be read as Python"),
        ("x = " + "9" * 6000, "this is not Python"),
        ("<html><body>plan</body></html>", "this is not Python"),
        ("\x89PNG\r\n\x1a\n", "this is not Python"),
    ],
)
def test_what_is_no_plan_ends_in_one_sentence(source: str, sentence: str) -> None:
    begun = time.monotonic()
    with pytest.raises(PlanError, match=r"^The plan ") as caught:
        parse(source)
    assert sentence in str(caught.value)
    assert time.monotonic() - begun < 5


def test_limits_can_be_set() -> None:
    with pytest.raises(PlanError, match="7 characters; 5 is the most"):
        parse("x = 123", Limits(source=5))


def test_comments_stay_with_their_statements() -> None:
    plan = parse("# what\n# for\nx = (1  # one\n     + 2)  # sum\n\nif x:  # when\n    # inner\n    y = 1\n# end\n")
    first, second = plan.body
    assert first.comments == ("what", "for", "one")
    assert first.remark == "sum"
    assert first.narration == "what for one sum"
    assert second.remark == "when"
    assert second.gap
    assert second.body[0].comments == ("inner",)
    assert plan.closing == ("end",)


def test_a_docstring_is_kept() -> None:
    assert parse('"""Read a sign.\n\n    Aloud.\n    """\nx = 1').doc == "Read a sign.\n\nAloud."


def test_places_are_kept() -> None:
    plan = parse("x = 1\nwords = read_text(photo, size = 3)")
    call = plan.body[1].value
    assert (call.line, call.column) == (2, 9)
    assert (call.keywords[0].line, call.keywords[0].column) == (2, 26)


def test_a_generator_in_a_function_over_a_list_is_a_comprehension() -> None:
    assert parse("x = any(a > 1 for a in b)") == parse("x = any([a > 1 for a in b])")


def test_line_endings_and_a_byte_order_mark_do_not_matter() -> None:
    assert parse("\ufeffx = 1\r\ny = 2\r\n") == parse("x = 1\ny = 2")


def test_odd_escapes_print_no_warning(recwarn: pytest.WarningsRecorder) -> None:
    assert isinstance(parse(r"x = '\d'"), Plan)
    assert to_source(parse(r"x = '\d'")) == 'x = "\\\\d"\n'
    assert not recwarn.list
