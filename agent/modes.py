"""The three ways to serve a request.

plan   the whole plan, then its run, then the answer
react  one call at a time, each written in knowledge of what the ones before gave
auto   as plan; when a step failed or the answer is not carried by what was observed, one more plan, written in
       knowledge of that
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..prompts import render
from ..tools.errors import Cancelled, ControllerError, IntermodalError, PlanError
from ..tools.kinds import Kind, of_value
from . import events
from .config import AUTO, PLAN, REACT
from .controller import Message
from .planned import NOTHING, FileCard, Lesson, Planned, Turn
from .respond import Response, shortened

if TYPE_CHECKING:
    from .engine.executor import Step
    from .made import Foreseen
    from .plan import Checked
    from .request import Answer, Request
    from .stepping import Stepper, Stepping

MOST_CALLS = 12  # lines that a program written one at a time may have
MOST_REFUSED = 3  # lines in a row that can't be run, or repeat a call
LEARNED = 300  # characters of one result that the next plan is written in knowledge of


class Repeated(PlanError):
    """A line calls what has been called before, on the same values."""

    def __init__(self) -> None:
        super().__init__("This very call has been made, and what came of it stands above; no call is made twice.")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A request, and what of the session it may speak of.

    Args:
        request: What the person wants.
        files: The files.
        names: The names of earlier results that it may use.
        history: The turns before.
        values: What the names of the session hold.
    """

    request: str
    files: Sequence[FileCard] = ()
    names: Mapping[str, Kind] = dataclasses.field(default_factory=dict)
    history: Sequence[Turn] = ()
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def serve(mode: str, wanted: Wanted, planner: Stepper, work: Request) -> tuple[Answer, str]:
    """The answer to a request, and the program that served it as the controller wrote it.

    Raises:
        PlanError: No valid plan, or first line of one, came about.
        ControllerError: The language model can't be reached.
        Cancelled: The person stopped it; what is done is kept.
    """
    server = _Server(wanted, planner, work)
    try:
        answer, source = {PLAN: server.plan, REACT: server.react, AUTO: server.auto}[mode]()
    except Cancelled as error:
        raise Cancelled(f"Stopped. {work.kept()}") from error
    return dataclasses.replace(answer, mode=mode), source


class _Server:
    """Serves one request."""

    def __init__(self, wanted: Wanted, planner: Stepper, work: Request) -> None:
        self._wanted = wanted
        self._planner = planner
        self._work = work

    def plan(self) -> tuple[Answer, str]:
        """One plan, whatever comes of it."""
        planned = self._planned()
        if planned.checked is None:
            return self._work.reply(planned.reply), planned.source
        self._work.execute(planned.checked, {}, self._wanted.values)
        return self._work.answer(self._response().text), planned.source

    def auto(self) -> tuple[Answer, str]:
        """One plan, and another one when the first did not do it."""
        planned = self._planned()
        if planned.checked is None:
            return self._work.reply(planned.reply), planned.source
        self._work.execute(planned.checked, {}, self._wanted.values)
        response = None
        reason = trouble(self._work.steps)
        if not reason:
            response = self._response()
            reason = "the answer named only files that do not exist" if response.invented else ""
        if response and not reason:
            return self._work.answer(response.text), planned.source
        self._work.emit(events.Replanning(reason=reason))
        second, why_not = self._replanned(planned.source, reason)
        if second is None or second.checked is None:
            response = response or self._plainly()
            answer = self._work.answer(f"{response.text}\nPlanning again found no other way: {why_not}")
            return dataclasses.replace(answer, replanned=reason), planned.source
        self._work.execute(second.checked, {}, self._wanted.values)
        answer = self._work.answer(self._closing().text)
        return dataclasses.replace(answer, replanned=reason), self._work.program

    def react(self) -> tuple[Answer, str]:
        """One line at a time."""
        stepping = self._planner.begin(
            self._wanted.request,
            files=self._wanted.files,
            names=self._wanted.names,
            history=self._wanted.history,
            cancelled=self._work.cancelled,
        )
        instead, unfinished = _Loop(stepping, self._work, self._wanted.values).run()
        if instead is not None:
            return self._work.reply(instead.reply), instead.source
        return self._work.answer(self._closing().text, unfinished=unfinished), self._work.program

    def _planned(self, lesson: Lesson = NOTHING) -> Planned:
        return self._planner.plan(
            self._wanted.request,
            files=self._wanted.files,
            names=self._wanted.names,
            history=self._wanted.history,
            cancelled=self._work.cancelled,
            lesson=lesson,
        )

    def _plainly(self) -> Response:
        """What came out and what did not, as it is: told of something else than was asked for, a small model may well
        claim that it is just that."""
        return self._work.respond(self._wanted.request, composed=False)

    def _closing(self) -> Response:
        """What to answer in the end; not composed where a call failed, even if another one was made instead."""
        return self._plainly() if trouble(self._work.every_step) else self._response()

    def _response(self) -> Response:
        return self._work.respond(self._wanted.request, composed=True)

    def _replanned(self, source: str, reason: str) -> tuple[Planned | None, str]:
        """Another plan that makes new calls and none that failed; else None, and why there is none."""
        lesson = self._lesson(source, reason)
        why_not = ""
        for _ in range(2):
            try:
                planned = self._planned(lesson)
            except (PlanError, ControllerError) as error:
                return None, str(error)
            if planned.checked is None:
                return None, planned.reply
            foreseen = self._work.foresee(planned.checked, self._wanted.values)
            why_not = _nothing_new(foreseen)
            if not why_not:
                return planned, ""
            complaint = Message("user", render("replan_refused.md", problem=why_not, request=self._wanted.request))
            told = (*lesson.messages, _written(planned.source), complaint)
            failed = {call.tool for call in foreseen.failing}
            lesson = dataclasses.replace(lesson, messages=told, without=failed)
        return None, why_not

    def _lesson(self, source: str, reason: str) -> Lesson:
        """What the first plan taught: what failed, and what is known by now."""
        known = {name: shortened(str(value), LEARNED) for name, value in self._work.values.items()}
        failed = [step for step in self._work.steps if step.error and not step.parent and not step.blocked]
        told = render("replan.md", request=self._wanted.request, reason=reason, failed=failed, known=known)
        return Lesson(messages=(_written(source), Message("user", told)), names=_kinds(self._work.values))


