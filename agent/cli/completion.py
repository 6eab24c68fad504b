"""What Tab completes in a session: commands at the start of a line, paths anywhere."""

from __future__ import annotations

from collections.abc import Iterable

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document


class Words(Completer):
    """Completes `/commands` and the path that stands before the cursor."""

    def __init__(self, commands: list[str]) -> None:
        self._commands = commands
        self._paths = PathCompleter(expanduser=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """The completions of what stands before the cursor."""
        line = document.text_before_cursor
        if line.startswith("/") and " " not in line:
            yield from (Completion(name, -len(line)) for name in self._commands if name.startswith(line))
        word = line.rsplit(" ", 1)[-1]
        yield from self._paths.get_completions(Document(word), complete_event)
