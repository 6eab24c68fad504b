"""GBNF for plans: what a model that takes a grammar may write.

What it writes is well-formed by construction: only known tools, each parameter with a value of its kind, files that are
there. That a name is used only after its definition can't be said of a whole text in GBNF; it can be said of the next
line, so the planner cuts a plan at the first wrong line and lets the model go on from there under `names`.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..tools.contract import Parameter, Signature
from ..tools.kinds import Kind, fits

FENCE = "```python\n"
END = "```"
STOP = (f"\n{END}",)  # one token less to be written than the end itself
MOST_STEPS = 16
_MOST_PERMUTED = 8  # values of which all orders are written out
_TELLING = {"str", "int", "float", "bool"}  # kinds that a condition may ask for
REPLY, MISSING = "reply", "missing"  # what stands for a plan when no tool is needed, or none fits
DONE = "done"  # what ends a program that is written one line at a time
# no word begins with "and": it joins what takes two calls, so the comment ends before it
_SHARED = {
    "comment": r'"# " word (" " word){0,19} "\n"',
    "word": r'[^a \n] [^ \n]* | "a" ([^n \n] [^ \n]*)? | "an" ([^d \n] [^ \n]*)?',
    "name": "[a-z] [a-z0-9_]{0,30}",
    "text": r'"\"" ([^"\\\n] | "\\" ["\\n])* "\""',
    "int": '"-"? [0-9]{1,9}',
    "float": '"-"? [0-9]{1,9} ("." [0-9]{1,6})?',
    "bool": '"True" | "False"',
}


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a plan may refer to.

    Args:
        files: File name or handle -> kind; None when files are not known at all, so that any may be named.
        names: Names from before that hold a value -> kind.
        barred: Letters that a text on the next line may not begin with.
        converts: (given, wanted) kinds of files between which the checker puts in a conversion.
    """

    files: Mapping[str, Kind] | None = None
    names: Mapping[str, Kind] = field(default_factory=dict)
    barred: str = ""
    converts: Collection[tuple[str, str]] = ()

    def stands_for(self, given: Kind, wanted: Kind) -> bool:
        """Whether a file of one kind may be named where another is asked for: a video for its sound."""
        return fits(given, wanted) or (given.name, wanted.name) in self.converts

    def reads_as(self, given: Kind, wanted: Kind) -> bool:
        """Whether a value may stand where `wanted` is asked for, as it is or by what the checker puts in."""
        if self.stands_for(given, wanted):
            return True
        if wanted.name == "str":
            return not given.is_file and given.item is None
        if wanted.item is not None:
            return given.item is None and self.reads_as(given, wanted.item)
        return sum(kind.name == wanted.name for _, kind in given.fields) == 1


def of_plan(tools: Iterable[Signature], scope: Scope, *, talks: bool = False, most: int = MOST_STEPS) -> str:
    """The grammar of a plan of at most so many lines, behind its fence; with `talks`, or of what stands for one."""
    rules = _shared_rules(list(tools), scope)
    rules["instead"] = f'"{REPLY}()\\n" | "{MISSING}(" text ")\\n"' if talks else ""
    rules["root"] = f'(line{{1,{most}}}{" | instead" if talks else ""}) "{END}"'
    return _written(rules)


def of_line(tools: Iterable[Signature], scope: Scope, *, talks: bool = False, ends: bool = False) -> str:
    """The grammar of one line behind a fence, on the files and names of `scope`; with `talks`, or of what stands for a
    plan; with `ends`, or of what says that nothing is left to do."""
    tools = list(tools)
    rules = dict(_SHARED)
    rules["call"] = _calls(tools, _Writer(rules, scope, tools, strict=True), "k")
    rules["line"] = 'comment name " = " call "\\n"' if rules["call"] else ""
    rules["instead"] = f'"{REPLY}()\\n" | "{MISSING}(" text ")\\n"' if talks else ""
    rules["end"] = f'"{DONE}()\\n"' if ends else ""
    choices = " | ".join(rule for rule in ("line", "instead", "end") if rules[rule])
    rules["root"] = f'({choices}) "{END}"'
    return _written(rules)


