"""Downloads: one tool for each kind of file, all of them through the guard of `fetch_url`.

Setting `allow_hosts`: a list of hosts ("name" or "name:port") that may lie in a private network.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .. import media
from ..containers import opened, picture_stream, sound_stream
from ..context import Context
from ..contract import tool
from ..errors import InputError, ToolError
from ..fetch_url import Fetcher
from ..values import Audio, Document, Image, Video

TIME = 90.0  # seconds: those of the fetcher, and some for a look at the file
ANYWHERE = "the host that the address names"
_PAPERS = ("text/", "application/pdf", "application/xhtml+xml", "application/json", "application/xml",
           "application/vnd.openxmlformats-officedocument.wordprocessingml.document")  # fmt: skip


@tool(time_limit=TIME, deterministic=False, sends_to=ANYWHERE, room="downloads")
def download_document(url: str, ctx: Context) -> Document:
    """Download a web page, PDF, Word or text file from a web address (URL).

    Up to 50 MB, from public hosts only; nothing in it is run.

    Args:
        url: The address, beginning with http:// or https://.

    Raises:
        ToolError: The address is refused, or there is no such document.

    Example:
        page = download_document("https://example.com/")
    """
    path = _fetch(url, _PAPERS, ctx)
    with path.open("rb") as file:
        head = file.read(4096)
    readable = b"%PDF-" in head[:1024] or head.startswith((b"PK", b"\xff\xfe", b"\xfe\xff")) or b"\0" not in head
    if not readable:
        raise ToolError(f"What lies at {url[:100]!r} is no document that can be read.")
    return Document(path)


@tool(medium="image", time_limit=TIME, deterministic=False, sends_to=ANYWHERE, room="downloads")
def download_image(url: str, ctx: Context) -> Image:
    """Download a picture from a web address (URL).

    Up to 50 MB, from public hosts only.

    Args:
        url: The address, beginning with http:// or https://.

    Raises:
        ToolError: The address is refused, or there is no picture.

    Example:
        logo = download_image("https://example.com/logo.png")
    """
    path = _fetch(url, ("image/",), ctx)
    try:
        media.open_image(path)
    except InputError as error:
        raise ToolError(f"What lies at {url[:100]!r} is no picture: {error}") from error
    return Image(path)


@tool(
    medium="audio",
    time_limit=TIME,
    deterministic=False,
    sends_to=ANYWHERE,
    room="downloads",
    packages=("av",),
    extra="local",
)
def download_audio(url: str, ctx: Context) -> Audio:
    """Download a sound recording from a web address (URL).

    Up to 50 MB, from public hosts only.

    Args:
        url: The address, beginning with http:// or https://.

    Raises:
        ToolError: The address is refused, or there is no sound.

    Example:
        talk = download_audio("https://example.com/talk.mp3")
    """
    path = _fetch(url, ("audio/", "video/", "application/ogg"), ctx)
    try:
        with opened(path, "sound") as container:
            sound_stream(container, path)
    except InputError as error:
        raise ToolError(f"What lies at {url[:100]!r} is no sound: {error}") from error
    return Audio(path)


@tool(
    medium="video",
    time_limit=TIME,
    deterministic=False,
    sends_to=ANYWHERE,
    room="downloads",
    packages=("av",),
    extra="local",
)
def download_video(url: str, ctx: Context) -> Video:
    """Download a video file from a web address (URL).

    Up to 50 MB, from public hosts only. The page of a video site is no video file.

    Args:
        url: The address, beginning with http:// or https://.

    Raises:
        ToolError: The address is refused, or there is no video.

    Example:
        clip = download_video("https://example.com/clip.mp4")
    """
    path = _fetch(url, ("video/", "application/ogg"), ctx)
    try:
        with opened(path, "video") as container:
            found = picture_stream(container)
    except InputError as error:
        raise ToolError(f"What lies at {url[:100]!r} is no video: {error}") from error
    if found is None:
        raise ToolError(f"What lies at {url[:100]!r} holds no moving pictures.")
    return Video(path)


def _fetch(url: str, accept: Sequence[str], ctx: Context) -> Path:
    allowed = ctx.settings.get("allow_hosts", ())
    hosts = [allowed] if isinstance(allowed, str) else [str(host) for host in allowed]
    return Fetcher(accept=accept, allow_hosts=hosts).get(url, ctx.new_file, ctx.progress).path
