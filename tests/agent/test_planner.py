"""The planner with a scripted model: what is said to it, and what becomes of what it says."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from intermodal import Image, tool
from intermodal.agent.controller import Reply
from intermodal.agent.examples import read_examples
from intermodal.agent.planner import FileCard, Planner, Turn
from intermodal.testing import ScriptedModel
from intermodal.tools.contract import Tool
from intermodal.tools.errors import Cancelled, ControllerError, PlanError
from intermodal.tools.kinds import IMAGE


@tool
def read_sign(image: Image) -> str:
    """Read the text in a picture."""
    return ""


@tool
def blur(image: Image, radius: float = 4.0) -> Image:
    """Blur a picture."""
    return image


@tool
def shout(text: str) -> str:
    """Write a text in capital letters."""
    return text.upper()


TOOLS: Mapping[str, Tool] = {one.name: one for one in (read_sign, blur, shout)}
EXAMPLES = read_examples(
    """
## Blur cat.png.
Files: cat.png (Image)

# blur it
soft = blur("cat.png")

## Sing to me.

missing("a tool that sings")
"""
)
PHOTO = FileCard(handle="image-1", kind=IMAGE, line="picture, 640 x 480 pixels", name="sign.jpg")
GOOD = '# read the sign\nwords = read_sign("sign.jpg")\n# in capitals\nloud = shout(words)'


def planner(model: ScriptedModel) -> Planner:
    return Planner(model, TOOLS, examples=EXAMPLES)


def test_the_prompt_names_tools_files_results_and_earlier_requests() -> None:
    with ScriptedModel([f"```python\n{GOOD}\n```"]) as model:
        planner(model).plan(
            "read it loudly",
            files=[PHOTO],
            names={"soft": IMAGE},
            history=[Turn(request="blur the sign", source='soft = blur("sign.jpg")', answer="Done.")],
        )
    system, *between, last = model.asked[0].messages
    assert "def blur(image: Image, radius: float = 4.0) -> Image: ...  # Blur a picture." in system.content
    assert last.role == "user" and last.content.endswith("read it loudly")
    assert '"sign.jpg" (image-1): picture, 640 x 480 pixels' in last.content and "soft: Image" in last.content
    assert [message.content for message in between[-2:]] == [
        "blur the sign",
        '```python\nsoft = blur("sign.jpg")\n```',
    ]


def test_history_is_trimmed_and_names_stay() -> None:
    history = [Turn(request=f"request {at} " + "x" * 900, source=f"n{at} = shout('a')") for at in range(9)]
    with ScriptedModel([GOOD]) as model:
        one = planner(model)
        one.plan("read it", files=[PHOTO], names={f"n{at}": IMAGE for at in range(9)}, history=history)
    told = model.asked[0].messages[len(one.prefix_messages()) :]
    assert [message.content[:9] for message in told[:-1] if message.role == "user"] == ["request 7", "request 8"]
    assert "n0: Image" in told[-1].content


def test_the_first_part_is_the_same_for_every_request() -> None:
    with ScriptedModel([GOOD, GOOD]) as model:
        one = planner(model)
        one.plan("read the sign", files=[PHOTO])
        one.plan("and now something else", files=[PHOTO])
    prefix = one.prefix_messages()
    assert all(asked.messages[: len(prefix)] == prefix for asked in model.asked)
    assert prefix == Planner(model, TOOLS, examples=EXAMPLES).prefix_messages()


def test_examples_over_other_tools_are_left_out() -> None:
    with ScriptedModel([]) as model:
        fewer = Planner(model, {"shout": shout}, examples=EXAMPLES)
    assert [message.role for message in fewer.prefix_messages()] == ["system", "user", "assistant"]


@pytest.mark.parametrize(
    "reply",
    [
        f"```python\n{GOOD}\n```",
        f"```\n{GOOD}\n```",
        f"Sure! Here is the plan you asked for:\n\n```python\n{GOOD}\n```\nIt reads the sign first.",
        f"```python\n{GOOD}",  # the fence was cut off
        GOOD,
    ],
)
def test_a_plan_is_found_in_what_a_model_says(reply: str) -> None:
    with ScriptedModel([reply]) as model:
        planned = planner(model).plan("read the sign loudly", files=[PHOTO])
    assert planned.checked is not None and [call.function for call in planned.checked.calls] == ["read_sign", "shout"]
    assert planned.source == GOOD and planned.attempts == 1


def test_either_name_of_a_file_will_do() -> None:
    with ScriptedModel(['a = read_sign("image-1")\nb = read_sign("sign.jpg")']) as model:
        assert planner(model).plan("read it", files=[PHOTO]).checked is not None


def test_problems_go_back_in_words() -> None:
    with ScriptedModel(['words = read_sgn("sign.jpg")', f"```python\n{GOOD}\n```"]) as model:
        planned = planner(model).plan("read the sign", files=[PHOTO])
    assert planned.attempts == 2
    told = model.asked[1].messages
    assert told[-2].content == 'words = read_sgn("sign.jpg")'
    assert "line 1" in told[-1].content and "read_sign" in told[-1].content


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("I would love to help you with that, but I can't see the picture.", "in prose"),
        ("```javascript\nconst words = readSign('sign.jpg');\n```", "wrote javascript"),
        ('# read the sign\nwords = read_sign("sign', "Line 2"),
        ("import os\nos.remove('sign.jpg')", "`import` is not part"),
        ('words = read_sign("other.jpg")', "other.jpg"),
        ("# nothing but a comment", "The plan is empty"),
        ("answer = 42", "calls no tool"),
        ('{"task": "read_sign", "args": ["sign.jpg"]}', "JSON that is no plan"),
        ("\n".join(f'words{at} = read_sign("sign.jpg")' for at in range(50)), "a plan of 50 calls; 32 is the most"),
        (Reply(text=f"```python\n{GOOD}", cut_off=True), "cut off"),
        (Reply(text=GOOD, cut_off=True), "cut off"),
    ],
)
def test_what_is_no_plan_is_refused_after_two_repairs(reply: str | Reply, said: str) -> None:
    with ScriptedModel([reply] * 3) as model, pytest.raises(PlanError) as raised:
        planner(model).plan("read the sign", files=[PHOTO])
    assert said in str(raised.value)
    assert len(model.asked) == 3


def test_a_plan_that_was_whole_before_the_cut_is_taken() -> None:
    with ScriptedModel([Reply(text=f"```python\n{GOOD}\n```\nIt first rea", cut_off=True)]) as model:
        assert planner(model).plan("read the sign", files=[PHOTO]).source == GOOD


def test_a_model_with_a_grammar_gets_one_repair() -> None:
    with ScriptedModel(["nonsense"] * 2, takes_grammar=True) as model, pytest.raises(PlanError):
        planner(model).plan("read the sign", files=[PHOTO])


def test_nothing_at_all_is_an_error_of_the_model() -> None:
    with ScriptedModel(["", ""]) as model, pytest.raises(ControllerError):
        planner(model).plan("read the sign", files=[PHOTO])


def test_small_talk_is_answered_directly() -> None:
    with ScriptedModel(["```python\nreply()\n```", "I am fine, thank you."]) as model:
        planned = planner(model).plan("how are you?")
    assert planned.reply == "I am fine, thank you." and planned.checked is None and planned.source == ""
    assert model.asked[1].messages[0].content.startswith("You are intermodal,")
    assert model.asked[1].slot == "answer" and model.asked[1].messages[-1].content == "how are you?"


def test_a_request_that_no_tool_serves_is_said_to_be_one() -> None:
    with ScriptedModel(['```python\nmissing("a tool that sings")\n```']) as model:
        planned = planner(model).plan("sing to me")
    assert planned.missing == "a tool that sings" and "a tool that sings" in planned.reply
    assert planned.checked is None


def test_stopping() -> None:
    with ScriptedModel([GOOD]) as model, pytest.raises(Cancelled):
        planner(model).plan("read the sign", files=[PHOTO], cancelled=lambda: True)


def test_a_grammar_is_given_to_a_model_that_takes_one() -> None:
    with ScriptedModel([f"```python\n{GOOD}\n```"], takes_grammar=True) as model:
        planner(model).plan("read the sign", files=[PHOTO])
    assert "read_sign(" in (model.asked[0].grammar or "")
    with ScriptedModel([f"```python\n{GOOD}\n```"]) as model:
        planner(model).plan("read the sign", files=[PHOTO])
    assert model.asked[0].grammar is None


def test_a_call_is_repeated_only_where_its_result_varies() -> None:
    @tool(deterministic=False)
    def roll_dice(sides: int) -> str:
        """Roll a die."""
        return "4"

    twice = "\n".join(f"# once more\nword{at} = {{}}" for at in (1, 2))
    for call, calls in (('shout("hey")', 1), ("roll_dice(6)", 2)):
        with ScriptedModel([f"```python\n{twice.format(call, call)}\n```"], takes_grammar=True) as model:
            one = Planner(model, {**TOOLS, "roll_dice": roll_dice}, examples=EXAMPLES)
            assert one.plan("once more, twice").source.count("word") == calls


def test_a_grammar_knows_each_file_by_one_name() -> None:
    def files(request: str, *names: str) -> list[str]:
        cards = [FileCard(handle=f"image-{at}", kind=IMAGE, name=name) for at, name in enumerate(names, 1)]
        with ScriptedModel(['# read it\nwords = read_sign("image-1")\n'], takes_grammar=True) as model:
            Planner(model, TOOLS, examples=[]).plan(request, files=cards)
        allowed = model.asked[0].grammar or ""
        return [name for name in (*names, "image-1", "image-2") if f'\\"{name}\\"' in allowed]

    assert files("read the photo", "photo.png") == ["photo.png"]
    assert files("read image-1", "photo.png") == ["image-1"], "as the person calls it"
    assert files("read both", "photo.png", "photo.png") == ["image-1", "image-2"], "of one name in two folders"
