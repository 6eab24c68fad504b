"""The grammar: what it lets a model write, and what not. (Its rules don't recurse, so they are tried as patterns.)"""

from __future__ import annotations

import json
import re

import pytest

from intermodal.agent.grammar import Scope, callable_tools, of_plan, of_rest
from intermodal.tools.contract import Parameter, Signature
from intermodal.tools.kinds import AUDIO, BOOL, IMAGE, INT, STR, VIDEO, Kind, list_of

TEXT_RECORD = Kind("Reading", fields=(("text", STR), ("lines", list_of(STR))))
READ = Signature(
    name="read_text", parameters=(Parameter(name="image", kind=IMAGE),), result=TEXT_RECORD, summary="Read a picture."
)
RESIZE = Signature(
    name="resize_image",
    parameters=(
        Parameter(name="image", kind=IMAGE),
        Parameter(name="width", kind=INT, default=320),
        Parameter(name="sharp", kind=BOOL, default=True),
    ),
    result=IMAGE,
    summary="Resize a picture.",
)
SPEAK = Signature(name="speak", parameters=(Parameter(name="text", kind=STR),), result=AUDIO, summary="Say it.")
GRID = Signature(
    name="grid", parameters=(Parameter(name="images", kind=list_of(IMAGE)),), result=IMAGE, summary="Many in one."
)
TURN = Signature(
    name="turn",
    parameters=(
        Parameter(name="side", kind=Kind("str", choices=("left", "right")), default="left"),
        Parameter(name="times", kind=INT, default=1),
    ),
    result=IMAGE,
    summary="Turn the camera.",
)
TOOLS = [READ, RESIZE, SPEAK, GRID, TURN]
FILES = {"photo.png": IMAGE, "image-1": IMAGE, "speech.wav": AUDIO}


def pattern(grammar: str, rule: str = "root") -> str:
    """A GBNF grammar without recursion as a regular expression."""
    rules = dict(line.split(" ::= ", 1) for line in grammar.splitlines())
    token = re.compile(r'"(?:[^"\\]|\\.)*"|\[(?:[^\]\\]|\\.)*\]|[a-z][a-z0-9-]*|\{[\d,]+\}|[()|?*+]|\s+')

    def translate(name: str) -> str:
        out = []
        for piece in token.findall(rules[name]):
            if piece.startswith('"'):
                out.append(f"(?:{re.escape(json.loads(piece))})")
            elif piece[0].isalpha():
                out.append(f"(?:{translate(piece)})")
            elif not piece.isspace():
                out.append("(?:" if piece == "(" else piece)
        return "".join(out)

    return translate(rule)


def allows(grammar: str, text: str) -> bool:
    return re.fullmatch(pattern(grammar), text) is not None


def plan(*lines: str) -> str:
    return "".join(f"# what is asked\n{line}\n" for line in lines) + "```"


@pytest.mark.parametrize(
    "line",
    [
        'words = read_text("photo.png")',
        'words = read_text("image-1")',
        "words = read_text(small)",
        'small = resize_image("photo.png", width=20)',
        'small = resize_image("photo.png", sharp=False)',
        'small = resize_image("photo.png", width=20, sharp=True)',
        'voice = speak("say \\"hello\\", and more")',
        "voice = speak(words.text)",
        'both = grid(["photo.png", small])',
        "side = turn()",
        'side = turn(side="right")',
        'side = turn(side="right", times=-2)',
        "side = turn(times=3)",
        "voices = [speak(line) for line in words.lines]",
        'voice = speak(words.text) if words.text else speak("nothing")',
        "voice = speak(words.text) if not words.text else None",
        "voice = speak(words.text) if words.lines > 3 else None",
    ],
)
def test_a_whole_plan_may_hold(line: str) -> None:
    assert allows(of_plan(TOOLS, Scope(files=FILES)), plan(line))


@pytest.mark.parametrize(
    "line",
    [
        'words = erase("photo.png")',
        'words = read_text("other.png")',
        'words = read_text("speech.wav")',
        "words = read_text()",
        'words = read_text("photo.png", "image-1")',
        'small = resize_image("photo.png", height=20)',
        'small = resize_image("photo.png", width="wide")',
        "voice = speak(words.secret)",
        "voice = speak(3)",
        'side = turn(side="up")',
        "import os",
        'read_text("photo.png")',
        "voices = [speak(line) for line in words.text]",
        "voice = speak(words.text) if words.lines",
        "voice = speak(words.text) if open() else None",
        "voices = [speak(line) for line in words.lines if line]",
    ],
)
def test_a_whole_plan_may_not_hold(line: str) -> None:
    assert not allows(of_plan(TOOLS, Scope(files=FILES)), plan(line))


