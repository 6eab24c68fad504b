"""Errors: they survive a pipe, and offer what is nearest."""

from __future__ import annotations

import pickle

from intermodal.tools.errors import NeedsInput, PlanError, ToolError, did_you_mean


def test_errors_survive_pickling() -> None:
    for error in (ToolError("It broke."), NeedsInput("Which one?"), PlanError("Bad.", ("line 1",))):
        copy = pickle.loads(pickle.dumps(error))
        assert type(copy) is type(error) and str(copy) == str(error)
        assert getattr(copy, "problems", None) == getattr(error, "problems", None)


def test_the_nearest_choice_is_offered() -> None:
    assert did_you_mean("tranlate", ["translate", "speak"]) == " Did you mean 'translate'?"
    assert did_you_mean("zzz", ["b", "a"]) == " There is: a, b."
    assert did_you_mean("zzz", []) == ""
