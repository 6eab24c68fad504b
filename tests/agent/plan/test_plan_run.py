"""Running plans: values, what runs at once, what fails and what goes on, limits, resuming."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from intermodal import Audio, Image, InputError, ToolError
from intermodal.agent.plan import CallRequest, Limits, RunResult, Surroundings, check, parse, run
from intermodal.tools.contract import Signature
from intermodal.tools.errors import Cancelled, PlanError
from intermodal.tools.kinds import Kind, of_value

Tools = Mapping[str, Signature]


def find(text: str, kind: Kind) -> Any:
    if not text.startswith(("image", "photo")):
        raise InputError(f"There is no file {text!r}.")
    return Image(text, handle=text)


@pytest.fixture
def do(tools: Tools, caller: Any) -> Callable[..., RunResult]:
    """Check and run a plan."""

    def run_it(source: str, inputs: Mapping[str, Any] | None = None, call: Any = None, **around: Any) -> RunResult:
        kinds = {name: of_value(value) for name, value in around.get("names", {}).items()}
        checked = check(parse(source), tools, names=kinds).require()
        return run(checked, call or caller, inputs, Surroundings(**({"resolve": find} | around)))

    return run_it


Do = Callable[..., RunResult]


@pytest.mark.parametrize(
    "expression",
    [
        "1 + 2 * 3 - 4 / 8",
        "7 // 2 + 7 % 4",
        "-(2 + 3)",
        "+4",
        "not 0",
        "1 < 2 < 3",
        "1 < 3 < 2",
        "2 in [1, 2]",
        "3 not in [1, 2]",
        "'a' in 'cat'",
        "'a' + 'b'",
        "[1] + [2, 3]",
        "[1, 2, 3][1]",
        "[1, 2, 3][-1]",
        "'text'[1:3]",
        "[1, 2, 3][::2]",
        "[1, 2, 3][:-1]",
        "0 or 'x'",
        "1 and 'x'",
        "0 and (1 / 0)",
        "1 or (1 / 0)",
        "[] or [1]",
        "'yes' if 2 > 1 else 'no'",
        "[n * 2 for n in [1, 2, 3] if n != 2 if n < 9]",
        "f'{1 + 1} and {2.5:.2f} {7:03d}'",
        "f'{1000000:,} {0.5:.0%}'",
        "len([1, 2])",
        "len('abc')",
        "min([3, 1])",
        "max(1, 2.5)",
        "sorted([3, 1, 2])",
        "sum([1, 2.5])",
        "any([0, 1])",
        "all([])",
        "round(2.567, 1)",
        "round(2.5)",
        "str(12)",
        "int('12')",
        "float('1.5')",
        "int(2.9)",
        "None is None",
        "1 == 1.0",
        "'a' != 'b'",
        "'a' < 'b'",
        "[[n + m for m in [1, 2]] for n in [10, 20]]",
        "any(n > 2 for n in [1, 2, 3])",
    ],
)
def test_expressions_are_worth_what_python_says(expression: str, do: Do) -> None:
    result = do(f"x = {expression}")
    expected = eval(expression)
    assert result.ok
    assert result.values["x"] == expected
    assert type(result.values["x"]) is type(expected)


@pytest.mark.parametrize(
    "program",
    [
        "t = 0\nfor n in [1, 2, 3]:\n    t = t + n",
        "last = 0\nfor n in [1, 2, 3]:\n    if n < 3:\n        last = n\nx = n",
        "x = 1\ny = x\nx = 2\nz = x + y",
        "x = 1\nif x > 0:\n    x = 5\n    y = x\nelif x:\n    y = 2\nelse:\n    y = 3\nz = y + x",
        "a = []\nfor n in [1, 2]:\n    for m in [3, 4]:\n        a = a + [n * m]",
        "x = 3\nys = [x for x in [1, 2]]\nz = x",
        "x = 1\nfor n in []:\n    x = 2\ny = x",
        "p = 0\nq = 1\nfor n in [1, 2, 3, 4]:\n    r = p + q\n    p = q\n    q = r",
        "if 1 > 2:\n    x = 1\nelse:\n    if 2 > 1:\n        x = 2\n    else:\n        x = 3",
    ],
)
def test_statements_do_what_they_do_in_python(program: str, do: Do) -> None:
    expected: dict[str, Any] = {}
    exec(program, {}, expected)
    assert do(program).values == expected


def test_a_whole_plan(do: Do, caller: Any) -> None:
    result = do(
        """
