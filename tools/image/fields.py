"""Named fields of a receipt, an invoice or a card: `read_fields`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ... import prompts
from ..context import Context
from ..contract import tool
from ..errors import ControllerError
from ..values import Image

RECEIPT = ("seller", "date", "total", "phone")
CARD = ("name", "company", "phone", "email", "website", "address")
LONGEST = 1500  # characters of the text that the controller is shown


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field: its name and what stands there, word for word."""

    name: str
    value: str

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


@dataclass(frozen=True, kw_only=True)
class Fields:
    """The fields found on a paper, the names of those not found, and all of its text."""

    fields: list[Field]
    missing: list[str]
    text: str

    def __str__(self) -> str:
        found = [str(field) for field in self.fields]
        return "\n".join([*found, *([f"not found: {', '.join(self.missing)}"] if self.missing else [])])


@tool(room="", time_limit=180.0, memory=100)
def read_fields(image: Image, ctx: Context, fields: list[str] | None = None) -> Fields:
    """Read named fields (seller, date, total, name, phone, email ...) from a receipt, invoice or card.

    Every value is checked to stand in the text that was read; what does not is left out.

    Args:
        image: The picture of the paper.
        fields: The fields' names; when not given, those that receipts or cards commonly have.

    Returns:
        The fields found, word for word, and the names of those that were not found.

    Example:
        receipt = read_fields("page.png", fields=["date", "total"])
    """
    text = ctx.need_call()("read_text", image=image).text
    wanted = list(dict.fromkeys(name.strip().lower() for name in fields or [] if name.strip())) or _usual(text)
    found = {name: value for name in wanted if (value := by_pattern(name, text))}
    rest = [name for name in wanted if name not in found]
    if rest and text and ctx.controller is not None:
        found |= _by_controller(rest, text, ctx)
    return Fields(
        fields=[Field(name=name, value=found[name]) for name in wanted if name in found],
        missing=[name for name in wanted if name not in found],
        text=text,
    )


def _usual(text: str) -> list[str]:
    return list(RECEIPT if re.search(r"\b(?:total|receipt|invoice|cash|vat|tax)\b", text, re.IGNORECASE) else CARD)


_AMOUNT = r"(?:[$€£]\s?)?\d{1,3}(?:[,. ]?\d{3})*[.,]\d{2}(?:\s?(?:[$€£]|EUR|USD|GBP)\b)?"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATES = (
    r"\d{4}-\d\d-\d\d",
    r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}",
    rf"\d{{1,2}}\.? {_MONTH},? \d{{4}}",
    rf"{_MONTH} \d{{1,2}},? \d{{4}}",
)
_PATTERNS = {
    "date": "|".join(_DATES),
    "time": r"\b\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]m)?\b",
    "email": r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    "website": r"(?:https?://|www\.)[^\s,]+|(?<![@\w.-])[\w-]+\.(?:com|org|net|io|de|co\.uk|eu)(?:/[^\s,]*)?\b",
    "phone": r"(?:(?<=tel)|(?<=phone)|(?<=mobile)|(?<=\s)|^)[.: ]*(\+?\(?\d[\d ()-]{6,}\d)",
}
_ALSO = {"e-mail": "email", "mail": "email", "web": "website", "url": "website", "telephone": "phone", "tel": "phone"}


def by_pattern(name: str, text: str) -> str:
    """A field whose look gives it away (date, time, email, website, phone, total); empty for others, or when absent."""
    name = _ALSO.get(name, name)
    if name in ("total", "amount", "sum", "total amount", "amount due"):
        return _total(text)
    if name not in _PATTERNS:
        return ""
    match = re.search(_PATTERNS[name], text, re.IGNORECASE | re.MULTILINE)
    return (match[1] if match.groups() else match[0]).strip() if match else ""


def _total(text: str) -> str:
    """The last amount of the line that says total: a grand total before a plain one, never a subtotal."""
    searches: Sequence[Callable[[str], object]] = [
        re.compile(pattern, re.IGNORECASE).search
        for pattern in (r"grand total|total due|amount due|balance due|to pay", r"(?<!sub)(?<!sub )(?<!sub-)total")
    ]
    lines = text.split("\n")
    for search in searches:
        for number, line in enumerate(lines):
            if search(line):
                amounts = re.findall(_AMOUNT, " ".join(lines[number : number + 2])) if number + 1 < len(lines) else []
                own = re.findall(_AMOUNT, line)
                if own or amounts:
                    return str((own or amounts[:1])[-1]).strip()
    return ""


def _by_controller(names: list[str], text: str, ctx: Context) -> dict[str, str]:
    """What the controller takes for these fields, as far as it stands in the text."""
    schema = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in names},
        "required": names,
        "additionalProperties": False,
    }
    prompt = prompts.render("fields.md", text=text[:LONGEST], names=names)
    try:
        reply = ctx.need_controller().write(prompt, max_tokens=40 * len(names) + 20, schema=schema)
        answer = json.loads(reply[reply.index("{") : reply.rindex("}") + 1])
    except (ControllerError, ValueError):
        return {}
    values = {name: answer.get(name) for name in names} if isinstance(answer, dict) else {}
    return {name: value.strip() for name, value in values.items() if isinstance(value, str) and stands_in(value, text)}


def stands_in(value: str, text: str) -> bool:
    """Whether a value stands in the text word for word, spaces and capitals aside."""
    flat, inside = ("".join(part.split()).lower() for part in (value, text))
    return bool(flat) and flat in inside
