"""Writing a plan with a model that takes a grammar, line by line where it matters.

The whole plan is asked for at once, under a grammar that can't say everything. Its lines are looked at while they come:
a line must call one of the tools nearest in meaning to its comment, on different values of the right kinds. At the
first line that doesn't, the model is stopped, and goes on from that line's comment under a grammar that leaves only
what is right. With greedy decoding this gives the very text that the tighter grammar would have given
from the start, at a fraction of the calls. In the end, a clause of the request that clearly asks for a tool which no
line calls becomes the comment of one more line.
"""

from __future__ import annotations

import ast
import mimetypes
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..tools.contract import Signature
from ..tools.kinds import Kind, fits, list_of
from . import grammar
from .lines import ASSIGNED, Call, Lines, Step, read_line, references

if TYPE_CHECKING:
    from .catalogue import Catalogue
    from .controller import ChatController, Message

_TURNS = 12
MOST_ADDED = 3  # lines for what the model overlooked
_MAX_TOKENS = 700
LONGEST_COMMENT = 110
_QUOTES = re.compile(r"""(?<!\w)['"“‘]\S[^'"”’]*\s[^'"”’]*['"”’]""")  # of several words
_HANDLE = re.compile(r"(?:image|audio|video|document)-\d+")
_URL = re.compile(r"""(?:https?://|www\.)[^\s'"”’<>)\]]+""")
_WORDS_BEFORE = 12  # an address that say what is there


@dataclass
class _Draft:
    """What has been accepted so far."""

    scope: grammar.Scope
    text: str = ""
    names: dict[str, Kind] = field(default_factory=dict)
    called: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)  # clauses that the model overlooked
    repeated: bool = False  # whether the line being written was refused for giving a value twice
    refused: set[str] = field(default_factory=set)  # tools that the line being written is not to call
    barred: str = ""  # how texts on the line being written may not begin, once it took a file's name for one
    said: str = ""  # what the person said, in this request and before
    fetches: bool = False  # whether its first line is to fetch what is at an address

    @property
    def now(self) -> grammar.Scope:
        """What the next line may refer to."""
        return replace(self.scope, names=self.names, barred=self.barred)

    @property
    def comment(self) -> str:
        last = self.text.rstrip("\n").rpartition("\n")[2]
        return last[2:] if last.startswith("# ") else ""


