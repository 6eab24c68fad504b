"""Run a request so that Ctrl-C stops it within a second, whatever it is waiting for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from ...tools.errors import Cancelled

if TYPE_CHECKING:
    from ..session import Agent

Result = TypeVar("Result")
GRACE = 1.0  # seconds that a cancelled request gets to keep what is done


def interruptible(agent: Agent, work: Callable[[], Result]) -> Result:
    """The result of `work`, done in a thread; on Ctrl-C the agent is told to stop.

    Raises:
        Cancelled: The person pressed Ctrl-C, and the work has ended; the message says what is kept.
        KeyboardInterrupt: The same, but the work had to be left behind after GRACE seconds.
    """
    box: dict[str, Any] = {}
    ended = threading.Event()  # Thread.join takes a thread for ended when Ctrl-C interrupts it (Python 3.10 and 3.11)

    def target() -> None:
        try:
            box["result"] = work()
        except BaseException as error:  # handed on to the caller's thread below
            box["error"] = error
        finally:
            ended.set()

    threading.Thread(target=target, daemon=True, name="intermodal-request").start()
    try:
        while not ended.wait(0.1):
            pass
    except KeyboardInterrupt:
        agent.cancel()
        ended.wait(GRACE)
        if isinstance(box.get("error"), Cancelled):
            raise box["error"] from None  # it says what is kept
        raise
    if "error" in box:
        raise box["error"]
    result: Result = box["result"]
    return result