def of_rest(now: Iterable[Signature], later: Iterable[Signature], scope: Scope, *, most: int = MOST_STEPS) -> str:
    """The grammar of a plan's rest, from behind the comment of a line.

    Args:
        now: The tools that this line may call, only on the names of `scope`, each where its kind fits.
        later: The tools that the lines after it may call, on any name.
        scope: The files, and the names that hold a value.
        most: How many lines may follow.
    """
    now = list(now)
    rules = _shared_rules(list(later), scope)
    rules["known"] = _calls(now, _Writer(rules, scope, now, strict=True), "k")
    first = "known" if rules["known"] else "call"  # nothing fits: let it write, and be told what is wrong
    lines = f"line{{0,{most}}} " if most else ""
    rules["root"] = f'name " = " {first} "\\n" {lines}"{END}"'
    return _written(rules)


def callable_tools(tools: Iterable[Signature], scope: Scope) -> set[str]:
    """The names of the tools that can be called with the files and names at hand."""
    signatures = list(tools)
    writer = _Writer({}, scope, signatures, strict=True)
    return {tool.name for tool in signatures if _call(tool, writer)}


def _shared_rules(tools: list[Signature], scope: Scope) -> dict[str, str]:
    rules = dict(_SHARED)
    rules["call"] = _calls(tools, _Writer(rules, scope, tools, strict=False), "c")
    rules |= _forms([tool.result for tool in tools])
    rules["line"] = f'comment name " = " {"value" if "value" in rules else "call"} "\\n"'
    return rules


def _forms(results: Sequence[Kind]) -> dict[str, str]:
    """What may stand for a plain call: one for each item of a list, or one that depends on a field; where a tool's
    result has the like."""
    fields = {name: kind for result in results for name, kind in result.fields}
    lists = _alternatives(name for name, kind in fields.items() if kind.item is not None)
    tests = _alternatives(name for name, kind in fields.items() if kind.item is not None or kind.name in _TELLING)
    rules: dict[str, str] = {}
    forms = ["call"]
    if tests:
        rules["test"] = f'"not "? name "." ({tests}) ((" > " | " < " | " == " | " >= ") [0-9]{{1,6}})?'
        forms = ['call (" if " test " else " (call | "None"))?']
    if lists or any(result.item is not None for result in results):
        part = f' ("." ({lists}))?' if lists else ""
        rules["each"] = f'"[" call " for " name " in " name{part} "]"'
        forms.append("each")
    return {**rules, "value": " | ".join(forms)} if rules else {}


def _alternatives(names: Iterable[str]) -> str:
    return " | ".join(map(_quoted, sorted(names)))


def _written(rules: Mapping[str, str]) -> str:
    return "\n".join(f"{name} ::= {body}" for name, body in rules.items() if body)


