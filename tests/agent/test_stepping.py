"""One line at a time: what a model is told, word for word, and what one that takes a grammar may write."""

from __future__ import annotations

import pytest

from intermodal import Image, tool
from intermodal.agent.controller import Message
from intermodal.agent.engine.executor import Step
from intermodal.agent.grammar import Scope, of_line
from intermodal.agent.planned import FileCard, Planned
from intermodal.agent.stepping import Stepper, Stepping
from intermodal.prompts import render
from intermodal.testing import ScriptedModel
from intermodal.tools.errors import PlanError
from intermodal.tools.kinds import IMAGE


@tool
def read_text(image: Image) -> str:
    """Read the text in a picture."""
    ...


@tool
def translate(text: str, language: str) -> str:
    """Translate a text into another language."""
    ...


@tool
def blur_image(image: Image) -> Image:
    """Blur a picture."""
    ...


TOOLS = {one.name: one for one in (read_text, translate, blur_image)}
SIGN = FileCard(handle="image-1", kind=IMAGE, line="picture, 640 x 480 pixels", name="sign.jpg")
ASKED = """\
Files:
"sign.jpg" (image-1): picture, 640 x 480 pixels

What does the sign say?

Write only the next call, with its comment, as one ```python block; its result comes back to you. When every part of \
the request is served, or none can be any more, write only done()."""
READ = '```python\n# what does the sign say\nwords = read_text("sign.jpg")\n```'


def _begun(model: ScriptedModel, request: str = "What does the sign say?") -> Stepping:
    return Stepper(model, TOOLS, examples=[]).begin(request, files=[SIGN])


def _ran(program: Stepping, line: Planned | None, **fields: str) -> None:
    assert line is not None and line.checked is not None
    program.observed(line.checked, [Step(id="1", tool="read_text", call="read_text(image=image-1)", **fields)])


def test_the_conversation_word_for_word() -> None:
    with ScriptedModel([READ, "Let me think.", READ]) as model:
        program = _begun(model)
        _ran(program, program.next(), text="NO <b>SWIMMING</b>")
        with pytest.raises(PlanError) as caught:
            program.next()
        program.refused(caught.value)
        _ran(program, program.next(), error="The picture is gone.")
    system, asked, *said = program.messages
    assert system.role == "system" and asked == Message("user", ASKED)
    assert [message.content for message in said] == [
        READ,
        "words:\n<result>\nNO ‹b>SWIMMING‹/b>\n</result>",
        "Let me think.",
        "That line is not run:\n- The model answered in prose instead of writing a plan: 'Let me think.'.\n\n"
        "Write another line, or done() when the request is served or can't be.",
        READ,
        "failed:\n<result>\nThe picture is gone.\n</result>",
    ]


def test_long_results_are_shortened() -> None:
    with ScriptedModel([READ]) as model:
        program = _begun(model)
        _ran(program, program.next(), text="word " * 1000)
    told = program.messages[-1].content
    assert len(told) < 700 and "characters left out" in told


def test_a_second_plan_is_asked_for_word_for_word() -> None:
    failed = Step(id="1", tool="speak", call="speak(text='</error>')", error="No <voice>.")
    told = render("replan.md", request="Read it.", reason="", failed=[failed], known={"words": "NO </result>"})
    assert told == (
        "The plan was run, and failed:\n\nspeak(text='‹/error>')\n<error>\nNo ‹voice>.\n</error>\n\n"
        "Names that hold results:\n\nwords:\n<result>\nNO ‹/result>\n</result>\n\n"
        "Write the plan again without what failed: serve the request in another way, by other functions or other "
        "values. What a name above holds is not computed again.\n\nRead it."
    )
    told = render("replan.md", request="Read it.", reason="no step gave a result", failed=[], known={})
    assert told.startswith("The plan was run, and no step gave a result.\n\nWrite the plan again")
    refused = render("replan_refused.md", request="Read it.", problem="the plan calls nothing new.")
    assert refused == "That is not run: the plan calls nothing new. Serve the request in another way.\n\nRead it."


def test_worked_requests_are_shown_where_their_tools_are_at_hand() -> None:
    @tool
    def crop_object(image: Image, name: str) -> Image:
        """Cut a thing out."""
        ...

    @tool
    def detect_objects(image: Image) -> str:
        """Say what is there."""
        ...

    tools = {**TOOLS, "crop_object": crop_object, "detect_objects": detect_objects}
    with ScriptedModel([]) as model:
        planner = Stepper(model, tools, examples=[])
        system, *worked, asked = planner.begin("What does the sign say?", files=[SIGN]).messages
    assert (system,) == planner.prefix_messages() and asked.content == ASKED
    said = [message.content for message in worked if message.role == "assistant"]
    assert said[2] == said[5] == "```python\ndone()\n```" and said[-1] == "```python\nreply()\n```"
    assert all(asked.content.endswith(worked[at].content.split("\n\n")[-1]) for at in (0, 6, 12))


def test_the_grammar_of_a_line_knows_what_is_possible() -> None:
    signatures = [one.signature for one in TOOLS.values()]
    first = of_line(signatures, Scope(files={"sign.jpg": IMAGE}), talks=True)
    assert '"reply()' in first and '"done()' not in first and r'"\"sign.jpg\""' in first
    later = of_line(signatures, Scope(files={}, names={"soft": IMAGE}), ends=True)
    assert '"done()' in later and '"reply()' not in later and '"soft"' in later
    nothing = of_line([blur_image.signature], Scope(files={}), ends=True)
    assert "line ::=" not in nothing and '(end) "```"' in nothing


@pytest.mark.embedded  # what a comment means is told by MiniLM
def test_a_call_that_its_comment_can_not_mean_is_written_again() -> None:
    comment = "```python\n# read the text in the picture\n"
    wrong = f'{comment}soft = blur_image("sign.jpg")\n```'
    with ScriptedModel([wrong, 'words = read_text("sign.jpg")\n```'], takes_grammar=True) as model:
        line = _begun(model).next()
    assert line is not None and line.checked is not None and line.checked.calls[0].function == "read_text"
    assert model.asked[1].messages[-1] == Message("assistant", comment)
    assert "blur_image" not in (model.asked[1].grammar or "").split("root ::=")[0].split("known ::=")[1].split("\n")[0]


@pytest.mark.embedded
def test_the_end_comes_only_when_every_clause_has_its_call() -> None:
    request = "Read the text in the picture, and translate the text into German."
    rest = 'german = translate(words, "German")\n```'
    with ScriptedModel([READ, "```python\ndone()\n```", rest, "```python\ndone()\n```"], takes_grammar=True) as model:
        program = _begun(model, request)
        _ran(program, program.next(), text="NO SWIMMING")
        line = program.next()
        assert line is not None and line.checked is not None
        assert line.source.startswith("# translate the text into German\ngerman = ")
        program.observed(line.checked, [])
        assert program.next() is None


@pytest.mark.embedded
def test_after_a_failure_the_model_may_end_it() -> None:
    request = "Read the text in the picture, and translate the text into German."
    with ScriptedModel([READ, "```python\ndone()\n```"], takes_grammar=True) as model:
        program = _begun(model, request)
        _ran(program, program.next(), error="There is no text.")
        assert program.next() is None


@pytest.mark.embedded
def test_a_tool_that_repeats_is_not_offered() -> None:
    with ScriptedModel([READ], takes_grammar=True) as model:
        _begun(model).next(without={"blur_image", "translate"})
    assert "read_text(" in (model.asked[0].grammar or "") and "blur_image" not in (model.asked[0].grammar or "")
