"""From text to a plan: Python's own parser reads it, and a white list decides what becomes a node.

What is not on the list is refused by name, every refusal with its line. Nothing is ever compiled or run here.
"""

from __future__ import annotations

import ast
import inspect
import math
import re
import warnings
from collections.abc import Sequence
from typing import Any

from ...tools.errors import PlanError
from ...tools.kinds import ANY, BOOL, FLOAT, INT, STR, Kind, list_of
from ...tools.values import FILE_KINDS
from . import nodes
from .comments import Comments, Scan, scan
from .limits import Limits
from .problems import Problem, raise_errors
from .refusals import refuse, sentence

OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.USub: "-", ast.UAdd: "+", ast.Not: "not", ast.And: "and", ast.Or: "or",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip
FORM = re.compile(r"[<>^]?[+]?0?\d{0,2},?(\.\d{1,2})?[bdefgsx%]?")
_KINDS = {"str": STR, "int": INT, "float": FLOAT, "bool": BOOL, "Any": ANY} | {name: Kind(name) for name in FILE_KINDS}
_OVER_A_LIST = {"sum", "any", "all", "min", "max", "sorted"}
_IN_BRACES = re.compile(r"[\\'\"#{}]|[^ -~]")


def parse(source: str, limits: Limits | None = None) -> nodes.Plan:
    """Read a plan.

    Raises:
        PlanError: It is not Python, is too large, or uses what is not part of the language; holds every problem.
    """
    limits = limits or Limits()
    if len(source) > limits.source:
        raise PlanError(f"The plan has {len(source):,} characters; {limits.source:,} is the most.")
    if "\0" in source:
        before = source[: source.index("\0")].split("\n")
        line, column = len(before), len(before[-1]) + 1
        raise_errors([Problem(message="there is a null byte here; a plan is plain text.", line=line, column=column)])
    source = source.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    scanned = scan(source)
    if scanned.longest > limits.line:
        raise_errors([Problem(message=f"this statement has more than {limits.line} words and signs; split it.",
                              line=scanned.longest_at)])  # fmt: skip
    reader = _Reader(_python(source, scanned), scanned, limits)
    plan = reader.plan(source)
    raise_errors(reader.problems)
    return plan


def _python(source: str, scanned: Scan) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes in texts, which would be printed
            module = ast.parse(source)
    except SyntaxError as error:
        line, column = max(error.lineno or 1, 1), max(error.offset or 1, 1)
        raise_errors([Problem(message=f"this is not Python: {error.msg}.", line=line, column=column)])
    except (ValueError, MemoryError, RecursionError, OverflowError) as error:
        if isinstance(error, ValueError):
            raise_errors([Problem(message=f"this can't be read as Python: {error}.")])
        raise PlanError("The plan is nested too deeply to be read; give its parts names.") from error
    if scanned.trouble:
        raise_errors([Problem(message=f"this is not Python: {scanned.trouble}.", line=scanned.trouble_at)])
    if not module.body:
        raise PlanError("The plan is empty; it needs at least one line, such as `caption = describe_image(photo)`.")
    return module


class _Refused(Exception):
    """Stops the reading of one statement; its problem is noted already."""


