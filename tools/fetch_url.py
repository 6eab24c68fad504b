"""Fetching a file from an address that a person or a language model wrote down, with every door but the front one shut.

An address may point anywhere, and a redirect may lead anywhere: into this machine, the local network, a cloud's
metadata service. So `check_url` looks up the host once, wants every address it has to be a public one, and the
connection goes to the very address that was checked (no second look-up that could answer otherwise). Redirects are
followed by hand, each checked anew. Size and time are bounded, and what arrives is written to a file, never run.
Configured proxies are passed by: they would look up the host again.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import mimetypes
import re
import socket
import ssl
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from .errors import ToolError, TryAgain

MOST_BYTES = 50_000_000
MOST_REDIRECTS = 5
CONNECT, TOTAL = 10.0, 60.0  # seconds: until a connection stands or says something; for everything together
MOST_URL = 2000  # characters
_CHUNK = 65_536
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = (301, 302, 303, 307, 308)
_BUSY = (429, 502, 503, 504)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_SAFE = "/%:@!$&'()*+,;=~-._"  # what stays as it is in a path
_UNNAMED = ("application/octet-stream", "binary/octet-stream", "")  # servers say this of anything
_ENDINGS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/markdown": ".md",
    "image/jpeg": ".jpg",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "audio/mpeg": ".mp3",
}

Resolver = Callable[..., Sequence[tuple[Any, ...]]]  # as socket.getaddrinfo


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a checked URL leads: the one address that may be connected to, and what to ask for there."""

    scheme: str
    host: str
    port: int
    address: str
    path: str


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What came: the file, the media type that the server named, and the URL after redirects."""

    path: Path
    media_type: str
    url: str


def check_url(url: str, allow_hosts: Collection[str] = (), resolve: Resolver = socket.getaddrinfo) -> Target:
    """The guard: where a URL leads, if that is a place to fetch from.

    Args:
        url: The address, http or https.
        allow_hosts: Hosts ("name" or "name:port") that may have addresses that are not public.
        resolve: Looks up a host.

    Raises:
        ToolError: It is no web address, holds a password, or its host is unknown or not a public one.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
        host = host if ":" in host else host.encode("idna").decode("ascii")
    except ValueError as error:  # also UnicodeError
        raise ToolError(f"{url[:100]!r} is not a web address ({error}).") from error
    if parts.scheme not in _PORTS or not host or len(url) > MOST_URL or re.search(r"[\x00-\x20\x7f]", url):
        raise ToolError(f"{url[:100]!r} is not a web address. It must begin with http:// or https://.")
    if parts.username is not None or parts.password is not None:
        raise ToolError(f"The address of {host!r} holds a user name or password. Give it without.")
    try:
        found = resolve(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ToolError(f"The host {host!r} can't be found. Check the address and the network.") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not {host, f"{host}:{port}"} & set(allow_hosts):
        hidden = [address for address in addresses if not is_public(address)]
        if hidden or not addresses:
            raise ToolError(
                f"{host!r} is a machine of a private network, so nothing is fetched from it. "
                "If that is what you want, add it to `allow_hosts` under [settings] in the config file."
            )
    path = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE + '?')}" if parts.query else "")
    return Target(scheme=parts.scheme, host=host, port=port, address=addresses[0], path=path)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, also when it wraps an older address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    shut = ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_reserved or ip.is_unspecified
    return ip.is_global and not shut


