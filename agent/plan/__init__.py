"""The plan language: a small subset of Python that is read, checked and run here, and never handed to Python itself.

parse      text -> Plan           (syntax.py: the white list; refusals.py: what is not on it)
check      Plan + tools -> Checked   (check.py, inference.py, fitting.py: kinds and implied conversions; lint.py)
to_source  Plan -> canonical text (printing.py)
run        Checked -> RunResult   (interpret.py, evaluate.py; flow.py: data flow; crew.py: threads; ledger.py)
"""

from __future__ import annotations

from .check import Checked, PlanInput, check
from .graph import Graph, dot, draw, mermaid
from .interpret import run
from .limits import Limits
from .nodes import Plan
from .options import convert_option
from .outcome import CallRequest, Failure, RunResult, Surroundings
from .printing import to_source
from .problems import Problem, render
from .syntax import parse

__all__ = [
    "CallRequest",
    "Checked",
    "Failure",
    "Graph",
    "Limits",
    "Plan",
    "PlanInput",
    "Problem",
    "RunResult",
    "Surroundings",
    "check",
    "convert_option",
    "dot",
    "draw",
    "mermaid",
    "parse",
    "render",
    "run",
    "to_source",
]
