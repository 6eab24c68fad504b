"""What Python has and plans have not, each by the name that people know it by, with what to write instead."""

from __future__ import annotations

import ast

_FOR = "`for` over a list is"
_TOOLS = "calls of tools are"
_LIST = "a list `[...]` is"

_REFUSED: dict[str, tuple[str, str]] = {
    "While": ("`while`", _FOR),
    "AsyncFor": ("`async for`", _FOR),
    "FunctionDef": ("`def`", _TOOLS),
    "AsyncFunctionDef": ("`async def`", _TOOLS),
    "ClassDef": ("`class`", _TOOLS),
    "Lambda": ("`lambda`", _TOOLS),
    "Import": ("`import`", "every tool is there already, and calling it by its name is"),
    "ImportFrom": ("`import`", "every tool is there already, and calling it by its name is"),
    "Return": ("`return`", "a last line that names the result is"),
    "Try": ("`try`", "nothing is needed: a call that fails stops only what depends on it, and plain statements are"),
    "TryStar": (
        "`try`",
        "nothing is needed: a call that fails stops only what depends on it, and plain statements are",
    ),
    "With": ("`with`", _TOOLS),
    "AsyncWith": ("`async with`", _TOOLS),
    "Match": ("`match`", "`if`/`elif`/`else` is"),
    "Raise": ("`raise`", "`if` is"),
    "Assert": ("`assert`", "`if` is"),
    "Delete": ("`del`", "nothing is needed, and assigning to a new name is"),
    "Global": ("`global`", "names are seen everywhere, and assignments are"),
    "Nonlocal": ("`nonlocal`", "names are seen everywhere, and assignments are"),
    "Pass": ("`pass`", "leaving the branch out is"),
    "Break": ("`break`", "a list comprehension with `if`, or a slice like `[:3]`, is"),
    "Continue": ("`continue`", "`if` around the rest of the body is"),
    "AugAssign": ("assigning with an operator, as in `x += 1`,", "`x = x + 1` is"),
    "NamedExpr": ("`:=`", "an assignment on a line of its own is"),
    "Yield": ("`yield`", "a list comprehension is"),
    "YieldFrom": ("`yield from`", "a list comprehension is"),
    "Await": ("`await`", "a plain call is; calls that can run at once do"),
    "Dict": ("a dictionary `{...}`", _LIST),
    "Set": ("a set `{...}`", _LIST),
    "Tuple": ("a tuple `(a, b)`", _LIST),
    "DictComp": ("a dictionary comprehension", "a list comprehension is"),
    "SetComp": ("a set comprehension", "a list comprehension is"),
    "GeneratorExp": ("a generator expression", "a list comprehension `[...]` is"),
    "Starred": ("`*`", "writing each argument by itself is"),
    "Pow": ("`**`", "`*` is"),
    "MatMult": ("`@`", "`*` is"),
    "LShift": ("`<<`", "arithmetic with + - * / // % is"),
    "RShift": ("`>>`", "arithmetic with + - * / // % is"),
    "BitOr": ("`|`", "`or` is"),
    "BitXor": ("`^`", "arithmetic with + - * / // % is"),
    "BitAnd": ("`&`", "`and` is"),
    "Invert": ("`~`", "`not` is"),
}

# Python's own functions that people and models reach for; a tool may have one of these names all the same
ABSENT: dict[str, str] = {
    "print": "nothing is needed to show a result, and a line with its name is",
    "open": "naming an attached file in quotes is",
    "range": _FOR,
    "enumerate": _FOR,
    "zip": _FOR,
    "map": "a list comprehension is",
    "filter": "a list comprehension with `if` is",
    "list": _LIST,
    "tuple": _LIST,
    "set": _LIST,
    "dict": _LIST,
    "input": "an input (`name: str` on a line of its own) is",
    "getattr": "a field (`words.text`) is",
}


def refuse(node: ast.AST) -> str:
    """The sentence that refuses a piece of Python."""
    name = type(node).__name__
    what, instead = _REFUSED.get(name, (f"Python's {name}", "a call of a tool is"))
    return sentence(what, instead)


def sentence(what: str, instead: str) -> str:
    """The sentence that refuses `what` and says what to write."""
    return f"{what} is not part of the plan language; {instead}."
