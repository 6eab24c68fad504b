"""Doing several things at once, each when what it waits for is done."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Sequence

Task = Callable[[], None]


class Crew:
    """A bounded number of helper threads, shared by groups of tasks that may contain groups of tasks.

    The thread that asks works along, so a group makes progress even when no helper is free, and nothing can deadlock.
    """

    def __init__(self, helpers: int) -> None:
        self._free = threading.Semaphore(helpers)

    def run(self, tasks: Sequence[Task], after: Sequence[Collection[int]] | None = None) -> None:
        """Do all tasks; `after` says for each which others, by number, must be done before it.

        Raises:
            BaseException: What a task raised, after which no more are begun.
        """
        if len(tasks) == 1:
            tasks[0]()
        elif tasks:
            _Group(tasks, after or [()] * len(tasks), self._free).run()


class _Group:
    """One group of tasks being done."""

    def __init__(self, tasks: Sequence[Task], after: Sequence[Collection[int]], free: threading.Semaphore) -> None:
        self._tasks = tasks
        self._free = free
        self._waits = [len(numbers) for numbers in after]
        self._next: list[list[int]] = [[] for _ in tasks]
        for number, numbers in enumerate(after):
            for earlier in numbers:
                self._next[earlier].append(number)
        self._ready = deque(number for number, waits in enumerate(self._waits) if not waits)
        self._left = len(tasks)
        self._error: BaseException | None = None
        self._changed = threading.Condition()

    def run(self) -> None:
        while True:
            self._work()
            with self._changed:
                while self._left and not self._ready and self._error is None:
                    self._changed.wait()
                if self._error is not None:
                    raise self._error
                if not self._left:
                    return

    def _work(self) -> None:
        """Do tasks as long as some are ready; call helpers for those that are ready besides."""
        while True:
            with self._changed:
                if not self._ready or self._error is not None:
                    return
                number = self._ready.popleft()
                more = bool(self._ready)
            if more and self._free.acquire(blocking=False):
                threading.Thread(target=self._help, daemon=True, name="intermodal-plan").start()
            try:
                self._tasks[number]()
            except BaseException as error:
                with self._changed:
                    self._error = error
                    self._changed.notify_all()
                return
            self._done(number)

    def _help(self) -> None:
        try:
            self._work()
        finally:
            self._free.release()

    def _done(self, number: int) -> None:
        with self._changed:
            self._left -= 1
            for later in self._next[number]:
                self._waits[later] -= 1
                if not self._waits[later]:
                    self._ready.append(later)
            self._changed.notify_all()
