"""What may come into a session: regular files that can be read, decoded and are of a known kind."""

from __future__ import annotations

import hashlib
import itertools
import os
import stat
from pathlib import Path

from ..tools.errors import InputError, nearest
from ..tools.facts import Facts, read_facts
from ..tools.sniff import Sniffed, sniff

MAX_BYTES = 4_000_000_000  # of an attached file
_NOT_FILES = (
    (stat.S_ISDIR, "a folder; name the files in it"),
    (stat.S_ISFIFO, "a pipe; save what comes out of it to a file first"),
    (stat.S_ISCHR, "a device, not a file"),
    (stat.S_ISBLK, "a device, not a file"),
    (stat.S_ISSOCK, "a socket, not a file"),
)


def existing(path: str | Path) -> Path:
    """The absolute path of a regular file that is not empty and not too large.

    Raises:
        InputError: It is none; the message says what it is instead, or which files have such a name.
    """
    try:
        place = Path(path).expanduser()
        found = place.stat()
        place = Path(os.path.realpath(place))
    except FileNotFoundError as error:
        raise InputError(f"There is no file {str(path)!r}.{_near(Path(path).expanduser())}") from error
    except PermissionError as error:
        raise InputError(f"There is no permission to look at {str(path)!r}.") from error
    except (OSError, ValueError, RuntimeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise InputError(f"{_shortened(str(path))!r} can't be opened: {reason[:1].lower() + reason[1:]}.") from error
    for is_such, what in _NOT_FILES:
        if is_such(found.st_mode):
            raise InputError(f"{str(path)!r} is {what}.")
    if not found.st_size:
        raise InputError(f"{str(path)!r} is empty.")
    if found.st_size > MAX_BYTES:
        gigabytes = f"{found.st_size / 1e9:.1f} GB"
        raise InputError(f"{str(path)!r} has {gigabytes}; intermodal takes {MAX_BYTES // 10**9} GB. Cut it first.")
    return place


def _near(missing: Path) -> str:
    """The files beside a missing one whose names look like its own, as a sentence."""
    folder = missing.parent
    try:
        if not folder.is_dir():
            return f" There is no folder {str(folder)!r} either."
        names = [entry.name for entry in itertools.islice(folder.iterdir(), 2_000) if entry.is_file()]
    except OSError:
        return ""
    close = nearest(missing.name, names)
    return f" Did you mean {' or '.join(repr(str(folder / name)) for name in close)}?" if close else ""


def _shortened(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:50]}...{text[-30:]}"


def examine(place: Path) -> tuple[Sniffed, Facts, str]:
    """What a file is, its facts and its SHA-256.

    Raises:
        InputError: It can't be read or decoded, or is of no kind that tools take.
        BackendUnavailable: The library that opens it is not installed.
    """
    try:
        found = sniff(place)
        facts = read_facts(place, found)
        digest = hashlib.sha256()
        with place.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    except PermissionError as error:
        raise InputError(f"There is no permission to read {str(place)!r}. Allow it, or ask its owner.") from error
    except OSError as error:
        raise InputError(f"{str(place)!r} can't be read: {error.strerror or error}.") from error
    return found, facts, digest.hexdigest()
