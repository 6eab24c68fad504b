"""Where tools come from: listed without import, broken ones left out, collisions refused."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from intermodal import Registry, tool
from intermodal.tools.errors import InputError, SignatureError
from intermodal.tools.registry import Source, declared_tools

PLUGIN = '''
import sys
from intermodal import tool
sys.modules["the_plugin_ran"] = sys

@tool
def shout(text: str) -> str:
    """Say it louder."""
    return text.upper()

@tool(name="whisper_it")
def whisper(text: str) -> str:
    """Say it lower."""
    return text.lower()
'''


@pytest.fixture
def empty() -> Registry:
    return Registry(builtins=False, entry_points=False)


def test_a_file_is_listed_without_being_run(tmp_path: Path, empty: Registry) -> None:
    (tmp_path / "voice.py").write_text(PLUGIN)
    sys.modules.pop("the_plugin_ran", None)
    empty.add_path(tmp_path / "voice.py")
    assert empty.names() == ["shout", "whisper_it"]
    assert "the_plugin_ran" not in sys.modules
    assert empty.get("shout")("hey") == "HEY"
    assert sys.modules.pop("the_plugin_ran")


def test_a_worker_can_import_what_a_file_brought(tmp_path: Path, empty: Registry) -> None:
    (tmp_path / "voice.py").write_text(PLUGIN)
    empty.add_path(tmp_path)
    source = empty.source("shout")
    assert isinstance(source, Source) and source.load().name == "shout"


def test_a_tool_of_this_process_only_has_no_source(empty: Registry) -> None:
    @tool
    def local_tool(text: str) -> str:
        """Only here."""
        return text

    empty.add(local_tool)
    assert empty.source("local_tool") is None


def test_a_broken_file_is_reported_and_the_others_work(tmp_path: Path, empty: Registry) -> None:
    (tmp_path / "bad.py").write_text("def (:")
    (tmp_path / "crash.py").write_text(
        "from intermodal import tool\nimport no_such_module\n@tool\ndef crash() -> str:\n    'x'\n"
    )
    (tmp_path / "good.py").write_text(PLUGIN)
    empty.add_path(tmp_path)
    assert [found.name for found in empty.tools()] == ["shout", "whisper_it"]
    assert "SyntaxError" in empty.broken[str(tmp_path / "bad.py")]
    assert "no_such_module" in empty.broken["crash"]
    with pytest.raises(InputError, match="Tool 'crash' can't be used"):
        empty.get("crash")


def test_two_tools_of_one_name_are_refused_with_both_owners(tmp_path: Path, empty: Registry) -> None:
    for name in ("one.py", "two.py"):
        (tmp_path / name).write_text(PLUGIN)
    empty.add_path(tmp_path / "one.py")
    with pytest.raises(SignatureError) as caught:
        empty.add_path(tmp_path / "two.py")
    assert "one.py" in str(caught.value) and "two.py" in str(caught.value)


def test_an_unknown_tool_is_answered_with_the_nearest(tmp_path: Path, empty: Registry) -> None:
    (tmp_path / "voice.py").write_text(PLUGIN)
    empty.add_path(tmp_path)
    with pytest.raises(InputError, match="Did you mean 'shout'"):
        empty.get("shuot")
    with pytest.raises(InputError, match="no file or folder"):
        empty.add_path(tmp_path / "nowhere")


def test_every_built_in_tool_loads_and_has_a_summary() -> None:
    registry = Registry(entry_points=False)
    found = registry.tools()
    assert not registry.broken
    assert [found_tool.name for found_tool in found] == registry.names()
    assert all(len(found_tool.signature.summary) <= 120 for found_tool in found)


def test_declared_tools_reads_names_off_the_text() -> None:
    assert declared_tools(PLUGIN) == [("shout", "shout"), ("whisper_it", "whisper")]
