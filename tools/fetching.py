"""How bytes of weights come here: what watches a download, child processes that download, and the model hub.

Downloads run in child processes, so that cancelling ends them at once whatever the network does. They write below a
folder of the caller; what they leave there is taken up again by the next try. wheels.py is the other source.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import Cancelled
from .hub import NO_ROUTE
from .models import WeightFile, WeightSet

Report = Callable[[float, "float | None", str], None]
CHUNK_BYTES = 1 << 20
POLL_SECONDS = 0.2


class SourceFailed(Exception):
    """A source can't give the weights: why, as the rest of a sentence. The next source is tried."""


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Who is told of progress, and who may stop it.

    Args:
        report: Receives (done bytes, total bytes, "B").
        cancelled: Whether to stop; asked at least twice a second.
    """

    report: Report | None = None
    cancelled: Callable[[], bool] | None = None

    def check(self) -> None:
        """Go on, unless it was stopped.

        Raises:
            Cancelled: It was.
        """
        if self.cancelled and self.cancelled():
            raise Cancelled("Stopped.")

    def progress(self, done: int, total: int) -> None:
        """Say how far it is. Never more than the total."""
        self.check()
        if self.report:
            self.report(min(done, total), total, "B")


def sha256(path: Path, watch: Watch) -> str:
    """The digest of a file's content, in hex.

    Raises:
        OSError: It can't be read.
        Cancelled: The watch says so.
    """
    import hashlib

    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(CHUNK_BYTES):
            digest.update(block)
            watch.check()
    return digest.hexdigest()


def from_hub(wanted: WeightSet, files: Sequence[WeightFile], work: Path, watch: Watch) -> dict[str, Path]:
    """Fetch files from the hub into `work`/hub; gives where each lies, by name. Their content is not checked here.

    Raises:
        SourceFailed: The hub is switched off, out of reach, or doesn't have them.
        OSError: The disk is full or can't be written.
        Cancelled: The watch says so.
    """
    if wanted.hub is None:
        raise SourceFailed("does not have them")
    if os.environ.get("HF_HUB_OFFLINE", "").lower() in {"1", "true", "yes", "on"}:
        raise SourceFailed("is switched off by HF_HUB_OFFLINE")
    folder, total = work / "hub", sum(file.bytes for file in files)
    folder.mkdir(parents=True, exist_ok=True)
    quiet = {"HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    command = [sys.executable, "-m", f"{__package__}.hub", str(folder), wanted.hub.repo, wanted.hub.revision]
    command += [word for file in files for word in (file.hub, str(file.bytes))]
    begun = size_below(folder)

    def tick() -> None:
        """Nothing is told before something comes: without a route, another source says how much it has."""
        done = size_below(folder)
        if done > begun:
            watch.progress(done, total)
        watch.check()

    with scratch(work) as place:
        code, said = run_watched(command, place, quiet, tick)
    if code == NO_ROUTE:
        raise SourceFailed("can't be reached")
    if code:
        raise SourceFailed(f"failed ({last_line(said)})")
    watch.progress(total, total)
    return {file.name: folder / file.hub for file in files}


@contextlib.contextmanager
def hold(path: Path, watch: Watch | None) -> Iterator[None]:
    """Hold a lock file against other processes and threads. Without a watch, don't wait.

    Raises:
        TimeoutError: Somebody else holds it, and there is no watch.
        Cancelled: The watch says so.
    """
    from filelock import FileLock, Timeout

    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    while not lock.is_locked:
        try:
            lock.acquire(timeout=POLL_SECONDS if watch else 0)
        except Timeout:
            if watch is None:
                raise
            watch.check()
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def scratch(work: Path) -> Iterator[Path]:
    """A new empty folder below `work`, so on the same disk; gone afterwards, as is what killed processes left there."""
    import tempfile

    for old in work.glob("scratch-*"):
        shutil.rmtree(old, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="scratch-", dir=work))  # not the old one: its pip may still run
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_watched(
    command: Sequence[str], folder: Path, settings: Mapping[str, str], tick: Callable[[], None]
) -> tuple[int, str]:
    """Run a command in `folder`, its temporary files there too; `tick` is called as it runs and may raise to end it.

    Returns:
        Its exit code and what it printed.

    Raises:
        OSError: It can't be started, or the disk was full.
    """
    import subprocess

    place = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    log = folder / "output.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,  # not the user's folder: a pip.py lying there would be run instead of pip
            env={**os.environ, **place, **settings},
            stdin=subprocess.PIPE,  # closes when this process dies, however it dies
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            while process.poll() is None:
                tick()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(POLL_SECONDS)
        finally:
            process.kill()  # nothing happens where it has ended
            process.communicate()
    said = log.read_text(encoding="utf-8", errors="replace")
    if process.returncode and os.strerror(errno.ENOSPC) in said:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return process.returncode, said


def size_below(folder: Path) -> int:
    """The bytes of all files in a folder and its folders; files may come and go meanwhile."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                total += os.stat(os.path.join(place, name)).st_size  # noqa: PTH116, PTH118 - polled: keep it cheap
    return total


def last_line(said: str) -> str:
    """What a failed command said last, cut to a readable length."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it said nothing"
