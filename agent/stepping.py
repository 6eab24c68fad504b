"""Writing a program one line at a time: after each call its result is told, and the next line may go by it.

The conversation begins as that for a whole plan does, word for word, so that what a model remembers of it serves both
ways. A model that takes a grammar can only write calls that are possible now, on names that hold a value.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from ..prompts import render, turns
from ..tools.errors import PlanError
from . import grammar
from .controller import Message
from .drafting import LONGEST_COMMENT, MOST_ADDED
from .plan import Checked, Plan, nodes, parse, to_source
from .planned import FileCard, Planned, Turn, instead_of_a_plan, program_of
from .planner import Planner, _Task
from .respond import shortened

if TYPE_CHECKING:
    from ..tools.contract import Signature
    from ..tools.kinds import Kind
    from .controller import Stopper
    from .engine.executor import Step

OBSERVED = 600  # characters of one result that the controller reads before it goes on
_MAX_TOKENS = 300
_DONE = re.compile(rf"(?:\s*#.*\n)*\s*{grammar.DONE}\(\)\s*")
_LINE = re.compile(r"# (?P<comment>.*)\n\w+ = (?P<tool>\w+)\(")
_CALLED = re.compile(r"^\w+ = (\w+)\(", re.MULTILINE)


class Stepper(Planner):
    """A planner that can also be asked for one line after the other."""

    def begin(
        self,
        request: str,
        *,
        files: Sequence[FileCard] = (),
        names: Mapping[str, Kind] | None = None,
        history: Sequence[Turn] = (),
        cancelled: Stopper | None = None,
    ) -> Stepping:
        """Begin a program; the arguments are those of `plan`."""
        task = _Task(
            request=request,
            files=files,
            names=names or {},
            history=history,
            tools=tuple(self._catalogue.pick(request)),
            converts=self._converts,
            cancelled=cancelled,
        )
        *told, asked = self._messages(task)
        before = len(self._prefix)
        asked = Message("user", render("step_request.md", asked=asked.content))
        return Stepping(self, task, [*told[:before], *self._worked(), *told[before:], asked])

    def next_line(self, program: Stepping, without: Collection[str]) -> str:
        """What the model writes next: a line, what stands for a plan, or the end."""
        task = program.task
        if not self._controller.takes_grammar:
            return self._controller.chat(program.messages, max_tokens=_MAX_TOKENS, cancelled=task.cancelled).text
        tools = [self._signatures[name] for name in task.tools if name not in without]
        allowed = grammar.of_line(tools, task.scope, talks=self._talks and program.first, ends=not program.first)
        fence = Message("assistant", grammar.FENCE)
        written = fence.content + self._chat(task, [*program.messages, fence], allowed)
        line = _LINE.search(written)
        comment = line["comment"] if line else self._overlooked(program)
        near = self._near(comment, tools, task.scope) if comment else []
        if not near or (line and line["tool"] in near):
            return written
        # not what its comment may mean, or the end too early: on from the comment with only what it may mean
        begun = Message("assistant", f"{grammar.FENCE}# {comment}\n")
        rest = grammar.of_rest([self._signatures[name] for name in near], tools, task.scope, most=0)
        return begun.content + self._chat(task, [*program.messages, begun], rest)

    def judged(self, task: _Task, written: str, first: bool) -> Planned | None:
        """A line that has passed the checks, or what stands for a plan; None for the end.

        Raises:
            PlanError: It is none of these.
        """
        program = program_of(written)
        if _DONE.fullmatch(program) and not first:
            return None
        instead = instead_of_a_plan(program)
        if instead and instead[0] == grammar.REPLY and not first:
            return None  # all that is left to do is to answer
        return self._judged(task, program if instead else self._one_call(parse(program)), 1)

    def _one_call(self, plan: Plan) -> str:
        """The first statement as text; what comes after it was written without knowing its result."""
        first = plan.body[0] if plan.body else None
        calls = [node.function for node in nodes.walk(*plan.body[:1]) if isinstance(node, nodes.Call)]
        single = isinstance(first, nodes.Assign) and isinstance(first.value, nodes.Call)
        if first is None or not single or sum(name in self._signatures for name in calls) > 1:
            raise PlanError("Write a single call and give its result a name: name = tool(...).")
        return to_source(Plan((first,)))

    def _chat(self, task: _Task, messages: Sequence[Message], allowed: str) -> str:
        """What the model goes on with, up to the end of the fence."""
        reply = self._controller.chat(
            messages, max_tokens=_MAX_TOKENS, grammar=allowed, stop=grammar.STOP, cancelled=task.cancelled
        )
        return reply.text.removeprefix(grammar.FENCE) + ("" if reply.cut_off else f"\n{grammar.END}")

    def _near(self, comment: str, tools: Sequence[Signature], scope: grammar.Scope) -> list[str]:
        """The tools that a comment may mean and that can be called now."""
        possible = grammar.callable_tools(tools, scope)
        return self._catalogue.near(comment, possible) if possible else []

    def _overlooked(self, program: Stepping) -> str:
        """The first clause that clearly asks for a tool which no line calls; each is brought up once.

        After a failure none is: what is left to do may depend on what failed.
        """
        if program.first or program.failed or len(program.added) == MOST_ADDED:
            return ""
        for clause in self._catalogue.overlooked(program.task.request, program.called):
            if clause not in program.added:
                program.added.append(clause)
                return clause[:LONGEST_COMMENT]
        return ""

    def _worked(self) -> list[Message]:
        """Requests served one line at a time, to be shown to the model; none where a tool of theirs is not at hand."""
        messages = [Message(cast(Any, role), text) for role, text in turns("step_examples.md")]
        called = {name for message in messages for name in _CALLED.findall(message.content)}
        return messages if called <= self._signatures.keys() else []


class Stepping:
    """One program while it is written, line by line.

    Args:
        planner: Writes and checks the lines.
        task: The request with all that belongs to it.
        messages: The conversation so far.
        first: Whether nothing has been called yet.
        failed: Whether a call has failed.
        called: The tools that lines call.
        added: Clauses that the model overlooked.
    """

    def __init__(self, planner: Stepper, task: _Task, messages: Sequence[Message]) -> None:
        self._planner = planner
        self.task = task
        self.messages = list(messages)
        self.first = True
        self.failed = False
        self.called: list[str] = []
        self.added: list[str] = []

    def next(self, without: Collection[str] = ()) -> Planned | None:
        """The next line, or what stands for a plan at the beginning; None when nothing is left to do.

        Args:
            without: Tools that are not offered this time, where that can be ruled out.

        Raises:
            PlanError: The model wrote neither; `refused` tells it so.
            ControllerError, Cancelled: As `ChatController.chat`.
        """
        written = self._planner.next_line(self, without)
        self.messages.append(Message("assistant", written))
        return self._planner.judged(self.task, written, self.first)

    def observed(self, checked: Checked, steps: Sequence[Step]) -> None:
        """A line was run: its result, or what went wrong, is told as data, and its name can be used."""
        self.first = False
        self.called += [call.function for call in checked.calls]
        error = next((step.error for step in steps if step.error and not step.blocked), "")
        text = error or next((step.text for step in reversed(steps) if not step.parent), "")
        self.failed |= bool(error)
        if not error:
            self.task = dataclasses.replace(self.task, names={**self.task.names, **checked.names})
        told = render("step_result.md", result=", ".join(checked.names), error=error, text=shortened(text, OBSERVED))
        self.messages.append(Message("user", told))

    def refused(self, error: PlanError) -> None:
        """The last line was not run, and why."""
        problems = [str(problem) for problem in error.problems] or [str(error)]
        self.messages.append(Message("user", render("step_refused.md", problems=problems)))
