"""What is shown of events."""

from __future__ import annotations

import pytest

from intermodal.agent import events
from intermodal.agent.cli.terminal import Terminal


def test_a_download_is_told_at_its_begin_and_end(capsys: pytest.CaptureFixture[str]) -> None:
    with Terminal() as terminal:
        for done in (0, 500_000, 1_117_320_768, 1_117_320_768):
            terminal.show(events.Fetching(name="the model", done=done, total=1_117_320_768))
    assert capsys.readouterr().err == "\u2193 fetching the model (1.1 GB)\n\u2193 fetched the model (1.1 GB)\n"
