"""Planning with models that take a JSON schema: what they are asked, what they may answer, and what becomes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from intermodal import Image, tool
from intermodal.agent import providers
from intermodal.agent.controller import Message, Reply, open_controller
from intermodal.agent.examples import read_examples
from intermodal.agent.planner import FileCard, Planned, Planner, Turn
from intermodal.agent.schemas import is_strict
from intermodal.agent.structured import as_objects, as_program, turn_schema
from intermodal.testing import ScriptedModel
from intermodal.tests.agent.openai_server import Behaviour, StandIn, fail, say
from intermodal.tools.errors import ControllerError, PlanError
from intermodal.tools.kinds import IMAGE


@tool
def read_sign(image: Image) -> str:
    """Read the text in a picture."""
    return ""


@tool
def shout(text: str) -> str:
    """Write a text in capital letters."""
    return text.upper()


TOOLS = {one.name: one for one in (read_sign, shout)}
EXAMPLES = read_examples(
    '## Read menu.png.\nFiles: menu.png (Image)\n\n# read it\nmenu = read_sign("menu.png")\n\n## Sing to me.\n\n'
    'missing("a tool that sings")\n'
)
PHOTO = FileCard(handle="image-1", kind=IMAGE, line="picture", name="sign.jpg")
GOOD = '# read the sign\nwords = read_sign("sign.jpg")\n# in capitals\nloud = shout(words)'


def turn(text: str, kind: str = "plan") -> str:
    return json.dumps({"kind": kind, "text": text})


def plan(model: ScriptedModel, request: str = "read the sign loudly") -> Planned:
    return Planner(model, TOOLS, examples=EXAMPLES).plan(request, files=[PHOTO])


class TestASchemaTakingModel:
    def test_it_is_asked_for_objects_and_shown_its_own_turns_as_such(self) -> None:
        with ScriptedModel([turn(GOOD)], takes_schema=True) as model:
            planned = Planner(model, TOOLS, examples=EXAMPLES).plan(
                "read it loudly", files=[PHOTO], history=[Turn(request="hello", answer="Hi.")]
            )
        assert planned.source == GOOD and planned.attempts == 1
        asked = model.asked[0]
        assert asked.grammar is None and asked.schema == turn_schema(talks=True)
        system, *_ = asked.messages
        assert system.content.endswith('and for "missing" it says what is missing.')
        own = [json.loads(message.content) for message in asked.messages if message.role == "assistant"]
        assert own == [
            {"kind": "plan", "text": '# read it\nmenu = read_sign("menu.png")'},
            {"kind": "missing", "text": "a tool that sings"},
            {"kind": "reply", "text": ""},
        ]

    def test_a_model_with_a_grammar_is_asked_as_before(self) -> None:
        with ScriptedModel([f"```python\n{GOOD}\n```"], takes_grammar=True) as model:
            planner = Planner(model, TOOLS, examples=EXAMPLES)
            planner.plan("read the sign", files=[PHOTO])
        assert model.asked[0].schema is None
        *told, _, begun = model.asked[0].messages
        assert tuple(told) == planner.prefix_messages() and begun == Message("assistant", "```python\n")

    @pytest.mark.parametrize(
        "reply",
        [
            turn(GOOD),
            f"```json\n{turn(GOOD)}\n```",
            f"Here it is: {turn(GOOD)} I hope it helps.",
            turn(f"```python\n{GOOD}\n```"),
            turn(GOOD).replace("\\n", "\n"),  # line breaks that JSON does not allow
            f"```python\n{GOOD}\n```",  # a server that ignores the schema
            GOOD,
        ],
    )
    def test_a_plan_is_found_in_what_it_says(self, reply: str) -> None:
        with ScriptedModel([reply], takes_schema=True) as model:
            planned = plan(model)
        assert planned.source == GOOD and planned.attempts == 1

    def test_small_talk_and_what_no_tool_serves(self) -> None:
        with ScriptedModel([turn("", "reply"), "I am fine."], takes_schema=True) as model:
            assert plan(model, "how are you?").reply == "I am fine."
        assert model.asked[1].schema is None
        with ScriptedModel([turn('a tool that "sings"', "missing")], takes_schema=True) as model:
            planned = plan(model, "sing to me")
        assert planned.missing == 'a tool that "sings"' and planned.checked is None
        with ScriptedModel([turn('missing("a tool that sings")')], takes_schema=True) as model:
            assert plan(model, "sing to me").missing == "a tool that sings"

    def test_problems_go_back_twice_in_words(self) -> None:
        bad = 'words = read_sgn("sign.jpg")'
        with ScriptedModel([turn(bad), "I can't.", turn(GOOD)], takes_schema=True) as model:
            assert plan(model).attempts == 3
        first, second = model.asked[1].messages[-2:], model.asked[2].messages[-2:]
        assert json.loads(first[0].content) == {"kind": "plan", "text": bad}
        assert "line 1" in first[1].content and 'as the "text" of an object of kind "plan"' in first[1].content
        assert "```" not in first[1].content
        assert second[0].content == "I can't." and "in prose" in second[1].content

    @pytest.mark.parametrize(
        ("reply", "said"),
        [
            ("I would love to help you with that.", "in prose"),
            ("```javascript\nreadSign('sign.jpg');\n```", "wrote javascript"),
            (turn('# read the sign\nwords = read_sign("sign'), "Line 2"),
            (turn(GOOD)[:-20], "JSON that is no plan"),
            ('[{"task": "read_sign", "args": {}}]', "JSON that is no plan"),
            ('{"kind": "plan", "text": 5}', "JSON that is no plan"),
            (turn(GOOD, "poem"), "JSON that is no plan"),
            (turn("import os\nos.remove('sign.jpg')"), "`import` is not part"),
            (turn(""), "The plan is empty"),
            (Reply(text=turn(GOOD)[:40], cut_off=True), "cut off"),
        ],
    )
    def test_what_is_no_plan_is_refused_after_two_repairs(self, reply: str | Reply, said: str) -> None:
        with ScriptedModel([reply] * 3, takes_schema=True) as model, pytest.raises(PlanError) as raised:
            plan(model)
        assert said in str(raised.value) and len(model.asked) == 3

    def test_without_talk_there_are_only_plans(self) -> None:
        with ScriptedModel([turn(GOOD)], takes_schema=True) as model:
            Planner(model, TOOLS, examples=EXAMPLES, talks=False).plan("read it", files=[PHOTO])
        assert (model.asked[0].schema or {})["properties"]["kind"]["enum"] == ["plan"]
        assert "missing" not in model.asked[0].messages[0].content


def test_turns_keep_their_meaning_there_and_back() -> None:
    for program in (GOOD, "reply()", 'missing("a \\"tool\\" — für Lieder")'):
        said = Message("assistant", f"```python\n{program}\n```")
        (told,) = as_objects([said], talks=True)
        assert as_program(Reply(text=told.content)).text == said.content


def test_only_closed_schemas_are_strict() -> None:
    assert is_strict(turn_schema(talks=True)) and is_strict({"type": "string"})
    assert not is_strict({"type": "object"})
    half = {"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a"], "additionalProperties": False}
    assert not is_strict(half)
    assert not is_strict({**half, "properties": {"a": {"type": "array", "items": {"type": "object"}}}})
    assert is_strict({**half, "properties": {"a": {"type": "array", "items": {"type": "string"}}}})


class TestAServerOfOpenAIsDialect:
    @pytest.fixture(autouse=True)
    def quick(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(providers, "_BACKOFF", 0.02)
        monkeypatch.setenv("OPENAI_API_KEY", "right")

    @pytest.fixture
    def answered(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
        """What is planned when the server behaves as told, and what it was asked."""
        servers: list[StandIn] = []

        def start(*behaviours: Behaviour) -> tuple[Planned, StandIn]:
            servers.append(StandIn(*behaviours).__enter__())
            monkeypatch.setenv("OPENAI_BASE_URL", servers[-1].url)
            planner = Planner(open_controller("openai:stand-in"), TOOLS, examples=EXAMPLES)
            return planner.plan("read the sign loudly", files=[PHOTO]), servers[-1]

        yield start
        for server in servers:
            server.__exit__()

    def test_the_schema_is_sent_for_enforcing(self, answered) -> None:
        planned, server = answered(say(*turn(GOOD)))
        assert planned.source == GOOD
        form = server.asked[0]["response_format"]
        assert form["type"] == "json_schema" and form["json_schema"]["strict"] is True
        assert form["json_schema"]["schema"] == turn_schema(talks=True)

    def test_a_server_that_ignores_it(self, answered) -> None:
        planned, server = answered(say(f"```python\n{GOOD}\n```"))
        assert planned.source == GOOD and len(server.asked) == 1

    def test_a_server_that_refuses_it(self, answered) -> None:
        planned, server = answered(fail(400, "'response_format' of type 'json_schema' is not supported"), say(GOOD))
        assert planned.source == GOOD and planned.attempts == 1
        assert ["response_format" in asked for asked in server.asked] == [True, False]

    def test_half_an_object_is_asked_for_again(self, answered) -> None:
        planned, server = answered(say(turn(GOOD)[:30], reason="length"), say(turn(GOOD)))
        assert planned.attempts == 2
        assert "cut off" in server.asked[1]["messages"][-1]["content"]

    def test_nothing_at_all(self, answered) -> None:
        with pytest.raises(ControllerError, match="twice gave no text"):
            answered(say(""))
