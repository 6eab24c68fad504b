"""The files of a session: each has a handle ("image-1"), a digest, facts, and the record of what made it.

The person's own files are only read, where they lie. What tools make is checked, and moved into the output folder under
a readable name that nothing had before.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..tools.errors import InputError, ToolError, did_you_mean
from ..tools.facts import Facts
from ..tools.kinds import Kind
from ..tools.sniff import Sniffed, promised
from ..tools.values import FILE_KINDS, File
from .intake import examine, existing
from .names import slug


@dataclass(frozen=True, kw_only=True)
class MadeBy:
    """What made a file: a call of a tool.

    Args:
        tool, backend: Their names.
        parameters: The arguments, as text.
        parents: Handles of the files that went in.
    """

    tool: str
    backend: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """A file of the session.

    Args:
        handle: Its name in plans and answers, unique within the session.
        kind: What it is.
        path: Where it lies, absolute.
        sha256: Of its bytes when it came in.
        facts: What its header says.
        made_by: The call that made it; None for a file of the person's.
        name: What a person calls it ("photo.png"), unique within the session.
    """

    handle: str
    kind: Kind
    path: Path
    sha256: str
    facts: Facts
    made_by: MadeBy | None = None
    name: str = ""

    @property
    def file(self) -> File:
        """It as a value of a plan."""
        return FILE_KINDS[self.kind.name](self.path, self.handle)

    def describe(self) -> str:
        """One short line of facts ("picture, 512 x 512 pixels, PNG")."""
        return self.facts.describe()

    def to_json(self) -> dict[str, Any]:
        """All of it, in plain values."""
        return {
            "handle": self.handle,
            "kind": str(self.kind),
            "path": str(self.path),
            "name": self.name,
            "sha256": self.sha256,
            "facts": self.facts.to_json(),
            "made_by": asdict(self.made_by) | {"parents": list(self.made_by.parents)} if self.made_by else None,
        }


class Workspace:
    """The files of one session; safe to use from several threads.

    Args:
        folder: Where tools write; what they made is moved from here.
        output: Where it is moved to; made when the first file comes.
    """

    def __init__(self, folder: Path, output: Path) -> None:
        self.folder = folder
        self.output = output
        self._artifacts: dict[str, Artifact] = {}
        self._known: dict[Path, Artifact] = {}  # by every path that a file was met under
        self._counts: Counter[str] = Counter()
        self._lock = threading.RLock()

    @property
    def artifacts(self) -> tuple[Artifact, ...]:
        """All files, in the order in which they came."""
        with self._lock:
            return tuple(self._artifacts.values())

    def attach(self, path: str | Path) -> Artifact:
        """Take in a file of the person's; the same one twice is one artifact.

        Raises:
            InputError: It can't be read, is damaged, or of no kind that tools take.
            BackendUnavailable: The library that opens it is not installed.
        """
        place = existing(path)
        found, facts, digest = examine(place)
        with self._lock:
            known = self._known.get(place)
            if known is not None and known.sha256 == digest:
                return known
            return self._add(found, place, digest, facts, name=self._name_for(place))

    def capture(self, value: File, made_by: MadeBy, label: str) -> Artifact:
        """Keep a file that a tool made; one that the session has already keeps its handle.

        Args:
            value: As the tool returned it.
            made_by: The call.
            label: What it is called, in words; its file name is made of them.

        Raises:
            ToolError: There is no such file, it can't be decoded, or is not what the tool promised.
            InputError: The output folder can't be written.
        """
        place = Path(os.path.realpath(value.path))
        known = self._kept(place)
        if known is not None:
            return known
        try:
            found, facts, digest = examine(existing(place))
        except InputError as error:
            raise ToolError(f"{made_by.tool!r} gave a file that is of no use: {error}") from error
        promise = type(value).__name__
        if found.kind.name != promise:
            raise ToolError(f"{made_by.tool!r} promised {promise} and made {found.kind} ({facts.describe()}).")
        with self._lock:
            known = self._kept(place)
            if known is not None:  # another thread was faster
                return known
            kept = self._keep(place, slug(label) or promise.lower(), _ending(place, found))
            artifact = self._add(found, kept, digest, facts, name=kept.name, made_by=made_by)
            self._known[place] = artifact
            return artifact

    def get(self, name: str) -> Artifact:
        """The file of that handle, name or path; of several with one name, the last one.

        Raises:
            InputError: There is none; the nearest are offered.
        """
        with self._lock:
            if name in self._artifacts:
                return self._artifacts[name]
            for artifact in reversed(self._artifacts.values()):
                if name.lower() in (artifact.name.lower(), artifact.handle, str(artifact.path).lower()):
                    return artifact
            known = [name for artifact in self._artifacts.values() for name in (artifact.handle, artifact.name)]
        remedy = did_you_mean(name, known) or " Attach it first."
        raise InputError(f"There is no file {name!r} in this session.{remedy}")

    def ancestors(self, handle: str) -> tuple[Artifact, ...]:
        """The files that a file was made from, and what those were made from, each once, nearest first.

        Raises:
            InputError: There is no such file.
        """
        found: dict[str, Artifact] = {}
        waiting = [self.get(handle)]
        while waiting:
            made_by = waiting.pop(0).made_by
            for parent in made_by.parents if made_by else ():
                if parent not in found and parent != handle:
                    found[parent] = self.get(parent)
                    waiting.append(found[parent])
        return tuple(found.values())

    def check_output(self) -> None:
        """See that the output folder can be written, without making it yet.

        Raises:
            InputError: It can't.
        """
        place = self.output.absolute()
        while not os.path.lexists(place):
            place = place.parent
        if not place.is_dir():
            raise InputError(self._unwritable(f"{str(place)!r} is a file"))
        if not os.access(place, os.W_OK | os.X_OK):
            raise InputError(self._unwritable("no permission"))
        try:
            with tempfile.TemporaryFile(dir=place):  # rights alone don't tell: the place may take no files at all
                pass
        except OSError as error:
            raise InputError(self._unwritable(error.strerror or str(error))) from error

    def _kept(self, place: Path) -> Artifact | None:
        """The artifact that a tool's file is, or has become when it was moved away."""
        with self._lock:
            known = self._known.get(place)
            return known if known is not None and (known.path == place or not place.exists()) else None

    def _add(
        self, found: Sniffed, place: Path, digest: str, facts: Facts, *, name: str, made_by: MadeBy | None = None
    ) -> Artifact:
        word = found.kind.name.lower()
        self._counts[word] += 1
        artifact = Artifact(
            handle=f"{word}-{self._counts[word]}",
            kind=found.kind,
            path=place,
            sha256=digest,
            facts=facts,
            made_by=made_by,
            name=name,
        )
        self._artifacts[artifact.handle] = self._known[place] = artifact
        return artifact

    def _name_for(self, place: Path) -> str:
        """Its file name, with as many of its folders as tell it from the others."""
        taken = {artifact.name.lower() for artifact in self._artifacts.values() if artifact.path != place}
        names = ("/".join(place.parts[-length:]) for length in range(1, len(place.parts)))
        return next((name for name in names if name.lower() not in taken), str(place))

    def _keep(self, source: Path, stem: str, ending: str) -> Path:
        """Move a file out of the scratch folder (copy it from elsewhere) to a new name in the output folder."""
        try:
            self.output.mkdir(parents=True, exist_ok=True)
            target = self._reserve(stem, ending)
            try:
                if source.is_relative_to(os.path.realpath(self.folder)):
                    shutil.move(source, target)
                else:
                    shutil.copyfile(source, target)
            except OSError:
                target.unlink(missing_ok=True)
                raise
        except OSError as error:
            raise InputError(self._unwritable(error.strerror or str(error))) from error
        return Path(os.path.realpath(target))

    def _reserve(self, stem: str, ending: str) -> Path:
        """Make an empty file under the first free name, so that nobody else can take it."""
        taken = {artifact.name.lower() for artifact in self._artifacts.values()}
        for name in _numbered(stem, ending):
            if name.lower() in taken:
                continue
            try:
                (self.output / name).open("xb").close()
            except FileExistsError:
                continue
            return self.output / name
        raise AssertionError("numbers end")

    def _unwritable(self, reason: str) -> str:
        return f"Can't write into the output folder {str(self.output)!r}: {reason}. Name another one with -o FOLDER."


def _numbered(stem: str, ending: str) -> Iterator[str]:
    yield f"{stem}{ending}"
    yield from (f"{stem}-{number}{ending}" for number in itertools.count(2))


def _ending(place: Path, found: Sniffed) -> str:
    """The file's own ending where it says the truth, else the one that fits its content."""
    return place.suffix.lower() if promised(place) == found.format else found.ending


__all__ = ["Artifact", "MadeBy", "Workspace"]
