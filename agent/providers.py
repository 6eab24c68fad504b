"""Chat models of other makers, through LangChain's one interface for all of them."""

from __future__ import annotations

import os
import re
import time
from collections.abc import AsyncIterator, Generator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..tools.errors import BackendUnavailable, Cancelled, ControllerError, InputError, did_you_mean
from .controller import LOCAL, Ask, ChatController, OnToken, Reply, Stopper
from .schemas import is_strict
from .streams import StreamError, drain
from .troubles import refused_parameter, understand

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

# provider -> (package, the environment variable of its key); others that LangChain knows work too
PROVIDERS = {
    "anthropic": ("langchain-anthropic", "ANTHROPIC_API_KEY"),
    "azure_openai": ("langchain-openai", "AZURE_OPENAI_API_KEY"),
    "bedrock_converse": ("langchain-aws", "AWS_ACCESS_KEY_ID"),
    "cohere": ("langchain-cohere", "COHERE_API_KEY"),
    "deepseek": ("langchain-deepseek", "DEEPSEEK_API_KEY"),
    "fireworks": ("langchain-fireworks", "FIREWORKS_API_KEY"),
    "google_genai": ("langchain-google-genai", "GOOGLE_API_KEY"),
    "google_vertexai": ("langchain-google-vertexai", "GOOGLE_APPLICATION_CREDENTIALS"),
    "groq": ("langchain-groq", "GROQ_API_KEY"),
    "huggingface": ("langchain-huggingface", "HUGGINGFACEHUB_API_TOKEN"),
    "llamacpp": ("langchain-openai", "LLAMA_API_KEY"),
    "mistralai": ("langchain-mistralai", "MISTRAL_API_KEY"),
    "nvidia": ("langchain-nvidia-ai-endpoints", "NVIDIA_API_KEY"),
    "ollama": ("langchain-ollama", ""),
    "openai": ("langchain-openai", "OPENAI_API_KEY"),
    "openrouter": ("langchain-openrouter", "OPENROUTER_API_KEY"),
    "perplexity": ("langchain-perplexity", "PPLX_API_KEY"),
    "together": ("langchain-together", "TOGETHER_API_KEY"),
    "xai": ("langchain-xai", "XAI_API_KEY"),
}
_LLAMACPP = "llamacpp"  # a server of llama.cpp, named by its address
_DIALECT = {"stream_usage": True, "use_responses_api": False}
_TIME_LIMIT = 120.0  # seconds without a sign of life
_BACKOFF = 1.0  # seconds before the second attempt; doubles
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>\s*", re.DOTALL)  # what some servers leave in front of the reply
_CUT_OFF = {"length", "max_tokens", "MAX_TOKENS", "model_length"}
_NUM_CTX = 16_384  # Ollama's own default is small, and it drops the beginning of what is longer


class LangChainController(ChatController):
    """Any LangChain chat model.

    Args:
        model: The model.
        name: What it was opened as.
        key: The environment variable that holds its key, for messages; "" when it needs none.
        time_limit: Seconds without a sign of life after which the model counts as hanging; None waits for ever.
        takes_grammar: Whether its server follows GBNF in the field `grammar`, as llama.cpp's does.
    """

    def __init__(
        self,
        model: BaseChatModel | None,
        name: str,
        *,
        key: str = "",
        time_limit: float | None = _TIME_LIMIT,
        takes_grammar: bool = False,
    ) -> None:
        super().__init__()
        self.name, self.takes_grammar = name, takes_grammar
        self._model, self._key, self._time_limit = model, key, time_limit
        self._refused: set[str] = set()
        self.takes_schema = model is not None and bool({"extra_body", "format"} & _fields(model))
        known = (getattr(model, "profile", None) or {}).get("max_input_tokens")
        self.context_tokens = int(known or getattr(model, "num_ctx", None) or self.context_tokens)

    def _connect(self, cancelled: Stopper) -> BaseChatModel:  # noqa: ARG002 (the local model has to load)
        """The model, ready to be asked."""
        assert self._model is not None
        return self._model

    def _answer(self, ask: Ask, on_token: OnToken | None, cancelled: Stopper) -> Reply:
        attempt = 0
        while True:
            heard: list[AIMessageChunk] = []
            try:
                with closing(self._stream(ask, cancelled)) as stream:
                    for chunk in stream:
                        heard.append(chunk)
                        if on_token and chunk.text:
                            on_token(chunk.text)
                        if ask.ends and chunk.text and ask.ends(chunk.text):
                            written = [piece for piece in heard if piece.text]  # one token each, or about that
                            return replace(_reply(heard), tokens_out=len(written))
                return _reply(heard)
            except StreamError as failed:
                parameter = refused_parameter(failed.cause)
                if parameter and parameter not in self._refused:
                    self._refused.add(parameter)
                    continue
                trouble = understand(failed.cause, self.name, self._key)
                # what was shown can't be taken back
                told = (on_token or ask.ends) and any(chunk.text for chunk in heard)
                if told or attempt >= trouble.again:
                    raise trouble.error from failed.cause
                _sleep(_BACKOFF * 2**attempt if trouble.wait is None else trouble.wait, cancelled)
                attempt += 1

    def _stream(self, ask: Ask, cancelled: Stopper) -> Generator[AIMessageChunk, None, None]:
        told = [(message.role, message.content) for message in ask.messages]
        model = self._connect(cancelled)
        settings = self._settings(ask, _fields(model))
        stop = list(ask.stop) if "stop" not in self._refused else []
        # set on a copy of the model and not in the call: only that is understood by every maker's class
        asked = model.model_copy(update={**settings, **{name: None for name in self._refused if name in settings}})

        def source() -> AsyncIterator[AIMessageChunk]:
            return asked.astream(told, stop=stop or None)

        return drain(source, cancelled=cancelled, silence=self._time_limit)

    def _settings(self, ask: Ask, fields: set[str]) -> dict[str, Any]:
        """How this model's class, which has these `fields`, calls what is asked for; what it can't say is left out."""
        limits = [name for name in ("max_tokens", "num_predict", "max_output_tokens") if name in fields]
        settings: dict[str, Any] = dict.fromkeys(limits[:1], ask.max_tokens)
        settings |= {name: getattr(ask, name) for name in ("temperature", "seed") if name in fields}
        if "format" in fields and ask.schema is not None:
            settings["format"] = dict(ask.schema)
        elif "extra_body" in fields:
            settings["extra_body"] = self._form(ask)
        return settings

    def _form(self, ask: Ask) -> dict[str, Any]:
        """The form that a reply must have, in OpenAI's dialect."""
        if ask.grammar is not None and self.takes_grammar:
            # no room for thoughts; without them a server lets a reply be begun for the model
            return {"grammar": ask.grammar, "chat_template_kwargs": {"enable_thinking": False}}
        if ask.schema is None or "response_format" in self._refused:
            return {}
        schema = {"name": "reply", "schema": dict(ask.schema), "strict": is_strict(ask.schema)}
        return {"response_format": {"type": "json_schema", "json_schema": schema}}


