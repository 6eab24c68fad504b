"""What the checker finds, how it says it, and the conversions it writes in."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intermodal import Audio, Video
from intermodal.agent.plan import Checked, Plan, check, parse, render, to_source
from intermodal.tools.contract import REQUIRED, Signature, read_signature
from intermodal.tools.errors import PlanError
from intermodal.tools.kinds import AUDIO, DOCUMENT, IMAGE, INT, STR, VIDEO, Kind, list_of

Tools = Mapping[str, Signature]
FILES = {"image-1": IMAGE, "photo.png": IMAGE, "speech.wav": AUDIO, "clip.mp4": VIDEO, "report.pdf": DOCUMENT}


def checked(source: str, tools: Tools, **options: object) -> Checked:
    return check(parse(source), tools, **({"files": FILES} | options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("source", "line", "sentence", "choices"),
    [
        ("x = spaek('a')", 1, "there is no tool 'spaek'. Did you mean 'speak'?", ("speak",)),
        ("print('a')", 1, "`print()` is not part of the plan language; nothing is needed to show a result", ()),
        ("x = range(3)", 1, "`range()` is not part of the plan language; `for` over a list is.", ()),
        ("photo = 1\nx = fotos", 2, "there is no name 'fotos'. Did you mean 'photo'?", ("photo",)),
        ("x = read_text", 1, "'read_text' is a tool, not a value; call it: read_text(image: Image) -> Words.", ()),
        ("x = later\nlater = 1", 1, "'later' is used before line 2 gives it a value.", ()),
        ("x = x + 1", 1, "'x' is used before line 1 gives it a value.", ()),
        ("x = read_text()", 1, "read_text needs 'image' (Image): read_text(image: Image) -> Words.", ()),
        ("x = read_text('image-1', 2)", 1, "read_text takes 1 argument, and 2 are given", ()),
        ("x = speak('a', sped=2)", 1, "speak has no parameter 'sped'. Did you mean 'speed'?", ("speed",)),
        ("x = speak('a', text='b')", 1, "'text' is given twice to speak", ()),
        ("x = speak('a', speed='fast')", 1, "speak's 'speed' wants float; \"fast\" is str.", ()),
        ("x = resize_image('image-1', 2.5)", 1, "wants int; 2.5 is float. Write round(2.5).", ()),
        ("x = resize_image('image-1', 9, 'cut')", 1, "is none of the choices: 'crop', 'pad'.", ("crop", "pad")),
        ("x = read_text('foto.png')", 1, "'foto.png' is not attached. Did you mean 'photo.png'?", ()),
        ("x = read_text('speech.wav')", 1, "read_text's 'image' wants Image; \"speech.wav\" is Audio.", ()),
        ("x = make_collage(['speech.wav'])", 1, 'wants list[Image]; ["speech.wav"] is list[Audio].', ()),
        ("x = make_collage(['image-1', 'foto.png'])", 1, "'foto.png' is not attached.", ()),
        ("a = 'x'\nx = read_text(a)", 2, "'x' is not attached.", ()),
        ("x = read_text(str(1))", 1, "A file is named by its handle or name in quotes", ()),
        ("x = read_text('image-1').txt", 1, "has no field 'txt'. Did you mean 'text'?", ("text",)),
        ("x = detect_objects('image-1').secret", 1, "has no field 'secret'.", ()),
        ("x = detect_objects('image-1').__class__", 1, "has no field '__class__'.", ()),
        ("x = 'a'.text", 1, "has no field 'text'.", ()),
        ("w = read_text('image-1')\nx = speak(w.lines)", 2, "Write a comprehension or a `for` for its items", ()),
        ("p = ['image-1']\nx = read_text(p)", 2, "or take one: p[0].", ()),
        ("for x in 3:\n    y = x", 1, "3 is int; a loop goes over a list.", ()),
        ("x = 1 + 'a'", 1, '`+` does not work on int and str. Write f"{a}{b}" to join texts.', ()),
        ("x = 'a' * 3", 1, "`*` does not work on str and int.", ()),
        ("x = -'a'", 1, "`-` works on numbers", ()),
        ("x = 1 < 'a'", 1, '`<` can\'t compare 1 (int) with "a" (str).', ()),
        ("x = 1 in 2", 1, "`in` can't compare", ()),
        ("x = len(3)", 1, "`len` can't take 3 (int); it is written len(list).", ()),
        ("x = len()", 1, "`len` is written len(list).", ()),
        ("x = sum(['a'])", 1, "`sum` can't take", ()),
        ("x = [1][1.5]", 1, "a place in a list wants int; 1.5 is float.", ()),
        ("x = 3[0]", 1, "only lists and texts have parts", ()),
        ("x = f\"{'a':.2f}\"", 1, "the format '.2f' is for numbers", ()),
        ("n: int = 'a'", 1, "the input 'n' wants int", ()),
        ("n: int\nn: int\nx = n", 2, "the input 'n' is declared twice.", ()),
        ("c: bool\nif c:\n    x = 1\ny = x", 4, "'x' has no value unless the `if` on line 2 gives it one", ()),
    ],
)
def test_errors(source: str, line: int, sentence: str, choices: tuple[str, ...], tools: Tools) -> None:
    errors = checked(source, tools).errors
    assert len(errors) == 1, errors
    assert errors[0].line == line
    assert sentence in errors[0].message
    assert choices == () or errors[0].choices == choices


@pytest.mark.parametrize(
    ("source", "line", "sentence"),
    [
        ("photo: Image\nx = speak('a')", 1, "the input 'photo' is not used."),
        ("a = 1\nx = speak('a')", 1, "'a' is not used."),
        ("x = speak('a')\nx = speak('b')", 1, "'x' is replaced on line 2 before anything uses it."),
        ("1 + 1\nx = speak('a')", 1, "this value is not used"),
        ("if False:\n    x = speak('a')", 2, "this is never reached"),
        ("if True:\n    x = speak('a')\nelse:\n    x = speak('b')", 4, "this is never reached"),
        (
            "w = read_text('image-1')\nif w:\n    x = speak(w)",
            2,
            "w (Words) counts as true; ask for what is in it, such as",
        ),
        ("for x in []:\n    y = speak(x)", 2, "this is never reached: the list is empty."),
    ],
)
def test_warnings(source: str, line: int, sentence: str, tools: Tools) -> None:
    found = checked(source, tools)
    assert found.ok
    assert [problem.line for problem in found.warnings] == [line]
    assert sentence in found.warnings[0].message


@pytest.mark.parametrize(
    "source",
    [
        "words = read_text('image-1')\npeople = detect_objects('photo.png')",  # results are what a plan is for
        "c: bool\nx = 1\nif c:\n    x = 2\ny = speak(x)",
        "c: bool\nif c:\n    x = 1\nelse:\n    x = 2\ny = speak(x)",
        "total = 0\nfor n in [1, 2]:\n    total = total + n\ny = speak(total)",
        "photo = 'photo.png'\nwords = read_text(photo)",
        "for line in read_text('image-1').lines:\n    v = speak(line)\nlast = transcribe(v)",
        "x = speak('a' if len([1]) > 2 else 'b', speed=2)",
        "x = detect_objects('image-1', labels=None)\ny = x.scores[0] + 1 < 2 and x.count == 2",
        "x = read_text('image-1')\ny = x is not None and x.text",
        "best = max([1.5, 2]) + round(2.5) + round(2.567, 2) + min(1, 2.0)",
    ],
)
def test_what_is_right_is_not_complained_about(source: str, tools: Tools) -> None:
    assert checked(source, tools).problems == ()


@pytest.mark.parametrize(
    ("written", "completed"),
    [
        ("x = speak('image-1')", 'x = speak(describe_image("image-1"))'),
        ("x = translate('report.pdf', 'French')", 'x = translate(read_document("report.pdf"), "French")'),
        ("x = speak('speech.wav')", 'x = speak(transcribe("speech.wav"))'),
        ("x = transcribe('clip.mp4')", 'x = transcribe(extract_audio("clip.mp4"))'),
        ("p: Image\nx = speak(p)", "p: Image\n\nx = speak(describe_image(p))"),
        ("p: Image\nx = f'see {p}'", 'p: Image\n\nx = f"see {describe_image(p)}"'),
        ("o = detect_objects('image-1')\nx = resize_image(o, 3)",
         'o = detect_objects("image-1")\nx = resize_image(o.picture, 3)'),
        ("x = make_collage('image-1')", 'x = make_collage(["image-1"])'),
        ("w = read_text('image-1')\nx = speak(w)", 'w = read_text("image-1")\nx = speak(w)'),  # records read as text
        ("p = ['image-1', 'photo.png']\nx = make_collage(p)", 'p = ["image-1", "photo.png"]\nx = make_collage(p)'),
    ],
)  # fmt: skip
def test_conversions_are_written_into_the_plan(written: str, completed: str, tools: Tools) -> None:
    found = checked(written, tools)
    assert found.problems == ()
    assert found.source == f"{completed}\n"
    again = checked(found.source, tools)
    assert again.plan == found.plan
    assert not checked(written, tools, conversions=False).errors or completed != to_source(parse(written)).strip()


def test_another_tool_converts_where_the_built_in_one_is_not_there() -> None:
    def sound_of(video: Video) -> Audio:
        """Take the sound of a video."""
        raise AssertionError(video)

    def louder(audio: Audio) -> Audio:
        """Make it louder."""
        raise AssertionError(audio)

    known = {tool.__name__: read_signature(tool) for tool in (sound_of, louder)}
    files = {"clip.mp4": VIDEO}
    assert check(parse('x = louder("clip.mp4")'), known, files=files).source == 'x = louder(sound_of("clip.mp4"))\n'
    known["other"] = dataclasses.replace(known["sound_of"], name="other")
    assert not check(parse('x = louder("clip.mp4")'), known, files=files).ok, "two could; nobody says which"


def test_conversions_can_be_turned_off_and_are_offered_then(tools: Tools) -> None:
    errors = checked("p: Image\nx = speak(p)", tools, conversions=False).errors
    assert errors[0].message == "speak's 'text' wants str; p is Image. Write describe_image(p)."


def test_only_offered_tools_convert(tools: Tools) -> None:
    fewer = {name: tools[name] for name in ("speak", "read_text")}
    assert "p is Image." in checked("p: Image\nx = speak(p)", fewer).errors[0].message


def test_files_that_are_not_known_yet_are_not_checked(tools: Tools) -> None:
    assert checked("x = read_text('anything.png')", tools, files=None).ok
    assert "No file is attached." in checked("x = read_text('a.png')", tools, files={}).errors[0].message


def test_names_from_before_can_be_used(tools: Tools) -> None:
    assert checked("x = speak(earlier)", tools, names={"earlier": STR}).ok
    assert not checked("x = speak(earlier)", tools).ok


def test_inputs_and_names_are_told(tools: Tools) -> None:
    found = checked("p: Image\nn: int = 3\nw = read_text(p)\nxs = [speak(x) for x in w.lines][:n]", tools)
    assert [(item.name, item.kind, item.default, item.required) for item in found.inputs] == [
        ("p", IMAGE, REQUIRED, True),
        ("n", INT, 3, False),
    ]
    assert found.names["xs"] == list_of(AUDIO)
    assert found.names["w"].name == "Words"
    assert [(call.number, call.function) for call in found.calls] == [(1, "read_text"), (2, "speak")]


def test_require_raises_what_is_wrong(tools: Tools) -> None:
    with pytest.raises(PlanError, match=r"Line 1: there is no tool 'f'.*line 2: there is no tool 'g'") as caught:
        checked("x = f()\ny = g()", tools).require()
    assert [problem.line for problem in caught.value.problems if problem.severity == "error"] == [1, 2]


def test_problems_are_printed_like_a_compiler(tools: Tools) -> None:
    source = "w = read_text('image-1')\nx = speak(w.txt)\n"
    assert render(checked(source, tools).problems, source, "plan.py") == (
        "plan.py:2:11: error: w (Words) has no field 'txt'. Did you mean 'text'?\n"
        "    2 | x = speak(w.txt)\n"
        "      |           ^"
    )


def test_a_long_line_is_shown_around_the_place(tools: Tools) -> None:
    source = f"x = speak('{'a' * 300}' + nothing)"
    shown = render(checked(source, tools).problems, source).split("\n")
    assert len(shown[1]) < 140
    assert shown[1][shown[2].index("^") :].startswith("nothing")


@settings(max_examples=150, deadline=None)
@given(random=st.randoms(use_true_random=False))
def test_the_checker_never_fails_itself(random: Random, make_plan: Callable[[Random], Plan], tools: Tools) -> None:
    plan = parse(to_source(make_plan(random)))
    found = check(plan, {**tools, "photo": tools["speak"]}, files=FILES, names={"words": Kind("Any")})
    assert parse(found.source) == found.plan
    assert len(found.graph.vertices) >= len(plan.body)
