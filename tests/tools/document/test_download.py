"""Download tools: each kind of file from a loopback server that is allowed by name, and what is no such file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from intermodal import Context
from intermodal.tools.document.download import download_audio, download_document, download_image, download_video
from intermodal.tools.errors import ToolError

FILES: dict[str, tuple[str, bytes]] = {
    "/page": ("text/html; charset=utf-8", "<html><p>Grüße</p></html>".encode()),
    "/program.txt": ("text/plain", b"\x7fELF\0\0\0"),
    "/no.png": ("image/png", b"<html>sorry</html>"),
    "/no.mp3": ("audio/mpeg", b"<html>sorry</html>"),
    "/no.mp4": ("video/mp4", b"<html>sorry</html>"),
}


@pytest.fixture
def site(ctx: Context, photos: Path, recordings: Path, report: Path) -> Iterator[str]:
    """A web server with a file of each kind; its address."""
    files = FILES | {
        "/cat.png": ("image/png", (photos / "chelsea.png").read_bytes()),
        "/talk.wav": ("application/octet-stream", (recordings / "beckett.wav").read_bytes()),
        "/report": ("application/pdf", report.read_bytes()),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = files[self.path]
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    ctx.settings = {"allow_hosts": [f"127.0.0.1:{server.server_address[1]}"]}
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_each_kind_of_file(site: str, ctx: Context) -> None:
    assert download_document(f"{site}/page", ctx).text() == "Grüße"
    report = download_document(f"{site}/report", ctx)
    assert report.path.name == "report.pdf" and "telescope" in report.text()
    cat = download_image(f"{site}/cat.png", ctx)
    assert cat.pil().size == (451, 300) and cat.path.parent == ctx.folder
    samples, rate = download_audio(f"{site}/talk.wav", ctx).array()
    assert len(samples) > rate


def test_what_is_not_what_it_claims(site: str, ctx: Context) -> None:
    with pytest.raises(ToolError, match="no document that can be read"):
        download_document(f"{site}/program.txt", ctx)
    with pytest.raises(ToolError, match="is no picture"):
        download_image(f"{site}/no.png", ctx)
    with pytest.raises(ToolError, match="is no sound"):
        download_audio(f"{site}/no.mp3", ctx)
    with pytest.raises(ToolError, match="is no video"):
        download_video(f"{site}/no.mp4", ctx)
    with pytest.raises(ToolError, match="holds no moving pictures"):
        download_video(f"{site}/talk.wav", ctx)
    with pytest.raises(ToolError, match="image/png, which is not what was asked for"):
        download_document(f"{site}/cat.png", ctx)


def test_without_the_setting_this_machine_is_out_of_reach(site: str, ctx: Context) -> None:
    ctx.settings = {}
    with pytest.raises(ToolError, match="private network"):
        download_document(f"{site}/page", ctx)
    ctx.settings = {"allow_hosts": "localhost"}
    with pytest.raises(ToolError, match="private network"):
        download_document(f"{site}/page", ctx)
