"""Reads asynchronous streams from ordinary code, so that a wait for a slow server can be given up at any moment.

A blocking read can't be interrupted from outside; a task in an event loop can, and its connection is closed on the way
out. So one loop runs in a background thread for the life of the process, and `drain` hands its items over.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Callable, Generator
from functools import lru_cache
from typing import TypeVar

from ..tools.errors import Cancelled

_POLL = 0.05  # seconds between looks at cancellation

T = TypeVar("T")


class StreamError(Exception):
    """The stream failed; `cause` is how. Told apart from what goes wrong in the code that reads it."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


@lru_cache(maxsize=1)
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True, name="intermodal-streams").start()
    return loop


def drain(
    source: Callable[[], AsyncIterator[T]], *, cancelled: Callable[[], bool], silence: float | None = None
) -> Generator[T, None, None]:
    """The items of the stream that `source` opens. Leaving the loop early closes the stream.

    Args:
        silence: Seconds that may pass without an item.

    Raises:
        Cancelled: `cancelled()` became true.
        StreamError: It failed; with a TimeoutError when nothing came for `silence` seconds.
    """
    items: queue.SimpleQueue[tuple[T] | Exception | None] = queue.SimpleQueue()
    task = asyncio.run_coroutine_threadsafe(_pump(source, items, silence), _loop())
    try:
        while True:
            if cancelled():
                raise Cancelled("Stopped.")
            try:
                item = items.get(timeout=_POLL)
            except queue.Empty:
                continue
            if item is None:
                return
            if isinstance(item, Exception):
                raise StreamError(item) from item
            yield item[0]
    finally:
        task.cancel()


async def _pump(
    source: Callable[[], AsyncIterator[T]],
    items: queue.SimpleQueue[tuple[T] | Exception | None],
    silence: float | None,
) -> None:
    stream = source()
    try:
        while True:
            items.put((await asyncio.wait_for(stream.__anext__(), silence),))
    except StopAsyncIteration:
        items.put(None)
    except asyncio.TimeoutError:
        items.put(TimeoutError(f"nothing came for {silence:g} seconds"))
    except Exception as error:
        items.put(error)
    finally:
        close = getattr(stream, "aclose", None)
        if close is not None:
            await close()
