"""The terminal as a reader of events: the plan, steps as they run, downloads, and what it cost, on standard error."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)
from rich.syntax import Syntax
from rich.text import Text

from .. import events
from ..config import PLAN
from .listing import size

SHOWN = 300  # characters of a result shown with its step


class Terminal:
    """Shows events; used as a context manager so that the screen is left clean, whatever happens."""

    def __init__(self, quiet: bool = False, silent: bool = False) -> None:
        self.quiet, self.silent = quiet or silent, silent
        self.console = Console(stderr=True, highlight=False)
        live = self.console.is_terminal and not self.quiet
        self._work = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(),
            console=self.console, transient=True, disable=not live,
        )  # fmt: skip
        self._downloads = Progress(
            TextColumn("fetching {task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(),
            console=self.console, transient=True, disable=not live,
        )  # fmt: skip
        self._tasks: dict[str, TaskID] = {}
        self._fetching: dict[str, TaskID] = {}
        self._fetched: set[str] = set()
        self._told_reading = False
        self._told_mode = False

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.done()

    def done(self) -> None:
        """Clear whatever is live on the screen."""
        for bar in (self._work, self._downloads):
            for task in list(bar.task_ids):
                bar.remove_task(task)
            bar.stop()
        self._tasks.clear()
        self._fetching.clear()

    def show(self, event: events.Event) -> None:
        """Show one event. Quiet, it tells only of files that were made: nothing else says where they are."""
        if self.silent or (self.quiet and not isinstance(event, events.FileMade)):
            return
        method: Callable[[events.Event], None] | None = getattr(self, f"_on_{type(event).__name__}", None)
        if method is not None:
            method(event)

    def fetch_report(self, name: str) -> Callable[[float, float | None, str], None]:
        """A weights store's progress callback that draws a download bar."""
        return lambda done, total, _unit: self.show(events.Fetching(name=name, done=int(done), total=int(total or 0)))

    def _line(self, mark: str, style: str, text: str) -> None:
        self.console.print(Text.assemble((f"{mark} ", style), clean(text)), soft_wrap=True)

    def _begin(self, key: str, text: str) -> None:
        if key not in self._tasks:
            self._work.start()
            self._tasks[key] = self._work.add_task(Text(clean(text)).markup, total=None)

    def _end(self, key: str) -> None:
        task = self._tasks.pop(key, None)
        if task is not None:
            self._work.remove_task(task)
        if not self._tasks:
            self._work.stop()

    def _on_Fetching(self, event: events.Fetching) -> None:
        if event.name in self._fetched:
            return
        if event.name not in self._fetching:
            self._work.stop()
            self._downloads.start()
            self._fetching[event.name] = self._downloads.add_task(event.name, total=event.total)
            if not self.console.is_terminal:
                self._line("↓", "cyan", f"fetching {event.name} ({size(event.total)})")
        self._downloads.update(self._fetching[event.name], completed=event.done, total=event.total)
        if event.done >= event.total:
            self._fetched.add(event.name)
            self._downloads.remove_task(self._fetching.pop(event.name))
            self._downloads.stop()
            self._line("↓", "cyan", f"fetched {event.name} ({size(event.total)})")

    def _on_Loading(self, event: events.Loading) -> None:
        self._begin("loading", f"loading {event.what}")

    def _on_FileAttached(self, event: events.FileAttached) -> None:
        self._line("+", "cyan", f"{event.handle}: {event.path} ({event.facts})")

    def _on_Planning(self, event: events.Planning) -> None:
        self._end("loading")
        if event.mode != PLAN and not self._told_mode:
            self._line("*", "cyan", f"mode: {event.mode}")
        self._told_mode = True
        for problem in event.problems:
            self._line("!", "yellow", f"the plan was wrong: {problem}")
        self._begin("planning", "planning" if event.attempt == 1 else "mending the plan")

    def _on_Replanning(self, event: events.Replanning) -> None:
        self._end("answering")
        self._line("↻", "yellow", f"planning again, because {event.reason}")
        self._begin("planning", "planning again")

    def _on_Reading(self, event: events.Reading) -> None:
        task = self._tasks.get("planning")
        if not self._told_reading:
            self._told_reading = True
            self._line("…", "cyan", f"reading about the tools, {event.total} tokens; next time it knows them")
        if task is not None:
            self._work.update(task, description=f"reading, {event.done} of {event.total} tokens")

    def _on_PlanReady(self, event: events.PlanReady) -> None:
        self._end("loading")
        self._end("planning")
        if event.source.strip():
            self.console.print(
                Syntax(event.source.rstrip(), "python", theme="ansi_dark", background_color="default", word_wrap=True)
            )
        for warning in event.warnings:
            self._line("!", "yellow", warning)

    def _on_StepStarted(self, event: events.StepStarted) -> None:
        self._begin(event.step, f"{event.call} by {event.backend}")

    def _on_StepProgress(self, event: events.StepProgress) -> None:
        task = self._tasks.get(event.step)
        if task is not None:
            of = f" of {event.total:g}" if event.total else ""
            base = self._work.tasks[self._work.task_ids.index(task)].description.split(" · ")[0]
            self._work.update(task, description=f"{base} · {event.done:g}{of} {event.unit}")

    def _on_StepRetried(self, event: events.StepRetried) -> None:
        self._line("↻", "yellow", f"{event.tool}: {event.reason}. Trying {event.backend}.")

    def _on_StepFinished(self, event: events.StepFinished) -> None:
        self._end(event.step)
        if event.parent:
            return
        text = " ".join(event.text.split())
        shown = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
        self._line("✓", "green", f"{event.tool} ({event.backend}, {event.seconds:.1f} s): {shown}")

    def _on_StepFailed(self, event: events.StepFailed) -> None:
        self._end(event.step)
        if not event.parent:
            self._line("✗", "red", f"{event.tool}: {event.error}")

    def _on_StepBlocked(self, event: events.StepBlocked) -> None:
        self._line("-", "yellow", f"{event.tool}: not done, because {event.cause} failed")

    def _on_FileMade(self, event: events.FileMade) -> None:
        self._line("→", "cyan", f"{event.handle}: {event.path} ({event.facts})")

    def _on_Answering(self, _event: events.Answering) -> None:
        self._begin("answering", "answering")

    def _on_Finished(self, event: events.Finished) -> None:
        self.done()
        self._told_mode = False
        self.console.print(Text(cost_line(event), style="dim"))


def cost_line(event: events.Finished) -> str:
    """What a request cost: `2 calls, 41 tokens written, 3.1 s`."""
    calls = "1 call" if event.calls == 1 else f"{event.calls} calls"
    read = f"{event.tokens_in} tokens read ({event.tokens_cached} of them cached), " if event.tokens_in else ""
    return f"{calls}, {read}{event.tokens_out} tokens written, {event.seconds:.1f} s"


def clean(text: str) -> str:
    """Text that is safe to print: control characters, which could drive the terminal, become dots."""
    return "".join("·" if unicodedata.category(char) == "Cc" and char not in "\n\t" else char for char in text)
