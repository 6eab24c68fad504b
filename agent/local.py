"""The embedded model: llama.cpp beside the agent, spoken to in OpenAI's dialect by the same client as the others.

It remembers two conversations side by side, one a slot: the plan prompt in one, everything else in the other, so that
an answer does not push the long plan prompt out. `warm` keeps what a slot has read on disk.
"""

from __future__ import annotations

import atexit
import importlib.metadata
import importlib.util
import threading
import time
import weakref
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tools import places
from ..tools.errors import BackendUnavailable, ControllerError, InputError, did_you_mean
from .controller import LOCAL, Ask, Message, OnToken, Reply, Report, Stopper, Usage, Warmth, never
from .llama import Llama, Settings, cores
from .providers import LangChainController
from .states import States
from .streams import StreamError, drain
from .troubles import understand

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

    from ..tools.weights import Store

DEFAULT_WEIGHTS = "qwen2.5-coder-1.5b"
_ENGINE = "xllamacpp"
_SLOTS = {"plan": 0, "answer": 1}
_SLOT_TOKENS = 8192
_OPEN: weakref.WeakSet[LocalController] = weakref.WeakSet()


class LocalController(LangChainController):
    """A GGUF model on this machine. Loading starts at once and in the background; the first question waits for it.

    Args:
        model: The GGUF file.
        name: What it was opened as.
        identity: What tells the file from others, such as its digest.
    """

    def __init__(self, model: Path, name: str, identity: str) -> None:
        # no time limit: it may read for minutes before its first word
        super().__init__(None, name, time_limit=None, takes_grammar=True)
        self.takes_schema, self.context_tokens = True, _SLOT_TOKENS
        engine = f"{_ENGINE} {importlib.metadata.version(_ENGINE)} {_SLOT_TOKENS} plain-attention"
        self._states = States(places.cache() / "prompts", identity, engine)
        self._start = Settings(
            model=str(model),
            slots=len(_SLOTS),
            slot_tokens=_SLOT_TOKENS,
            states=str(self._states.folder),
            threads=cores(),
        )
        self._lock = threading.Lock()
        self._known: dict[int, tuple[Message, ...]] = {}  # which warmed prefix each slot holds
        self._client: tuple[Llama, ChatOpenAI] | None = None
        self._closed = False
        self._llama = Llama(self._start)
        _OPEN.add(self)

    def _connect(self, cancelled: Stopper) -> ChatOpenAI:
        import openai  # these take a second, in which the model loads
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        with self._lock:
            llama = self._running()
        address = llama.address(cancelled)
        with self._lock:
            if self._client is None or self._client[0] is not llama:
                client = ChatOpenAI(
                    model=LOCAL,
                    base_url=f"{address}/v1",
                    api_key=SecretStr(llama.key),
                    max_retries=0,
                    timeout=None,
                    stream_usage=True,
                    use_responses_api=False,
                    # whatever proxy is configured, it is not for a server on this machine
                    openai_proxy="",
                    http_client=openai.DefaultHttpxClient(trust_env=False, timeout=None),
                    http_async_client=openai.DefaultAsyncHttpxClient(trust_env=False, timeout=None),
                )
                self._client = (llama, client)
            return self._client[1]

    def _running(self) -> Llama:
        """The server; started anew when its process has ended."""
        if self._closed:
            raise ControllerError(f"The model {self.name!r} was closed. Open it again.")
        if not self._llama.alive:
            self._known.clear()
            self._llama.close()
            self._llama = Llama(self._start)
        return self._llama

    def _settings(self, ask: Ask, fields: set[str]) -> dict[str, Any]:
        settings = super()._settings(ask, fields)
        settings["extra_body"] = {**settings.get("extra_body", {}), "id_slot": _slot(ask.slot), "cache_prompt": True}
        return settings

    def _answer(self, ask: Ask, on_token: OnToken | None, cancelled: Stopper) -> Reply:
        slot = _slot(ask.slot)
        known = self._known.get(slot, ())
        if ask.messages[: len(known)] != known:
            self._known.pop(slot, None)  # this question pushes the warmed prefix out of the slot
        try:
            return super()._answer(ask, on_token, cancelled)
        except ControllerError as error:
            with self._lock:
                if self._closed or self._llama.alive:
                    raise
                raise ControllerError(
                    f"The process of the model {self.name!r} ended while it was asked ({self._llama.last_words()})."
                    " Is there memory for it? `intermodal models` lists smaller ones."
                ) from error

    def warm(
        self,
        prefix: Sequence[Message],
        slot: str = "plan",
        *,
        report: Report | None = None,
        cancelled: Stopper | None = None,
    ) -> Warmth:
        """See `ChatController.warm`."""
        told, number = tuple(prefix), _slot(slot)
        if self._known.get(number) == told and self._llama.alive:
            return "ready"
        key = self._states.key(told)
        saved = self._states.find(key)
        if saved and self._slot_action(number, "restore", saved, cancelled or never):
            warmth: Warmth = "restored"
        else:
            self._read(told, number, report, cancelled or never)
            self._save(key, number)
            warmth = "read"
        self._known[number] = told
        return warmth

    def count_tokens(self, text: str) -> int:
        """How many tokens `text` has for this model."""
        return len(self._native("/tokenize", {"content": text}, never)["tokens"])

    def close(self) -> None:
        """End the server's process; may be called again. A question that is being answered fails."""
        with self._lock:
            if not self._closed:
                self._closed = True
                _OPEN.discard(self)
                self._known.clear()
                self._llama.close()

    def _read(self, told: tuple[Message, ...], slot: int, report: Report | None, cancelled: Stopper) -> None:
        """Let the slot read a prefix, for one token in return."""
        turns = [{"role": message.role, "content": message.content} for message in told]
        if not told or told[-1].role != "user":
            # a user's turn that has only begun: whatever the question will be, the prompt starts like this
            turns.append({"role": "user", "content": ""})
        body = {"messages": turns, "id_slot": slot, "cache_prompt": True, "max_tokens": 1, "return_progress": True}
        completions = self._connect(cancelled).root_async_client.chat.completions
        started = time.perf_counter()
        timings: dict[str, int] = {}

        async def events() -> AsyncIterator[dict[str, Any]]:
            stream = await completions.create(model=LOCAL, messages=[], stream=True, extra_body=body)
            async with stream:
                async for event in stream:
                    yield event.model_extra or {}

        try:
            for event in drain(events, cancelled=cancelled):
                progress, timings = event.get("prompt_progress"), event.get("timings") or timings
                if report and progress:
                    report(progress["processed"], progress["total"], "tokens")
        except StreamError as failed:
            raise understand(failed.cause, self.name, "").error from failed.cause
        cached = timings.get("cache_n", 0)
        read = Usage(tokens_in=timings.get("prompt_n", 0) + cached, tokens_cached=cached)
        self._count(replace(read, seconds=time.perf_counter() - started))

    def _save(self, key: str, slot: int) -> None:
        """Keep what a slot knows; a full disk costs only the time saved later."""
        written = self._states.temporary()
        try:
            if self._slot_action(slot, "save", written, never):
                self._states.keep(key, written)
        except OSError:
            written.unlink(missing_ok=True)

    def _slot_action(self, slot: int, action: str, file: Path, cancelled: Stopper) -> bool:
        try:
            self._native(f"/slots/{slot}?action={action}", {"filename": file.name}, cancelled)
        except ControllerError:  # a state of another size or make, or a full disk
            return False
        return True

    def _native(self, path: str, body: dict[str, Any], cancelled: Stopper) -> dict[str, Any]:
        """What the server's own interface answers, which can do more than OpenAI's dialect."""
        import openai

        client = self._connect(cancelled).root_client
        try:
            answer = client.post(f"{client.base_url.copy_with(path='')}{path}", cast_to=object, body=body)
        except openai.OpenAIError as error:
            raise understand(error, self.name, "").error from error
        assert isinstance(answer, dict)
        return answer


