"""Worker processes: one a room, one conversation at a time; killed when a call hangs, replaced when it dies.

A process is started as a fresh interpreter (not by multiprocessing's spawn, which would run the user's own script
again), so a script without an `if __name__ == "__main__"` guard, a notebook and a REPL all work.
"""

from __future__ import annotations

import json
import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from typing import Any

from ...tools.errors import Cancelled, IntermodalError, ToolError
from ...tools.serving import Job

_BOOT = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from {package}.tools.serving import main; main()"
_PACKAGE = __package__.rpartition(".agent")[0]
# spinning OpenMP threads make two busy processes many times slower than one
_ENVIRONMENT = {"OMP_WAIT_POLICY": "PASSIVE", "OPENBLAS_NUM_THREADS": "1", "KMP_BLOCKTIME": "0"}
_POLL = 0.1  # seconds between looks at cancellation

Answerer = Callable[[tuple[Any, ...]], Any]  # answers a worker's ("call" | "write" | "weights", ...) message


class WorkerDied(Exception):
    """The worker process ended in the middle of a call (crash, out of memory); not the tool's own verdict."""


class TimeIsUp(Exception):
    """The call took longer than its limit, and its worker was killed."""


class Worker:
    """One worker process."""

    def __init__(self) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the process)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", _BOOT.format(package=_PACKAGE), json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**_ENVIRONMENT, **os.environ},
            # Ctrl-C in the terminal is the agent's to handle
            start_new_session=os.name != "nt",
        )
        self._messages: queue.SimpleQueue[tuple[Any, ...] | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True, name="intermodal-worker-reader").start()

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            while True:
                self._messages.put(pickle.load(self._process.stdout))
        except Exception:  # the end of the stream, or bytes cut off by a crash: the caller says what happened
            self._messages.put(None)

    def _send(self, message: Any) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(pickle.dumps(message))
            self._process.stdin.flush()
        except OSError as error:
            raise WorkerDied(self._last_words()) from error

    def run(self, job: Job, *, limit: float, answer: Answerer, cancelled: Callable[[], bool]) -> Any:
        """Run one job to its end. `limit` is in seconds, without the time that `answer` takes.

        Raises:
            TimeIsUp, WorkerDied: See there; the worker can't be used again.
            Cancelled: `cancelled()` became true; the worker was killed.
            IntermodalError: What the tool itself raised.
        """
        self._send(job)
        deadline = time.monotonic() + limit
        while True:
            message = self._next(deadline, cancelled)
            if message[0] == "done":
                return message[1]
            if message[0] == "failed":
                raise _with_trace(message[1], message[2])
            asked = time.monotonic()
            self._reply(message, answer)
            deadline += time.monotonic() - asked

    def _next(self, deadline: float, cancelled: Callable[[], bool]) -> tuple[Any, ...]:
        while True:
            if cancelled():
                self.kill()
                raise Cancelled("Stopped.")
            try:
                message = self._messages.get(timeout=_POLL)
            except queue.Empty:
                if time.monotonic() > deadline:
                    self.kill()
                    raise TimeIsUp from None
                continue
            if message is None:
                raise WorkerDied(self._last_words())
            return message

    def _reply(self, message: tuple[Any, ...], answer: Answerer) -> None:
        if message[0] == "progress":
            answer(message)
            return
        try:
            self._send((True, answer(message)))
        except IntermodalError as error:
            if isinstance(error, Cancelled):
                self.kill()
                raise
            self._send((False, error))

    def _last_words(self) -> str:
        self._process.wait(timeout=5)
        self._log.seek(max(0, self._log.seek(0, os.SEEK_END) - 2000))
        lines = self._log.read().decode("utf-8", "replace").strip().splitlines()
        return f"exit code {self._process.returncode}" + (f"; its last line: {lines[-1][:300]!r}" if lines else "")

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.wait(timeout=5)

    def close(self) -> None:
        """Let the process end by itself; kill it when it does not within a second."""
        if self._process.stdin is not None:
            try:
                self._process.stdin.close()
                self._process.wait(timeout=1)
            except (OSError, subprocess.TimeoutExpired):
                self.kill()


def _with_trace(error: Exception, trace: str) -> Exception:
    """An error as raised in the worker; a foreign one becomes a ToolError-free RuntimeError. `trace` is for --debug."""
    error.__cause__ = ToolError(trace) if not isinstance(error, IntermodalError) else None
    return error


class Workers:
    """The rooms of one agent, each with its worker, started when first used."""

    def __init__(self) -> None:
        self._workers: dict[str, Worker] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def run(self, room: str, job: Job, *, limit: float, answer: Answerer, cancelled: Callable[[], bool]) -> Any:
        """Run a job in a room's worker, after whatever runs there already; errors as in `Worker.run`."""
        with self._lock:
            lock = self._locks.setdefault(room, threading.Lock())
        with lock:
            if cancelled():
                raise Cancelled("Stopped.")
            worker = self._workers.get(room)
            if worker is None or not worker.alive:
                worker = self._workers[room] = Worker()
            return worker.run(job, limit=limit, answer=answer, cancelled=cancelled)

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            for worker in self._workers.values():
                worker.close()
            self._workers.clear()
