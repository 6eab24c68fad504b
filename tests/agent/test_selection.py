"""Who chooses a backend: the rule, unless the setting says that the controller does."""

from __future__ import annotations

from pathlib import Path

import pytest

from intermodal import Agent, tool
from intermodal.agent import config
from intermodal.agent.config import Config
from intermodal.agent.selection import Adviser, card
from intermodal.testing import ScriptedModel
from intermodal.tools.backends import Chooser, why_first
from intermodal.tools.errors import ControllerError, InputError
from intermodal.tools.measured import Measured
from intermodal.tools.weights import Store


@tool
def shout(text: str) -> str:
    """Write a text in capitals."""
    ...


@shout.backend("careful", quality=0.9, memory=400, licence="MIT")
class Careful:
    """The one that the rule prefers."""

    def __call__(self, text: str) -> str:
        return f"careful {text.upper()}"


@shout.backend("remote", quality=0.8, sends_to="Example Ltd.")
class Remote:
    """Sends the text away."""

    def __call__(self, text: str) -> str:
        return f"remote {text.upper()}"


def order(folder: Path, model: ScriptedModel | None, pins: dict[str, str] | None = None) -> list[str]:
    advise = Adviser(lambda: model) if model else None
    chooser = Chooser(Store(), pins=pins, measured=Measured(folder / "measured.json"), advise=advise)
    chooser.usable(shout)
    return [candidate.backend.name for candidate in chooser.usable(shout)]


def test_the_controller_chooses_once_from_the_cards(tmp_path: Path) -> None:
    with ScriptedModel(['{"backend": "remote"}']) as model:
        assert order(tmp_path, model) == ["remote", "careful"]
    asked = model.asked[0]
    assert "remote: quality 0.8 of 1" in asked.messages[-1].content
    assert "data goes to Example Ltd." in asked.messages[-1].content
    assert asked.schema and asked.schema["properties"]["backend"]["enum"] == ["careful", "remote"]


@pytest.mark.parametrize("reply", ["I'd take both.", '{"backend": "none of them"}', "[1]", ControllerError("Gone.")])
def test_a_useless_answer_leaves_the_rules_order(tmp_path: Path, reply: str | Exception) -> None:
    with ScriptedModel([reply]) as model:
        assert order(tmp_path, model) == ["careful", "remote"]


def test_a_pin_is_not_discussed(tmp_path: Path) -> None:
    with ScriptedModel([]) as model:
        assert order(tmp_path, model, {"shout": "remote"}) == ["remote"]


def test_what_was_measured_stands_on_the_card(tmp_path: Path) -> None:
    measured = Measured(tmp_path / "measured.json")
    measured.add("shout", "careful", ok=True, seconds=2.0)
    found = Chooser(Store(), measured=measured).candidates(shout)
    assert card(found[0])["speed"] == "2.0 s a call here"
    assert card(found[1])["speed"] == "speed not known here"


def test_an_agent_asks_only_where_it_is_set() -> None:
    for selection, replies in (("rule", []), ("llm", ['{"backend": "remote"}'])):
        with (
            ScriptedModel(replies) as model,
            Agent(model, tools=[shout], selection=selection) as agent,
        ):
            answer = agent.run('loud = shout("hello")')
        assert answer.values["loud"] == ("remote HELLO" if replies else "careful HELLO")


def test_the_setting_is_read_and_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config.places, "config", lambda: {"selection": "llm"})
    assert config.load().selection == "llm"
    with pytest.raises(InputError, match=r"'best', and must be \"rule\" or \"llm\""):
        Config(selection="best")


def test_the_rules_reason_is_told(tmp_path: Path) -> None:
    measured = Measured(tmp_path / "measured.json")

    def why(pins: dict[str, str] | None = None) -> str:
        return why_first(Chooser(Store(), pins=pins, measured=measured).candidates(shout))

    assert why() == "its declared quality is 0.9, that of remote 0.8"
    assert why({"shout": "remote"}) == "it is pinned"
    for _ in range(3):
        measured.add("shout", "careful", ok=False, seconds=1.0)
    assert why() == "careful has been failing here"


def test_what_can_run_alone_or_not_at_all_is_told() -> None:
    @tool
    def lone(text: str) -> str:
        """Give a text back."""
        ...

    for number, packages in enumerate(((), ("no_such_package_anywhere",))):
        lone.backend(f"way-{number}", packages=packages)(Careful)
    found = Chooser(Store()).candidates(lone)
    assert why_first(found) == "it is the only one that can run here"
    assert why_first(found[1:]) == "" and why_first(found[:1]) == ""