class Drafter:
    """Writes plans with one model over one set of tools.

    Args:
        controller: A model that takes a grammar.
        tools: The tools that plans may call.
        catalogue: Tells which of them a text may mean.
    """

    def __init__(self, controller: ChatController, tools: Mapping[str, Signature], catalogue: Catalogue) -> None:
        self._controller = controller
        self._tools = tools
        self._catalogue = catalogue
        self._fetchers = {name for name, tool in tools.items() if tool.parameter("url") is not None}

    def write(
        self,
        messages: Sequence[Message],
        request: str,
        scope: grammar.Scope,
        *,
        said: str = "",
        talks: bool = False,
        on_token: Callable[[str], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> str:
        """The plan's text, without fence; with `talks`, it may also be what stands for a plan.

        Args:
            messages: What the model is told.
            request: Of which every clause should get its line; "" when that does not matter.
            scope: What the plan may refer to.
            said: What else the person said, where addresses may come from.

        Raises:
            ControllerError, Cancelled: As `ChatController.chat`.
        """
        draft = _Draft(scope, names=dict(scope.names), said=f"{said}\n{request}")

        def go_on(draft: _Draft) -> str:
            return self._drafted(draft, messages, request, talks, on_token=on_token, cancelled=cancelled)

        text = go_on(draft)
        comment = self._ignored(draft, request)
        if not comment:
            return text
        anew = _Draft(scope, f"# {comment}\n", names=dict(scope.names), said=draft.said, fetches=True)
        fetched = go_on(anew)
        return fetched if anew.called else text

    def _drafted(self, draft: _Draft, messages: Sequence[Message], request: str, talks: bool, **how: Any) -> str:
        """The plan that a draft becomes, in as many turns of the model as its wrong lines ask for."""
        for _ in range(_TURNS):
            right = self._turn(draft, messages, talks, **how)
            if right and not self._add(draft, request):
                break
        return draft.text.strip()

    def _turn(self, draft: _Draft, messages: Sequence[Message], talks: bool, **how: Any) -> bool:
        """Let the model go on, up to the first line that is wrong; whether there is none."""
        from .controller import Message

        lines, wrong = Lines(), False

        def goes_wrong(piece: str) -> bool:
            nonlocal wrong
            wrong = wrong or not all(self._accept(draft, line) for line in lines.add(piece))
            return wrong

        reply = self._controller.chat(
            [*messages, Message("assistant", grammar.FENCE + draft.text)],
            max_tokens=_MAX_TOKENS,
            grammar=self._grammar(draft, talks),
            stop=grammar.STOP,
            ends=goes_wrong,
            **how,
        )
        return not (wrong or (not reply.cut_off and goes_wrong("\n")))

    def _grammar(self, draft: _Draft, talks: bool) -> str:
        if not draft.text:
            return grammar.of_plan(self._tools.values(), draft.scope, talks=talks)
        near = [self._tools[name] for name in self._near(draft)]
        most = 0 if draft.added else grammar.MOST_STEPS
        return grammar.of_rest(near, self._tools.values(), draft.now, most=most)

    def _near(self, draft: _Draft) -> list[str]:
        """The tools that the draft's last comment may mean and that can be called with what there is."""
        possible = grammar.callable_tools(self._tools.values(), draft.now)
        if draft.fetches and not draft.called:
            possible = (possible & self._fetchers) or possible
        possible = (possible - draft.refused) or possible
        return self._catalogue.near(draft.comment, possible) if possible else []

    def _add(self, draft: _Draft, request: str) -> bool:
        """Begin a line for the first clause that asks for a tool which no line calls; False when there is none."""
        if draft.text.strip() == f"{grammar.REPLY}()":
            return self._reconsider(draft, request)
        if not draft.called or len(draft.added) == MOST_ADDED:
            return False
        for clause in self._catalogue.overlooked(request, draft.called):
            if clause not in draft.added and f"# {clause.lower()}\n" not in draft.text.lower():
                draft.added.append(clause)
                draft.text += f"# {clause[:LONGEST_COMMENT]}\n"
                return True
        return False

    def _reconsider(self, draft: _Draft, request: str) -> bool:
        """Begin a plan instead of a reply, when the request brings something to work on and asks for a tool."""
        brought = draft.scope.files or _QUOTES.search(request)
        clause = self._catalogue.asked(request) if brought and not draft.added else ""
        if clause:
            draft.added.append(clause)
            draft.text = f"# {clause[:LONGEST_COMMENT]}\n"
        return bool(clause)

    def _ignored(self, draft: _Draft, request: str) -> str:
        """A comment on an address in the request that no line of a plan looks at; "" where there is none, or nothing to
        look at it with. One within a quoted text is part of that text."""
        if not draft.called or not self._fetchers:
            return ""
        lines = [line for line in draft.text.splitlines() if not line.startswith("#")]
        for found in _URL.finditer(_QUOTES.sub(" ", request)):
            address = found[0].rstrip(".,;:!?")
            if not any(address in line for line in lines):
                before = re.split(r"[.!?]\s", found.string[: found.start()])[-1].split()[-_WORDS_BEFORE:]
                return " ".join([*(word.strip("'\"") for word in before), address]).replace("  ", " ")
        return ""

    def _accept(self, draft: _Draft, line: str) -> bool:
        """Take over a line that is right; False when it is not, and the model must go on from its comment."""
        if ASSIGNED.match(line):
            step = read_line(line)
            if step is None or not self._holds(draft, step):
                return False
            draft.names[step.target] = self._result(step)
            draft.called += [call.tool for call in step.calls]
            draft.barred, draft.repeated = "", False
            draft.refused.clear()
        draft.text += line
        return True

    def _holds(self, draft: _Draft, step: Step) -> bool:
        """Whether a line calls a tool that its comment may mean, on values of the right kinds."""
        if any(call.tool not in self._tools for call in step.calls):
            return False
        near = self._near(draft)
        if near and draft.comment and step.calls[0].tool not in near:
            return False
        if any(self._goes_round(draft, call, near) for call in step.calls):
            draft.refused.update(call.tool for call in step.calls)
            return False
        names = dict(draft.names)
        if step.test and self._kind(names, step.test) is None:
            return False
        if step.over:
            items = self._kind(names, step.over)
            if items is None or items.item is None:
                return False
            names[step.each] = items.item
        return all(self._call_holds(draft, call, names) for call in step.calls)

    def _call_holds(self, draft: _Draft, call: Call, names: Mapping[str, Kind]) -> bool:
        if call.repeats and not draft.repeated:
            draft.repeated = True  # once: perhaps there is nothing else
            return False
        for parameter, value in call.arguments(self._tools[call.tool]):
            if isinstance(value, ast.Constant) and self._is_no_text(draft, value.value, parameter.kind):
                # a grammar keeps only a first letter out of a text; when that does not help, the tool goes
                if draft.barred:
                    draft.refused.add(call.tool)
                draft.barred += "".join({str(value.value)[0].lower(), str(value.value)[0].upper()})
                return False
            for path in references(value):
                found = self._kind(names, path)
                if found is None or not draft.scope.reads_as(found, parameter.kind):
                    return False
        return True

    def _goes_round(self, draft: _Draft, call: Call, near: Sequence[str]) -> bool:
        """Whether a file has to be converted for a call, while another tool that the comment may mean takes it as it
        is, for the same kind of result."""
        tool = self._tools[call.tool]
        given = [
            (found, parameter.kind)
            for parameter, value in call.arguments(tool)
            if (found := self._file_kind(draft, value)) is not None and not fits(found, parameter.kind)
        ]
        others = [self._tools[name] for name in near if name != call.tool]
        return any(
            wanted.is_file and other.result == tool.result and any(fits(found, part.kind) for part in other.parameters)
            for found, wanted in given
            for other in others
        )

    def _file_kind(self, draft: _Draft, value: ast.expr) -> Kind | None:
        """The kind of the file that an argument stands for, if it does."""
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return (draft.scope.files or {}).get(value.value)
        paths = references(value)
        found = self._kind(draft.names, paths[0]) if len(paths) == 1 else None
        return found if found is not None and found.is_file else None

    def _result(self, step: Step) -> Kind:
        """What the name of a line holds."""
        kind = self._tools[step.calls[0].tool].result
        return list_of(kind) if step.over else kind

    def _is_no_text(self, draft: _Draft, value: object, wanted: Kind) -> bool:
        """Whether what stands in quotes is not meant as a text: a file, or the name of a result."""
        if not isinstance(value, str) or wanted.name != "str":
            return False
        bare = value.strip()
        file = (draft.scope.files or {}).get(bare)
        if file is not None:
            return bare != value or not draft.scope.reads_as(file, wanted)
        return bare in draft.names or _names_a_file(bare) or _made_up(bare, draft.said)

    @staticmethod
    def _kind(names: Mapping[str, Kind], path: str) -> Kind | None:
        """What `name` or `name.field` holds; None when there is nothing of the kind."""
        name, _, part = path.partition(".")
        given = names.get(name)
        return given.field(part) if given is not None and part else given


def _names_a_file(text: str) -> bool:
    """Whether a text is nothing but a handle, or the name of a picture, recording or video that the model made up."""
    if _HANDLE.fullmatch(text):
        return True
    kind = mimetypes.guess_type(text)[0] or ""
    return kind.partition("/")[0] in ("image", "audio", "video") and not re.search(r"[\s/]", text)


def _made_up(text: str, said: str) -> bool:
    """Whether a text is an address that nobody named."""
    address = re.sub(r"^(?:https?://)?(?:www\.)?", "", text.lower()).rstrip("/")
    return bool(_URL.fullmatch(text)) and address not in said.lower()
