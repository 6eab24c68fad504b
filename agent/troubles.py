"""What goes wrong between here and a chat model, in words, and whether asking again may help.

Every provider package has exceptions of its own, but nearly all of them carry an HTTP status and the response; that is
what is looked at, so that a package that nobody here has seen is understood too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..tools.errors import ControllerError, IntermodalError

PATIENCE = 60.0  # seconds that are waited, at most, when a server names a time
_LONGEST_QUOTE = 300
_TOO_LONG = re.compile(
    r"context.{0,20}(length|size|window)|too many tokens|prompt is too long|maximum.{0,20}tokens", re.I
)
_ADDRESSES = {"openai": "OPENAI_BASE_URL", "ollama": "OLLAMA_HOST", "anthropic": "ANTHROPIC_BASE_URL"}
_LOST = ("connect", "transport", "protocolerror", "readerror", "remoteprotocol")


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One failed attempt.

    Args:
        error: What to raise when it is not tried again.
        again: How many more attempts it deserves.
        wait: Seconds that the server asked to wait first, if it did.
    """

    error: IntermodalError
    again: int = 0
    wait: float | None = None


def understand(error: Exception, name: str, key: str) -> Trouble:
    """What `error` means for the model `name`, whose key is in the environment variable `key`."""
    status, said = _status(error), _quote(error)
    if isinstance(error, TimeoutError) or "timeout" in type(error).__name__.lower():
        return _trouble(
            f"The model {name!r} did not answer in time: {said}. Try again, or name another with --model.", 1
        )
    if status in (401, 403):
        advice = f"Check the key in the environment variable {key}." if key else "Check its key."
        return _trouble(f"The model {name!r} refused access (HTTP {status}). {advice} It said: {said}")
    if status == 404:
        return _trouble(f"The server of {name!r} does not know that model (HTTP 404). Check its name. It said: {said}")
    if status == 429:
        return _rate_limit(error, name, said)
    if _TOO_LONG.search(said):
        return _too_long(error, name, said)
    if status in (408, 409) or (status or 0) >= 500:
        return _trouble(
            f"The server of {name!r} failed (HTTP {status}), three times. Try again later. It said: {said}", 2
        )
    if status is None and _is_lost(error):
        variable = _ADDRESSES.get(name.partition(":")[0])
        where = f"the server's address (the environment variable {variable})" if variable else "that its server runs"
        return _trouble(
            f"The model {name!r} can't be reached: {said}. Check the network and {where}, or use --model local.", 2
        )
    return _trouble(f"The model {name!r} could not answer ({type(error).__name__}): {said}")


def refused_parameter(error: Exception) -> str:
    """Which of the parameters that not every model takes a server's refusal (HTTP 400) is about; "" when none."""
    if _status(error) not in (400, 422):
        return ""
    said = str(error).lower()
    return next(
        (name for name in ("temperature", "seed", "stop", "stream_options", "response_format") if name in said), ""
    )


def _too_long(error: Exception, name: str, said: str) -> Trouble:
    body = getattr(error, "body", None)
    facts = body if isinstance(body, dict) else {}
    if "n_prompt_tokens" in facts and "n_ctx" in facts:  # llama.cpp gives the figures
        how = f"is {facts['n_prompt_tokens']:,} tokens long, and it takes {facts['n_ctx']:,} at once"
        return _trouble(f"What the model {name!r} was to read {how}. Shorten it, or attach less.")
    return _trouble(
        f"What the model {name!r} was to read is longer than it takes. Shorten it, or attach less. It said: {said}"
    )


def _rate_limit(error: Exception, name: str, said: str) -> Trouble:
    if "insufficient_quota" in str(error) or "billing" in said.lower():
        return _trouble(f"The account behind {name!r} has no credit left (HTTP 429). It said: {said}")
    wait = _retry_after(error)
    if wait is not None and wait > PATIENCE:
        return _trouble(
            f"The model {name!r} is over its rate limit, and asks to wait {wait:.0f} s. Try again after that."
        )
    return _trouble(
        f"The model {name!r} is over its rate limit (HTTP 429). Wait a minute and try again. It said: {said}", 2, wait
    )


def _trouble(message: str, again: int = 0, wait: float | None = None) -> Trouble:
    return Trouble(error=ControllerError(message), again=again, wait=wait)


def _status(error: BaseException) -> int | None:
    for value in (
        getattr(error, "status_code", None),
        getattr(getattr(error, "response", None), "status_code", None),
        getattr(error, "code", None),
    ):
        if isinstance(value, int) and 100 <= value < 600:
            return value
    return None


def _retry_after(error: BaseException) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return max(0.0, float(headers["retry-after"]))
    except (KeyError, ValueError):  # not there, or a date, which hardly any server sends
        return None


def _is_lost(error: BaseException | None) -> bool:
    while error is not None:
        names = " ".join(kind.__name__.lower() for kind in type(error).__mro__)
        if isinstance(error, ConnectionError) or any(word in names for word in _LOST):
            return True
        error = error.__cause__
    return False


def _quote(error: Exception) -> str:
    """What the server said, without the wrapping that its package puts around it."""
    body = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, dict) else None
    said = inner.get("message") if isinstance(inner, dict) else None
    text = " ".join(str(said or error.__cause__ or error).split()) or type(error).__name__
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 3] + "..."
