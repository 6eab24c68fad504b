"""For the tests of those who build on intermodal: a look at a tool of theirs, and a controller that says what the test
wrote down, without a network.

    from intermodal.testing import check_tool

    def test_my_tool():
        check_tool("my_tool.py").require()

    from intermodal.testing import ScriptedModel

    def test_my_agent():
        with ScriptedModel(['# how many people\\nfound = detect_objects("photo.png")', "There is one."]) as model:
            answer = Agent(model).ask("How many people are on this photo?", ["photo.png"])
        assert "photo.png" in model.asked[0].messages[-1].content

Leaving the `with` fails when replies are left over, or when more were asked for than were written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import TracebackType
from typing import TypeAlias

from .agent.controller import Ask, ChatController, Message, OnToken, Reply, Stopper
from .agent.trial import check_tool
from .tools.conformance import Finding, Report
from .tools.errors import Cancelled

__all__ = ["Ask", "Finding", "Message", "Reply", "Report", "ScriptedModel", "ScriptedReply", "check_tool"]

ScriptedReply: TypeAlias = "str | Reply | Exception | Callable[[Ask], str | Reply | Exception]"


class ScriptedModel(ChatController):
    """A controller that gives the replies of a list, in order.

    Args:
        replies: What it says, one entry a question: a text; a Reply, to set its cost or `cut_off`; an exception, which
            is raised; or a function of the question (an Ask) that returns one of these.
        name: What it is called in messages.
        takes_grammar: Whether it is to be asked with a grammar (which it doesn't look at).
        takes_schema: Whether it is to be asked with a JSON schema (which it doesn't look at either).
        context_tokens: How long a conversation it says it takes.

    Attributes:
        asked: Every question so far.
    """

    def __init__(
        self,
        replies: Sequence[ScriptedReply],
        *,
        name: str = "scripted",
        takes_grammar: bool = False,
        takes_schema: bool = False,
        context_tokens: int = 16_384,
    ) -> None:
        super().__init__()
        self.name, self.takes_grammar, self.takes_schema = name, takes_grammar, takes_schema or takes_grammar
        self.context_tokens = context_tokens
        self.asked: list[Ask] = []
        self._replies = list(replies)

    def _answer(self, ask: Ask, on_token: OnToken | None, cancelled: Stopper) -> Reply:
        with self._usage_lock:
            number = len(self.asked)
            self.asked.append(ask)
        if number >= len(self._replies):
            raise AssertionError(self._too_many())
        reply = self._replies[number]
        if callable(reply):
            reply = reply(ask)
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, str):
            told = sum(self.count_tokens(message.content) for message in ask.messages)
            reply = Reply(text=reply, tokens_in=told, tokens_out=self.count_tokens(reply))
        pieces = re.findall(r"\s*\S+|\s+$", reply.text)
        for number, piece in enumerate(pieces, 1):
            if cancelled():
                raise Cancelled("Stopped.")
            if on_token:
                on_token(piece)
            if ask.ends and ask.ends(piece):
                return replace(reply, text="".join(pieces[:number]), tokens_out=number)
        return reply

    def finish(self) -> None:
        """Fail unless exactly the written replies were asked for.

        Raises:
            AssertionError: Replies are left over, or there were too few.
        """
        left = self._replies[len(self.asked) :]
        if left:
            raise AssertionError(
                f"{len(left)} of {len(self._replies)} replies were not asked for; the next is {left[0]!r}."
            )
        if len(self.asked) > len(self._replies):
            raise AssertionError(self._too_many())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        if error is None:
            self.finish()

    def _too_many(self) -> str:
        last = self.asked[-1].messages[-1].content if self.asked and self.asked[-1].messages else ""
        return (
            f"The script has {len(self._replies)} replies, and a further one was asked for"
            f" ({len(self.asked)} questions so far). The last ends: {last[-200:]!r}"
        )
