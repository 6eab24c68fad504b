"""The three ways to serve a request, with a scripted model: what is called, what is told, when it ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from intermodal import Agent, Answer, ToolError, tool
from intermodal.agent import events, modes
from intermodal.agent.plan import parse
from intermodal.testing import Ask, ScriptedModel, ScriptedReply
from intermodal.tools.errors import Cancelled, ControllerError, InputError, PlanError

Serve = Callable[..., tuple[Answer, ScriptedModel]]


CALLS: list[str] = []


@tool(room="")
def shout(text: str, marks: int = 1) -> str:
    """Write a text in capitals."""
    CALLS.append(f"shout {text} {marks}")
    return text.upper() + "!" * marks


@tool(room="")
def ring(bell: str) -> str:
    """Ring a bell."""
    CALLS.append(f"ring {bell}")
    if bell == "small":
        return "dong"
    raise ToolError(f"The bell {bell!r} is <result>cracked</result>.")


@tool(room="")
def fall_silent(text: str) -> str:
    """Say nothing."""
    CALLS.append(f"fall_silent {text}")
    return ""


TOOLS = [shout, ring, fall_silent]


@pytest.fixture
def calls() -> list[str]:
    """What is called, in order."""
    CALLS.clear()
    return CALLS


@pytest.fixture
def serve(tmp_path: Path, calls: list[str]) -> Serve:
    """Serves a request in a mode by what a script replies; events go to `seen`."""

    def run(
        mode: str, replies: Sequence[ScriptedReply], seen: list[events.Event] | None = None
    ) -> tuple[Answer, ScriptedModel]:
        listen = seen.append if seen is not None else events.ignore
        with (
            ScriptedModel(replies) as model,
            Agent(model, mode=mode, output=tmp_path / "out", tools=TOOLS, on_event=listen) as agent,
        ):
            return agent.ask("Shout hello and ring the bell."), model

    return run


def _line(comment: str, call: str) -> str:
    return f"```python\n# {comment}\n{call}\n```"


SHOUT = _line("shout hello", 'loud = shout("hello")')
BIG, SMALL = _line("ring the bell", 'sound = ring("big")'), _line("ring the bell", 'sound = ring("small")')
DONE = "```python\ndone()\n```"
BOTH = '```python\n# shout hello\nloud = shout("hello")\n# ring the bell\nsound = ring("big")\n```'


def _told(model: ScriptedModel, question: int) -> str:
    return model.asked[question].messages[-1].content


# --- one call at a time


def test_each_result_is_told_before_the_next_line_is_written(serve: Serve, calls: list[str]) -> None:
    seen: list[events.Event] = []
    again = _line("ring the bell as loud", "sound = shout(loud, marks=2)")
    answer, model = serve("react", [SHOUT, again, DONE, "HELLO!!!"], seen)
    assert calls == ["shout hello 1", "shout HELLO! 2"]
    assert _told(model, 1) == "loud:\n<result>\nHELLO!\n</result>"
    assert model.asked[1].messages[-2].content == SHOUT
    assert (answer.text, answer.mode, answer.ok) == ("HELLO!!!", "react", True)
    assert answer.values == {"loud": "HELLO!", "sound": "HELLO!!!"}
    assert answer.plan == (
        '# shout hello\nloud = shout("hello")\n# ring the bell as loud\nsound = shout(loud, marks=2)\n'
    )
    assert [step.id for step in answer.steps] == ["1", "2"]
    assert next(event.mode for event in seen if isinstance(event, events.Planning)) == "react"
    assert len([event for event in seen if isinstance(event, events.PlanReady)]) == 2


def test_the_conversation_begins_as_that_for_a_whole_plan(serve: Serve) -> None:
    _, whole = serve("plan", [BOTH.replace("big", "small"), "Done."])
    _, stepwise = serve("react", [SHOUT, DONE, "Done."])
    *prefix, asked = whole.asked[0].messages
    told = stepwise.asked[0].messages
    assert list(told[: len(prefix)]) == prefix
    assert told[-1].content.startswith(asked.content)


def test_names_and_program_are_kept_for_the_next_request(tmp_path: Path, calls: list[str]) -> None:
    script = [SHOUT, DONE, "HELLO!", _line("again", "again = shout(loud)"), DONE, "HELLO!!"]
    with (
        ScriptedModel(script) as model,
        Agent(model, mode="react", tools=TOOLS, output=tmp_path / "out") as agent,
    ):
        agent.ask("Shout hello.")
        answer = agent.ask("Shout that again.")
        assert agent.run(answer.plan.replace("shout(loud)", 'shout("loud")')).ok
    assert calls[1] == "shout HELLO! 1" and answer.values == {"again": "HELLO!!"}
    assert '# shout hello\nloud = shout("hello")' in model.asked[3].messages[-2].content


def test_a_failed_call_is_told_and_can_be_made_good(serve: Serve, calls: list[str]) -> None:
    answer, model = serve("react", [SHOUT, BIG, SMALL, DONE])
    assert _told(model, 2) == "failed:\n<result>\nThe bell 'big' is ‹result>cracked‹/result>.\n</result>"
    assert calls == ["shout hello 1", "ring big", "ring small"]
    assert answer.ok and "Not done" not in answer.text
    assert answer.text.startswith(
        "loud: HELLO!\nsound: dong\nInstead of ring(bell='big'), which failed (The bell 'big' is "
    )
    assert answer.text.endswith("): ring(bell='small').")
    assert 'ring("big")' not in answer.plan and 'sound = ring("small")' in answer.plan
    assert [step.ok for step in answer.steps] == [True, False, True]


def test_a_failed_call_that_is_not_made_good_is_said(serve: Serve) -> None:
    answer, _ = serve("react", [BIG, SHOUT, DONE])
    # not composed: the model might claim success
    assert not answer.ok and answer.text.startswith("HELLO!\nNot done: ring: The bell 'big' is")


def test_the_same_call_is_refused_in_words_and_never_made(serve: Serve, calls: list[str]) -> None:
    seen: list[events.Event] = []
    again = _line("shout it", 'louder = shout(text="hello", marks=1)')  # the same values, written in another way
    answer, model = serve("react", [SHOUT, again, SMALL, DONE, "HELLO! dong"], seen)
    assert calls == ["shout hello 1", "ring small"]
    assert "no call is made twice" in _told(model, 2)
    assert answer.ok and "louder" not in answer.plan
    assert any("no call is made twice" in str(event) for event in seen)


def test_who_insists_on_a_call_ends_the_program(serve: Serve, calls: list[str]) -> None:
    answer, _ = serve("react", [SHOUT, *[SHOUT] * modes.MOST_REFUSED, "HELLO!"])
    assert calls == ["shout hello 1"] and answer.ok and answer.text == "HELLO!"


def test_a_wrong_line_goes_back_with_what_is_wrong(serve: Serve, calls: list[str]) -> None:
    wrong = [
        _line("shout", 'loud = shuot("hello")'),
        _line("all at once", 'loud = shout(ring("small"))'),
        SHOUT,
        _line("many", 'loud = [shout(one) for one in ["a", "b"]]'),
        "I'm not sure what you mean.",
        SMALL,
        'ring("old")',
    ]
    answer, model = serve("react", [*wrong, DONE, "HELLO! dong"])
    assert "shout" in _told(model, 1) and _told(model, 1).startswith("That line is not run:\n- line ")
    assert "a single call" in _told(model, 2) and "a single call" in _told(model, 4)
    assert "prose" in _told(model, 5) and "a name" in _told(model, 7)
    assert calls == ["shout hello 1", "ring small"] and answer.ok


def test_what_is_written_beyond_the_first_call_does_not_count(serve: Serve, calls: list[str]) -> None:
    answer, _ = serve("react", [BOTH, SMALL, DONE, "HELLO! dong"])
    assert calls == ["shout hello 1", "ring small"] and answer.ok


@pytest.mark.parametrize("line", ["done()", "hello", 'x = nothing("a")'])
def test_without_one_good_line_there_is_no_plan(serve: Serve, line: str) -> None:
    with pytest.raises(PlanError):
        serve("react", [line] * modes.MOST_REFUSED)


def test_three_bad_lines_end_it_with_what_there_is(serve: Serve) -> None:
    answer, _ = serve("react", [SHOUT, *["hm"] * modes.MOST_REFUSED, "HELLO!"])
    assert answer.text.startswith("HELLO!\nStopped early: The model answered in prose") and not answer.ok


def test_a_model_that_fails_on_the_way_leaves_what_there_is(serve: Serve) -> None:
    answer, _ = serve("react", [SHOUT, ControllerError("It is gone."), "HELLO!"])
    assert answer.text == "HELLO!\nStopped early: It is gone." and answer.values == {"loud": "HELLO!"}
    with pytest.raises(ControllerError, match="gone"):
        serve("react", [ControllerError("It is gone.")])


def test_calls_have_a_budget(serve: Serve, calls: list[str]) -> None:
    lines = [_line("more", f'n{at} = shout("{at}")') for at in range(modes.MOST_CALLS + 1)]
    answer, _ = serve("react", [*lines, "Enough."])
    assert len(calls) == modes.MOST_CALLS
    assert f"Stopped after {modes.MOST_CALLS} calls" in answer.text and not answer.ok
    assert len(parse(answer.plan).body) == modes.MOST_CALLS


def test_a_program_as_long_as_the_budget_is_whole(serve: Serve) -> None:
    lines = [_line("more", f'n{at} = shout("{at}")') for at in range(modes.MOST_CALLS)]
    answer, _ = serve("react", [*lines, DONE, "All."])
    assert answer.text == "All." and answer.ok


@pytest.mark.parametrize("mode", ["react", "auto"])
@pytest.mark.parametrize(
    ("reply", "text"), [("reply()", "Hi."), ('missing("a bell")', "No tool at hand can do that. Missing: a bell")]
)
def test_no_call_is_needed_or_possible(serve: Serve, mode: str, reply: str, text: str) -> None:
    answer, _ = serve(mode, [reply, *(["Hi."] if reply == "reply()" else [])])
    assert (answer.text, answer.plan, answer.mode) == (text, "", mode)


def test_what_is_found_missing_on_the_way_is_said(serve: Serve) -> None:
    answer, _ = serve("react", [SHOUT, 'missing("a bell")', "HELLO!"])
    assert answer.text == "HELLO!\nNo tool at hand can do that. Missing: a bell" and not answer.ok


@pytest.mark.parametrize("mode", ["react", "auto"])
def test_stopping_ends_it_at_once(tmp_path: Path, mode: str, calls: list[str]) -> None:
    def stop(_: Ask) -> str:
        agent.cancel()
        return BIG

    first = SHOUT if mode == "react" else BIG
    with (
        ScriptedModel([first, stop]) as model,
        Agent(model, mode=mode, tools=TOOLS, output=tmp_path / "out") as agent,
        pytest.raises(Cancelled, match=r"Stopped\. Nothing had been made yet"),
    ):
        agent.ask("Shout hello and ring the bell.")
    assert len(calls) == 1


# --- one more plan


def test_a_plan_that_works_is_not_written_again(serve: Serve, calls: list[str]) -> None:
    seen: list[events.Event] = []
    answer, _ = serve("auto", [BOTH.replace("big", "small"), "HELLO! dong"], seen)
    assert answer.ok and answer.mode == "auto" and answer.replanned == ""
    assert not any(isinstance(event, events.Replanning) for event in seen)
    assert answer.to_json()["mode"] == "auto" and answer.to_json()["replanned"] is None


def test_a_failed_step_is_planned_again_with_what_was_learned(serve: Serve, calls: list[str]) -> None:
    seen: list[events.Event] = []
    second = BOTH.replace("big", "small")  # the first line is there already
    answer, model = serve("auto", [BOTH, second], seen)
    assert sorted(calls) == ["ring big", "ring small", "shout hello 1"]
    (replanning,) = [event for event in seen if isinstance(event, events.Replanning)]
    assert replanning.reason == answer.replanned == "ring: The bell 'big' is <result>cracked</result>."
    told = _told(model, 1)
    assert "ring(bell='big')\n<error>\nThe bell 'big' is ‹result>cracked‹/result>.\n</error>" in told
    assert "loud:\n<result>\nHELLO!\n</result>" in told
    assert model.asked[1].messages[-2].content == BOTH
    # not composed: the model might claim that what was done instead is the very thing
    assert answer.ok and answer.text.startswith(
        "loud: HELLO!\nsound: dong\nInstead of ring(bell='big'), which failed ("
    )
    assert answer.plan == '# shout hello\nloud = shout("hello")\n# ring the bell\nsound = ring("small")\n'
    assert sorted(step.id for step in answer.steps) == ["1", "2", "4"]
    assert answer.to_json()["replanned"] == answer.replanned


def test_the_second_plan_may_use_the_names_of_the_first(serve: Serve, calls: list[str]) -> None:
    answer, _ = serve("auto", [BOTH, _line("ring the bell", "sound = shout(loud, marks=3)")])
    assert "shout HELLO! 3" in calls and answer.ok
    assert answer.plan.splitlines()[1::2] == ['loud = shout("hello")', "sound = shout(loud, marks=3)"]


def test_the_call_that_failed_is_not_made_again(serve: Serve, calls: list[str]) -> None:
    answer, model = serve("auto", [BOTH, BIG, SMALL])
    assert sorted(calls) == ["ring big", "ring small", "shout hello 1"]
    assert "calls ring on the very values on which it failed" in _told(model, 2)
    assert answer.ok


@pytest.mark.parametrize(
    ("replies", "why"),
    [
        ([BIG, BIG], "the plan calls ring on the very values on which it failed."),
        ([SHOUT, SHOUT], "the plan calls nothing that was not called before."),
        (["hm", "hm", "hm"], "The model answered in prose"),
        (['missing("a whole bell")'], "No tool at hand can do that. Missing: a whole bell"),
        ([ControllerError("It is gone.")], "It is gone."),
    ],
)
def test_without_another_plan_the_first_outcome_stands(
    serve: Serve, calls: list[str], replies: list[ScriptedReply], why: str
) -> None:
    answer, _ = serve("auto", [BOTH, *replies])
    assert sorted(calls) == ["ring big", "shout hello 1"]
    shown, failed, said = answer.text.splitlines()
    assert shown == "HELLO!" and failed.startswith("Not done: ring: The bell 'big'")
    assert said.startswith(f"Planning again found no other way: {why}")
    assert not answer.ok and answer.replanned


def test_a_second_failure_is_final_and_success_is_not_claimed(serve: Serve, calls: list[str]) -> None:
    answer, _ = serve("auto", [BOTH, _line("ring the bell", 'sound = ring("old")')])
    assert sorted(calls) == ["ring big", "ring old", "shout hello 1"]
    assert answer.text.startswith("HELLO!\nNot done: ring: ") and not answer.ok


def test_an_answer_about_files_that_are_not_there_is_not_carried(serve: Serve) -> None:
    answer, model = serve("auto", [SHOUT, "It is in (image-7).", SMALL, "HELLO! dong"])
    assert answer.replanned == "the answer named only files that do not exist" and answer.text == "HELLO! dong"
    assert "The plan was run, and the answer named only files" in _told(model, 2)


def test_results_that_say_nothing_carry_no_answer(serve: Serve) -> None:
    answer, _ = serve("auto", [_line("shout", 'none = fall_silent("hello")'), SHOUT, "HELLO!"])
    assert answer.replanned == "no step gave a result" and answer.ok
    assert answer.text == "HELLO!"


# --- names of modes


def test_a_mode_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no mode 'raect'\. Did you mean 'react'"):
        Agent("none", mode="raect")
    with Agent("none", output=tmp_path / "out") as agent:
        assert agent.mode == "plan"
        agent.mode = "auto"
        with pytest.raises(InputError, match="There is: auto, plan, react"):
            agent.mode = "xyz"
        assert agent.mode == "auto"
