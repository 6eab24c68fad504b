"""Writing a plan with a model that takes a grammar, line by line where it matters.

The whole plan is asked for at once, under a grammar that can't say everything. Then its lines are looked at one by one:
a line must call one of the tools nearest in meaning to its comment, on different values of the right kinds. At the
first line that doesn't, the text is cut after that line's comment, and the model goes on from there under a grammar
that leaves only what is right. With greedy decoding this gives the very text that the tighter grammar would have given
from the start, at a fraction of the calls. In the end, a clause of the request that clearly asks for a tool which no
line calls becomes the comment of one more line.
"""

from __future__ import annotations

import ast
import mimetypes
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..tools.contract import Parameter, Signature
from ..tools.kinds import Kind, list_of
from . import grammar

if TYPE_CHECKING:
    from .catalogue import Catalogue
    from .controller import ChatController, Message

_TURNS = 12
MOST_ADDED = 3  # lines for what the model overlooked
_MAX_TOKENS = 700
LONGEST_COMMENT = 110
_QUOTES = re.compile(r"""(?<!\w)['"“‘]\S[^'"”’]*\s[^'"”’]*['"”’]""")  # of several words
_ASSIGNED = re.compile(r"[a-z]\w* = ")


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

    def write(
        self,
        messages: Sequence[Message],
        request: str,
        scope: grammar.Scope,
        *,
        talks: bool = False,
        on_token: Callable[[str], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> str:
        """The plan's text, without fence; with `talks`, it may also be what stands for a plan.

        Raises:
            ControllerError, Cancelled: As `ChatController.chat`.
        """
        from .controller import Message

        draft = _Draft(scope, names=dict(scope.names))
        for _ in range(_TURNS):
            told = list(messages)
            if draft.text:
                told.append(Message("assistant", grammar.FENCE + draft.text))
            allowed = self._grammar(draft, talks)
            reply = self._controller.chat(
                told, max_tokens=_MAX_TOKENS, grammar=allowed, on_token=on_token, cancelled=cancelled
            )
            if self._accept(draft, reply.text.removeprefix(grammar.FENCE)) and not self._add(draft, request):
                break
        return draft.text.strip()

    def _grammar(self, draft: _Draft, talks: bool) -> str:
        if not draft.text:
            return grammar.of_plan(self._tools.values(), draft.scope, talks=talks)
        near = [self._tools[name] for name in self._near(draft)]
        most = 0 if draft.added else grammar.MOST_STEPS
        return grammar.of_rest(near, self._tools.values(), draft.now, most=most)

    def _near(self, draft: _Draft) -> list[str]:
        """The tools that the draft's last comment may mean and that can be called with what there is."""
        possible = grammar.callable_tools(self._tools.values(), draft.now)
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

    def _accept(self, draft: _Draft, text: str) -> bool:
        """Take over the lines that are right; False when one is not, and the model must go on from its comment."""
        for line in text.splitlines(keepends=True):
            if line.startswith(grammar.END):
                return True
            if not _ASSIGNED.match(line):
                draft.text += line
                continue
            if not line.endswith("\n"):
                return True  # cut off by the limit of tokens: what is whole stays
            step = _read(line)
            if step is None or not self._holds(draft, step):
                return False
            draft.names[step.target] = self._result(step)
            draft.called += [call.tool for call in step.calls]
            draft.barred, draft.repeated = "", False
            draft.refused.clear()
            draft.text += line
        return True

    def _holds(self, draft: _Draft, step: _Step) -> bool:
        """Whether a line calls a tool that its comment may mean, on values of the right kinds."""
        if any(call.tool not in self._tools for call in step.calls):
            return False
        near = self._near(draft)
        if near and draft.comment and step.calls[0].tool not in near:
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

    def _call_holds(self, draft: _Draft, call: _Call, names: Mapping[str, Kind]) -> bool:
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
            for path in _references(value):
                found = self._kind(names, path)
                if found is None or not draft.scope.reads_as(found, parameter.kind):
                    return False
        return True

    def _result(self, step: _Step) -> Kind:
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
        return bare in draft.names or _names_a_medium(bare)

    @staticmethod
    def _kind(names: Mapping[str, Kind], path: str) -> Kind | None:
        """What `name` or `name.field` holds; None when there is nothing of the kind."""
        name, _, part = path.partition(".")
        given = names.get(name)
        return given.field(part) if given is not None and part else given


@dataclass(frozen=True)
class _Call:
    """`tool(...)`."""

    tool: str
    node: ast.Call

    @property
    def repeats(self) -> bool:
        """Whether it gives the same value twice by place."""
        values = [ast.unparse(value) for value in self.node.args]
        return len(set(values)) < len(values)

    def arguments(self, tool: Signature) -> Iterator[tuple[Parameter, ast.expr]]:
        yield from zip(tool.parameters, self.node.args, strict=False)
        for keyword in self.node.keywords:
            parameter = tool.parameter(keyword.arg or "")
            if parameter is not None:
                yield parameter, keyword.value


@dataclass(frozen=True)
class _Step:
    """One line: `target = tool(...)`; or one call for `each` item `over` a list; or calls that depend on a `test`."""

    target: str
    calls: tuple[_Call, ...]
    each: str = ""
    over: str = ""
    test: str = ""


def _read(line: str) -> _Step | None:
    try:
        statement = ast.parse(line).body[0]
    except (SyntaxError, ValueError, IndexError):
        return None
    match statement:
        case ast.Assign(targets=[ast.Name(id=target)], value=value):
            return _read_value(target, value)
    return None


def _read_value(target: str, value: ast.expr) -> _Step | None:
    match value:
        case ast.Call(func=ast.Name(id=tool)):
            return _Step(target, (_Call(tool, value),))
        case ast.ListComp(
            elt=ast.Call(func=ast.Name(id=tool)) as call,
            generators=[ast.comprehension(target=ast.Name(id=each), iter=over)],
        ):
            return _Step(target, (_Call(tool, call),), each=each, over=ast.unparse(over))
        case ast.IfExp(test=test, body=ast.Call() as body, orelse=other):
            calls = [node for node in (body, other) if isinstance(node, ast.Call)]
            paths = [path for node in ast.walk(test) if isinstance(node, ast.expr) for path in _references(node)]
            tested = paths[0] if paths else ast.unparse(test)  # a test of nothing known is refused
            return _Step(target, tuple(_Call(ast.unparse(call.func), call) for call in calls), test=tested)
    return None


def _names_a_medium(text: str) -> bool:
    """Whether a text is nothing but the name of a picture, recording or video: one that the model made up."""
    kind = mimetypes.guess_type(text)[0] or ""
    return kind.partition("/")[0] in ("image", "audio", "video") and not re.search(r"[\s/]", text)


def _references(value: ast.expr) -> list[str]:
    """The names and `name.field` paths that an argument reads."""
    match value:
        case ast.Name(id=name):
            return [name]
        case ast.Attribute(value=ast.Name(id=name), attr=part):
            return [f"{name}.{part}"]
        case ast.List(elts=items):
            return [path for item in items for path in _references(item)]
    return []
