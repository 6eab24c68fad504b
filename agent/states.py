"""What the local model has read, kept on disk: reading a long prompt takes half a minute, loading its state 10 ms.

One file a prompt: `<key>-<checksum>.state`. The key names model, engine and prompt, so a state is never given to
another model; the checksum refuses a file that was damaged. Files appear under their names whole, or not at all.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

from ..tools.errors import InputError
from .controller import Message

_KEEP_FILES = 12
_KEEP_BYTES = 1_500_000_000
_CHUNK = 1 << 20
_NEW = ".new"
_ABANDONED = 3600.0  # seconds after which a half-written state is nobody's any more


class States:
    """The saved states of one model under one engine.

    Args:
        folder: Where they lie; made when missing.
        model: Digest of the model file, or what else tells it from others.
        engine: Version of the engine that writes them, with whatever else they depend on.

    Raises:
        InputError: The folder can't be made.
    """

    def __init__(self, folder: Path, model: str, engine: str) -> None:
        self.folder = folder
        self._owner = (model, engine)
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise InputError(
                f"The folder {str(folder)!r} for saved prompts can't be made: {error.strerror}."
                " Name a place that can be written with INTERMODAL_HOME."
            ) from error

    def key(self, prefix: Sequence[Message]) -> str:
        """What the state of this prompt is called."""
        told = json.dumps([*self._owner, *((message.role, message.content) for message in prefix)])
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    def find(self, key: str) -> Path | None:
        """The whole and undamaged file of that key; damaged ones are removed."""
        for path in self.folder.glob(f"{key}-*.state"):
            try:
                if path.stem.partition("-")[2] == _checksum(path):
                    os.utime(path)  # used now, so pruned last
                    return path
                path.unlink(missing_ok=True)
            except OSError:  # another process pruned it meanwhile
                continue
        return None

    def temporary(self) -> Path:
        """Where the engine may write a state that `keep` then takes."""
        return self.folder / f"{secrets.token_hex(8)}{_NEW}"

    def keep(self, key: str, written: Path) -> None:
        """Put a written state under its name, and make room by removing those that were not used for longest.

        Raises:
            OSError: The folder can't be written to.
        """
        written.replace(self.folder / f"{key}-{_checksum(written)}.state")
        self._prune()

    def _prune(self) -> None:
        found = []
        for path in self.folder.iterdir():
            with contextlib.suppress(OSError):  # removed by another process
                facts = path.stat()
                if path.suffix != _NEW:
                    found.append((facts.st_mtime, facts.st_size, path))
                elif time.time() - facts.st_mtime > _ABANDONED:
                    path.unlink()
        total = 0
        for number, (_, size, path) in enumerate(sorted(found, reverse=True), start=1):
            total += size
            if number > 1 and (number > _KEEP_FILES or total > _KEEP_BYTES):
                with contextlib.suppress(OSError):
                    path.unlink()


def _checksum(path: Path) -> str:
    value = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            value = zlib.crc32(chunk, value)
    return f"{value:08x}"
