"""Tasks side by side, in the order that they need."""

from __future__ import annotations

import threading
import time
from random import Random

import pytest

from intermodal.agent.plan.crew import Crew


@pytest.mark.parametrize("helpers", [0, 1, 8])
def test_tasks_wait_for_those_before_them(helpers: int) -> None:
    random, crew = Random(helpers), Crew(helpers)
    for _ in range(30):
        after = [
            {random.randrange(number) for _ in range(random.randint(0, 2))} if number else set() for number in range(20)
        ]
        done: list[int] = []

        def task(number: int, after: list[set[int]] = after, done: list[int] = done) -> None:
            assert after[number] <= set(done)
            time.sleep(random.random() / 5000)
            done.append(number)

        crew.run([lambda number=number: task(number) for number in range(20)], after)
        assert sorted(done) == list(range(20))


@pytest.mark.parametrize("helpers", [0, 2])
def test_groups_within_groups_do_not_wait_for_each_other(helpers: int) -> None:
    crew, count, lock = Crew(helpers), [0], threading.Lock()

    def work(depth: int) -> None:
        if depth:
            crew.run([lambda: work(depth - 1)] * 4)
        else:
            with lock:
                count[0] += 1

    work(4)
    assert count == [4**4]


def test_an_error_ends_the_group_and_is_raised() -> None:
    done: list[int] = []

    def fail() -> None:
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        Crew(0).run([lambda: done.append(1), fail, lambda: done.append(2)])
    assert done == [1]


def test_no_thread_stays_behind() -> None:
    crew = Crew(8)
    crew.run([lambda: time.sleep(0.01)] * 20)
    time.sleep(0.1)
    assert not [thread for thread in threading.enumerate() if thread.name == "intermodal-plan"]
