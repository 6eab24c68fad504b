"""The conformance kit: each rule that a tool breaks is found, and a tool that keeps them all passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from intermodal import Context, tool
from intermodal.testing import Report, ScriptedModel, check_tool
from intermodal.tools.errors import InputError

PLUGIN = Path(__file__).with_name("plugin_with_faults.py")


@pytest.fixture(scope="module")
def report() -> Report:
    return check_tool(PLUGIN)


def failed(report: Report, name: str) -> dict[str, str]:
    return {finding.what: finding.detail for finding in report.failed if finding.tool == name}


def test_a_good_tool_passes(report: Report) -> None:
    assert failed(report, "keeps_to_it") == {}
    looked_at = [finding.what for finding in report.findings if finding.tool == "keeps_to_it"]
    assert looked_at == [
        "signature", "summary", "parameters", "example", "result", "time", "determinism", "bad inputs",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "what", "words"),
    [
        ("bare", "summary", "characters"),
        ("bare", "parameters", "no help for text"),
        ("bare", "example", "there is none"),
        ("strange_example", "example", "notes"),
        ("other_example", "example", "does not call it"),
        ("moody", "determinism", "different results"),
        ("fragile", "bad inputs", "parts is 0: fragile failed: function: ZeroDivisionError"),
        ("liar", "result", "promised int and returned str"),
        ("wordless", "result", "Silent"),
        ("absent", "backend function", "can't run here"),
    ],
)
def test_each_fault_is_found(report: Report, name: str, what: str, words: str) -> None:
    assert words in failed(report, name)[what]


def test_nothing_else_is_blamed(report: Report) -> None:
    faults = {name: len(failed(report, name)) for name in {finding.tool for finding in report.findings}}
    assert faults.pop("bare") == 3 and faults.pop("keeps_to_it") == 0
    assert set(faults.values()) == {1}, str(report)


def test_require_lists_all_that_failed(report: Report) -> None:
    with pytest.raises(AssertionError) as refused:
        report.require()
    assert str(refused.value).count("FAIL") == len(report.failed)
    assert "-> install" not in str(report)


def test_a_tool_object_is_run_on_arguments_with_a_scripted_model() -> None:
    @tool(room="", controller=True)
    def greet(name: str, ctx: Context) -> str:
        """Greet a person.

        Args:
            name: Whom.

        Example:
            greeting = greet("Ada")
        """
        return ctx.need_controller().write(f"Greet {name}.") if name.strip() else "Hello."

    with ScriptedModel(["Hello Ada!"] * 2 + ["Hello you."]) as model:
        report = check_tool(greet, arguments={"name": "Ada"}, model=model).require()
    assert any(finding.detail.endswith("Hello Ada!") for finding in report.findings)


def test_a_built_in_tool_is_checked_by_name() -> None:
    check_tool("calculate").require()


def test_what_can_not_be_loaded_is_a_finding(tmp_path: Path) -> None:
    for content, words in (
        ("def (", "SyntaxError"),
        ("x = 1", "it holds no tool"),
        ("@tool\ndef f(): ...", "NameError"),
    ):
        (tmp_path / "broken.py").write_text(content, "utf-8")
        assert words in str(check_tool(tmp_path / "broken.py").failed), content


def test_a_taken_name_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("@tool\ndef speak(text: str) -> str:\n    'Talk.'\n", "utf-8")
    assert "Two tools are named 'speak'" in str(check_tool(tmp_path / "mine.py").failed[0])


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(InputError, match=r"no tool 'speek'.*'speak'"):
        check_tool("speek")
    with pytest.raises(InputError, match="no file or folder"):
        check_tool("nowhere.py")
