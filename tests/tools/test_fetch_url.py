"""Fetching from addresses: what is refused before a connection is made, and servers that misbehave, on loopback."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from intermodal.tools.errors import ToolError, TryAgain
from intermodal.tools.fetch_url import Fetcher, check_url, file_name, is_public

Answer = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """A web server on loopback whose every path is answered by a function."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[tuple[str, str]] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                owner.asked.append((self.path, self.headers["Host"]))
                self.close_connection = True
                owner.pages[self.path](self)

            def log_message(self, *_: object) -> None:
                """Tests read `asked` instead."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def page(body: bytes, kind: str = "text/html", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        for name, value in {"Content_Type": kind, "Content_Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def moved(to: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def status(code: int) -> Answer:
    return lambda handler: handler.send_error(code)


def endless(kind: str, chunk: bytes, pause: float) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Connection", "close")
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(chunk)
                time.sleep(pause)
        except OSError:
            return

    return answer


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    yield server
    server.close()


@pytest.fixture
def get(site: Site, tmp_path: Path) -> Callable[..., Any]:
    """Fetches a path of the site, which is allowed by name and port."""

    def fetch(path: str, accept: tuple[str, ...] = ("text/",), **options: Any) -> Any:
        fetcher = Fetcher(accept=accept, allow_hosts=[f"127.0.0.1:{site.port}"], **options)
        return fetcher.get(path if "://" in path else site.url + path, lambda name: tmp_path / name)

    return fetch


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:0:0:0:0:80ff:fffe",
        "2001:db8::1",
        "not an address",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1/", "private network"),
        ("http://localhost:8080/admin", "private network"),
        ("http://2130706433/", "private network"),
        ("http://0x7f.1/", "private network"),
        ("http://[::1]/", "private network"),
        ("http://[::ffff:169.254.169.254]/latest/meta-data/", "private network"),
        ("http://169.254.169.254/latest/meta-data/", "private network"),
        ("file:///etc/passwd", "must begin with http"),
        ("ftp://example.com/", "must begin with http"),
        ("gopher://127.0.0.1:25/", "must begin with http"),
        ("example.com", "must begin with http"),
        ("http://", "must begin with http"),
        ("", "must begin with http"),
        ("http://me:secret@example.com/", "user name or password"),
        ("http://exa mple.com/", "not a web address"),
        ("http://example.com/\r\nX: 1", "not a web address"),
        ("http://example.com:99999/", "not a web address"),
        ("http://[::1/", "not a web address"),
        ("http://" + "a" * 3000 + ".com/", "not a web address"),
        ("http://no-such-host.invalid/", "can't be found"),
    ],
)
def test_addresses_that_are_refused(url: str, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        check_url(url)


def test_a_password_is_never_repeated() -> None:
    with pytest.raises(ToolError) as caught:
        check_url("http://me:secret@example.com/")
    assert "secret" not in str(caught.value)


def test_one_hidden_address_among_public_ones_is_enough_to_refuse() -> None:
    def resolve(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, 1, 6, "", (address, port)) for address in ("93.184.216.34", "10.0.0.7")]

    with pytest.raises(ToolError, match="private network"):
        check_url("http://two-faced.example/", resolve=resolve)


def test_the_connection_goes_to_the_address_that_was_checked(site: Site, get: Callable[..., Any]) -> None:
    """A host that changes its address between look-ups (DNS rebinding) is looked up once."""
    site.pages["/"] = page(b"<p>hello</p>")
    asked = []

    def resolve(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        asked.append(host)
        return [(socket.AF_INET, 1, 6, "", ("127.0.0.1", port))]

    fetcher = Fetcher(accept=["text/"], allow_hosts=["rebind.example"], resolve=resolve)
    folder = get("/").path.parent
    fetcher.get(f"http://rebind.example:{site.port}/", lambda name: folder / name)
    assert asked == ["rebind.example"]
    assert site.asked[-1] == ("/", f"rebind.example:{site.port}")


def test_a_page_comes_with_its_type_and_name(get: Callable[..., Any], site: Site) -> None:
    site.pages["/a%20b/r%C3%A9sum%C3%A9.php?x=1"] = page("<p>déjà vu</p>".encode(), "text/html; charset=utf-8")
    found = get("/a%20b/résumé.php?x=1")
    assert (found.path.name, found.media_type) == ("résumé.html", "text/html")
    assert found.path.read_text("utf-8") == "<p>déjà vu</p>"


def test_redirects_are_followed_within_reason(get: Callable[..., Any], site: Site) -> None:
    site.pages |= {"/1": moved("/2"), "/2": moved(f"{site.url}/end.txt"), "/end.txt": page(b"here", "text/plain")}
    assert get("/1").path.read_bytes() == b"here"
    site.pages["/loop"] = moved("/loop")
    with pytest.raises(ToolError, match="5 redirects"):
        get("/loop")
    assert sum(path == "/loop" for path, _ in site.asked) == 6


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("http://127.0.0.1:1/", "private network"),
        ("http://169.254.169.254/", "private network"),
        ("file:///etc/passwd", "must begin with http"),
    ],
)
def test_every_redirect_is_checked_anew(get: Callable[..., Any], site: Site, to: str, said: str) -> None:
    site.pages["/away"] = moved(to)
    with pytest.raises(ToolError, match=said):
        get("/away")


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (status(404), ToolError, "404 Not Found"),
        (status(503), TryAgain, "busy"),
        (page(b"GIF89a", "image/gif"), ToolError, "is image/gif, which is not what was asked for"),
        (page(b"x" * 5000), ToolError, "larger than 0.001 MB"),
        (endless("text/plain", b"x" * 300, 0.001), ToolError, "larger than 0.001 MB"),
        (page(b"short", Content_Length="900"), TryAgain, "broke off"),
        (page(b"", "text/plain"), ToolError, "is empty"),
        (page(b"\x1f\x8b", Content_Encoding="gzip"), ToolError, "compressed"),
        (lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n"), TryAgain, "broke off"),
        (lambda handler: None, TryAgain, "broke off"),
    ],
)
def test_servers_that_misbehave(
    get: Callable[..., Any], site: Site, answer: Answer, kind: type[Exception], said: str, tmp_path: Path
) -> None:
    site.pages["/"] = answer
    with pytest.raises(kind, match=said):
        get("/", most=1000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("pause", [0.01, 30.0])
def test_a_server_that_drips_or_hangs_is_given_up(get: Callable[..., Any], site: Site, pause: float) -> None:
    site.pages["/"] = endless("text/plain", b"x", pause)
    begun = time.monotonic()
    with pytest.raises(ToolError, match=r"took longer than 0.4 s"):
        get("/", seconds=0.4)
    assert time.monotonic() - begun < 3


def test_nobody_there_and_no_proof_of_identity(get: Callable[..., Any], site: Site) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    fetcher = Fetcher(accept=["text/"], allow_hosts=["127.0.0.1"])
    with pytest.raises(TryAgain, match="can't be reached"):
        fetcher.get(f"http://127.0.0.1:{port}/", Path)
    with pytest.raises(TryAgain, match="can't be reached"):
        get(f"https://127.0.0.1:{site.port}/")  # speaks no TLS


@pytest.mark.parametrize(
    ("url", "media_type", "name"),
    [
        ("https://example.com/", "text/html", "example.com.html"),
        ("https://example.com/report.pdf", "application/pdf", "report.pdf"),
        ("https://example.com/photo", "image/jpeg", "photo.jpg"),
        ("https://example.com/..%2f..%2fetc%2fpasswd", "text/plain", "passwd.txt"),
        ("https://example.com/clip.mp4", "application/octet-stream", "clip.mp4"),
        ("https://example.com/.bashrc", "text/plain", "bashrc.txt"),
        ("https://example.com/a.tar.gz?x=/../y", "", "a.tar.gz"),
        ("https://example.com/" + "x" * 300, "text/html", "x" * 80 + ".html"),
    ],
)
def test_names_are_safe(url: str, media_type: str, name: str) -> None:
    assert file_name(url, media_type) == name
