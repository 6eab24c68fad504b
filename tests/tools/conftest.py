"""Stand-ins on loopback for the places that weights come from: a package index and a model hub, over real sockets."""

from __future__ import annotations

import hashlib
import io
import os
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from intermodal.agent.controller import ChatController, open_controller
from intermodal.tools.context import Context
from intermodal.tools.weights import Store


class Loopback:
    """A small HTTP server: files by path, a count of what was fetched, and paths that never answer to the end."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.headers: dict[str, str] = {}
        self.fetched: Counter[str] = Counter()
        self.resumed: list[tuple[str, int]] = []
        self.stalled: set[str] = set()
        self._go_on = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self) -> None:
                self.answer(body=False)

            def do_GET(self) -> None:
                self.answer(body=True)

            def answer(self, body: bool) -> None:
                content = owner.files.get(self.path)
                ranged = content is not None and "Range" in self.headers
                self.send_response(206 if ranged else 200 if content is not None else 404)
                data = content or b""
                digest = hashlib.sha256(data).hexdigest()
                if ranged:
                    start = int(self.headers["Range"].removeprefix("bytes=").partition("-")[0])
                    owner.resumed.append((self.path, start))
                    self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
                    data = data[start:]
                kind = "text/html" if self.path.endswith("/") else "application/octet-stream"
                for name, value in {**owner.headers, "Content-Type": kind, "Content-Length": str(len(data))}.items():
                    self.send_header(name, value)
                self.send_header("ETag", f'"{digest}"')
                self.end_headers()
                if body:
                    self.send(data)

            def send(self, data: bytes) -> None:
                owner.fetched[self.path] += 1
                if self.path in owner.stalled:
                    self.wfile.write(data[: len(data) // 2])
                    owner._go_on.wait(60)
                    return
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Tests read `fetched` instead."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop answering; the port refuses connections from now on."""
        self._go_on.set()
        self._server.shutdown()
        self._server.server_close()


class Index(Loopback):
    """A package index of tiny wheels."""

    def add(self, pin: str, members: Mapping[str, bytes]) -> int:
        """Publish `name==version` with these members; gives the wheel's size in bytes."""
        name, _, version = pin.partition("==")
        stem = f"{name.replace('-', '_')}-{version}"
        info = {
            f"{stem}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
            f"{stem}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{stem}.dist-info/RECORD": "",
        }
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as wheel:
            for member, content in {**members, **{path: text.encode() for path, text in info.items()}}.items():
                wheel.writestr(member, content)
        file = f"{stem}-py3-none-any.whl"
        self.files[f"/simple/{name}/"] = f'<a href="/files/{file}">{file}</a>'.encode()
        self.files[f"/files/{file}"] = packed.getvalue()
        return len(packed.getvalue())

    def downloads(self) -> dict[str, int]:
        """How often each wheel was fetched, by file name."""
        return {path.rpartition("/")[2]: count for path, count in self.fetched.items() if path.endswith(".whl")}


@pytest.fixture
def data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data home of this test's own; the hub is switched off."""
    monkeypatch.setenv("INTERMODAL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return tmp_path / "home"


@pytest.fixture
def index(data_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """A package index of this test's own, which pip uses instead of the machine's."""
    server = Index()
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", f"{server.url}/simple/")
    yield server
    server.close()


@pytest.fixture
def hub(data_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """A model hub of this test's own; add files as "/owner/repo/resolve/REVISION/PATH"."""
    server = Loopback()
    server.files["/"] = b"hub"
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    monkeypatch.setenv("HF_HOME", str(data_home / "hf"))
    yield server
    server.close()


@pytest.fixture(scope="session")
def controller(store: Store) -> Iterator[ChatController]:
    """The embedded language model, loaded once for all tests of tools."""
    opened = open_controller("local", store=store)
    yield opened
    opened.close()


@pytest.fixture
def talking(ctx: Context, controller: ChatController) -> Context:
    """A tool's context with the embedded language model at hand."""
    ctx.controller = controller
    return ctx