def _fields(model: BaseChatModel) -> set[str]:
    return set(type(model).model_fields)


def open_model(provider: str, model: str) -> ChatController:
    """A model of another maker; see `controller.open_controller`.

    Raises:
        InputError, BackendUnavailable, ControllerError: See there.
    """
    provider = provider.strip().lower().replace("-", "_")
    name = f"{provider}:{model}"
    if not model:
        raise InputError(
            f"{provider!r} is not a model. Name one as PROVIDER:MODEL, such as 'openai:gpt-4o-mini', or use 'local'."
            f"{did_you_mean(provider, [LOCAL, *PROVIDERS])}"
        )
    package, key = PROVIDERS.get(provider, (f"langchain-{provider.replace('_', '-')}", f"{provider.upper()}_API_KEY"))
    from langchain.chat_models import init_chat_model

    try:
        made = init_chat_model(**_construction(provider, model))
    except ImportError as error:
        raise BackendUnavailable(f"The model {name!r} needs the package {package}: pip install {package}") from error
    except Exception as error:
        raise _cannot_open(error, provider, name, key) from error
    return LangChainController(made, name, key=key, takes_grammar=provider == _LLAMACPP)


def _construction(provider: str, model: str) -> dict[str, Any]:
    """What `init_chat_model` is told. Attempts are counted here, for all makers alike."""
    told: dict[str, Any] = {"model": model, "model_provider": provider, "temperature": 0, "max_retries": 0}
    if provider == "openai":
        told |= _DIALECT
        if os.environ.get("OPENAI_BASE_URL") and not os.environ.get("OPENAI_API_KEY"):
            told["api_key"] = "none"  # a server of one's own seldom wants a key
    if provider == _LLAMACPP:
        told |= {**_DIALECT, "model": "default", "model_provider": "openai", "base_url": f"{model.rstrip('/')}/v1"}
        told["api_key"] = os.environ.get("LLAMA_API_KEY") or "none"
    if provider == "ollama":
        told["num_ctx"] = _NUM_CTX
    return told


def _cannot_open(error: Exception, provider: str, name: str, key: str) -> Exception:
    if "Unsupported provider" in str(error):
        return InputError(f"There is no model provider {provider!r}.{did_you_mean(provider, [LOCAL, *PROVIDERS])}")
    if key and not os.environ.get(key):
        return ControllerError(
            f"The model {name!r} needs a key: put it into the environment variable {key}, or use --model local."
        )
    return ControllerError(f"The model {name!r} can't be opened: {' '.join(str(error).split())[:300]}")


def _reply(chunks: list[AIMessageChunk]) -> Reply:
    """One reply from the pieces of a stream. Usage may come in several pieces, each a part of the sum."""
    tokens = [chunk.usage_metadata for chunk in chunks if chunk.usage_metadata]
    reasons = {
        str(chunk.response_metadata.get(field))
        for chunk in chunks
        for field in ("finish_reason", "stop_reason", "done_reason")
    }
    return Reply(
        text=_THOUGHTS.sub("", "".join(chunk.text for chunk in chunks)),
        tokens_in=sum(used["input_tokens"] for used in tokens),
        tokens_cached=sum(used.get("input_token_details", {}).get("cache_read", 0) or 0 for used in tokens),
        tokens_out=sum(used["output_tokens"] for used in tokens),
        cut_off=bool(reasons & _CUT_OFF),
    )


def _sleep(seconds: float, cancelled: Stopper) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if cancelled():
            raise Cancelled("Stopped.")
        time.sleep(min(0.05, left))
