"""Digests of files, remembered: hashing a gigabyte takes seconds, so it is done once while a file is unchanged."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from pathlib import Path
from typing import Any

from .fetching import Watch, sha256


class Stamps:
    """A file that holds, for each path, the size, the time of change and the SHA-256 that belong together.

    Args:
        path: The stamps' own file; made when there is something to keep.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def digest(self, path: Path, size: int, watch: Watch) -> str:
        """The SHA-256 of a file in hex; empty when it isn't there, can't be read or is not `size` bytes long.

        Raises:
            Cancelled: The watch says so.
        """
        try:
            facts = path.stat()
            if facts.st_size != size:
                return ""
            known = self._read().get(str(path))
            if isinstance(known, list) and known[:2] == [facts.st_size, facts.st_mtime_ns]:
                return str(known[-1])
            fresh = sha256(path, watch)
        except OSError:
            return ""
        self.note(path, fresh)
        return fresh

    def note(self, path: Path, digest: str) -> None:
        """Remember the digest of a file as it is now."""
        with contextlib.suppress(OSError):  # where nothing can be written, files are hashed each time instead
            facts = path.stat()
            noted = {**self._read(), str(path): [facts.st_size, facts.st_mtime_ns, digest]}
            self.path.parent.mkdir(parents=True, exist_ok=True)
            new = self.path.with_name(f"{self.path.name}.{os.getpid()}.{threading.get_ident()}")
            new.write_text(json.dumps(noted), encoding="utf-8")
            new.replace(self.path)

    def forget(self) -> None:
        """Drop them all."""
        self.path.unlink(missing_ok=True)

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}  # none yet, or damaged: then files are hashed again
        return found if isinstance(found, dict) else {}
