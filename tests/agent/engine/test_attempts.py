"""Attempts in real worker processes: what hangs is killed, what crashes fails alone, the next backend takes over."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from intermodal import Image, Registry, tool
from intermodal.agent import events
from intermodal.agent.engine.attempts import Attempts, Place
from intermodal.tools.backends import Chooser
from intermodal.tools.errors import BackendUnavailable, Cancelled, InputError, ToolError
from intermodal.tools.measured import Measured
from intermodal.tools.weights import Store

PLUGIN = Path(__file__).with_name("plugin_for_workers.py")


class Bench:
    """Attempts over the plug-in's tools, with what happened."""

    def __init__(self, folder: Path, pins: dict[str, str] | None = None) -> None:
        self.registry = Registry(builtins=False, entry_points=False)
        self.registry.add_path(PLUGIN)
        self.events: list[events.Event] = []
        self.stop = threading.Event()
        numbers = itertools.count()

        def scratch() -> Path:
            fresh = folder / str(next(numbers))
            fresh.mkdir()
            return fresh

        class Parrot:
            def write(self, prompt: str, **options: Any) -> str:
                return f"{prompt}!"

        self.attempts = Attempts(
            chooser=Chooser(Store(), pins=pins, measured=Measured(folder / "measured.json")),
            scratch=scratch,
            source=self.registry.source,
            controller=Parrot,
            emit=self.events.append,
            cancelled=self.stop.is_set,
            call_inner=lambda name, given, outer: self.attempts.run(
                self.registry.get(name), given, Place(step="inner", depth=outer.depth), name
            )[0],
        )

    def run(self, name: str, **arguments: Any) -> Any:
        return self.attempts.run(self.registry.get(name), arguments, Place(step="1"), name)[0]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.attempts.close()


def test_a_call_runs_in_another_process(bench: Bench) -> None:
    assert bench.run("add_up", left=2, right=3) == 5
    assert isinstance(bench.events[0], events.StepStarted)


def test_a_picture_comes_back_as_a_file_with_progress_on_the_way(bench: Bench) -> None:
    picture = bench.run("paint", red=255)
    assert isinstance(picture, Image) and picture.path.exists()
    done = [event.done for event in bench.events if isinstance(event, events.StepProgress)]
    assert done == [1, 2, 3]


def test_what_hangs_is_killed_at_its_limit(bench: Bench) -> None:
    begun = time.monotonic()
    with pytest.raises(ToolError, match=r"took longer than 0\.5 s"):
        bench.run("hang")
    assert time.monotonic() - begun < 20
    assert bench.run("add_up", left=1, right=1) == 2


def test_what_crashes_fails_alone_and_says_its_last_line(bench: Bench) -> None:
    with pytest.raises(ToolError, match="exit code 7; its last line: 'about to crash'"):
        bench.run("crash")
    assert bench.run("add_up", left=1, right=1) == 2


def test_a_tools_own_verdict_is_final(bench: Bench) -> None:
    with pytest.raises(ToolError, match="Refused: no"):
        bench.run("refuse", reason="no")


def test_a_verdict_does_not_count_against_the_backend(bench: Bench) -> None:
    for name, arguments in (("refuse", {"reason": "no"}), ("has_a_bug", {"text": "x"})):
        with pytest.raises(ToolError):
            bench.run(name, **arguments)
    measured = bench.attempts.chooser.measured
    assert measured.of("refuse", "function").calls == 0
    assert measured.of("has_a_bug", "function").failures == 1


def test_try_again_is_tried_again(bench: Bench, tmp_path: Path) -> None:
    assert bench.run("stumble", counter=str(tmp_path / "count")) == "worked"
    assert [event.reason for event in bench.events if isinstance(event, events.StepRetried)] == ["Not yet."]


def test_a_bug_is_told_with_its_kind(bench: Bench) -> None:
    with pytest.raises(ToolError, match="ZeroDivisionError"):
        bench.run("has_a_bug", text="x")


def test_a_broken_promise_is_refused(bench: Bench) -> None:
    with pytest.raises(ToolError, match="promised int and returned str"):
        bench.run("lie")


def test_a_tool_may_call_another_of_its_own_room(bench: Bench) -> None:
    assert bench.run("nested") == 42


def test_a_tool_in_a_worker_may_talk_to_the_controller(bench: Bench) -> None:
    assert bench.run("talk") == "Say something!"


def test_the_next_backend_takes_over_and_stays_loaded(bench: Bench) -> None:
    assert bench.run("choosy", text="a") == "a 1"
    assert bench.run("choosy", text="b") == "b 1"
    reasons = [event.reason for event in bench.events if isinstance(event, events.StepRetried)]
    assert len(reasons) == 2 and all("first crashed" in reason for reason in reasons)


def test_a_backend_that_keeps_failing_goes_last(bench: Bench) -> None:
    for _ in range(3):
        bench.run("choosy", text="a")
    order = [candidate.backend.name for candidate in bench.attempts.chooser.candidates(bench.registry.get("choosy"))]
    assert order == ["second", "first", "absent"]


def test_a_pinned_backend_that_is_not_there_says_what_to_install(tmp_path: Path) -> None:
    bench = Bench(tmp_path, pins={"choosy": "absent"})
    with pytest.raises(BackendUnavailable, match="pip install no_such_package_anywhere"):
        bench.run("choosy", text="a")


def test_an_unknown_pin_offers_the_nearest(tmp_path: Path) -> None:
    bench = Bench(tmp_path, pins={"choosy": "secnd"})
    with pytest.raises(InputError, match="Did you mean 'second'"):
        bench.run("choosy", text="a")


def test_cancelling_ends_a_hanging_call_within_a_second(bench: Bench) -> None:
    bench.run("add_up", left=1, right=1)  # the worker is up
    bench.attempts.time_limit = 60
    timer = threading.Timer(0.3, bench.stop.set)
    timer.start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        bench.run("hang")
    assert time.monotonic() - begun < 5


def test_a_tool_of_this_process_runs_here(bench: Bench) -> None:
    seen = []

    @tool
    def remember(text: str) -> str:
        """Keep a text."""
        seen.append(text)
        return text

    bench.registry.add(remember)
    assert bench.run("remember", text="here") == "here"
    assert seen == ["here"]


def test_a_backend_whose_model_is_not_there_is_followed_by_the_next(bench: Bench) -> None:
    assert bench.run("picky", text="a") == "a"
    (retried,) = [event for event in bench.events if isinstance(event, events.StepRetried)]
    assert retried.backend == "near" and "'x' can't be loaded" in retried.reason
