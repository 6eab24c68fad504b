"""10,000 spoiled programs: each ends quickly, in a plan error or in a run that calls none but the tools."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Mapping
from typing import Any

from intermodal import Image, ToolError
from intermodal.agent.plan import (
    CallRequest,
    Limits,
    Surroundings,
    check,
    dot,
    draw,
    mermaid,
    parse,
    render,
    run,
    to_source,
)
from intermodal.tools.contract import Signature
from intermodal.tools.errors import PlanError
from intermodal.tools.kinds import AUDIO, IMAGE, INT, STR

PROGRAMS = [
    '"""Read a sign."""\nphoto: Image = "image-1"\nwords = read_text(photo)\nif words.text:\n    v = speak(words)\n',
    "people = detect_objects('image-1', labels=['cat'])\nn = people.count + 2\nx = f'{n:.2f} of {people.labels[0]}'\n",
    "for line in read_text('image-1').lines:\n    v = speak(line, speed=1.5)  # aloud\n    t = transcribe(v)\nx = t\n",
    "xs = [translate(w, 'French') for w in ['a', 'b', 'c'] if w != 'b'][:2]\nx = sorted(xs)[-1] if xs else 'none'\n",
    "t = 0\nfor n in [1, 2, 3]:\n    t = t * n + 1\n    if t > 3 and not n == 2:\n        u = t\ny = round(t / 3, 1)\n",
    "a = [1]\nfor n in [1, 2, 3, 4, 5, 6, 7, 8, 9]:\n    a = a + a\n    b = [a, a]\nx = len(a)\ny = f'{b}'\n",
    "c = make_collage([resize_image('image-1', 9), resize_image('image-1', width=8, fit='pad')])\ns = speak(c)\n",
    "k: int = 3\nm: list[str] = ['a']\no: str | None = None\nz = max(k, 2) if o is None else k\nw = speak(m[0])\n",
]
PIECES = [
    "while True:\n    x = 1\n",
    "import os\n",
    "__import__('os').system('true')",
    "().__class__.__bases__[0]",
    "eval('1')",
    "lambda: 0",
    "x.__dict__",
    "open('/etc/passwd')",
    "2 ** 99999",
    "9" * 400,
    "'a' * 999999999",
    "[[]] * 9",
    "\0",
    "\\",
    "'''",
    '"""',
    "f'{x!r}'",
    "f'{",
    "{'a': 1}",
    "{*x}",
    "(1, 2)",
    "x, y = 1, 2\n",
    "x += 1\n",
    "del x\n",
    "[x for x in x]",
    "[[n for n in a] for a in [1]]",
    "for x in []:\n    y = x\n",
    "if x:\n",
    "else:\n",
    "elif 1:\n    y = 2\n",
    "    ",
    "\t",
    "# said\n",
    "((((((((((",
    "))))",
    "not not not ",
    "- - -",
    "x = x\n",
    "None",
    "True",
    "1e308 * 10",
    "-1",
    "0",
    "words",
    "read_text(",
    "speak('a')",
    "describe_image('image-1')",
    ".text",
    ".count",
    "[0]",
    "[::0]",
    "[99]",
    " in ",
    " is ",
    " % ",
    "str(",
    "int('x')",
    "sum([1, 'a'])",
    "yield 1",
    "await x",
    "async def f(): pass\n",
    "@a\n",
    "global x\n",
    "x: int\n",
    "x: Foo = 1\n",
    "match x:\n    case _:\n        y = 1\n",
    "🙂",
    "\ud800",
    "ﬁ",
    "\u2028",
    "\r",
    "\x0c",
    "print(x)\n",
    ";",
    ":=",
]
LIMITS = Limits(work=20_000, calls=30, rounds=60, items=500, text=20_000, parallel=2)


def spoiled(chance: random.Random) -> str:
    """A program with a few changes."""
    source = chance.choice(PROGRAMS)
    for _ in range(chance.choice([1, 1, 2, 3, 6])):
        at = chance.randrange(len(source) + 1)
        match chance.randrange(6):
            case 0:
                source = source[:at] + source[at + chance.randint(1, 9) :]
            case 1:
                source = source[:at] + chance.choice(PIECES) + source[at:]
            case 2:
                lines = source.splitlines(keepends=True) or [""]
                lines.insert(chance.randrange(len(lines) + 1), chance.choice([*lines, chance.choice(PIECES) + "\n"]))
                source = "".join(lines)
            case 3:
                other = chance.choice(PROGRAMS)
                source = source[:at] + other[chance.randrange(len(other)) :]
            case 4:
                word = chance.choice(["words", "x", "t", "a", "n", "1", "'a'", "photo", "people"])
                source = source.replace(word, chance.choice([*PIECES, "x", "t", "[1]"]), chance.randint(1, 3))
            case 5:
                source = source[:at] + chance.choice("()[]{}:,.'\"\n =+-*/%<>#\\abc019") + source[at + 1 :]
    return source


def find(text: str, _kind: object) -> Image:
    return Image(text, handle=text)


def test_spoiled_programs_end_in_a_plan_error_or_a_bounded_run(tools: Mapping[str, Signature], caller: Any) -> None:
    chance, ran, refused, slowest = random.Random(20), 0, 0, 0.0

    def call(request: CallRequest) -> Any:
        assert request.tool in tools
        if request.id.endswith("7"):
            raise ToolError("It can't be done.")
        return caller(request)

    for number in range(10_000):
        source, begun = spoiled(chance), time.monotonic()
        try:
            plan = parse(source)
        except PlanError as error:
            refused += 1
            if number % 10 == 0:
                render(error.problems, source)
            continue
        assert parse(to_source(plan)) == plan, source
        checked = check(plan, tools, files={"image-1": IMAGE, "speech.wav": AUDIO}, names={"y": INT, "s": STR})
        if number % 10 == 0:
            assert draw(checked.graph) and mermaid(checked.graph) and dot(checked.graph)
            render(checked.problems, source)
        if checked.ok and all(not item.required for item in checked.inputs):
            ran += 1
            run(checked, call, {}, Surroundings(names={"y": 1, "s": "a"}, resolve=find, limits=LIMITS))
        slowest = max(slowest, time.monotonic() - begun)
    assert ran > 800 and refused > 3000
    assert slowest < 5
    assert not [thread for thread in threading.enumerate() if thread.name == "intermodal-plan" and not time.sleep(0.1)]
