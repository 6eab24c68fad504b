"""Trying a tool out, as plans will use it: its example is run, twice, by each backend, and then spoiled inputs.

The way in for people is `intermodal.testing.check_tool`, and `intermodal tools test`.
"""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tools.backends import Candidate
from ..tools.conformance import Finding, Report, fingerprint, has_text_form, of_declaration, spoiled
from ..tools.contract import Backend, Tool
from ..tools.errors import InputError, IntermodalError, PlanError, ToolBroken, ToolError
from ..tools.kinds import Kind
from ..tools.measured import Measured
from ..tools.registry import Registry
from ..tools.samples import SAMPLES, make_samples
from ..tools.sniff import sniff
from ..tools.values import FILE_KINDS, File
from .config import Config
from .engine.attempts import Place
from .events import Listener, ignore
from .plan import CallRequest, Checked, Surroundings, check, parse, run
from .runtime import NO_MODEL, Runtime

if TYPE_CHECKING:
    from .controller import ChatController

LONGEST = 60.0  # seconds that a call with a bad input may take, at most


def check_tool(
    tool: Tool | str | Path,
    *,
    arguments: Mapping[str, Any] | None = None,
    model: str | ChatController = NO_MODEL,
    on_event: Listener = ignore,
) -> Report:
    """Look at a tool as a careful reviewer would, and run it.

    Its declaration is read: summary, help for each parameter, example. Each backend that can run here is given the
    example (with sample files made on the spot: photo.png, speech.wav, report.pdf, ...) or `arguments`, twice: the
    result must be of the promised kind, the same both times where that is claimed, and there in time. Then bad inputs
    (files that are missing, empty or nonsense, empty texts, 0, -1) must give a result or an error in words, not a bug.

    Args:
        tool: A `@tool` function, the name of an installed tool, or a Python file with tools (all are looked at).
        arguments: What to run it on instead of its example.
        model: The controller, for tools that need one; a name, or a ScriptedModel.
        on_event: Receives the events of the runs.

    Returns:
        What was found; `.require()` raises an AssertionError with all that failed.

    Raises:
        InputError: There is no such tool or file.
    """
    registry = Registry()
    names, findings = _names(tool, registry)
    with tempfile.TemporaryDirectory(prefix="intermodal-trial-") as folder:
        for name in names:
            setting = _Setting(registry=registry, folder=Path(folder), model=model, on_event=on_event)
            try:
                findings += _findings(registry.get(name), setting, arguments)
            except IntermodalError as error:
                findings.append(Finding(tool=name, what="loading", ok=False, detail=str(error)))
    return Report(findings=tuple(findings))


@dataclass(frozen=True, kw_only=True)
class _Setting:
    """What every trial of one tool shares."""

    registry: Registry
    folder: Path
    model: str | ChatController
    on_event: Listener

    def runtime(self, pins: Mapping[str, str], time_limit: float | None = None) -> Runtime:
        """The parts of an agent with these pins."""
        named = self.model if isinstance(self.model, str) else self.model.name
        config = Config(model=named, output=str(self.folder / "out"), backends=pins, time_limit=time_limit)
        made = Runtime(config, self.registry, self.on_event, None if isinstance(self.model, str) else self.model)
        made.chooser.measured = Measured(self.folder / "measured.json")  # trials don't count for or against a backend
        return made


def _names(tool: Tool | str | Path, registry: Registry) -> tuple[list[str], list[Finding]]:
    """The tools to look at, and what is wrong before any of them can be loaded."""
    wrong: list[Finding] = []
    if isinstance(tool, str) and not tool.endswith(".py"):
        return [registry.get(tool).name], wrong
    known = set(registry.names())
    try:
        if isinstance(tool, Tool):
            if not (tool.name in known and registry.get(tool.name) is tool):
                registry.add(tool)
            return [tool.name], wrong
        registry.add_path(tool)
    except InputError:
        raise
    except IntermodalError as error:
        wrong.append(Finding(tool=str(tool), what="name", ok=False, detail=str(error)))
        return [], wrong
    found = [name for name in registry.names() if name not in known]
    wrong += [Finding(tool=owner, what="loading", ok=False, detail=why) for owner, why in registry.broken.items()]
    if not found and not wrong:
        wrong.append(
            Finding(tool=str(tool), what="loading", ok=False, detail="it holds no tool", remedy="put `@tool` above one")
        )
    return found, wrong


def _findings(tool: Tool, setting: _Setting, arguments: Mapping[str, Any] | None) -> Iterator[Finding]:
    yield from of_declaration(tool.signature)
    checked: Checked | None = None
    if arguments is None:
        if not tool.signature.example:
            return
        finding, checked = _example(tool, setting)
        yield finding
        if not finding.ok:
            return
        make_samples(setting.folder, (name for name in SAMPLES if name in tool.signature.example))
    probe = setting.runtime({})
    try:
        candidates = probe.chooser.candidates(tool)
    finally:
        probe.close()
    for candidate in candidates:
        if candidate.usable:
            yield from _Trial(tool, candidate.backend, setting).findings(checked, arguments or {})
        else:
            yield _absent(tool, candidate, any(other.usable for other in candidates))


def _absent(tool: Tool, candidate: Candidate, others: bool) -> Finding:
    lacks = "; ".join(candidate.missing)
    what = f"backend {candidate.backend.name}"
    return Finding(tool=tool.name, what=what, ok=others, detail="not tried: it can't run here", remedy=lacks)


