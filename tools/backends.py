"""Which backend runs a tool: what each one lacks here, and the rule that puts them in order.

The rule: the person's pin; then what is installed and fits; then what has not been failing on this machine; then
declared quality; then measured speed. Where nothing is pinned, an adviser may reorder what can run (the setting
`selection = "llm"`); without one, no language model is asked.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from .contract import Backend, Tool
from .errors import BackendUnavailable, InputError, WeightsError, did_you_mean
from .measured import Measured, Record

if TYPE_CHECKING:
    from .weights import Store


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One backend of a tool, as it stands on this machine.

    Args:
        backend: The backend.
        missing: What it lacks, each with the remedy; empty when it can run.
        to_fetch: Weights that will be fetched before its first run.
        pinned: Whether the person asked for it.
        record: How it did here so far.
    """

    backend: Backend
    missing: tuple[str, ...]
    to_fetch: tuple[str, ...]
    pinned: bool
    record: Record

    @property
    def usable(self) -> bool:
        """Whether it can run here (after fetching its weights)."""
        return not self.missing

    def _rank(self) -> tuple[bool, bool, bool, bool, float, float]:
        unreliable = self.record.calls >= 3 and self.record.success < 0.5
        downloads = bool(self.to_fetch)
        return (not self.pinned, not self.usable, unreliable, downloads, -self.backend.quality, self.record.seconds)


def why_first(candidates: Sequence[Candidate]) -> str:
    """Why the first of a tool's candidates is tried first, in words; empty when none can run."""
    best, rivals = candidates[0], [candidate for candidate in candidates[1:] if candidate.usable]
    if not best.usable:
        return ""
    if best.pinned:
        return "it is pinned"
    if not rivals:
        return "it is the only one that can run here" if len(candidates) > 1 else ""
    rival = rivals[0]
    reasons = {
        2: f"{rival.backend.name} has been failing here",
        3: "its weights are here already",
        4: f"its declared quality is {best.backend.quality:g}, that of {rival.backend.name} {rival.backend.quality:g}",
        5: f"it took {best.record.seconds:.2f} s a call here, {rival.backend.name} {rival.record.seconds:.2f} s",
    }
    pairs = enumerate(zip(best._rank(), rival._rank(), strict=True))
    differs = next((place for place, (one, other) in pairs if one != other), None)
    return reasons.get(differs or 0, "it is declared first")


Advise: TypeAlias = "Callable[[Tool, Sequence[Candidate]], Sequence[Candidate]]"


class Chooser:
    """Puts the backends of tools in order, for one agent.

    Args:
        store: The sets of weights; those of a plug-in's own catalogue are added to it.
        pins: {tool: backend}, as the person asked.
        controller: Whether there is a language model for the tools that need one.
        measured: How each backend did here so far.
        advise: Puts the usable backends of a tool in another order; asked only where there are several and no pin.
    """

    def __init__(
        self,
        store: Store,
        *,
        pins: Mapping[str, str] | None = None,
        controller: bool = True,
        measured: Measured | None = None,
        advise: Advise | None = None,
    ) -> None:
        self.store = store
        self.pins = dict(pins or {})
        self.controller = controller
        self.measured = measured or Measured()
        self._advise = advise

    def candidates(self, tool: Tool) -> list[Candidate]:
        """Every backend of a tool, best first.

        Raises:
            InputError: The pin names a backend that the tool does not have.
        """
        pin = self.pins.get(tool.name, "")
        names = [backend.name for backend in tool.candidates()]
        if pin and pin not in names:
            raise InputError(f"{tool.name!r} has no backend {pin!r}.{did_you_mean(pin, names)}")
        return sorted((self._examine(tool, backend, pin) for backend in tool.candidates()), key=Candidate._rank)

    def usable(self, tool: Tool) -> list[Candidate]:
        """The backends that can run, best first; only the pinned one when there is a pin.

        Raises:
            BackendUnavailable: None can run; the message says what each one lacks.
        """
        found = self.candidates(tool)
        considered = [candidate for candidate in found if candidate.pinned] or found
        usable = [candidate for candidate in considered if candidate.usable]
        if not usable:
            reasons = "; ".join(f"{c.backend.name}: {', '.join(c.missing)}" for c in considered)
            raise BackendUnavailable(f"No backend of {tool.name!r} can run here. {reasons}.")
        pinned = any(candidate.pinned for candidate in usable)
        return list(self._advise(tool, usable)) if self._advise and len(usable) > 1 and not pinned else usable

    def _examine(self, tool: Tool, backend: Backend, pin: str) -> Candidate:
        missing = [*missing_packages(backend), *_missing_hardware(backend)]
        if backend.key and not os.environ.get(backend.key):
            missing.append(f"needs a key: set {backend.key}")
        if backend.controller and not self.controller:
            missing.append("needs a language model: name one with --model")
        to_fetch = []
        try:
            if backend.own_catalogue is not None:
                self.store.add_catalogue(backend.own_catalogue)
            to_fetch = [name for name in backend.weights if self.store.state(name) != "ready"]
        except (WeightsError, InputError) as error:
            missing.append(str(error))
        return Candidate(
            backend=backend,
            missing=tuple(missing),
            to_fetch=tuple(to_fetch),
            pinned=backend.name == pin,
            record=self.measured.of(tool.name, backend.name),
        )


def missing_packages(backend: Backend) -> list[str]:
    """What to install before a backend can run, as sentences; nothing is imported to find out."""
    absent = [package for package in backend.packages if not _importable(package)]
    if not absent:
        return []
    remedy = f"pip install 'intermodal[{backend.extra}]'" if backend.extra else f"pip install {' '.join(absent)}"
    return [f"needs {' and '.join(absent)}: {remedy}"]


@lru_cache(maxsize=256)
def _importable(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except (ImportError, ValueError):
        return False


def _missing_hardware(backend: Backend) -> list[str]:
    missing = []
    if backend.gpu and shutil.which("nvidia-smi") is None:
        missing.append("needs a GPU")
    total = memory_mb()
    if total and backend.memory > total:
        missing.append(f"needs {backend.memory} MB of memory; this machine has {total}")
    return missing


@lru_cache(maxsize=1)
def memory_mb() -> int:
    """This machine's memory in MB, or 0 where that can't be asked without a further package."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    except (AttributeError, ValueError, OSError):
        return 0
