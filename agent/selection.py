"""The controller as chooser of backends, where `selection = "llm"` is set; the rule itself is in tools/backends.py."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..prompts import render
from ..tools.errors import ControllerError

if TYPE_CHECKING:
    from ..tools.backends import Candidate
    from ..tools.contract import Tool
    from .controller import ChatController

_MAX_TOKENS = 60


class Adviser:
    """Has the controller choose among the usable backends of a tool, from their cards: once a tool.

    Args:
        controller: Gives the language model.
    """

    def __init__(self, controller: Callable[[], ChatController]) -> None:
        self._controller = controller
        self._chosen: dict[str, str] = {}
        self._asking = threading.Lock()

    def __call__(self, tool: Tool, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
        """The candidates with the chosen one first; in the rule's order when the controller names none of them."""
        with self._asking:
            if tool.name not in self._chosen:
                self._chosen[tool.name] = self._ask(tool, candidates)
            chosen = self._chosen[tool.name]
        return sorted(candidates, key=lambda candidate: candidate.backend.name != chosen)

    def _ask(self, tool: Tool, candidates: Sequence[Candidate]) -> str:
        names = [candidate.backend.name for candidate in candidates]
        schema = {
            "type": "object",
            "properties": {"backend": {"type": "string", "enum": names}},
            "required": ["backend"],
            "additionalProperties": False,
        }
        prompt = render("choose_backend.md", summary=tool.signature.summary, cards=list(map(card, candidates)))
        try:
            reply = self._controller().write(prompt, max_tokens=_MAX_TOKENS, schema=schema)
        except ControllerError:
            return ""  # the rule's order does
        return _named(reply)


def card(candidate: Candidate) -> dict[str, Any]:
    """What the controller reads of a backend."""
    backend, record = candidate.backend, candidate.record
    worked = record.calls > record.failures
    notes = [f"downloads {' and '.join(candidate.to_fetch)} first"] if candidate.to_fetch else []
    notes += [f"{record.success:.0%} of {record.calls} calls here went well"] if record.calls else []
    return {
        "name": backend.name,
        "quality": f"{backend.quality:g}",
        "speed": f"{record.seconds:.1f} s a call here" if worked else "speed not known here",
        "sends_to": f"to {backend.sends_to}" if backend.sends_to else "nowhere",
        "licence": backend.licence,
        "memory": backend.memory,
        "notes": "".join(f", {note}" for note in notes),
    }


def _named(reply: str) -> str:
    found = re.search(r"\{.*\}", reply, re.DOTALL)
    try:
        value = json.loads(found.group()) if found else {}
    except ValueError:
        return ""
    return str(value.get("backend", "")) if isinstance(value, dict) else ""
