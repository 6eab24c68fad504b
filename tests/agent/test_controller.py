"""The controller's surface, and what happens when a server fails, limits, refuses, breaks off or hangs."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest

from intermodal.agent import providers
from intermodal.agent.controller import ChatController, Message, Reply, Usage, open_controller
from intermodal.agent.providers import LangChainController
from intermodal.testing import Ask, ScriptedModel
from intermodal.tests.agent.openai_server import Behaviour, StandIn, break_off, fail, hang, refuse, say
from intermodal.tools.errors import BackendUnavailable, Cancelled, ControllerError, InputError

QUESTION = [Message("system", "Be short."), Message("user", "Hello?")]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "_BACKOFF", 0.02)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "right")


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[StandIn, ChatController]]:
    """A controller named as a user would, whose server behaves as told."""
    servers: list[StandIn] = []

    def start(*behaviours: Behaviour) -> tuple[StandIn, ChatController]:
        server = StandIn(*behaviours).__enter__()
        servers.append(server)
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        return server, open_controller("openai:stand-in")

    yield start  # type: ignore[misc]
    for server in servers:
        server.__exit__()


def test_a_reply_comes_with_its_cost_and_piece_by_piece(ask) -> None:
    server, controller = ask(say("Good ", "morning"))
    pieces: list[str] = []
    reply = controller.chat(QUESTION, max_tokens=9, stop=["\n"], seed=4, on_token=pieces.append)
    assert (reply.text, reply.tokens_in, reply.tokens_cached, reply.tokens_out) == ("Good morning", 7, 3, 2)
    assert pieces == ["Good ", "morning"]
    assert not reply.cut_off and reply.seconds > 0
    sent = server.asked[0]
    assert sent["messages"] == [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Hello?"}]
    assert (sent["temperature"], sent["seed"], sent["stop"], sent["max_completion_tokens"]) == (0.0, 4, ["\n"], 9)
    assert server.headers[0]["authorization"] == "Bearer right"


def test_each_call_is_asked_with_its_own_settings(ask) -> None:
    server, controller = ask(say("a"))
    controller.chat(QUESTION, max_tokens=5, temperature=0.7)
    controller.chat(QUESTION, max_tokens=6)
    assert [(sent["max_completion_tokens"], sent["temperature"]) for sent in server.asked] == [(5, 0.7), (6, 0.0)]


def test_a_schema_is_sent_and_a_grammar_is_not(ask) -> None:
    server, controller = ask(say("{}"))
    assert controller.takes_schema and not controller.takes_grammar
    controller.write("Fill it in.", system="You fill in forms.", schema={"type": "object"}, grammar="root ::= [a-z]")
    assert server.asked[0]["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert "grammar" not in server.asked[0]


def test_a_llama_server_by_its_address_takes_a_grammar(ask, monkeypatch: pytest.MonkeyPatch) -> None:
    server, _ = ask(say("<think>\nWhich?\n</think>\n\nyes"))
    monkeypatch.setenv("LLAMA_API_KEY", "sesame")
    controller = open_controller(f"llamacpp:{server.url.removesuffix('/v1')}/")
    assert controller.takes_grammar
    assert controller.write("Is it?", grammar='root ::= "yes"') == "yes"
    assert server.asked[0]["grammar"] == 'root ::= "yes"'
    assert server.headers[0]["authorization"] == "Bearer sesame"


def test_ctrl_c_ends_a_script_within_a_second(ask) -> None:
    server, _ = ask(hang())
    script = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell may ignore it
    script += "from intermodal.agent.controller import *; open_controller('openai:x').write('Hi')"
    process = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL)
    while not server.asked:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=5)
    assert server.left.wait(1)


def test_usage_adds_up_over_threads_and_subtracts(ask) -> None:
    _, controller = ask(say("a", "b"))
    before = controller.usage
    threads = [threading.Thread(target=controller.chat, args=(QUESTION,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cost = controller.usage - before
    assert (cost.calls, cost.tokens_in, cost.tokens_cached, cost.tokens_out) == (4, 28, 12, 8)
    assert str(Usage(calls=2, tokens_out=41, seconds=3.14)) == "2 calls, 41 tokens written, 3.1 s"
    assert str(Usage(calls=1, tokens_out=1)) == "1 call, 1 token written, 0.0 s"


def test_a_cut_off_reply_says_so(ask) -> None:
    _, controller = ask(say("half a", reason="length"))
    assert controller.chat(QUESTION).cut_off


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_what_may_pass_is_tried_again(ask, status: int) -> None:
    server, controller = ask(fail(status), fail(status), say("there"))
    assert controller.chat(QUESTION).text == "there"
    assert len(server.asked) == 3


def test_retry_after_is_honoured(ask) -> None:
    _, controller = ask(fail(429, retry_after="0.4"), say("there"))
    started = time.monotonic()
    assert controller.chat(QUESTION).text == "there"
    assert 0.4 <= time.monotonic() - started < 2
    _, controller = ask(fail(429, retry_after="3600"))
    with pytest.raises(ControllerError, match="asks to wait 3600 s"):
        controller.chat(QUESTION)


@pytest.mark.parametrize(
    ("behaviour", "attempts", "words"),
    [
        (fail(401, "Incorrect API key"), 1, "refused access.*OPENAI_API_KEY.*Incorrect API key"),
        (fail(403, "not you"), 1, "refused access.*OPENAI_API_KEY"),
        (fail(404, "The model does not exist"), 1, "does not know that model"),
        (fail(400, "This model's maximum context length is 10 tokens"), 1, "longer than it takes"),
        (fail(400, "strange"), 1, "strange"),
        (fail(429, "You exceeded your current quota: insufficient_quota"), 1, "no credit left"),
        (fail(429, "slow down"), 3, "rate limit.*slow down"),
        (fail(500, "boom"), 3, "failed.*HTTP 500.*boom"),
        (say(""), 2, "twice gave no text"),
        (say("", reason="length"), 1, "used all 512 tokens"),
        (break_off(), 3, "can't be reached"),
    ],
)
def test_what_does_not_pass_ends_in_one_sentence(ask, behaviour: Behaviour, attempts: int, words: str) -> None:
    server, controller = ask(behaviour)
    with pytest.raises(ControllerError, match=words) as caught:
        controller.chat(QUESTION)
    assert "'openai:stand-in'" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(server.asked) == attempts


def test_an_empty_reply_is_asked_for_once_more_with_some_chance_in_it(ask) -> None:
    server, controller = ask(say(""), say("now"))
    assert controller.chat(QUESTION).text == "now"
    assert [sent["temperature"] for sent in server.asked] == [0.0, 0.7]


@pytest.mark.parametrize("parameter", ["temperature", "seed", "stop"])
def test_a_parameter_that_a_model_refuses_is_left_out_from_then_on(ask, parameter: str) -> None:
    server, controller = ask(refuse(parameter))
    for _ in range(2):
        assert controller.chat(QUESTION, stop=["x"]).text == "without it"
    assert [parameter in sent for sent in server.asked] == [True, False, False]


def test_no_retry_once_something_was_shown(ask) -> None:
    server, controller = ask(break_off("Good "), say("Good morning"))
    with pytest.raises(ControllerError):
        controller.chat(QUESTION, on_token=lambda piece: None)
    assert len(server.asked) == 1
    server, controller = ask(break_off("Good "), say("Good morning"))
    assert controller.chat(QUESTION).text == "Good morning"


def test_a_server_that_hangs_is_given_up(ask) -> None:
    server, controller = ask(hang())
    assert isinstance(controller, LangChainController)
    controller._time_limit = 0.2
    with pytest.raises(ControllerError, match="did not answer in time"):
        controller.chat(QUESTION)
    assert len(server.asked) == 2


@pytest.mark.parametrize("pieces", [(), ("Good ",)])
def test_cancelling_returns_at_once_and_hangs_up(ask, pieces: tuple[str, ...]) -> None:
    server, controller = ask(hang(*pieces))
    stopped = time.monotonic() + 0.3
    with pytest.raises(Cancelled):
        controller.chat(QUESTION, cancelled=lambda: time.monotonic() > stopped)
    assert time.monotonic() - stopped < 0.5
    assert server.left.wait(2)


def test_a_reply_ends_where_the_listener_has_heard_enough(ask) -> None:
    server, controller = ask(hang("Good ", "morn", "ing"))
    heard: list[str] = []
    reply = controller.chat(QUESTION, on_token=heard.append, ends=lambda piece: piece == "morn")
    assert reply.text == "Good morn" == "".join(heard) and reply.tokens_out == 2
    assert server.left.wait(2) and controller.usage.tokens_out == 2


def test_an_error_of_the_listener_is_not_taken_for_the_servers(ask) -> None:
    server, controller = ask(say("Good ", "morning"))
    with pytest.raises(BrokenPipeError):
        controller.chat(QUESTION, on_token=lambda piece: (_ for _ in ()).throw(BrokenPipeError()))
    assert len(server.asked) == 1


def test_no_server_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with pytest.raises(ControllerError, match=r"can't be reached.*OPENAI_BASE_URL"):
        open_controller("openai:gpt-4o-mini").chat(QUESTION)


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("opnai:gpt-4o", InputError, "no model provider 'opnai'.*'openai'"),
        ("lcal", InputError, "not a model.*'local'"),
        ("openai", InputError, "PROVIDER:MODEL"),
        ("local:nowhere.gguf", InputError, "no model file.*nowhere.gguf"),
        ("local:qwen2.5-coder-2b", InputError, "no local model.*qwen2.5-coder-1.5b"),
        ("local:whisper-base", InputError, "not a language model"),
        ("perplexity:sonar", BackendUnavailable, "pip install langchain-perplexity"),
    ],
)
def test_a_name_that_leads_nowhere_says_what_does(name: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        open_controller(name)


def test_a_missing_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ControllerError, match="OPENAI_API_KEY"):
        open_controller("openai:gpt-4o-mini")


def test_known_models_say_how_much_they_take() -> None:
    assert open_controller("openai:gpt-4o-mini").context_tokens == 128_000


class TestScriptedModel:
    def test_it_says_what_is_written_and_remembers_what_it_was_asked(self) -> None:
        script = [
            "one",
            Reply(text="two", tokens_out=5, cut_off=True),
            lambda ask: ask.messages[-1].content.upper(),
        ]
        with ScriptedModel(script) as model:
            pieces: list[str] = []
            assert model.chat(QUESTION, on_token=pieces.append).text == "one" == "".join(pieces)
            assert model.chat(QUESTION).cut_off
            assert model.write("three", system="Be loud.") == "THREE"
        assert [type(ask) for ask in model.asked] == [Ask] * 3
        assert model.asked[2].slot == "answer"
        assert model.usage.calls == 3

    def test_left_over_replies_fail(self) -> None:
        with (
            pytest.raises(AssertionError, match="1 of 2 replies were not asked for; the next is 'two'"),
            ScriptedModel(["one", "two"]) as model,
        ):
            model.chat(QUESTION)

    def test_too_few_replies_fail_even_when_the_agent_swallowed_it(self) -> None:
        model = ScriptedModel([])
        with pytest.raises(AssertionError, match="has 0 replies"):
            model.chat(QUESTION)
        with pytest.raises(AssertionError, match=r"Hello\?"):
            model.finish()

    def test_it_ends_where_the_listener_has_heard_enough(self) -> None:
        with ScriptedModel(["one two three"]) as model:
            assert model.chat(QUESTION, ends=lambda piece: "two" in piece).text == "one two"

    def test_errors_and_cancelling_can_be_scripted(self) -> None:
        with ScriptedModel([ControllerError("gone"), "one"]) as model:
            with pytest.raises(ControllerError, match="gone"):
                model.chat(QUESTION)
            with pytest.raises(Cancelled):
                model.chat(QUESTION, cancelled=lambda: True)
