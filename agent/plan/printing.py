"""From a plan to its canonical text; `parse(to_source(plan)) == plan`."""

from __future__ import annotations

from collections.abc import Iterator

from . import nodes
from .nodes import Expression

_INDENT = "    "
_CHOICE, _OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _SIGN, _ATOM = range(9)  # how tightly each binds
_BINARY = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "//": _PRODUCT, "%": _PRODUCT}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def to_source(plan: nodes.Plan) -> str:
    """A plan's canonical text, comments and docstring included."""
    lines = [_docstring(plan.doc)] if plan.doc else []
    before: nodes.Statement | None = None
    for statement in plan.body:
        inputs_end = isinstance(before, nodes.Input) and not isinstance(statement, nodes.Input)
        if lines and (statement.gap or inputs_end or before is None):
            lines.append("")
        lines += _statement(statement, "")
        before = statement
    lines += [_comment(comment) for comment in plan.closing]
    return "\n".join(lines) + "\n"


def expression(node: Expression) -> str:
    """An expression as text."""
    return _at_least(node, _CHOICE)


def quoted(text: str) -> str:
    """A text as a literal in double quotes."""
    return f'"{_escaped(text)}"'


def _block(statements: nodes.Block, indent: str) -> Iterator[str]:
    for number, statement in enumerate(statements):
        if statement.gap and number:
            yield ""
        yield from _statement(statement, indent)


def _statement(node: nodes.Statement, indent: str, keyword: str = "if") -> Iterator[str]:
    for comment in node.comments:
        yield indent + _comment(comment)
    remark = f"  {_comment(node.remark)}" if node.remark is not None else ""
    yield f"{indent}{headline(node, keyword)}{remark}"
    if isinstance(node, nodes.For):
        yield from _block(node.body, indent + _INDENT)
    elif isinstance(node, nodes.If):
        yield from _block(node.body, indent + _INDENT)
        if len(node.otherwise) == 1 and isinstance(node.otherwise[0], nodes.If):
            yield from _statement(node.otherwise[0], indent, "elif")
        elif node.otherwise:
            yield f"{indent}else:"
            yield from _block(node.otherwise, indent + _INDENT)


def headline(node: nodes.Statement, keyword: str = "if") -> str:
    """A statement's own line, without comments and without what is below it."""
    match node:
        case nodes.Input(name=name, kind=kind, default=None):
            return f"{name}: {kind}"
        case nodes.Input(name=name, kind=kind, default=default):
            assert default is not None
            return f"{name}: {kind} = {expression(default)}"
        case nodes.Assign(name=name, value=value):
            return f"{name} = {expression(value)}"
        case nodes.Bare(value=value):
            return expression(value)
        case nodes.If(condition=condition):
            return f"{keyword} {expression(condition)}:"
        case nodes.For(name=name, over=over):
            return f"for {name} in {expression(over)}:"
    raise AssertionError(f"no such statement: {node!r}")


def _comment(text: str) -> str:
    return f"# {text}".rstrip()


def _docstring(text: str) -> str:
    plain = all(char.isprintable() or char == "\n" for char in text)
    if plain and "\\" not in text and '"""' not in text and not text.endswith('"') and text:
        return f'"""{text}"""'
    return quoted(text)


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(char) or (char if char.isprintable() else _code(char)) for char in text)


def _code(char: str) -> str:
    return f"\\U{ord(char):08x}"


def _at_least(node: Expression, binding: int) -> str:
    """An expression as text, in parentheses when it binds less tightly than `binding`."""
    text, own = _written(node)
    return f"({text})" if own < binding else text


def _written(node: Expression) -> tuple[str, int]:
    """An expression as text, and how tightly it binds."""
    match node:
        case nodes.Unary(operator="not", of=of):
            return f"not {_at_least(of, _NOT)}", _NOT
        case nodes.Unary(operator=operator, of=of):
            return f"{operator}{_at_least(of, _SIGN)}", _SIGN
        case nodes.Binary(operator=operator, left=left, right=right):
            own = _BINARY[operator]
            return f"{_at_least(left, own)} {operator} {_at_least(right, own + 1)}", own
        case nodes.Logic(operator=operator, parts=parts):
            own = _OR if operator == "or" else _AND
            return f" {operator} ".join(_at_least(part, own + 1) for part in parts), own
        case nodes.Comparison(operators=operators, parts=parts):
            first, *others = (_at_least(part, _COMPARISON + 1) for part in parts)
            return " ".join(
                [first, *(f"{op} {other}" for op, other in zip(operators, others, strict=True))]
            ), _COMPARISON
        case nodes.Choice(condition=condition, then=then, otherwise=otherwise):
            parts_ = (_at_least(then, _OR), _at_least(condition, _OR), _at_least(otherwise, _CHOICE))
            return "{} if {} else {}".format(*parts_), _CHOICE
        case nodes.Literal(value=value) if isinstance(value, (int, float)) and not isinstance(value, bool):
            return repr(value), _SIGN  # a negative number binds like one; `1 .real` can't occur
        case _:
            return _atom(node), _ATOM


def _atom(node: Expression) -> str:
    match node:
        case nodes.Literal(value=value):
            return quoted(value) if isinstance(value, str) else repr(value)
        case nodes.Name(name=name):
            return name
        case nodes.Field(of=of, name=name):
            return f"{_at_least(of, _ATOM)}.{name}"
        case nodes.Index(of=of, at=at):
            return f"{_at_least(of, _ATOM)}[{expression(at)}]"
        case nodes.Slice(of=of, start=start, stop=stop, step=step):
            begin, end, by = (expression(part) if part else "" for part in (start, stop, step))
            return f"{_at_least(of, _ATOM)}[{begin}:{end}{f':{by}' if by else ''}]"
        case nodes.ListOf(items=items):
            return f"[{', '.join(map(expression, items))}]"
        case nodes.Text(parts=parts):
            return f'f"{"".join(map(_part, parts))}"'
        case nodes.Call(function=function, arguments=arguments, keywords=keywords):
            given = [*map(expression, arguments), *(f"{word.name}={expression(word.value)}" for word in keywords)]
            return f"{function}({', '.join(given)})"
        case nodes.Comprehension(item=item, name=name, over=over, conditions=conditions):
            tests = "".join(f" if {_at_least(test, _OR)}" for test in conditions)
            return f"[{expression(item)} for {name} in {_at_least(over, _OR)}{tests}]"
    raise AssertionError(f"no such expression: {node!r}")


def _part(node: nodes.Literal | nodes.Placeholder) -> str:
    if isinstance(node, nodes.Literal):
        return _escaped(str(node.value)).replace("{", "{{").replace("}", "}}")
    # double quotes must not stand within an f-string before Python 3.12; texts with quotes were refused
    value = expression(node.value).replace('"', "'")
    return f"{{{value}{f':{node.form}' if node.form else ''}}}"
