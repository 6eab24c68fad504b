"""How each backend did on this machine so far: calls, failures and seconds, kept in the data folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from . import places

_WEIGHT = 0.3  # of the newest call in the running mean of seconds


@dataclass(frozen=True)
class Record:
    """One backend's record. `seconds` is a running mean over successful calls."""

    calls: int = 0
    failures: int = 0
    seconds: float = 0.0

    @property
    def success(self) -> float:
        """The share of calls that succeeded, from 0 to 1; 1 before the first."""
        return 1 - self.failures / self.calls if self.calls else 1.0


class Measured:
    """The records of all backends. A file that can't be read or written costs the memory, never the run."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or places.home() / "measured.json"
        self._records: dict[str, Record] | None = None

    def of(self, tool: str, backend: str) -> Record:
        """The record of one backend; an empty one when it never ran."""
        return self._all().get(f"{tool}/{backend}", Record())

    def add(self, tool: str, backend: str, *, ok: bool, seconds: float) -> None:
        """Count one call that took so many seconds."""
        from filelock import FileLock, Timeout

        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self._path}.lock", timeout=1):
                self._records = self._read()
                old = self.of(tool, backend)
                mean = seconds if old.calls == old.failures else old.seconds + _WEIGHT * (seconds - old.seconds)
                new = Record(old.calls + 1, old.failures + (not ok), mean if ok else old.seconds)
                self._records[f"{tool}/{backend}"] = new
                fresh = self._path.with_suffix(".new")
                fresh.write_text(json.dumps({key: asdict(record) for key, record in self._records.items()}), "utf-8")
                fresh.replace(self._path)
        except (OSError, Timeout):
            return  # a read-only home: the choice of backends falls back on declared quality

    def _all(self) -> dict[str, Record]:
        if self._records is None:
            self._records = self._read()
        return self._records

    def _read(self) -> dict[str, Record]:
        try:
            rows = json.loads(self._path.read_text("utf-8"))
            return {key: Record(**row) for key, row in rows.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}
