"""llama.cpp's server in a process of its own: the parent's handle on it, and what runs inside.

Why not in the agent's own process: loading holds Python's lock for seconds (no Ctrl-C, no progress), and the spinning
threads of OpenMP must be tamed by an environment variable before the library is loaded: beside other busy tools, with
OMP_WAIT_POLICY=PASSIVE the model wrote 10 tokens a second here, without it 1.3. A crash or lack of memory also ends
only this process. It lives as long as its standard input is open, so it can't outlive the agent.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from ..tools.errors import Cancelled, ControllerError

_BOOT = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from {module} import serve; serve()"
_ENVIRONMENT = {"OMP_WAIT_POLICY": "PASSIVE", "KMP_BLOCKTIME": "0"}
_POLL = 0.02


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the server is started with.

    Args:
        model: The GGUF file.
        slots: How many conversations it remembers side by side.
        slot_tokens: How long each of them may get.
        states: The folder of saved prompt states.
        threads: 0 for as many as llama.cpp thinks right.
    """

    model: str
    slots: int
    slot_tokens: int
    states: str
    threads: int


class Llama:
    """A running server. It loads in the background: `address` waits for it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.key = secrets.token_urlsafe(24)
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the process)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", _BOOT.format(module=__name__), json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**_ENVIRONMENT, **os.environ},
            # Ctrl-C in the terminal is the agent's to handle
            start_new_session=os.name != "nt",
        )
        self._answer: dict[str, str] = {}
        self._listener = threading.Thread(target=self._listen, daemon=True, name="intermodal-llama")
        self._listener.start()

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def address(self, cancelled: Callable[[], bool]) -> str:
        """Its URL, as soon as the model is loaded.

        Raises:
            ControllerError: The model can't be loaded.
            Cancelled: `cancelled()` became true; loading goes on.
        """
        while self._listener.is_alive():
            if cancelled():
                raise Cancelled("Stopped.")
            self._listener.join(_POLL)
        if "address" not in self._answer:
            why = self._answer.get("error") or self.last_words()
            raise ControllerError(
                f"The model file {self.settings.model!r} can't be loaded: {why.rstrip('.')}."
                " Check that it is a whole GGUF file and that there is memory for it."
            )
        return self._answer["address"]

    def last_words(self) -> str:
        """How the process ended, for a message."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1)
        self._log.seek(max(0, self._log.seek(0, os.SEEK_END) - 2000))
        lines = self._log.read().decode("utf-8", "replace").strip().splitlines()
        return f"exit code {self._process.returncode}" + (f"; its last line: {lines[-1][:300]!r}" if lines else "")

    def close(self) -> None:
        """End the process; may be called again."""
        self._process.kill()  # it has nothing to finish: what it saves gets its name only when it is whole
        self._process.wait()
        self._listener.join()
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        self._log.close()

    def _listen(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            greeting = json.dumps({**asdict(self.settings), "key": self.key}) + "\n"
            self._process.stdin.write(greeting.encode())
            self._process.stdin.flush()
            self._answer = json.loads(self._process.stdout.readline() or b"{}")
        except (OSError, ValueError):  # it ended early; `last_words` tells how
            pass
        finally:
            self._process.stdout.close()


def serve() -> None:
    """The process: read settings, load, say where it listens, and stay until standard input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked = json.loads(sys.stdin.readline())
    answer: dict[str, str] = {}
    try:
        server = _start(Settings(**{name: value for name, value in asked.items() if name != "key"}), asked["key"])
        answer["address"] = server.listening_address  # type: ignore[attr-defined]
    except Exception as error:  # told to the agent, which raises it
        answer["error"] = f"{error}"
    with contextlib.suppress(OSError):  # the agent may be gone already
        print(json.dumps(answer), flush=True)
        if "address" in answer:
            sys.stdin.read()
    os._exit(0)  # at once: taking the server down thread by thread may wait for ever


def _start(settings: Settings, key: str) -> object:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = settings.model
    params.model_alias = {"local"}
    params.n_parallel = settings.slots
    params.n_ctx = settings.slots * settings.slot_tokens  # llama.cpp divides it among the slots
    params.n_batch = params.n_ubatch = 64  # a prompt is given up between batches: within a second, for 2 % of speed
    params.fit_params = False
    # on processors, attention in plain matrix products wrote a fifth faster than the fused one, 1,600 tokens in
    params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    params.cache_ram_mib = 0  # states are kept on disk instead
    params.verbosity = -1
    params.ui = False
    params.api_keys = [key]
    params.endpoint_slots = True
    params.slot_save_path = f"{settings.states}{os.sep}"
    if settings.threads:
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = settings.threads
    return xllamacpp.Server(params)


def cores() -> int:
    """How many cores this process may keep busy, each counted once; 0 when the system does not say.

    Two threads on one core make matrix products slower, and so do more threads than a container is granted.
    """
    if not hasattr(os, "sched_getaffinity"):
        return 0
    allowed = os.sched_getaffinity(0)
    siblings = set()
    for cpu in allowed:
        topology = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        try:
            siblings.add(topology.read_text())
        except OSError:
            siblings.add(str(cpu))
    return max(1, min(len(siblings), _granted() or len(siblings)))


def _granted() -> int:
    """How many cores' time the container grants; 0 when it sets no limit."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return max(1, round(int(quota) / int(period)))
    except (OSError, ValueError):
        return 0
