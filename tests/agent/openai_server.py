"""A loopback server that speaks OpenAI's dialect and does what a test tells it: answers, fails, cuts off, hangs.

`with Stand_in(say("Hello")) as server:` serves one behaviour a request, in order, and the last one for all that follow.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Handler", dict[str, Any]], None]
_ANSWER = {"id": "chatcmpl-1", "created": 1, "model": "stand-in"}


def say(*pieces: str, reason: str = "stop", cached: int = 3) -> Behaviour:
    """A whole answer, in these pieces."""

    def behave(handler: Handler, asked: dict[str, Any]) -> None:
        usage = {
            "prompt_tokens": 7,
            "completion_tokens": len(pieces),
            "total_tokens": 7 + len(pieces),
            "prompt_tokens_details": {"cached_tokens": cached},
        }
        if asked.get("stream"):
            handler.stream(_events(pieces, reason, usage))
            return
        message = {"role": "assistant", "content": "".join(pieces)}
        choice = {"index": 0, "message": message, "finish_reason": reason}
        handler.reply(200, {**_ANSWER, "object": "chat.completion", "choices": [choice], "usage": usage})

    return behave


def fail(status: int, message: str = "no", **headers: str) -> Behaviour:
    """An error in OpenAI's form; `retry_after="1"` becomes the header Retry-After."""

    def behave(handler: Handler, asked: dict[str, Any]) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        handler.reply(status, {"error": {"message": message, "type": "error", "code": None}}, named)

    return behave


def refuse(parameter: str) -> Behaviour:
    """HTTP 400 as long as the request holds `parameter`; then an answer."""

    def behave(handler: Handler, asked: dict[str, Any]) -> None:
        if asked.get(parameter) is None:
            say("without it")(handler, asked)
        else:
            fail(400, f"Unsupported value: '{parameter}' is not supported with this model.")(handler, asked)

    return behave


def break_off(*pieces: str) -> Behaviour:
    """The connection ends in the middle of the answer."""

    def behave(handler: Handler, asked: dict[str, Any]) -> None:
        handler.stream(list(_events(pieces, "stop", {}))[: len(pieces) + 1], whole=False)

    return behave


def hang(*pieces: str) -> Behaviour:
    """Say these pieces, then nothing, until the other side has gone; `server.left` is set then."""

    def behave(handler: Handler, asked: dict[str, Any]) -> None:
        if pieces:
            handler.stream(list(_events(pieces, "stop", {}))[: len(pieces) + 1], whole=False)
        handler.connection.settimeout(20)
        if handler.connection.recv(1) == b"":
            handler.server.left.set()  # type: ignore[attr-defined]

    return behave


class StandIn:
    """The server, while its `with` lasts.

    Attributes:
        asked: The bodies of all requests so far.
        headers: Their headers.
        left: Set once a client has gone from a hanging request.
    """

    def __init__(self, *behaviours: Behaviour) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.left = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.stand_in = self  # type: ignore[attr-defined]
        self._server.left = self.left  # type: ignore[attr-defined]
        self._behaviours = behaviours
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def next(self, asked: dict[str, Any], headers: dict[str, str]) -> Behaviour:
        self.asked.append(asked)
        self.headers.append(headers)
        return self._behaviours[min(len(self.asked), len(self._behaviours)) - 1]

    def __enter__(self) -> StandIn:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.stand_in.next(asked, headers)(self, asked)  # type: ignore[attr-defined]

    def reply(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(data)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def stream(self, events: Iterator[str] | list[str], whole: bool = True) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for event in events:
            data = f"data: {event}\n\n".encode()
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()
        if whole:
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Quiet."""


def _events(pieces: tuple[str, ...], reason: str, usage: dict[str, Any]) -> Iterator[str]:
    def event(choices: list[dict[str, Any]], **more: Any) -> str:
        return json.dumps({**_ANSWER, "object": "chat.completion.chunk", "choices": choices, **more})

    yield event([{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}])
    for piece in pieces:
        yield event([{"index": 0, "delta": {"content": piece}, "finish_reason": None}])
    yield event([{"index": 0, "delta": {}, "finish_reason": reason}])
    yield event([], usage=usage)
    yield "[DONE]"
