"""From observations to an answer. The controller writes it; what it names must exist.

A sentence that names a file or handle which is not there is dropped. When nothing is left, or the controller fails,
the observations are shown plainly. What failed is said by this module, not left to the model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from ..prompts import render, turns
from ..tools.errors import Cancelled, ControllerError
from .engine.executor import Step

if TYPE_CHECKING:
    from .artifacts import Artifact
    from .controller import ChatController, Message

OBSERVED = 1500  # characters of one result that the controller reads
MAX_TOKENS = 300
SLOT = "answer"  # where the model keeps what every such question begins with
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'(*-])|\n+")
_HANDLE = re.compile(r"\b(?:image|audio|video|document)-\d+\b")
_ENDINGS = "png|jpe?g|gif|bmp|webp|svg|wav|mp3|flac|ogg|m4a|mp4|mov|mkv|webm|avi|pdf|docx|html?|csv|txt|srt|vtt"
_FILE = re.compile(rf"[\w][\w .-]*?\.(?:{_ENDINGS})\b", re.I)
_PATH = re.compile(r"\[(?:path|file|link|url)[^\]]*\]|\bsandbox:\S+|\bfile://\S+", re.I)


@dataclass(frozen=True, kw_only=True)
class Response:
    """An answer's text.

    Args:
        text: The answer.
        composed: Whether the controller wrote it; else the observations stand as they are.
        invented: Whether the controller wrote one that nothing was left of: all of it named what does not exist.
    """

    text: str
    composed: bool
    invented: bool = False


def respond(
    request: str,
    steps: Sequence[Step],
    artifacts: Sequence[Artifact],
    controller: ChatController | None,
    *,
    passed_on: Collection[str] = (),
    cancelled: Callable[[], bool] | None = None,
) -> Response:
    """Answer a request from what was observed.

    Args:
        request: What the person wanted.
        steps: What was done.
        artifacts: Every file of the session.
        controller: Writes the answer; None to show the results as they are.
        passed_on: Names whose values only served later steps, so that they are not results themselves.
        cancelled: Whether to stop.
    """
    top = [step for step in steps if not step.parent]
    ends = [step for step in top if not step.error and (not step.target or step.target not in passed_on)]
    said = _said(request, top, controller, cancelled) if controller is not None else ""
    text = true_sentences(said, artifacts, request, [step.text for step in top])
    body = text or plain(ends)
    named = _HANDLE.findall(body)
    unnamed = [handle for step in ends for handle in step.files if handle in step.text and handle not in named]
    files = f"Made: {', '.join(unnamed)}." if unnamed else ""
    failures = "\n".join(f"Not done: {step.tool}: {step.error}" for step in top if step.error)
    parts = [part for part in (body, files, failures) if part]
    invented = bool(said) and not text
    return Response(text="\n".join(parts) or "Nothing came out.", composed=bool(text), invented=invented)


def plain(steps: Sequence[Step]) -> str:
    """The results as they are: one by itself, several each under the name that the plan gave it."""
    if len(steps) == 1:
        return steps[0].text or "Done."
    return "\n".join(f"{step.target or step.tool}: {step.text or 'done'}" for step in steps)


def _said(
    request: str,
    steps: Sequence[Step],
    controller: ChatController,
    cancelled: Callable[[], bool] | None,
) -> str:
    """What the controller answers; empty when it fails."""
    from .controller import Message

    observations = [
        {
            "call": step.call,
            "comment": step.comment,
            "text": shortened(step.text, OBSERVED),
            "error": step.error,
            "files": step.files,
        }
        for step in steps
    ]
    messages = [
        *opening(),
        Message("user", render("answer.md", request=request, observations=observations)),
    ]
    try:
        controller.warm(opening(), SLOT, cancelled=cancelled)
        reply = controller.chat(messages, max_tokens=MAX_TOKENS, slot=SLOT, cancelled=cancelled)
    except Cancelled:
        raise
    except ControllerError:
        return ""
    text = reply.text.strip()
    if reply.cut_off:
        text = text[: max(text.rfind(mark) for mark in ".!?\n") + 1] or text
    return text


def opening() -> list[Message]:
    """What every question for an answer begins with, byte for byte the same, so that the model may keep it read."""
    from .controller import Message

    examples = [Message(cast(Any, role), text) for role, text in turns("answer_examples.md")]
    return [Message("system", render("answer_system.md")), *examples]


def shortened(text: str, most: int) -> str:
    """A text of which at most so many characters are kept: its beginning and its end."""
    if len(text) <= most:
        return text
    return f"{text[: most // 2]}\n[... {len(text) - most} characters left out ...]\n{text[-most // 2 :]}"


def true_sentences(text: str, artifacts: Sequence[Artifact], request: str, results: Sequence[str]) -> str:
    """The text without the sentences that name a file or handle which does not exist.

    A file name counts as existing when an artifact has it, or when the request or a result says it.
    """
    handles = {artifact.handle for artifact in artifacts}
    names = {artifact.path.name.lower() for artifact in artifacts} | {artifact.name.lower() for artifact in artifacts}
    said = " ".join([request, *results]).lower()

    def holds(sentence: str) -> bool:
        if _PATH.search(sentence) or any(handle not in handles for handle in _HANDLE.findall(sentence)):
            return False
        files = (match.strip().lower() for match in _FILE.findall(sentence))
        return all(any(file.endswith(name) for name in names) or file.split()[-1] in said for file in files)

    pieces = re.split(f"({_SENTENCE.pattern})", text)
    kept = [piece + gap for piece, gap in zip(pieces[::2], [*pieces[1::2], ""], strict=True) if holds(piece)]
    return "".join(kept).strip()
