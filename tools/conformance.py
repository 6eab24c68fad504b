"""What a good tool keeps to, as far as can be told without an agent: its declaration, and bad inputs to try on it.

agent/trial.py runs the tool; `intermodal.testing.check_tool` is the way in.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .contract import Parameter, Signature
from .kinds import Kind
from .values import FILE_KINDS, File

LONGEST_SUMMARY = 105  # characters: the controller reads the summaries of all tools
_ENDINGS = {"Image": ".png", "Audio": ".wav", "Video": ".mp4", "Document": ".pdf"}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Args:
        tool: The tool's name, or the file that should hold it.
        what: What was looked at, in a word or two; with the backend where it was run.
        ok: Whether it is as it should be.
        detail: What was found.
        remedy: What to do about it; empty where nothing has to be done.
    """

    tool: str
    what: str
    ok: bool
    detail: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{'ok  ' if self.ok else 'FAIL'} {self.tool}, {self.what}: {self.detail}"
        return f"{text}\n     -> {self.remedy}" if self.remedy else text


@dataclass(frozen=True, kw_only=True)
class Report:
    """All findings about a tool, or about the tools of one file."""

    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return not self.failed

    @property
    def failed(self) -> tuple[Finding, ...]:
        """What is not as it should be."""
        return tuple(finding for finding in self.findings if not finding.ok)

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings))

    def require(self) -> Report:
        """This report, when nothing failed.

        Raises:
            AssertionError: Something did; the message lists all of it.
        """
        if self.failed:
            raise AssertionError("\n".join(map(str, self.failed)))
        return self


def of_declaration(signature: Signature) -> Iterator[Finding]:
    """Findings about what a tool's author wrote above its code."""
    name, summary = signature.name, signature.summary
    yield Finding(tool=name, what="signature", ok=True, detail=str(signature))
    short = len(summary) <= LONGEST_SUMMARY and "\n" not in summary
    yield Finding(
        tool=name,
        what="summary",
        ok=short,
        detail=summary if short else f"{len(summary)} characters",
        remedy=""
        if short
        else f"say in one line of at most {LONGEST_SUMMARY} characters what goes in and what comes out",
    )
    bare = [parameter.name for parameter in signature.parameters if not parameter.help]
    yield Finding(
        tool=name,
        what="parameters",
        ok=not bare,
        detail=f"no help for {', '.join(bare)}" if bare else "each has its help",
        remedy="describe them under `Args:` in the docstring" if bare else "",
    )
    if not signature.example:
        remedy = f'add a line of plan under `Example:` in the docstring, such as `result = {name}("photo.png")`'
        yield Finding(tool=name, what="example", ok=False, detail="there is none", remedy=remedy)


def spoiled(signature: Signature, arguments: Mapping[str, Any], folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Calls that the tool must refuse in words or manage: one argument of `arguments` at a time made bad.

    Args:
        signature: The tool's.
        arguments: Of a call that works.
        folder: Where bad files are made.

    Yields:
        What was made bad, and the arguments.
    """
    for parameter in signature.parameters:
        for what, value in _bad_values(parameter, folder):
            yield f"{parameter.name} is {what}", {**arguments, parameter.name: value}


def _bad_values(parameter: Parameter, folder: Path) -> Iterator[tuple[str, Any]]:
    kind = parameter.kind
    if kind.choices or kind.is_record or kind.name in ("bool", "Any"):
        return  # the plan's checker lets nothing else through
    if kind.is_file:
        yield from _bad_files(kind, folder)
    elif kind.item is not None:
        yield "an empty list", []
        if kind.item.is_file:
            yield from ((f"a list with {what}", [file]) for what, file in _bad_files(kind.item, folder))
    elif kind.name == "str":
        yield "an empty text", ""
        yield "an odd text", "\u2603 \u0000 <no such thing>\n"
    else:
        yield "0", 0
        yield "-1", -1
        if kind.name == "float":
            yield "not a number", float("nan")


def _bad_files(kind: Kind, folder: Path) -> Iterator[tuple[str, File]]:
    make, ending = FILE_KINDS[kind.name], _ENDINGS[kind.name]
    yield "a file that does not exist", make(folder / f"no-such-file{ending}")
    for what, stem, content in (
        ("an empty file", "empty", b""),
        ("a broken file", "broken", b"\x07nonsense" * 99),
    ):
        path = folder / f"{stem}{ending}"
        path.write_bytes(content)
        yield what, make(path)


def fingerprint(value: Any) -> str:
    """A text that is the same for equal results; files count by their bytes, not by their names."""
    if isinstance(value, File):
        return hashlib.sha256(value.path.read_bytes()).hexdigest()
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(fingerprint, value))}]"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = (f"{part.name}={fingerprint(getattr(value, part.name))}" for part in dataclasses.fields(value))
        return f"{type(value).__name__}({', '.join(parts)})"
    return repr(value)


def has_text_form(value: Any) -> bool:
    """Whether a result says itself how it reads: a record has a `__str__` of its own."""
    record = dataclasses.is_dataclass(value) and not isinstance(value, (type, File))
    return not record or any("__str__" in vars(kind) for kind in type(value).__mro__[:-1])