def _example(tool: Tool, setting: _Setting) -> tuple[Finding, Checked | None]:
    signatures = {other.name: other.signature for other in setting.registry.tools()}
    example = tool.signature.example
    files: dict[str, Kind] = {name: _kind(name) for name in SAMPLES}
    try:
        checked = check(parse(example), signatures, files=files).require()
    except PlanError as error:
        remedy = f"write one line of plan that calls it on files such as {', '.join(SAMPLES)}"
        return Finding(tool=tool.name, what="example", ok=False, detail=f"{example}: {error}", remedy=remedy), None
    if tool.name not in {call.function for call in checked.calls}:
        return Finding(tool=tool.name, what="example", ok=False, detail=f"{example} does not call it"), None
    return Finding(tool=tool.name, what="example", ok=True, detail=example), checked


def _kind(name: str) -> Kind:
    endings = {".png": "Image", ".jpg": "Image", ".wav": "Audio", ".mp4": "Video"}
    return Kind(endings.get(Path(name).suffix, "Document"))


@dataclass
class _Trial:
    """One backend of one tool, tried."""

    tool: Tool
    backend: Backend
    setting: _Setting
    seen: dict[str, Any] | None = field(default=None, init=False)  # arguments of the tool's call in its example
    results: list[Any] = field(default_factory=list, init=False)
    errors: list[IntermodalError] = field(default_factory=list, init=False)
    seconds: list[float] = field(default_factory=list, init=False)

    def findings(self, checked: Checked | None, arguments: Mapping[str, Any]) -> Iterator[Finding]:
        """Run it on the example, or on `arguments`; twice; then on bad inputs."""
        pins = {self.tool.name: self.backend.name} if self.tool.backends else {}
        runtime = self.setting.runtime(pins)
        try:
            with contextlib.suppress(IntermodalError):  # noted in `errors`
                if checked is None:
                    self._call(runtime, arguments)
                else:
                    self._run_example(runtime, checked)
                if self.results:
                    self._call(runtime, self.seen or {})
            yield from self._judged()
        finally:
            runtime.close()
        if self.seen is not None and self.results:
            yield self._refuses_well(pins, self.seen)

    def _run_example(self, runtime: Runtime, checked: Checked) -> None:
        def call(request: CallRequest) -> Any:
            if request.tool == self.tool.name:
                return self._call(runtime, request.arguments)
            return runtime.executor.call(request.tool, request.arguments, Place(step=request.id))

        outcome = run(checked, call, {}, Surroundings(resolve=self._sample))
        if not self.errors and not self.results:
            self.errors += [ToolError(failure.message) for failure in outcome.failed]

    def _sample(self, text: str, _kind: Kind) -> File:
        path = self.setting.folder / text
        if not path.is_file():
            raise InputError(f"The example names {text!r}; the sample files are {', '.join(SAMPLES)}.")
        return FILE_KINDS[sniff(path).kind.name](path)

    def _call(self, runtime: Runtime, arguments: Mapping[str, Any]) -> Any:
        self.seen = dict(arguments)
        try:
            value = runtime.executor.call(self.tool.name, arguments, Place(step=str(len(self.results) + 1)))
        except IntermodalError as error:
            self.errors.append(error)
            raise
        finally:
            self.seconds.append(runtime.executor.steps[-1].seconds)
        self.results.append(value)
        return value

    def _judged(self) -> Iterator[Finding]:
        if self.errors:
            remedy = (
                "mend it"
                if isinstance(self.errors[0], ToolBroken)
                else "give an example that it can do, or check_tool(tool, arguments={...})"
            )
            yield self._finding("result", False, str(self.errors[0]), remedy)
            return
        value = self.results[0]
        text = " ".join(str(value).split())[:80]
        readable = has_text_form(value)
        how = "give the record a `__str__` that says its essential content"
        yield self._finding("result", readable, f"{self.tool.signature.result}: {text}", "" if readable else how)
        took = ", then ".join(f"{seconds:.2f} s" for seconds in self.seconds)
        within = max(self.seconds) < self.backend.time_limit
        yield self._finding("time", within, f"{took}; its limit is {self.backend.time_limit:g} s")
        if self.backend.deterministic:
            same = len({fingerprint(result) for result in self.results}) == 1
            mend = "use ctx.seed for what is random, or declare `deterministic=False`"
            detail = "the same result twice" if same else "two runs gave different results"
            yield self._finding("determinism", same, detail, "" if same else mend)

    def _refuses_well(self, pins: Mapping[str, str], arguments: Mapping[str, Any]) -> Finding:
        """Whether bad inputs give a result or an error in words."""
        runtime = self.setting.runtime(pins, min(LONGEST, self.backend.time_limit))
        wrong, count = [], itertools.count()
        try:
            for what, bad in spoiled(self.tool.signature, arguments, self.setting.folder):
                try:
                    runtime.executor.call(self.tool.name, bad, Place(step=f"bad-{next(count)}"))
                except ToolBroken as error:
                    wrong.append(f"{what}: {error}")
                except IntermodalError:
                    continue  # refused in words, as it should be
        finally:
            runtime.close()
        detail = "; ".join(wrong) or f"{next(count)} kinds, each with a result or a clear error"
        return self._finding("bad inputs", not wrong, detail, "raise InputError or ToolError" if wrong else "")

    def _finding(self, what: str, ok: bool, detail: str, remedy: str = "") -> Finding:
        by = f" by {self.backend.name}" if self.tool.backends else ""
        return Finding(tool=self.tool.name, what=f"{what}{by}", ok=ok, detail=detail, remedy=remedy)
