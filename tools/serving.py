"""The inside of a worker process: receive jobs, run them, send messages back, until the pipe closes.

The agent talks to it in pickled messages over standard input and output. While a job runs, the worker may send any
number of ("progress", ...), ("call", ...) and ("write", ...) messages; it waits for the answer to the latter two.
"""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from .context import Context
from .errors import IntermodalError
from .registry import Source
from .running import load, run


@dataclass(frozen=True, kw_only=True)
class Job:
    """One call for a worker to make; without arguments, it only loads the backend."""

    source: Source
    backend: str
    arguments: Mapping[str, Any] | None
    folder: Path
    seed: int = 0
    weights: Mapping[str, Path] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


class Pipe:
    """Both directions of the conversation with the agent."""

    def __init__(self, receive: BinaryIO, send: BinaryIO) -> None:
        self._receive, self._send = receive, send

    def get(self) -> Any:
        """The next message; EOFError when the other side is gone."""
        return pickle.load(self._receive)  # both ends are this program: the agent started this process

    def put(self, *message: Any) -> None:
        """Send one message."""
        self._send.write(pickle.dumps(message))
        self._send.flush()

    def ask(self, *message: Any) -> Any:
        """Send a message and return the other side's answer, or raise the error that it answered with."""
        self.put(*message)
        ok, value = self.get()
        if not ok:
            raise value
        return value


class _RemoteController:
    """The controller, as a worker sees it: questions go through the pipe to the agent."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe

    def write(self, prompt: str, **options: Any) -> str:
        return str(self._pipe.ask("write", prompt, options))


def _context(job: Job, pipe: Pipe) -> Context:
    def call(tool: str, **arguments: Any) -> Any:
        return pipe.ask("call", tool, arguments)

    def weights(name: str) -> Path:
        return job.weights[name] if name in job.weights else Path(pipe.ask("weights", name))

    return Context(
        folder=job.folder,
        seed=job.seed,
        controller=_RemoteController(pipe),
        call=call,
        weights=weights,
        report=lambda done, total, unit: pipe.put("progress", done, total, unit),
        settings=job.settings,
    )


def serve(pipe: Pipe) -> None:
    """Run jobs until the agent closes the pipe."""
    while True:
        try:
            job: Job = pipe.get()
        except EOFError:
            return
        try:
            tool = job.source.load()
            backend = next(backend for backend in tool.candidates() if backend.name == job.backend)
            ctx = _context(job, pipe)
            if job.arguments is None:
                load(tool, backend, ctx)
                pipe.put("done", None)
            else:
                pipe.put("done", run(tool, backend, job.arguments, ctx))
        except Exception as error:  # whatever a tool raises must reach the agent, not end the worker
            pipe.put("failed", _portable(error), traceback.format_exc())


def _portable(error: Exception) -> Exception:
    """The error itself when it is one of ours (picklable by design), else its name and text."""
    if isinstance(error, IntermodalError):
        return error
    return RuntimeError(f"{type(error).__name__}: {error}")


def main() -> None:
    """Start serving on standard input and output; whatever libraries print goes to standard error instead."""
    receive, send = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    serve(Pipe(receive, send))
