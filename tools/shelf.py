"""Which sets of weights are known, and what of them lies on this machine. weights.py adds fetching and removing."""

from __future__ import annotations

import os
import re
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from . import places
from .errors import InputError, WeightsError, did_you_mean
from .fetching import Watch, hold
from .models import BUILTIN, WeightFile, WeightSet, read_catalogue
from .stamps import Stamps


class Shelf:
    """The known sets, by name, and a folder in which each has a folder.

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
            raise InputError(f"There are no weights named {name!r}.{did_you_mean(name, self._sets)}")
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
        missing, folder = self._missing(name), self.location(name)
        if not missing:
            return folder
        if not self.own_path(name):
            raise WeightsError(f"The weights {name!r} are not here. `intermodal models pull {name}` fetches them.")
        what = f"{missing[0].name!r} is not there"
        if (folder / missing[0].name).is_file():
            what = f"{missing[0].name!r} there is not the published file (SHA-256 {missing[0].sha256[:12]}...)"
        raise WeightsError(
            f"The weights {name!r} are set to lie in {str(folder)!r}, but {what}. "
            f"Put it there, or unset {variable(name)} (or the entry in the settings file)."
        )

    def _missing(self, name: str, watch: Watch | None = None) -> list[WeightFile]:
        """The files of a set that are not here or not right. Files without a stamp are hashed, once."""
        known, folder, stamps = self.info(name), self.location(name), self._stamps(name)
        watch = watch or Watch()
        return [file for file in known.files if stamps.digest(folder / file.name, file.bytes, watch) != file.sha256]

    def _stamps(self, name: str) -> Stamps:
        return Stamps(self.folder / ".stamps" / f"{name}.json")

    def _work(self, name: str) -> Path:
        """Where a set is put together before its files get their final names."""
        return self.folder / ".partial" / name

    def _lock(self, name: str, watch: Watch | None) -> AbstractContextManager[None]:
        return hold(self.folder / ".locks" / f"{self.info(name).name}.lock", watch)


def variable(name: str) -> str:
    """The environment variable that names the user's own folder for a set: INTERMODAL_WEIGHTS_WHISPER_BASE."""
    return "INTERMODAL_WEIGHTS_" + re.sub(r"\W", "_", name).upper()