class _Writer:
    """Writes the rules of arguments into `rules`, one for each kind that occurs."""

    def __init__(self, rules: dict[str, str], scope: Scope, tools: Iterable[Signature], strict: bool) -> None:
        self._rules = rules
        self._scope = scope
        self._strict = strict
        self._fields = sorted({name for tool in tools for name, _ in tool.result.fields})

    def argument(self, kind: Kind) -> str:
        """The name of the rule for an argument of that kind; "" when nothing can be written there."""
        rule = _rule_name(("now-" if self._strict else "any-") + str(kind.required()))
        if rule not in self._rules:
            choices = [*self._literals(kind.required()), *self._references(kind.required())]
            self._rules[rule] = " | ".join(choices)
        return rule if self._rules[rule] else ""

    def places(self, kinds: Sequence[Kind]) -> str | None:
        """The arguments by place; None when there is nothing to write for one of them.

        On the next line, files of one kind have to be different ones where there are enough of them: a picture is
        hardly ever stitched to itself.
        """
        rules = [self.argument(kind) for kind in kinds]
        if not all(rules):
            return None
        alike = len(kinds) > 1 and kinds[0].is_file and all(kind == kinds[0] for kind in kinds)
        if not (self._strict and alike and self._scope.files is not None):
            return ' ", " '.join(rules)
        values = [*self._literals(kinds[0]), *self._references(kinds[0])]
        if len(values) > _MOST_PERMUTED:
            return ' ", " '.join(rules)
        orders = [' ", " '.join(order) for order in itertools.permutations(values, len(kinds))]
        return f"({' | '.join(orders)})" if orders else ' ", " '.join(rules)

    def _literals(self, kind: Kind) -> list[str]:
        if kind.choices:
            return [_quoted(json.dumps(choice)) for choice in kind.choices]
        if kind.item is not None:
            item = self.argument(kind.item)
            return [f'"[" {item} (", " {item})* "]"'] if item else []
        if kind.is_file:
            return self._files(kind)
        if self._strict and kind.name == "str" and self._scope.barred:
            barred = "".join(letter if letter.isalnum() else "\\" + letter for letter in self._scope.barred)
            self._rules["other-text"] = _SHARED["text"].replace("(", f'[^"\\\\\\n {barred}] (', 1)
            return ["other-text"]
        plain = {"str": "text", "int": "int", "float": "float", "bool": "bool", "Any": "text"}.get(kind.name)
        return [plain] if plain else []

    def _files(self, kind: Kind) -> list[str]:
        if self._scope.files is None:
            return ["text"]
        fitting = [name for name, found in self._scope.files.items() if self._scope.stands_for(found, kind)]
        return [_quoted(json.dumps(name, ensure_ascii=False)) for name in fitting]

    def _references(self, kind: Kind) -> list[str]:
        if not self._strict:
            fields = " | ".join(_quoted(name) for name in self._fields)
            return [f'name ("." ({fields}))?' if fields else "name"]
        found = []
        for name, given in self._scope.names.items():
            paths = [name] if self._scope.reads_as(given, kind) else []
            paths += [f"{name}.{part}" for part, of in given.fields if fits(of, kind)]
            found += [_quoted(path) for path in paths]
        return found


def _calls(tools: Iterable[Signature], writer: _Writer, prefix: str) -> str:
    rules = writer._rules
    names = []
    for tool in tools:
        body = _call(tool, writer)
        if body:
            rule = _rule_name(f"{prefix}-{tool.name}")
            rules[rule] = body
            names.append(rule)
    return " | ".join(names)


def _call(tool: Signature, writer: _Writer) -> str:
    """`tool(first, second, option=value)`: required arguments by place, others by name; "" when one can't be had."""
    required = [parameter for parameter in tool.parameters if parameter.required]
    places = writer.places([parameter.kind for parameter in required])
    if places is None:
        return ""
    body = [f'"{tool.name}("', places] if places else [f'"{tool.name}("']
    body += _options([parameter for parameter in tool.parameters if not parameter.required], bool(places), writer)
    return " ".join([*body, '")"'])


def _options(parameters: list[Parameter], follows: bool, writer: _Writer) -> list[str]:
    pairs = [(parameter.name, writer.argument(parameter.kind)) for parameter in parameters]
    items = [f'"{name}=" {rule}' for name, rule in pairs if rule]
    if follows:
        return [f'(", " {item})?' for item in items]
    # nothing before the first option that is given: it has no comma
    choices = []
    for index, item in enumerate(items):
        rest = " ".join(f'(", " {later})?' for later in items[index + 1 :])
        choices.append(f"{item} {rest}".strip())
    return [f"({' | '.join(choices)})?"] if choices else []


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _rule_name(text: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else " " for letter in text).lower().split())