def open_local(
    model: str = "", *, store: Store | None = None, report: Report | None = None, cancelled: Stopper | None = None
) -> LocalController:
    """The embedded model, or another GGUF file or set of weights; see `controller.open_controller`.

    Raises:
        InputError, BackendUnavailable, WeightsError, Cancelled: See there.
    """
    name = f"{LOCAL}:{model}" if model else LOCAL
    if importlib.util.find_spec(_ENGINE) is None:
        raise BackendUnavailable(
            f"The model {name!r} needs the package {_ENGINE}: pip install 'intermodal[local]'. "
            "Or name another with --model, such as 'openai:gpt-4o-mini'."
        )
    if model.lower().endswith(".gguf") or Path(model).expanduser().is_file():
        path = Path(model).expanduser().absolute()
        if not path.is_file():
            raise InputError(
                f"There is no model file {str(path)!r}. Name a GGUF file that exists, or use --model local."
            )
        facts = path.stat()
        return LocalController(path, name, f"{path} {facts.st_size} {facts.st_mtime_ns}")
    return _from_store(model or DEFAULT_WEIGHTS, name, store, report, cancelled)


def _from_store(
    weights: str, name: str, store: Store | None, report: Report | None, cancelled: Stopper | None
) -> LocalController:
    if store is None:
        from ..tools.weights import Store

        store = Store()
    if weights not in store.names():
        models = [
            known for known in store.names() if any(file.name.endswith(".gguf") for file in store.info(known).files)
        ]
        raise InputError(
            f"There is no local model {weights!r}. Name a GGUF file or a set of weights.{did_you_mean(weights, models)}"
        )
    files = [file for file in store.info(weights).files if file.name.endswith(".gguf")]
    if not files:
        raise InputError(
            f"The weights {weights!r} are not a language model: they hold no GGUF file. Use --model local."
        )
    folder = store.fetch(weights, report, cancelled)
    return LocalController(folder / files[0].name, name, files[0].sha256)


def _slot(name: str) -> int:
    return _SLOTS.get(name, _SLOTS["answer"])


@atexit.register
def _close_all() -> None:
    for controller in list(_OPEN):
        controller.close()
