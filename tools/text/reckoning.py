"""Sums, worked out by code and not by a language model."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from ..contract import tool
from ..errors import ToolError, did_you_mean

Number: TypeAlias = "Fraction | float"
LONGEST = 500  # characters of an expression
MOST_DIGITS = 1000  # of a whole number on the way
_OPERATORS: dict[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_FUNCTIONS: dict[str, Callable[..., Number]] = {
    **{name: getattr(math, name) for name in ("sqrt", "exp", "sin", "cos", "tan", "asin", "acos", "atan")},
    "log10": math.log10,
    "log2": math.log2,
    "log": math.log,
    "ln": math.log,
    "radians": math.radians,
    "degrees": math.degrees,
    "abs": abs,
    "min": min,
    "max": max,
    "round": lambda number, digits=0: Fraction(round(Fraction(number), int(digits))),
    "floor": lambda number: Fraction(math.floor(number)),
    "ceil": lambda number: Fraction(math.ceil(number)),
}  # fmt: skip
_CONSTANTS = {"pi": math.pi, "e": math.e}
_SPELLINGS = (
    (r"(\d)[\s,'’](?=\d{3}\b(?![.\d]*,\d{1,2}\b))", r"\1"),  # 1,234 and 1 234
    (r"([\d.]+)\s*%\s*of\b", r"(\1/100)*"),
    (r"([\d.]+)\s*%(?!\s*[\d(])", r"(\1/100)"),
    (r"[×·]", "*"),
    (r"[÷:]", "/"),
    (r"[−–]", "-"),
    (r"√", "sqrt"),
    (r"²", "**2"),
    (r"³", "**3"),
    (r"\^", "**"),
    (r"(?<=[\d)])\s*x\s*(?=[\d(])", "*"),
    (r"=\s*\??\s*$", ""),
)


@dataclass(frozen=True, kw_only=True)
class Calculation:
    """A sum and what it comes to.

    Args:
        expression: What was worked out.
        value: The result.
        text: The result as it is written, exact where it is a whole number or a short decimal fraction.
    """

    expression: str
    value: float
    text: str

    def __str__(self) -> str:
        return self.text


@tool
def calculate(expression: str) -> Calculation:
    """Work out a sum or formula: + - * / **, %, brackets, sqrt, sin, log, round, min, max, pi.

    Whole numbers and decimal fractions are exact; angles are in radians (`sin(radians(30))`). It knows no units.

    Args:
        expression: The sum, such as "15% of 80" or "(3 + 4) * 2 ** 5".

    Raises:
        ToolError: It is no sum, divides by zero, or is too large.

    Example:
        total = calculate("(19.90 + 5) * 3")
    """
    written = expression.strip()
    if not written or len(written) > LONGEST:
        raise ToolError(f"A sum has 1 to {LONGEST} characters, such as '(3 + 4) * 2'; this has {len(written):,}.")
    plain = written
    for pattern, instead in _SPELLINGS:
        plain = re.sub(pattern, instead, plain)
    try:
        tree = ast.parse(plain.strip(), mode="eval")
        value = _worked_out(tree.body)
        number = float(value)
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ToolError(f"{written!r} is not a sum. Write it with numbers and + - * / ** ( ).") from error
    except ZeroDivisionError as error:
        raise ToolError(f"{written!r} divides by zero.") from error
    except OverflowError as error:
        raise ToolError(f"What {written!r} comes to is too large.") from error
    except (ValueError, TypeError) as error:
        raise ToolError(f"{written!r} can't be worked out: {error}.") from error
    if math.isnan(number) or math.isinf(number):
        raise ToolError(f"What {written!r} comes to is no finite number.")
    return Calculation(expression=written, value=number, text=_as_written(value))


def _worked_out(node: ast.expr) -> Number:
    match node:
        case ast.Constant(value=bool() | complex()):
            raise ValueError("it holds something that is no number")
        case ast.Constant(value=int() | float() as value):
            return Fraction(str(value))
        case ast.Name(id=name) if name.lower() in _CONSTANTS:
            return _CONSTANTS[name.lower()]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_worked_out(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _worked_out(operand)
        case ast.BinOp(op=ast.Pow(), left=left, right=right):
            return _power(_worked_out(left), _worked_out(right))
        case ast.BinOp(op=sign, left=left, right=right) if type(sign) in _OPERATORS:
            return _bounded(_OPERATORS[type(sign)](_worked_out(left), _worked_out(right)))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name.lower() in _FUNCTIONS:
            return _bounded(_FUNCTIONS[name.lower()](*(_worked_out(argument) for argument in arguments)))
        case ast.Call(func=ast.Name(id=name)) | ast.Name(id=name):
            raise ValueError(f"{name!r} is not known here.{did_you_mean(name, [*_FUNCTIONS, *_CONSTANTS])}".rstrip("."))
    raise ValueError("it holds something that is no number and no operation on numbers")


def _power(base: Number, exponent: Number) -> Number:
    if isinstance(base, float) or isinstance(exponent, float) or exponent.denominator != 1:
        result = float(base) ** float(exponent)
        if isinstance(result, complex):
            raise ValueError("the root of a negative number is no real number")
        return float(result)
    size = max(abs(base.numerator), base.denominator).bit_length()
    if size * abs(exponent.numerator) > MOST_DIGITS * 3.33:
        raise OverflowError
    return Fraction(base**exponent.numerator)


def _bounded(value: Number) -> Number:
    if isinstance(value, Fraction) and max(abs(value.numerator), value.denominator).bit_length() > MOST_DIGITS * 3.33:
        raise OverflowError
    return value


def _as_written(value: Number) -> str:
    if isinstance(value, Fraction) and value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.12g}"