class _Reader:
    """Turns Python's tree into nodes, and notes every refusal."""

    def __init__(self, module: ast.Module, scanned: Scan, limits: Limits) -> None:
        self.problems: list[Problem] = []
        self._module = module
        self._comments = Comments(scanned)
        self._limits = limits
        self._depth = 0
        self._place: tuple[int, int] | None = None  # before Python 3.12, places within f-strings are wrong

    def plan(self, source: str) -> nodes.Plan:
        body, doc = self._module.body, ""
        first = body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            doc, body = inspect.cleandoc(first.value.value), body[1:]
        if not body and not self.problems:
            raise PlanError("The plan has a description but no steps; add one, such as `words = read_text(photo)`.")
        statements = self._block(body, top=True)
        return nodes.Plan(statements, doc, self._comments.rest(), source=source)

    def _block(self, body: Sequence[ast.stmt], top: bool = False) -> nodes.Block:
        self._depth += 1
        found = []
        for statement in body:
            try:
                found.append(self._statement(statement, top))
            except _Refused:
                continue
        self._depth -= 1
        return tuple(found)

    def _refuse(self, node: ast.AST, message: str) -> _Refused:
        line, column = self._at(node)
        self.problems.append(Problem(message=message, line=line, column=column))
        return _Refused()

    def _at(self, node: ast.AST) -> tuple[int, int]:
        return self._place or (getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1)

    # statements

    def _statement(self, node: ast.stmt, top: bool) -> nodes.Statement:
        depth, self._place = self._depth, None
        at: dict[str, Any] = {"line": node.lineno, "column": node.col_offset + 1, **self._comments.of(node)}
        try:
            if self._depth > self._limits.depth:
                raise self._refuse(node, "this is nested too deeply; give the inner parts lines of their own.")
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    return nodes.Assign(name, self._value(value), **at)
                case ast.Assign(targets=targets):
                    raise self._refuse(node, _about_targets(targets))
                case ast.AnnAssign():
                    return self._input(node, top, at)
                case ast.Expr(value=value):
                    return nodes.Bare(self._value(value), **at)
                case ast.If(test=test, body=body, orelse=otherwise):
                    return nodes.If(self._value(test), self._block(body), self._block(otherwise), **at)
                case ast.For(target=ast.Name(id=name), iter=over, body=body, orelse=[]):
                    return nodes.For(name, self._value(over), self._block(body), **at)
                case ast.For(orelse=[]):
                    raise self._refuse(
                        node, sentence("several loop variables", "one name, as in `for page in pages`, is")
                    )
                case ast.For():
                    raise self._refuse(node, sentence("`else` of a `for`", "a statement after the loop is"))
            raise self._refuse(node, refuse(node))
        finally:
            self._depth = depth

    def _input(self, node: ast.AnnAssign, top: bool, at: dict[str, Any]) -> nodes.Input:
        if not top:
            raise self._refuse(node, "an input (`name: Kind`) stands at the top level, outside of blocks.")
        if not isinstance(node.target, ast.Name):
            raise self._refuse(node, refuse(node))
        kind = self._kind(node.annotation)
        default = self._value(node.value) if node.value is not None else None
        if default is not None and not _is_constant(default):
            raise self._refuse(node, f"`{node.target.id}: {kind} = ...` is an input, so its default must be a plain"
                               f" value; for a step, leave `: {kind}` out.")  # fmt: skip
        return nodes.Input(node.target.id, kind, default, **at)

    def _kind(self, node: ast.expr) -> Kind:
        match node:
            case ast.Name(id=name) if name in _KINDS:
                return _KINDS[name]
            case ast.Subscript(value=ast.Name(id="list"), slice=item):
                return list_of(self._kind(item))
            case ast.Subscript(value=ast.Name(id="Literal"), slice=ast.Tuple(elts=items)):
                return self._choices(node, items)
            case ast.Subscript(value=ast.Name(id="Literal"), slice=item):
                return self._choices(node, [item])
            case ast.BinOp(left=kind, op=ast.BitOr(), right=ast.Constant(value=None)):
                found = self._kind(kind)
                return Kind(found.name, found.item, found.choices, found.fields, optional=True)
        valid = f"{', '.join(_KINDS)}, list[...], Literal[...] or X | None"
        raise self._refuse(node, f"an input's kind is one of {valid}; {ast.unparse(node)[:60]!r} is none of them.")

    def _choices(self, node: ast.expr, items: Sequence[ast.expr]) -> Kind:
        values = tuple(item.value for item in items if isinstance(item, ast.Constant))
        kind = type(values[0]) if values else None
        if len(values) < len(items) or kind not in (str, int) or any(type(value) is not kind for value in values):
            raise self._refuse(node, "the choices of Literal[...] are all texts, or all whole numbers.")
        return Kind("str" if kind is str else "int", choices=values)  # type: ignore[arg-type]

    # expressions

    def _value(self, node: ast.expr) -> nodes.Expression:
        self._depth += 1
        if self._depth > self._limits.depth:
            raise self._refuse(node, "this is nested too deeply; give its inner parts names.")
        read = getattr(self, f"_read_{type(node).__name__}", None) if type(node).__name__ in _READ else None
        if read is None:
            raise self._refuse(node, refuse(node))
        line, column = self._at(node)
        found: nodes.Expression = read(node, {"line": line, "column": column})
        self._depth -= 1
        return found

    def _values(self, found: Sequence[ast.expr]) -> tuple[nodes.Expression, ...]:
        return tuple(self._value(node) for node in found)

    def _read_Constant(self, node: ast.Constant, at: dict[str, int]) -> nodes.Expression:
        value = node.value
        if not isinstance(value, (str, int, float, type(None))):  # bool is an int
            what = "`...`" if value is ... else f"a {type(value).__name__} number or text like {ast.unparse(node)[:20]}"
            raise self._refuse(node, sentence(what, "a text, whole number, decimal number, True, False or None is"))
        if isinstance(value, float) and not math.isfinite(value):
            raise self._refuse(node, "this number is too large.")
        return nodes.Literal(value, **at)

    def _read_Name(self, node: ast.Name, at: dict[str, int]) -> nodes.Expression:
        return nodes.Name(node.id, **at)

    def _read_Attribute(self, node: ast.Attribute, at: dict[str, int]) -> nodes.Expression:
        return nodes.Field(self._value(node.value), node.attr, **at)

    def _read_Subscript(self, node: ast.Subscript, at: dict[str, int]) -> nodes.Expression:
        of = self._value(node.value)
        if isinstance(node.slice, ast.Slice):
            parts = (node.slice.lower, node.slice.upper, node.slice.step)
            start, stop, step = (self._value(part) if part is not None else None for part in parts)
            return nodes.Slice(of, start, stop, step, **at)
        return nodes.Index(of, self._value(node.slice), **at)

    def _read_List(self, node: ast.List, at: dict[str, int]) -> nodes.Expression:
        return nodes.ListOf(self._values(node.elts), **at)

    def _read_JoinedStr(self, node: ast.JoinedStr, at: dict[str, int]) -> nodes.Expression:
        outermost, self._place = self._place is None, self._at(node)
        parts = tuple(self._part(part, at) for part in node.values)
        self._place = None if outermost else self._place
        return nodes.Text(parts, **at)

    def _part(self, node: ast.expr, at: dict[str, int]) -> nodes.Literal | nodes.Placeholder:
        if isinstance(node, ast.Constant):
            return nodes.Literal(str(node.value), **at)
        assert isinstance(node, ast.FormattedValue)
        if node.conversion != -1:
            raise self._refuse(node, sentence("`!r` or `=` in an f-string", "`{name}` is"))
        form = ""
        if isinstance(node.format_spec, ast.JoinedStr):
            form = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.format_spec.values
            )
            if not FORM.fullmatch(form):
                raise self._refuse(
                    node, sentence(f"the format {form[:20]!r}", "one like `.2f`, `,`, `03d` or `.0%` is")
                )
        value = self._value(node.value)
        for inner in nodes.walk(value):
            if isinstance(inner, nodes.Text) or (
                isinstance(inner, nodes.Literal) and isinstance(inner.value, str) and _IN_BRACES.search(inner.value)
            ):
                raise self._refuse(node, "this text is too involved to stand inside an f-string; give it a name first.")
        return nodes.Placeholder(value, form, **at)

    def _read_UnaryOp(self, node: ast.UnaryOp, at: dict[str, int]) -> nodes.Expression:
        if type(node.op) not in OPERATORS:
            raise self._refuse(node, refuse(node.op))
        of = self._value(node.operand)
        if isinstance(node.op, ast.USub) and isinstance(of, nodes.Literal) and type(of.value) in (int, float):
            return nodes.Literal(-of.value, **at)  # type: ignore[operator]
        return nodes.Unary(OPERATORS[type(node.op)], of, **at)

    def _read_BinOp(self, node: ast.BinOp, at: dict[str, int]) -> nodes.Expression:
        if type(node.op) not in OPERATORS:
            raise self._refuse(node, refuse(node.op))
        return nodes.Binary(OPERATORS[type(node.op)], self._value(node.left), self._value(node.right), **at)

    def _read_BoolOp(self, node: ast.BoolOp, at: dict[str, int]) -> nodes.Expression:
        return nodes.Logic(OPERATORS[type(node.op)], self._values(node.values), **at)

    def _read_Compare(self, node: ast.Compare, at: dict[str, int]) -> nodes.Expression:
        parts = self._values([node.left, *node.comparators])
        return nodes.Comparison(tuple(OPERATORS[type(op)] for op in node.ops), parts, **at)

    def _read_IfExp(self, node: ast.IfExp, at: dict[str, int]) -> nodes.Expression:
        return nodes.Choice(self._value(node.test), self._value(node.body), self._value(node.orelse), **at)

    def _read_ListComp(self, node: ast.ListComp | ast.GeneratorExp, at: dict[str, int]) -> nodes.Expression:
        if len(node.generators) > 1:
            raise self._refuse(
                node, sentence("a second `for` in a comprehension", "a comprehension of a named list is")
            )
        loop = node.generators[0]
        if not isinstance(loop.target, ast.Name) or loop.is_async:
            raise self._refuse(node, sentence("several loop variables", "one name, as in `for page in pages`, is"))
        item, over = self._value(node.elt), self._value(loop.iter)
        return nodes.Comprehension(item, loop.target.id, over, self._values(loop.ifs), **at)

    def _read_Call(self, node: ast.Call, at: dict[str, int]) -> nodes.Expression:
        if isinstance(node.func, ast.Attribute):
            raise self._refuse(
                node, sentence(f"a method (`.{node.func.attr}()`)", "a tool, or a field without `()`, is")
            )
        if not isinstance(node.func, ast.Name):
            raise self._refuse(node, sentence("calling what an expression gives", "a tool's name is"))
        if any(word.arg is None for word in node.keywords):
            raise self._refuse(node, sentence("`**` in a call", "writing each argument by itself is"))
        arguments = tuple(self._argument(node.func.id, part) for part in node.args)
        keywords = tuple(map(self._keyword, node.keywords))
        return nodes.Call(node.func.id, arguments, keywords, **at)

    def _keyword(self, node: ast.keyword) -> nodes.Keyword:
        line, column = self._at(node)
        return nodes.Keyword(str(node.arg), self._value(node.value), line=line, column=column)

    def _argument(self, function: str, node: ast.expr) -> nodes.Expression:
        if isinstance(node, ast.GeneratorExp) and function in _OVER_A_LIST:
            line, column = self._at(node)
            return self._read_ListComp(node, {"line": line, "column": column})
        return self._value(node)


_READ = {name.removeprefix("_read_") for name in vars(_Reader) if name.startswith("_read_")}


def _is_constant(node: nodes.Expression) -> bool:
    return isinstance(node, nodes.Literal) or (isinstance(node, nodes.ListOf) and all(map(_is_constant, node.items)))


def _about_targets(targets: Sequence[ast.expr]) -> str:
    one_name = "assigning to one name, as in `words = read_text(photo)`, is"
    if len(targets) > 1:
        return sentence("assigning to several names at once", one_name)
    what = {ast.Tuple: "assigning to several names at once", ast.List: "assigning to several names at once",
            ast.Attribute: "changing a field", ast.Subscript: "changing a list"}  # fmt: skip
    return sentence(what.get(type(targets[0]), "this assignment"), one_name)