photo: Image
language: str = "French"
# read the sign
words = read_text(photo)
if words.text:
    french = translate(words, language)  # into French
    voice = speak(french)
small = [resize_image(p, width=w) for p in [photo] for_w in [1]]
""".replace("for p in [photo] for_w in [1]", "for w in [10, 20]").replace("resize_image(p", "resize_image(photo"),
        {"photo": "image-1"},
    )
    assert result.ok
    assert result.values["french"] == "stop\nexit in French"
    assert [str(image.path) for image in result.values["small"]] == ["image-1-10.png", "image-1-20.png"]
    assert result.value == result.values["small"]
    requests = {request.id: request for request in caller.requests}
    assert sorted(requests) == ["1", "2", "3", "4[0]", "4[1]"]
    assert requests["1"].comment == "read the sign"
    assert requests["2"].comment == "into French"
    assert requests["2"].arguments == {"text": "stop\nexit", "language": "French"}
    assert (requests["2"].target, requests["2"].line, requests["4[1]"].path) == ("french", 7, (1,))
    assert requests["1"].arguments["image"].handle == "image-1"


def test_independent_calls_run_at_once(do: Do, caller: Any) -> None:
    meeting = threading.Barrier(3, timeout=10)

    def call(request: CallRequest) -> Any:
        if request.tool != "translate":
            meeting.wait()
        return caller(request)

    result = do(
        "a = read_text('image-1')\nb = detect_objects('image-2')\nif a.text:\n    t = translate(a, 'French')\n"
        "c = describe_image('image-3')",
        call=call,
    )
    assert result.ok


@pytest.mark.parametrize(
    "source",
    [
        "for n in [1, 2]:\n    s = speak(n)\n    t = transcribe(s)",
        "x = [speak(n) for n in [1, 2]]",
        "x = make_collage([resize_image('image-1', 1), resize_image('image-2', 2)])",
        "x = describe_image('image-1') + describe_image('image-2')",
        "x = f\"{describe_image('image-1')} {describe_image('image-2')}\"",
        "if True:\n    x = speak('a')\n    y = speak('b')",
    ],
)
def test_rounds_items_and_arguments_run_at_once(source: str, do: Do, caller: Any) -> None:
    meeting = threading.Barrier(2, timeout=10)

    def call(request: CallRequest) -> Any:
        if request.tool not in ("transcribe", "make_collage"):
            meeting.wait()
        return caller(request)

    assert do(source, call=call).ok


@pytest.mark.parametrize("parallel", [1, 3])
def test_calls_at_once_are_bounded(parallel: int, do: Do, caller: Any) -> None:
    caller.seconds = 0.01
    source = "for n in [1, 2, 3, 4, 5]:\n    xs = [speak(f'{n} {m}') for m in [1, 2, 3, 4]]"
    result = do(source, limits=Limits(parallel=parallel))
    assert result.ok
    assert len(caller.requests) == 20
    assert caller.most_at_once == parallel


def test_a_failing_call_takes_along_only_what_depends_on_it(do: Do, caller: Any) -> None:
    caller.failing = {"read_text"}
    blocked: list[tuple[str, str, str]] = []
    result = do(
        "words = read_text('image-1')\nfrench = translate(words, 'French')\nvoice = speak(french)\n"
        "people = detect_objects('image-1')\nif words.text:\n    other = speak('b')\n    third = transcribe(other)\n"
        "both = [people.count, 1]\nend = f'{people} {french}'",
        on_blocked=lambda request, cause: blocked.append((request.id, request.tool, cause)),
    )
    assert not result.ok
    assert set(result.values) == {"people", "both"}
    assert [(failure.message, failure.line, failure.call) for failure in result.failed] == [
        ("read_text can't do that.", 1, "1")
    ]
    assert isinstance(result.failed[0].error, ToolError)
    cause = "read_text on line 1"
    assert sorted(blocked) == [
        ("2", "translate", cause),
        ("3", "speak", cause),
        ("5", "speak", cause),
        ("6", "transcribe", cause),
    ]
    assert result.blocked == {"2": cause, "3": cause, "5": cause, "6": cause}
    assert result.value is None


def test_a_failing_round_leaves_the_others_alone(do: Do, caller: Any) -> None:
    caller.failing = {"1[1]"}
    result = do("for n in [1, 2, 3]:\n    s = speak(n)\n    t = transcribe(s)\nx = t")
    assert caller.ids == ["1[0]", "1[1]", "1[2]", "2[0]", "2[2]"]
    assert result.blocked == {"2[1]": "speak on line 2"}
    assert "x" in result.values  # of the last round, which went well
    result = do("xs = [transcribe(speak(n)) for n in [1, 2, 3]]\ny = len(xs)")
    assert result.values == {}
    assert result.blocked == {"2[1]": "speak on line 1"}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("w = read_text('image-1')\nx = w.lines[5]\ny = speak(x)", "there is no item [5]: it has 2 items."),
        ("x = 1 / (2 - 2)", "this divides by zero."),
        ("x = int('many')", "this can't be done: invalid literal for int()"),
        ("n: Any = 3\nfor x in n:\n    y = x", "int is no list; a loop goes over a list."),
        ("n: Any = 3\nx = n.text", "int has no field 'text'."),
        ("n: Any = 3\nx = n + 'a'", "`+` does not work on int and str."),
        ("n: Any = 'a'\nx = n * 3", "`*` does not work on str and int."),
        ("n: Any = 3\nx = read_text(n)", "read_text's 'image': Image is wanted, and int is given."),
        ("x = read_text('nothing.png')", "read_text's 'image': There is no file 'nothing.png'."),
        ("for n in []:\n    x = n\ny = x", "'x' has no value: no branch or round that ran gave it one."),
        ("n: Any = 3\nx = sorted(n)", "`sorted` can't take int; it is written"),
        ("n: Any = 3\nx = n[0]", "int has no parts; only lists and texts have."),
        ("n: Any = 'a'\nx = [1][n]", "a place in a list is a whole number."),
        ("n: Any = 'a'\nx = n < 3", "this can't be done: '<' not supported"),
    ],
)
def test_what_goes_wrong_in_the_plan_itself_is_told(source: str, message: str, do: Do) -> None:
    result = do(source)
    assert message in result.failed[0].message
    assert result.failed[0].line >= 1
    assert "x" not in result.values or "for" in source


def test_calls_that_are_done_are_not_made_again(do: Do, caller: Any) -> None:
    source = "a = speak('a')\nxs = [translate(n, 'French') for n in [1, 2]]\nb = transcribe(a)"
    do(source)
    assert [request.id for request in sorted(caller.requests, key=lambda request: request.id)] == [
        "1",
        "2[0]",
        "2[1]",
        "3",
    ]
    caller.requests.clear()
    result = do(source, done={"1": Audio("kept.wav"), "2[1]": "kept"})
    assert caller.ids == ["2[0]", "3"]
    assert result.values["xs"] == ["1 in French", "kept"]
    assert result.values["a"].path == Path("kept.wav")


def test_a_cancelled_run_begins_no_more_calls(do: Do, caller: Any) -> None:
    stop = threading.Event()

    def call(request: CallRequest) -> Any:
        stop.set()
        return caller(request)

    result = do("a = speak('a')\nb = transcribe(a)\nc = speak(b)", call=call, cancelled=stop.is_set)
    assert result.cancelled and not result.ok
    assert caller.ids == ["1"]
    assert set(result.values) == {"a"}
    assert result.failed == ()


def test_a_call_that_is_stopped_ends_the_run(do: Do) -> None:
    def call(_request: CallRequest) -> Any:
        raise Cancelled("Stopped.")

    assert do("a = speak('a')\nb = speak('b')", call=call).cancelled


@pytest.mark.parametrize(
    ("source", "limits", "message"),
    [
        ("for n in [1, 2, 3]:\n    x = speak(n)", Limits(calls=2), "makes more than 2 tool calls. Split it"),
        (
            "x = [n for n in [1, 2, 3]]",
            Limits(rounds=2),
            "this list has 3 items, and a loop goes round 2 times at",
        ),
        ("x = [1, 2, 3]", Limits(items=2), "this makes a list of more than 2 items."),
        ("x = 'abc' + 'def'", Limits(text=5), "this makes a text of 6 characters; 5 is the most."),
        ("x = f\"{'abc'}def\"", Limits(text=5), "this makes a text of 6 characters"),
        ("x = [n * m for n in [1, 2]]\ny = 1", Limits(work=5), "The plan reckons more than 5 steps."),
    ],
)
def test_limits_end_in_a_sentence(source: str, limits: Limits, message: str, do: Do) -> None:
    result = do(source.replace("n * m", "n * 2"), limits=limits)
    assert message in result.failed[0].message


ROUNDS = "n in [" + "1, " * 500 + "1]"


@pytest.mark.parametrize(
    "source",
    [
        f"x = 'ab'\nfor {ROUNDS}:\n    x = x + x",
        f"x = [1, 2]\nfor {ROUNDS}:\n    x = x + x",
        f"x = [1]\nfor {ROUNDS}:\n    x = [x, x]\ny = f'{{x}}'",
        f"x = [1]\nfor {ROUNDS}:\n    x = [x]\ny = x == [x]",
        f"x = 9\nfor {ROUNDS}:\n    x = x * x",
        f"x = 9.5\nfor {ROUNDS}:\n    x = x * x",
        f"x = [n for {ROUNDS}]\ny = [[[1 for a in x] for b in x] for c in x]",
        "x = round(1, -1000000000)",
        "x = int('9' + str(9999999999))",
    ],
)
def test_nothing_grows_without_bound(source: str, do: Do) -> None:
    result = do(source)
    assert all(len(repr(value)) < 3_000_000 for value in result.values.values())


def test_inputs_are_asked_for_and_suited(do: Do, caller: Any) -> None:
    source = "photo: Image\nn: int = 3\nx = resize_image(photo, n)"
    assert do(source, {"photo": "image-1"}).ok
    assert caller.requests[0].arguments["width"] == 3
    for given, message in (
        ({}, "The plan needs a value for 'photo'."),
        ({"photo": "image-1", "m": 2}, "The plan has no input 'm'. There is: n, photo."),
        ({"photo": "speech.wav"}, "The input 'photo' can't be used: There is no file 'speech.wav'."),
        ({"photo": "image-1", "n": "three"}, "The input 'n' can't be used: int is wanted, and str is given."),
    ):
        with pytest.raises(InputError) as caught:
            do(source, given)
        assert str(caught.value).startswith(message)


def test_names_from_before_are_seen(do: Do) -> None:
    assert do("x = earlier + 1", names={"earlier": 2}).values == {"x": 3}


def test_a_plan_with_errors_does_not_run(tools: Tools, caller: Any) -> None:
    with pytest.raises(PlanError, match="there is no tool 'f'"):
        run(check(parse("x = f()\ny = speak('a')"), tools), caller)
    assert caller.requests == []


def test_records_read_as_text_and_private_parts_stay_private(do: Do, caller: Any) -> None:
    result = do("o = detect_objects('image-1')\nx = f'{o}; {o.labels}'\ny = speak(o)\nz = speak(o.scores[0])")
    assert result.values["x"] == "2 objects: cat, dog; cat\ndog"
    assert {request.arguments["text"] for request in caller.requests[1:]} == {"2 objects: cat, dog", "0.9"}


def test_an_unforeseen_error_of_a_caller_is_a_failure_too(do: Do) -> None:
    def call(_request: CallRequest) -> Any:
        raise ZeroDivisionError

    result = do("a = speak('a')\nb = 1", call=call)
    assert result.values == {"b": 1}
    assert result.failed[0].call == "1"


def test_ids_do_not_depend_on_comments_or_layout(tools: Tools) -> None:
    def ids(source: str) -> list[tuple[int, str]]:
        return [(call.number, call.function) for call in check(parse(source), tools).calls]

    assert ids("# why\n\na = speak('a')\n\n\nb = transcribe(a)") == ids("a = speak('a'); b = transcribe(a)")
