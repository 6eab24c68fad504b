"""Fetch files from the model hub, as a process of its own: `python -m ...hub FOLDER REPO REVISION FILE...`.

A process can be stopped at any moment, whatever the network does; what was written so far is taken up again by the next
one. Exit codes: 0 done, NO_ROUTE when the hub does not answer within two seconds, 1 otherwise, with the reason as the
last line on stderr. Run by fetching.py.
"""

from __future__ import annotations

import os
import sys
import threading

NO_ROUTE = 3
PATIENCE_SECONDS = 2.0


def answers() -> bool:
    """Whether the hub (or the mirror that HF_ENDPOINT names) answers at all within PATIENCE_SECONDS."""
    from huggingface_hub import constants, get_session

    found = threading.Event()
    done = threading.Event()

    def ask() -> None:
        try:
            get_session().head(constants.ENDPOINT, timeout=PATIENCE_SECONDS)
            found.set()
        except Exception as error:  # which one depends on the HTTP library in use; all of them mean "no answer"
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
        done.set()

    # a name server that is silent blocks far longer than any time limit of the request: leave the thread behind
    threading.Thread(target=ask, daemon=True).start()
    done.wait(PATIENCE_SECONDS)
    return found.is_set()


def main() -> int:
    """Download every named file below the folder."""
    from huggingface_hub import hf_hub_download

    folder, repo, revision, *files = sys.argv[1:]
    if not answers():
        return NO_ROUTE
    try:
        for file in files:
            hf_hub_download(repo, file, revision=revision, local_dir=folder)
    except Exception as error:  # told to the parent in one line; it goes on with the next source
        print(" ".join(f"{type(error).__name__}: {error}".split()), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # do not wait for the thread of a request without an answer
