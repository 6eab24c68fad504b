"""Document and text tools as a plan runs them: in workers, calling each other, their files kept by the agent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from intermodal import Agent
from intermodal.testing import ScriptedModel


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Callable[..., Agent]]:
    """Opens an agent whose files go below tmp_path."""
    opened: list[Agent] = []

    def start(model: ScriptedModel | str = "none") -> Agent:
        opened.append(Agent(model, output=tmp_path / "results"))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


@pytest.mark.embedded
def test_a_scan_is_read_converted_and_kept(agent: Callable[..., Agent], scan: Path, tmp_path: Path) -> None:
    plan = """
scan: Document
read = read_document(scan)
invoice = save_text(read, "invoice.txt")
day = shift_date("4 July 2027", weeks=3)
"""
    answer = agent().run(plan, {"scan": scan})
    assert all(step.ok for step in answer.steps), [step.error for step in answer.steps]
    assert [step.tool for step in answer.steps if not step.parent].count("read_document") == 1
    assert any(step.tool == "read_text" and step.parent for step in answer.steps)
    assert (tmp_path / "results" / "invoice.txt").read_text() == "The invoice number is 4711."


@pytest.mark.embedded
def test_a_document_answers_with_its_passage(agent: Callable[..., Agent], report: Path) -> None:
    said = '{"quote": "The new telescope has a mirror of 82 cm.", "answer": "It is 82 cm wide."}'
    with ScriptedModel([said]) as model:
        answer = agent(model).run(
            'paper: Document\nsize = ask_document(paper, "How wide is the mirror?")', {"paper": report}
        )
    step = next(step for step in answer.steps if step.tool == "ask_document")
    assert step.text == "It is 82 cm wide. (page 2: “The new telescope has a mirror of 82 cm.”)"


def test_a_private_address_fails_in_one_sentence(agent: Callable[..., Agent]) -> None:
    answer = agent().run('page = download_document("http://169.254.169.254/latest/meta-data/")')
    assert "private network" in answer.steps[0].error and "Traceback" not in answer.steps[0].error
