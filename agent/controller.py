"""The language model that plans, answers and writes: one small surface, whatever model is behind it.

`open_controller(name)` finds the model: "local" (the embedded one, agent/local.py) or any chat model that LangChain
knows ("openai:gpt-4o-mini", "ollama:qwen3", "anthropic:...", agent/providers.py). `intermodal.testing.ScriptedModel`
has the same surface. Text goes in and text comes out; what is said lives in prompts/, never here.
"""

from __future__ import annotations

import math
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from ..tools.errors import ControllerError

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..tools.weights import Store

LOCAL = "local"
Role = Literal["system", "user", "assistant"]
OnToken = Callable[[str], None]
Report = Callable[[float, float | None, str], None]
Stopper = Callable[[], bool]
Warmth = Literal["ready", "restored", "read", "none"]

_BYTES_PER_TOKEN = 3.5  # of English and code; other writing systems have fewer


@dataclass(frozen=True)
class Message:
    """One turn of what the model is told."""

    role: Role
    content: str


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the model wrote, and what it cost.

    Args:
        text: What it wrote.
        tokens_in: Tokens that it was told, those from its memory included.
        tokens_cached: How many of `tokens_in` it did not have to read again.
        tokens_out: Tokens that it wrote.
        seconds: From the question to the last token.
        cut_off: Whether the limit of tokens ended the text, so that it may be incomplete.
    """

    text: str
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    cut_off: bool = False


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a number of calls cost together; `after - before` is what happened in between."""

    calls: int = 0
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0
    seconds: float = 0.0

    def __add__(self, other: Usage) -> Usage:
        return Usage(**{name: getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__})

    def __sub__(self, other: Usage) -> Usage:
        return Usage(**{name: getattr(self, name) - getattr(other, name) for name in self.__dataclass_fields__})

    def __str__(self) -> str:
        calls = "1 call" if self.calls == 1 else f"{self.calls} calls"
        tokens = "1 token" if self.tokens_out == 1 else f"{self.tokens_out:,} tokens"
        return f"{calls}, {tokens} written, {self.seconds:.1f} s"


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One question, as a model behind the surface gets it; the fields are those of `ChatController.chat`."""

    messages: tuple[Message, ...]
    max_tokens: int
    grammar: str | None = None
    schema: Mapping[str, Any] | None = None
    stop: tuple[str, ...] = ()
    slot: str = "plan"
    temperature: float = 0.0
    seed: int = 0
    ends: Callable[[str], bool] | None = None


def never() -> bool:
    """Nobody stops it."""
    return False


class ChatController(ABC):
    """A chat model. Safe to use from several threads.

    Attributes:
        name: What it was opened as, such as "local" or "openai:gpt-4o-mini".
        takes_grammar: Whether `grammar` is followed; otherwise it is left out, and replies must be checked.
        takes_schema: Whether `schema` is followed.
        context_tokens: How many tokens one conversation may have, the reply included.
    """

    name: str
    takes_grammar: bool = False
    takes_schema: bool = False
    context_tokens: int = 16_384

    def __init__(self) -> None:
        self._usage = Usage()
        self._usage_lock = threading.Lock()

    @abstractmethod
    def _answer(self, ask: Ask, on_token: OnToken | None, cancelled: Stopper) -> Reply:
        """One reply to one question; `seconds` is filled in by the caller. Raises ControllerError or Cancelled."""

    def chat(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 512,
        grammar: str | None = None,
        schema: Mapping[str, Any] | None = None,
        stop: Sequence[str] = (),
        slot: str = "plan",
        temperature: float = 0.0,
        seed: int = 0,
        ends: Callable[[str], bool] | None = None,
        on_token: OnToken | None = None,
        cancelled: Stopper | None = None,
    ) -> Reply:
        """The model's next turn.

        Args:
            messages: The conversation so far.
            max_tokens: Where the reply is cut off.
            grammar: GBNF that the reply must follow, where `takes_grammar`.
            schema: JSON schema that the reply must follow, where `takes_schema`.
            stop: Texts that end the reply; they are not part of it.
            slot: Which of the local model's two memories is used: "plan", or "answer" for everything else.
            temperature: 0 gives the same reply to the same question; above, replies vary with `seed`.
            seed: For the chance in it.
            ends: Asked about each new piece of the reply; once it says so, the reply ends with that piece. What a reply
                that ended so was told is not in its cost.
            on_token: Receives the reply piece by piece as it is written.
            cancelled: Asked several times a second; once true, the model is stopped and Cancelled raised.

        Raises:
            ControllerError: It can't be reached, refuses, the messages are too long, or it gave nothing twice.
            Cancelled: `cancelled()` became true.
        """
        ask = Ask(
            messages=tuple(messages), max_tokens=max_tokens, grammar=grammar, schema=schema, stop=tuple(stop),
            slot=slot, temperature=temperature, seed=seed, ends=ends,
        )  # fmt: skip
        reply = self._timed(ask, on_token, cancelled or never)
        if not reply.text.strip() and not reply.cut_off:
            # the same question to a model without chance in it would give the same nothing
            reply = self._timed(replace(ask, temperature=max(temperature, 0.7)), on_token, cancelled or never)
        if not reply.text.strip():
            how = f"used all {max_tokens} tokens it may write without a word" if reply.cut_off else "twice gave no text"
            raise ControllerError(
                f"The model {self.name!r} {how}. Ask again in other words, or name another with --model."
            )
        return reply

    def write(
        self,
        prompt: str,
        *,
        system: str = "",
        max_tokens: int = 400,
        grammar: str | None = None,
        schema: Mapping[str, Any] | None = None,
        cancelled: Stopper | None = None,
    ) -> str:
        """The model's reply to one prompt, as tools ask for it; see `tools.context.Controller`."""
        told = [Message("system", system)] if system else []
        return self.chat(
            [*told, Message("user", prompt)],
            max_tokens=max_tokens, grammar=grammar, schema=schema, slot="answer", cancelled=cancelled,
        ).text  # fmt: skip

    def warm(
        self,
        prefix: Sequence[Message],  # noqa: ARG002 (most models have no memory of their own to fill)
        slot: str = "plan",  # noqa: ARG002
        *,
        report: Report | None = None,  # noqa: ARG002
        cancelled: Stopper | None = None,  # noqa: ARG002
    ) -> Warmth:
        """Make the model know `prefix`, so that a conversation that starts with it begins at once.

        Returns:
            "ready": it knew already; "restored": from disk; "read": it read it now (`report` receives tokens done, all
            tokens, "tokens"), and what it knows is kept on disk; "none": this model has no memory of its own to fill.
        """
        return "none"

    def count_tokens(self, text: str) -> int:
        """How many tokens `text` has; an estimate, rather too high than too low, where the model can't be asked."""
        return math.ceil(len(text.encode()) / _BYTES_PER_TOKEN)

    @property
    def usage(self) -> Usage:
        """What all calls so far cost together."""
        with self._usage_lock:
            return self._usage

    def close(self) -> None:  # noqa: B027 (most models hold nothing)
        """Let go of what the model holds; may be called again."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _timed(self, ask: Ask, on_token: OnToken | None, cancelled: Stopper) -> Reply:
        started = time.perf_counter()
        reply = replace(self._answer(ask, on_token, cancelled), seconds=time.perf_counter() - started)
        cost = Usage(
            calls=1, tokens_in=reply.tokens_in, tokens_cached=reply.tokens_cached, tokens_out=reply.tokens_out,
            seconds=reply.seconds,
        )  # fmt: skip
        self._count(cost)
        return reply

    def _count(self, cost: Usage) -> None:
        with self._usage_lock:
            self._usage += cost


def open_controller(
    name: str = "", *, store: Store | None = None, report: Report | None = None, cancelled: Stopper | None = None
) -> ChatController:
    """The chat model of that name.

    Args:
        name: "" or "local": the embedded model. "local:PATH.gguf" or "local:NAME": another GGUF file, or a set of the
            weights store. "PROVIDER:MODEL": any chat model of LangChain; `openai:` respects OPENAI_BASE_URL.
            "llamacpp:http://HOST:PORT": a server of llama.cpp, which takes a grammar.
        store: Where the local model's weights come from.
        report: Receives (done, total, "B") while weights are fetched.
        cancelled: Stops the fetching.

    Raises:
        InputError: No such model or provider.
        BackendUnavailable: A package is missing; the message says what to install.
        WeightsError: The local model's weights can't be had.
        ControllerError: A key is missing.
    """
    provider, _, model = (name.strip() or LOCAL).partition(":")
    if provider == LOCAL:
        from .local import open_local

        return open_local(model, store=store, report=report, cancelled=cancelled)
    from .providers import open_model

    return open_model(provider, model)
