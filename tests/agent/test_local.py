"""The embedded model itself: one server for the whole file, real weights, short questions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from intermodal.agent.controller import Message, open_controller
from intermodal.agent.local import LocalController
from intermodal.agent.states import States
from intermodal.tools.errors import BackendUnavailable, Cancelled, ControllerError
from intermodal.tools.weights import Store

PREFIX = [
    Message("system", "You answer in one word. " * 8),
    Message("user", "What colour is snow?"),
    Message("assistant", "White"),
]


@pytest.fixture(scope="module")
def opened(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], LocalController]]:
    """Opens controllers whose saved states lie in a folder of this file's own."""
    folder = tmp_path_factory.mktemp("cache")
    made: list[LocalController] = []

    def make() -> LocalController:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("intermodal.tools.places.cache", lambda: folder)
            controller = open_controller("local", store=store)
        assert isinstance(controller, LocalController)
        made.append(controller)
        return controller

    yield make
    for controller in made:
        controller.close()


@pytest.fixture(scope="module")
def local(opened: Callable[[], LocalController]) -> LocalController:
    return opened()


@pytest.mark.embedded
class TestChat:
    def test_it_answers_the_same_each_time(self, local: LocalController) -> None:
        question = [Message("user", "What is the capital of France? One word.")]
        replies = [local.chat(question, max_tokens=8, slot="answer") for _ in range(2)]
        assert "Paris" in replies[0].text
        assert replies[0].text == replies[1].text
        assert replies[1].tokens_cached >= replies[1].tokens_in - 1

    def test_a_grammar_and_a_schema_are_followed(self, local: LocalController) -> None:
        assert local.write("Is fire cold?", grammar='root ::= "yes" | "no"', max_tokens=5) in ("yes", "no")
        schema = {"type": "object", "properties": {"city": {"const": "Rome"}}, "required": ["city"]}
        assert json.loads(local.write("A city?", schema=schema, max_tokens=20)) == {"city": "Rome"}

    def test_it_stops_where_told(self, local: LocalController) -> None:
        reply = local.chat([Message("user", "Count from 1 to 9: 1, 2,")], max_tokens=4, slot="answer")
        assert reply.cut_off and reply.tokens_out == 4
        reply = local.chat([Message("user", "Repeat: red green blue")], max_tokens=20, stop=["green"], slot="answer")
        assert "green" not in reply.text and not reply.cut_off

    def test_it_ends_where_the_listener_has_heard_enough(self, local: LocalController) -> None:
        question = [Message("user", "Count from 1 to 9.")]
        whole = local.chat(question, max_tokens=30, slot="answer").text
        heard: list[str] = []
        ended = local.chat(question, slot="answer", ends=lambda piece: bool(heard.append(piece) or "3" in piece))
        assert ended.text == "".join(heard) and ended.tokens_out == len(heard)
        assert whole.startswith(ended.text) and "3" in ended.text and "4" not in ended.text
        assert local.chat(question, max_tokens=30, slot="answer").text == whole, "the model is free again"

    def test_both_slots_take_eight_thousand_tokens(self, local: LocalController) -> None:
        for slot in ("plan", "answer"):
            with pytest.raises(ControllerError, match=r"is 9,0\d\d tokens long, and it takes 8,192 at once"):
                local.chat([Message("user", "many " * 9000)], slot=slot)
        assert local.context_tokens == 8192
        assert local.count_tokens("many " * 100) in range(100, 103)

    def test_cancelling_while_it_reads_frees_the_model(self, local: LocalController) -> None:
        stopped = time.monotonic() + 0.5
        with pytest.raises(Cancelled):
            local.chat([Message("user", "plenty " * 4000)], slot="answer", cancelled=lambda: time.monotonic() > stopped)
        assert time.monotonic() - stopped < 0.5
        local.chat([Message("user", "Hi")], max_tokens=1, slot="answer")
        assert time.monotonic() - stopped < 20, "reading 4,000 tokens takes a minute"

    def test_a_bad_grammar_is_refused_in_words(self, local: LocalController, capfd: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(ControllerError, match="grammar"):
            local.write("x", grammar="root ::= ((")
        assert capfd.readouterr() == ("", "")


@pytest.mark.embedded
class TestWarm:
    def test_a_fresh_process_knows_what_an_earlier_one_read(
        self, local: LocalController, opened: Callable[[], LocalController]
    ) -> None:
        seen: list[tuple[float, float | None, str]] = []
        assert local.warm(PREFIX, report=lambda *step: seen.append(step)) == "read"
        assert seen[-1][0] == seen[-1][1] and seen[-1][2] == "tokens"
        assert local.warm(PREFIX) == "ready"
        question = [*PREFIX, Message("user", "What colour is grass?")]
        here = local.chat(question, max_tokens=4)
        with opened() as fresh:
            assert fresh.warm(PREFIX) == "restored"
            there = fresh.chat(question, max_tokens=4)
        assert there.text == here.text
        assert there.tokens_in - there.tokens_cached <= 12
        assert fresh.usage.tokens_in == there.tokens_in, "restoring reads nothing"

    def test_another_question_in_the_slot_is_noticed(self, local: LocalController) -> None:
        local.warm(PREFIX)
        local.chat([Message("user", "Hi")], max_tokens=1)
        assert local.warm(PREFIX) == "restored"

    def test_a_damaged_state_is_read_anew(self, local: LocalController) -> None:
        local.warm(PREFIX)
        (saved,) = [path for path in local._states.folder.iterdir() if path.name.startswith(local._states.key(PREFIX))]
        saved.write_bytes(saved.read_bytes()[:-100])
        local.chat([Message("user", "Hi")], max_tokens=1)
        assert local.warm(PREFIX) == "read"


@pytest.mark.embedded
class TestProcess:
    def test_a_model_that_died_comes_back(self, opened: Callable[[], LocalController]) -> None:
        with opened() as controller:
            assert controller.write("Hi", max_tokens=1)
            controller._llama._process.kill()
            controller._llama._process.wait()
            assert controller.write("Hi", max_tokens=1)
        controller.close()
        with pytest.raises(ControllerError, match="was closed"):
            controller.write("Hi")

    def test_a_file_that_is_no_model(self, tmp_path: Path) -> None:
        (tmp_path / "bad.gguf").write_bytes(b"no model at all")
        with (
            open_controller(f"local:{tmp_path / 'bad.gguf'}") as controller,
            pytest.raises(ControllerError, match=r"bad\.gguf"),
        ):
            controller.chat([Message("user", "Hi")])

    def test_loading_can_be_cancelled_and_closed_at_once(self, opened: Callable[[], LocalController]) -> None:
        controller = opened()
        with pytest.raises(Cancelled):
            controller.write("Hi", cancelled=lambda: True)
        started = time.monotonic()
        controller.close()
        assert time.monotonic() - started < 1

    def test_a_script_that_just_ends_leaves_no_noise_and_no_process(self, store: Store) -> None:
        script = (
            "from intermodal.agent.controller import open_controller\n"
            "controller = open_controller('local')\n"
            "print(controller._llama._process.pid, controller.write('Hi', max_tokens=1))"
        )
        ended = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True, timeout=60)
        assert (ended.returncode, ended.stderr) == (0, "")
        with pytest.raises(ProcessLookupError):
            os.kill(int(ended.stdout.split()[0]), 0)

    def test_it_does_not_outlive_an_agent_that_was_killed(self, store: Store) -> None:
        script = (
            "import os\n"
            "from intermodal.agent.controller import open_controller\n"
            "print(open_controller('local')._llama._process.pid, flush=True)\n"
            "os._exit(1)"
        )
        ended = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True, timeout=60)
        until = time.monotonic() + 90  # it looks once the model is loaded; the machine may be busy
        with pytest.raises(ProcessLookupError):
            while time.monotonic() < until:
                os.kill(int(ended.stdout), 0)
                time.sleep(0.05)

    def test_without_the_package_it_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        with pytest.raises(BackendUnavailable, match=r"pip install 'intermodal\[local\]'"):
            open_controller("local")


