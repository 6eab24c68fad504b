"""Fetch files from the model hub, as a process of its own: `python -m ...hub FOLDER REPO REVISION FILE BYTES ...`.

A process can be stopped at any moment, whatever the network does; a file that it left half is gone on with by the next
one (hf_hub_download starts over, so the hub's client is used one step lower). Exit codes: 0 done, NO_ROUTE when the hub
does not answer within two seconds, 1 otherwise, with the reason as the last line on stderr. Run by fetching.py.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

NO_ROUTE = 3
PATIENCE_SECONDS = 2.0


def answers() -> bool:
    """Whether the hub (or the mirror that HF_ENDPOINT names) answers at all within PATIENCE_SECONDS."""
    from huggingface_hub import constants, get_session

    found, done = threading.Event(), threading.Event()

    def ask() -> None:
        try:
            get_session().head(constants.ENDPOINT, timeout=PATIENCE_SECONDS)
            found.set()
        except Exception as error:  # which one depends on the HTTP library in use; all of them mean "no answer"
            print(root(error), file=sys.stderr)
        done.set()

    # a name server that is silent blocks far longer than any time limit of the request: leave the thread behind
    threading.Thread(target=ask, daemon=True).start()
    done.wait(PATIENCE_SECONDS)
    return found.is_set()


def download(repo: str, revision: str, file: str, size: int, path: Path) -> None:
    """Bring `path` to `size` bytes, going on after those that it has.

    Raises:
        OSError: The disk can't be written, or the hub has another number of bytes.
        Exception: Whatever the hub's client and its HTTP library raise.
    """
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as grown:
        if grown.tell() > size:
            grown.truncate(0)
            grown.seek(0)
        # as it is, not compressed: else the bytes here say nothing about where to go on
        headers = {**build_hf_headers(), "Accept-Encoding": "identity"}
        url = hf_hub_url(repo, file, revision=revision)
        http_get(url, grown, resume_size=grown.tell(), headers=headers, expected_size=size)


def root(error: BaseException) -> str:
    """What an error goes back to, in one line: the hub's client wraps the reason in general advice."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return " ".join(str(error).split()) or type(error).__name__


def main() -> int:
    """Download every named file below the folder; gives the exit code."""
    folder, repo, revision, *files = sys.argv[1:]
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if not answers():
        return NO_ROUTE
    try:
        for file, size in zip(files[::2], files[1::2], strict=True):
            download(repo, revision, file, int(size), Path(folder) / file)
    except Exception as error:  # told to the parent in one line; it goes on with the next source
        print(root(error), file=sys.stderr)
        return 1
    return 0


def _end_with_parent() -> None:
    """Two processes must never write one file, so this one does not outlive the one that holds the lock."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # do not wait for the thread of a request without an answer
