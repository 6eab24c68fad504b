"""Golden: what the planner says to a model, word for word. Who changes it changes how well plans are written."""

from __future__ import annotations

from intermodal import Image, tool
from intermodal.agent.examples import read_examples
from intermodal.agent.planner import FileCard, Planner, Turn, builtin_examples
from intermodal.testing import ScriptedModel
from intermodal.tools.kinds import IMAGE, STR


@tool
def read_sign(image: Image) -> str:
    """Read the text in a picture."""
    return ""


EXAMPLES = read_examples('## Read menu.png.\nFiles: menu.png (Image)\n\n# read it\nmenu = read_sign("menu.png")')
SYSTEM = """\
You turn a request into a short straight-line Python program that calls these functions and nothing else:

def read_sign(image: Image) -> str: ...  # Read the text in a picture.

One call per line, assigned to a new name. Pass the user's own files and words as strings; pass earlier results by \
name. Do exactly what the request asks, in its order: when it says to process a result further, use that result. Do \
not call a function the request does not need. Before each call, a comment repeats the part of the request that it \
serves; every part of the request gets its call.
When the request is small talk or a general question that needs none of the functions, write only reply(). When it \
needs something that none of the functions can do, write only missing("what is missing")."""
REQUEST = """\
Files:
"sign.jpg" (image-1): picture, 640 x 480 pixels

Names that hold results:
words: str

read it again"""
REPAIR = """\
Write the whole program again, corrected, as one ```python block and nothing else. If no function is needed, write \
only reply(). If none of the functions can do it, write only missing("what is missing")."""


def test_the_conversation_word_for_word() -> None:
    bad, good = '```python\nx = look("sign.jpg")\n```', '```python\nagain = read_sign("sign.jpg")\n```'
    with ScriptedModel([bad, good]) as model:
        Planner(model, {"read_sign": read_sign}, examples=EXAMPLES).plan(
            "read it again",
            files=[FileCard(handle="image-1", kind=IMAGE, line="picture, 640 x 480 pixels", name="sign.jpg")],
            names={"words": STR},
            history=[Turn(request="hello", answer="Hi.")],
        )
    said = [message.content for message in model.asked[1].messages]
    assert said[:-1] == [
        SYSTEM,
        'Files:\n"menu.png": Image\n\nRead menu.png.',
        '```python\n# read it\nmenu = read_sign("menu.png")\n```',
        "hello",
        "```python\nreply()\n```",
        REQUEST,
        bad,
    ]
    assert said[-1].startswith("That program can't be run:\n- line 1: ") and said[-1].endswith(f"\n\n{REPAIR}")
    assert "read_sign" in said[-1].split("\n\n")[0]


def test_the_package_s_own_examples_read_well() -> None:
    examples = builtin_examples()
    assert len(examples) >= 12
    assert {"reply", "missing"} <= {name for example in examples for name in example.tools}
    comments = [line for example in examples for line in example.plan.splitlines() if line.startswith("#")]
    assert comments and not any(" and " in comment for comment in comments), "one comment, one call"
