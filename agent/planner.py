"""From a request to a plan that has passed the checks.

The prompt's fixed part (what to do, the tools, worked examples) comes first and is the same for every request, so that
a model which remembers what it read has to read only the request. A model that takes a grammar writes line by line
(drafting.py), one that takes a JSON schema fills in an object (structured.py); any other is trusted to write one fenced
block. A plan that fails the checks goes back with its problems in words: once to the embedded model, twice to a remote
one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ..prompts import FOLDER, render
from ..tools.contract import Tool
from ..tools.errors import PlanError
from ..tools.kinds import Kind
from . import grammar, structured
from .catalogue import Catalogue, tool_line
from .controller import ChatController, Message, Reply
from .drafting import Drafter
from .examples import Example, read_examples, usable
from .lines import without_repeats
from .plan.fitting import conversions
from .planned import NOTHING, instead_of_a_plan, program_of
from .planned import FileCard as FileCard
from .planned import Lesson as Lesson
from .planned import Planned as Planned
from .planned import Turn as Turn

if TYPE_CHECKING:
    from .controller import OnToken, Stopper

REPAIRS_WITH_GRAMMAR, REPAIRS_WITHOUT = 1, 2
_MAX_TOKENS = 900
_REPLY_TOKENS = 400
_TURNS_SHOWN, _HISTORY_CHARACTERS = 3, 2400
_NAMES_SHOWN = 20
_UNCLEAR = {("Image", "str")}  # a model that names a picture for a text may mean its words or its look
_MOST_CALLS = 32  # that a model may write one by one; a `for` over a list is one, however long the list


@dataclass(frozen=True, kw_only=True)
class _Task:
    """One request with all that belongs to it."""

    request: str
    files: Sequence[FileCard] | None
    names: Mapping[str, Kind]
    history: Sequence[Turn]
    tools: tuple[str, ...]
    converts: Collection[tuple[str, str]] = ()
    on_token: OnToken | None = None
    cancelled: Stopper | None = None
    lesson: Lesson = NOTHING

    @property
    def scope(self) -> grammar.Scope:
        return grammar.Scope(files=self._said_files, names=self.names, converts=self.converts)

    @property
    def _said_files(self) -> dict[str, Kind] | None:
        """Each file under one name, so that no call takes it for two: its own, or else its handle."""
        if self.files is None:
            return None
        names = [card.name for card in self.files]
        by_name = {card.handle for card in self.files if names.count(card.name) == 1 and card.name}
        by_name -= {card.handle for card in self.files if card.handle in self.request}
        return {card.name if card.handle in by_name else card.handle: card.kind for card in self.files}

    @property
    def known_files(self) -> dict[str, Kind] | None:
        if self.files is None:
            return None
        named = {card.name: card.kind for card in self.files if card.name}
        return {**named, **{card.handle: card.kind for card in self.files}}


class Planner:
    """Writes plans over a set of tools with one model.

    Args:
        controller: The model.
        tools: The tools that plans may call, by name.
        examples: Worked requests to show it; the package's own when not given. Those over other tools are left out.
        talks: Whether a request may also be answered without a plan, or found impossible.
    """

    def __init__(
        self,
        controller: ChatController,
        tools: Mapping[str, Tool],
        *,
        examples: Sequence[Example] | None = None,
        talks: bool = True,
    ) -> None:
        self._controller = controller
        self._signatures = {name: tool.signature for name, tool in tools.items()}
        self._varying = {name for name, tool in tools.items() if not tool.deterministic}
        given = builtin_examples() if examples is None else examples
        instead = {grammar.REPLY, grammar.MISSING} if talks else set()
        self._examples = usable(given, self._signatures, instead)
        self._talks = talks
        self._catalogue = Catalogue(self._signatures)
        self._converts = [kinds for kinds in conversions(self._signatures) if kinds not in _UNCLEAR]

    @cached_property
    def _prefix(self) -> tuple[Message, ...]:
        results = [tool.result for tool in self._signatures.values()]
        records = any(kind.fields or kind.item for kind in results)
        system = render("plan_system.md", tools=self._catalogue.lines, records=records, instead=self._talks)
        messages = [Message("system", system)]
        for example in self._examples:
            cards = [FileCard(handle=name, kind=kind) for name, kind in example.files]
            messages.append(Message("user", self._asked(example.request, cards, dict(example.names), ())))
            messages.append(Message("assistant", render("plan_answer.md", plan=example.plan)))
        return tuple(messages)

    def prefix_messages(self) -> tuple[Message, ...]:
        """What every planning conversation starts with, the same for every request."""
        return self._prefix

    def warm(self, *, report: Callable[..., None] | None = None, cancelled: Stopper | None = None) -> str:
        """Let the model read the fixed part now, or fetch what it knew of it from disk; see `ChatController.warm`."""
        return self._controller.warm(self._prefix, "plan", report=report, cancelled=cancelled)

    def plan(
        self,
        request: str,
        *,
        files: Sequence[FileCard] | None = (),
        names: Mapping[str, Kind] | None = None,
        history: Sequence[Turn] = (),
        on_token: OnToken | None = None,
        cancelled: Stopper | None = None,
        lesson: Lesson = NOTHING,
    ) -> Planned:
        """Write the plan for a request.

        Args:
            request: What the person wants.
            files: The files at hand; None when they are not known, so that a plan may name any.
            names: Names of earlier results that a plan may use.
            history: Earlier requests, the oldest first.
            on_token: Receives the plan's text as it is written.
            cancelled: Whether to stop.
            lesson: What an earlier plan for this request taught, when this is to be another one.

        Raises:
            PlanError: No valid plan came about; `problems` holds what was wrong with the last one.
            ControllerError: The model can't be reached, or gave nothing.
            Cancelled: `cancelled()` became true.
        """
        task = _Task(
            request=request,
            files=files,
            names={**(names or {}), **lesson.names},
            history=history,
            tools=tuple(name for name in self._catalogue.pick(request) if name not in lesson.without),
            converts=self._converts,
            on_token=on_token,
            cancelled=cancelled,
            lesson=lesson,
        )
        self._controller.warm(self._prefix, "plan", cancelled=cancelled)
        messages = self._messages(task)
        repairs = REPAIRS_WITH_GRAMMAR if self._controller.takes_grammar else REPAIRS_WITHOUT
        failure = PlanError("No plan was written.")
        for attempt in range(1, repairs + 2):
            reply = self._written(task, messages)
            try:
                return self._judged(task, program_of(reply.text, cut_off=reply.cut_off), attempt)
            except PlanError as error:
                failure = error
            messages += [Message("assistant", reply.text), Message("user", self._complaint(failure))]
        raise failure

    def _messages(self, task: _Task) -> list[Message]:
        messages = list(self._prefix)
        for turn in _recent(task.history):
            answer = render("plan_answer.md", plan=turn.source or f"{grammar.REPLY}()")
            messages += [Message("user", turn.request), Message("assistant", answer)]
        shown = () if self._catalogue.lines else task.tools
        # the lesson itself tells of its names
        names = {name: kind for name, kind in task.names.items() if name not in task.lesson.names}
        messages.append(Message("user", self._asked(task.request, task.files or (), names, shown)))
        return [*messages, *task.lesson.messages]

    def _asked(self, request: str, files: Sequence[FileCard], names: Mapping[str, Kind], tools: Sequence[str]) -> str:
        return render(
            "plan_request.md",
            request=request,
            tools=[tool_line(self._signatures[name]) for name in tools],
            files=[_file_line(card) for card in files],
            names=[f"{name}: {kind}" for name, kind in list(names.items())[-_NAMES_SHOWN:]],
        )

    def _written(self, task: _Task, messages: Sequence[Message]) -> Reply:
        """What the model wrote."""
        if self._controller.takes_grammar:
            tools = {name: self._signatures[name] for name in task.tools}
            drafter = Drafter(self._controller, tools, self._catalogue)
            whole = "" if task.lesson.messages else task.request  # what has been done already was not overlooked
            text = drafter.write(
                messages,
                whole,
                task.scope,
                said="\n".join([message.content for message in messages[len(self._prefix) :]]),
                talks=self._talks,
                on_token=task.on_token,
                cancelled=task.cancelled,
            )
            return Reply(text=without_repeats(text, self._varying))
        if not self._controller.takes_schema:
            return self._controller.chat(
                messages, max_tokens=_MAX_TOKENS, on_token=task.on_token, cancelled=task.cancelled
            )
        told = structured.as_objects(messages, talks=self._talks)
        schema = structured.turn_schema(talks=self._talks)
        # an object is not shown while it is written: it is no text for people
        reply = self._controller.chat(told, max_tokens=_MAX_TOKENS, schema=schema, cancelled=task.cancelled)
        return structured.as_program(reply)

    def _judged(self, task: _Task, written: str, attempt: int) -> Planned:
        """The outcome of one attempt. Raises PlanError."""
        from .plan import check, parse

        instead = instead_of_a_plan(written) if self._talks else None
        if instead and instead[0] == grammar.REPLY:
            return Planned(attempts=attempt, reply=self._reply(task))
        if instead:
            missing = instead[1]
            reply = f"No tool at hand can do that. Missing: {missing}" if missing else "No tool at hand can do that."
            return Planned(attempts=attempt, reply=reply, missing=missing or task.request)
        checked = check(parse(written), self._signatures, files=task.known_files, names=task.names).require()
        if not checked.calls:
            raise PlanError("The model wrote a plan that calls no tool.")
        if len(checked.calls) > _MOST_CALLS:
            raise PlanError(
                f"The model wrote a plan of {len(checked.calls)} calls; {_MOST_CALLS} is the most. A `for` over a list"
                " does the same to many things."
            )
        return Planned(source=written, checked=checked, problems=checked.warnings, attempts=attempt)

    def _complaint(self, error: PlanError) -> str:
        problems = [str(problem) for problem in error.problems]
        as_object = self._controller.takes_schema and not self._controller.takes_grammar
        return render("repair.md", problems=problems or [str(error)], instead=self._talks, as_object=as_object)

    def _reply(self, task: _Task) -> str:
        """A direct answer, without tools."""
        abilities = ", ".join(name.replace("_", " ") for name in list(self._signatures)[:60])
        messages = [Message("system", render("reply_system.md", abilities=abilities))]
        for turn in _recent(task.history):
            messages += [Message("user", turn.request), Message("assistant", turn.answer or "(done)")]
        messages.append(Message("user", task.request))
        return self._controller.chat(
            messages, max_tokens=_REPLY_TOKENS, slot="answer", cancelled=task.cancelled
        ).text.strip()


def builtin_examples() -> list[Example]:
    """The package's own worked requests, over the built-in tools."""
    return read_examples((FOLDER / "plan_examples.md.j2").read_text(encoding="utf-8"))


def _recent(history: Sequence[Turn]) -> list[Turn]:
    """The last turns that fit, the oldest first. What they left is known by its names in any case."""
    found: list[Turn] = []
    left = _HISTORY_CHARACTERS
    for turn in reversed(history[-_TURNS_SHOWN:]):
        left -= len(turn.request) + max(len(turn.source), len(turn.answer))
        if left < 0:
            break
        found.insert(0, turn)
    return found


def _file_line(card: FileCard) -> str:
    name = json.dumps(card.name or card.handle, ensure_ascii=False)
    also = f" ({card.handle})" if card.name and card.name != card.handle else ""
    return f"{name}{also}: {card.line or card.kind}"
