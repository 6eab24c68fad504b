"""Run a request so that Ctrl-C stops it within a second, whatever it is waiting for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ..session import Agent

Result = TypeVar("Result")
GRACE = 1.0  # seconds that a cancelled request gets to keep what is done


def interruptible(agent: Agent, work: Callable[[], Result]) -> Result:
    """The result of `work`, done in a thread; on Ctrl-C the agent is told to stop.

    Raises:
        KeyboardInterrupt: The person pressed Ctrl-C; the work has ended, or is left behind after GRACE seconds.
    """
    box: dict[str, Any] = {}

    def target() -> None:
        try:
            box["result"] = work()
        except BaseException as error:  # handed on to the caller's thread below
            box["error"] = error

    thread = threading.Thread(target=target, daemon=True, name="intermodal-request")
    thread.start()
    try:
        while thread.is_alive():
            thread.join(0.1)
    except KeyboardInterrupt:
        agent.cancel()
        thread.join(GRACE)
        raise
    if "error" in box:
        raise box["error"]
    result: Result = box["result"]
    return result