class TestStates:
    def test_keys_tell_models_engines_and_prompts_apart(self, tmp_path: Path) -> None:
        keys = {
            States(tmp_path, model, engine).key(prefix)
            for model in ("a", "b")
            for engine in ("1", "2")
            for prefix in (PREFIX, PREFIX[:2], [])
        }
        assert len(keys) == 12

    def test_the_longest_unused_go_first(self, tmp_path: Path) -> None:
        states = States(tmp_path, "model", "engine")
        for number in range(15):
            written = states.temporary()
            written.write_bytes(bytes([number]))
            states.keep(f"key{number}", written)
            saved = states.find(f"key{number}")
            assert saved is not None
            os.utime(saved, (number, number))
        assert [number for number in range(15) if states.find(f"key{number}")] == list(range(3, 15))

    def test_half_written_ones_are_never_found_and_removed_in_time(self, tmp_path: Path) -> None:
        states = States(tmp_path, "model", "engine")
        old, new, whole = states.temporary(), states.temporary(), states.temporary()
        for path in (old, new, whole):
            path.write_bytes(b"x")
        os.utime(old, (1, 1))
        states.keep("key", whole)
        assert not old.exists() and new.exists()

    def test_threads_may_look_while_others_prune(self, tmp_path: Path) -> None:
        states = States(tmp_path, "model", "engine")

        def work(name: str) -> None:
            for number in range(30):
                written = states.temporary()
                written.write_bytes(name.encode())
                states.keep(f"{name}{number}", written)
                states.find(f"{name}{number // 2}")

        threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(list(tmp_path.iterdir())) <= 14