@dataclass(frozen=True, kw_only=True)
class Fetcher:
    """Fetches one file.

    Args:
        accept: Media types that may come, such as "text/" (a whole family) or "application/pdf".
        allow_hosts: See `check_url`.
        most: Bytes that may come.
        seconds: That it may take in all.
        resolve: Looks up a host.
    """

    accept: Sequence[str]
    allow_hosts: Collection[str] = ()
    most: int = MOST_BYTES
    seconds: float = TOTAL
    resolve: Resolver = socket.getaddrinfo

    def get(
        self,
        url: str,
        new_file: Callable[[str], Path],
        progress: Callable[[float, float | None, str], None] = lambda *_: None,
    ) -> Fetched:
        """Fetch it into `new_file(name)`.

        Raises:
            ToolError: The address is refused, or the server has no such file, or one too large or of another kind.
            TryAgain: The server is busy, or broke off.
        """
        for _ in range(MOST_REDIRECTS + 1):
            target = check_url(url, self.allow_hosts, self.resolve)
            with self._answer(target) as response:
                if response.status in _REDIRECTS and response.getheader("Location"):
                    url = urljoin(url, response.getheader("Location", ""))
                    continue
                _check_status(response, target)
                media_type = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
                self._check_headers(response, target, media_type)
                path = new_file(file_name(url, media_type))
                self._save(response, target, path, progress)
                return Fetched(path=path, media_type=media_type, url=url)
        raise ToolError(
            f"The address leads on and on: more than {MOST_REDIRECTS} redirects, the last to {url[:100]!r}."
        )

    @contextlib.contextmanager
    def _answer(self, target: Target) -> Iterator[http.client.HTTPResponse]:
        connection = _Pinned(target)
        watch = threading.Timer(self.seconds, connection.cut)  # also against a server that sends a byte now and then
        watch.daemon = True
        try:
            watch.start()
            headers = {"User-Agent": "intermodal", "Accept": "*/*", "Accept-Encoding": "identity"}
            connection.request("GET", target.path, headers=headers)
            with connection.getresponse() as response:
                yield response
            if connection.was_cut:
                raise TimeoutError("cut off")
        except ssl.SSLCertVerificationError as error:
            raise ToolError(f"{target.host!r} can't prove who it is ({error.verify_message}).") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            if connection.was_cut:
                raise ToolError(f"{target.host!r} took longer than {self.seconds:g} s, and was given up.") from error
            raise TryAgain(
                f"{target.host!r} can't be reached, or broke off ({error or type(error).__name__})."
            ) from error
        finally:
            watch.cancel()
            connection.close()

    def _check_headers(self, response: http.client.HTTPResponse, target: Target, media_type: str) -> None:
        if media_type not in _UNNAMED and not media_type.startswith(tuple(self.accept)):
            raise ToolError(
                f"What lies at that address of {target.host!r} is {media_type}, which is not what was asked for."
            )
        if (response.getheader("Content-Encoding") or "identity").lower() != "identity":
            raise ToolError(f"{target.host!r} sends this file compressed only, which is not supported.")
        if (response.length or 0) > self.most:
            raise ToolError(self._too_large(target))

    def _save(
        self,
        response: http.client.HTTPResponse,
        target: Target,
        path: Path,
        progress: Callable[[float, float | None, str], None],
    ) -> None:
        done, total = 0, response.length
        try:
            with path.open("wb") as file:
                while chunk := response.read(_CHUNK):
                    done += len(chunk)
                    if done > self.most:
                        raise ToolError(self._too_large(target))
                    file.write(chunk)
                    progress(done, total, "B")
            if response.length:  # the server closed before it sent all that it promised
                raise http.client.IncompleteRead(b"", response.length)
            if not done:
                raise ToolError(f"The file at that address of {target.host!r} is empty.")
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def _too_large(self, target: Target) -> str:
        return f"The file at {target.host!r} is larger than {self.most / 1e6:g} MB, so it was not fetched."


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was checked, under the host's name."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT)
        self.default_port = _PORTS[target.scheme]  # so that the Host header names the port only when it is another
        self._target = target
        self._open: socket.socket | None = None  # `sock` is given up as soon as the headers are read
        self.was_cut = False

    def connect(self) -> None:
        self.sock = socket.create_connection((self._target.address, self._target.port), self.timeout)
        if self._target.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self._target.host)
        self._open = self.sock

    def cut(self) -> None:
        """Break off whatever is being waited for."""
        self.was_cut = True
        if self._open is not None:
            with contextlib.suppress(OSError):
                self._open.shutdown(socket.SHUT_RDWR)


def _check_status(response: http.client.HTTPResponse, target: Target) -> None:
    if response.status in _BUSY:
        raise TryAgain(f"{target.host!r} is busy ({response.status} {response.reason}).")
    if response.status != 200:
        raise ToolError(f"{target.host!r} answered {response.status} {response.reason}: there is nothing to fetch.")


def file_name(url: str, media_type: str) -> str:
    """A safe name for what a URL brought: its own last part, with the ending of its media type."""
    parts = urlsplit(url)
    last = Path(unquote(parts.path).replace("\\", "/").rstrip("/")).name
    stem, dot, ending = last.rpartition(".") if last else (parts.hostname or "download", "", "")
    stem = stem if dot and stem else last or stem
    known = _ENDINGS.get(media_type) or (None if media_type in _UNNAMED else mimetypes.guess_extension(media_type))
    ending = known or (f".{ending.lower()}" if dot and re.fullmatch(r"\w{1,5}", ending) else "")
    return (re.sub(r"[^\w.-]+", "-", stem).strip(".-")[:80] or "download") + ending