class _Loop:
    """A program that is written and run one line at a time, within a budget."""

    def __init__(self, stepping: Stepping, work: Request, values: Mapping[str, Any]) -> None:
        self._stepping = stepping
        self._work = work
        self._values = values
        self._calls = 0
        self._refused: list[str] = []  # why, of the lines in a row that were not run
        self._without: set[str] = set()  # tools that are not offered for the next line

    def run(self) -> tuple[Planned | None, str]:
        """Write and run lines to the end.

        Returns:
            What stands for a plan, when the first line does; and what kept the program from its end, if anything did.

        Raises:
            PlanError, ControllerError: Nothing has been called yet, and nothing can be.
        """
        while True:
            try:
                line = self._stepping.next(self._without)
                if line is None or line.checked is None:
                    return (None, line.reply if line else "") if self._calls else (line, "")
                if self._calls == MOST_CALLS:
                    return None, f"Stopped after {MOST_CALLS} calls, the most that are made one at a time."
                self._make(line.checked)
            except PlanError as error:
                self._refused.append(str(error))
                if len(self._refused) == MOST_REFUSED:
                    return self._give_up(error)
                self._stepping.refused(error)
            except ControllerError as error:
                return self._give_up(error)
            problems = tuple(self._refused[-1:])
            self._work.emit(events.Planning(mode=REACT, attempt=len(self._refused) + 1, problems=problems))

    def _make(self, line: Checked) -> None:
        """Run a line, unless it makes no new call. Raises PlanError."""
        foreseen = self._work.foresee(line, self._values)
        if not foreseen.new:
            self._without |= {call.tool for call in (*foreseen.again[-1:], *foreseen.failing)}
            raise Repeated
        self._work.execute(line, {}, self._values)
        self._stepping.observed(line, self._work.last_steps)
        self._calls += 1
        self._refused.clear()
        self._without.clear()

    def _give_up(self, error: IntermodalError) -> tuple[None, str]:
        """The end before the end: with what there is, if there is anything."""
        if not self._calls:
            raise error
        return None, "" if isinstance(error, Repeated) else f"Stopped early: {error}"


def trouble(steps: Sequence[Step]) -> str:
    """Why no answer can be built on what was observed, in words; empty when one can.

    Nothing is guessed from the wording of results: a step that failed, and results of which not one says or made
    anything, are the two cases in which an answer would have to be made up.
    """
    top = [step for step in steps if not step.parent]
    failed = [f"{step.tool}: {step.error}" for step in top if step.error and not step.blocked]
    if failed:
        return "; ".join(failed)
    if not any(step.text.strip() or step.files for step in top):
        return "no step gave a result"
    return ""


def _nothing_new(foreseen: Foreseen) -> str:
    """Why a plan is not worth running; empty when it is."""
    if foreseen.failing:
        tools = " and ".join(sorted({call.tool for call in foreseen.failing}))
        return f"the plan calls {tools} on the very values on which it failed."
    return "" if foreseen.new else "the plan calls nothing that was not called before."


def _written(source: str) -> Message:
    return Message("assistant", render("plan_answer.md", plan=source))


def _kinds(values: Mapping[str, Any]) -> dict[str, Kind]:
    return {name: of_value(value) for name, value in values.items()}