def test_a_plan_has_a_line_and_an_end() -> None:
    grammar = of_plan(TOOLS, Scope(files=FILES), most=2)
    assert allows(grammar, plan("a = turn()", "b = turn()"))
    assert not allows(grammar, plan())
    assert not allows(grammar, plan("a = turn()", "b = turn()", "c = turn()"))
    assert not allows(grammar, "a = turn()\n```"), "each call has its comment"


def test_a_comment_is_about_one_thing() -> None:
    grammar = of_plan(TOOLS, Scope(files=FILES))
    whole = ("read the sign", "join 'a.png', 'b.png'", "an ant", "a", "the band plays")
    for comment in whole:
        assert allows(grammar, f"# {comment}\na = turn()\n```"), comment
    joined = ("read the sign and say it aloud", "and then", "read it and", "read it and.write it", "")
    for comment in joined:
        assert not allows(grammar, f"# {comment}\na = turn()\n```"), comment


def test_what_stands_for_a_plan_is_allowed_on_demand() -> None:
    with_talk = of_plan(TOOLS, Scope(files=FILES), talks=True)
    for text in ("reply()", 'missing("a tool that sends letters")'):
        assert allows(with_talk, f"{text}\n```")
        assert not allows(of_plan(TOOLS, Scope(files=FILES)), f"{text}\n```")


def test_any_file_may_be_named_when_files_are_not_known() -> None:
    assert allows(of_plan(TOOLS, Scope(files=None)), plan('words = read_text("whatever.png")'))


def test_tools_without_anything_to_work_on_are_left_out() -> None:
    nothing = Scope(files={})
    assert callable_tools(TOOLS, nothing) == {"speak", "turn"}
    assert callable_tools(TOOLS, Scope(files={}, names={"photo": IMAGE})) == {tool.name for tool in TOOLS}


def test_the_next_line_uses_only_what_is_defined_and_fits() -> None:
    names = {"words": TEXT_RECORD, "voice": AUDIO}
    grammar = of_rest([READ, SPEAK], TOOLS, Scope(files=FILES, names=names))
    assert allows(grammar, "loud = speak(words.text)\n```")
    assert allows(grammar, "loud = speak(words)\n```"), "a record reads as text"
    assert allows(grammar, "loud = speak(words)\n# afterwards\nmore = turn(times=2)\n```")
    assert not allows(grammar, "loud = speak(voice)\n```"), "a recording is no text"
    assert not allows(grammar, "loud = speak(other)\n```"), "never defined"
    assert not allows(grammar, "side = turn()\n```"), "not among the tools of this line"
    assert not allows(grammar, "again = read_text(words)\n```")


def test_a_text_may_be_kept_from_beginning_with_a_letter() -> None:
    grammar = of_rest([SPEAK], TOOLS, Scope(files=FILES, names={"words": STR}, barred="pP"))
    assert not allows(grammar, 'loud = speak("photo.png")\n```')
    assert allows(grammar, 'loud = speak("a photo")\n```') and allows(grammar, "loud = speak(words)\n```")
    assert allows(grammar, 'loud = speak(words)\n# later\nmore = speak("photo")\n```')


def test_a_file_that_is_no_text_is_not_let_in_by_a_space() -> None:
    grammar = of_rest([SPEAK], TOOLS, Scope(files=FILES, names={"words": STR}, barred="pP"))
    assert not allows(grammar, 'loud = speak(" photo.png")\n```')


def test_a_video_may_stand_for_its_sound() -> None:
    listen = Signature(name="listen", parameters=(Parameter(name="audio", kind=AUDIO),), result=STR, summary="Listen.")
    files = {"film.mp4": VIDEO, "photo.png": IMAGE}
    line = 'words = listen("film.mp4")'
    assert allows(of_plan([listen], Scope(files=files, converts=[("Video", "Audio")])), plan(line))
    assert not allows(of_plan([listen], Scope(files=files)), plan(line))


def test_what_a_value_may_stand_for() -> None:
    scope = Scope(converts=[("Audio", "str")])
    drawing = Kind("Drawing", fields=(("picture", IMAGE), ("note", STR)))
    assert scope.reads_as(TEXT_RECORD, STR) and scope.reads_as(INT, STR) and scope.reads_as(AUDIO, STR)
    assert scope.reads_as(drawing, IMAGE) and scope.reads_as(drawing, list_of(IMAGE))
    assert not scope.reads_as(IMAGE, STR) and not scope.reads_as(TEXT_RECORD, IMAGE)
    assert not scope.reads_as(list_of(STR), STR)


def test_file_names_with_odd_characters() -> None:
    name = 'my "best" photo [1]é.png'
    grammar = of_plan([READ], Scope(files={name: IMAGE}))
    assert allows(grammar, plan(f"words = read_text({json.dumps(name, ensure_ascii=False)})"))
