"""A plug-in that brings weights of its own: declared beside it, fetched and checked like the built-in ones."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from intermodal import Agent, Registry
from intermodal.agent.cli.options import open_store
from intermodal.tools.backends import Chooser
from intermodal.tools.errors import BackendUnavailable
from intermodal.tools.weights import Store

CONTENT = b"a dog, a cat, a horse"
PLUGIN = '''"""Names an animal."""

from intermodal import Context, tool


@tool(weights=("animals",), catalogue="models.toml")
def name_animal(number: int, ctx: Context) -> str:
    """Name the animal of that number."""
    return (ctx.weights("animals") / "names.txt").read_text().split(", ")[number]
'''


def catalogue(digest: str, size: int, name: str = "animals") -> str:
    return f"""
[{name}]
task = "names of animals"
licence = "CC0-1.0"
files = [{{ name = "names.txt", bytes = {len(CONTENT)}, sha256 = "{digest}" }}]
wheels = [{{ pin = "animal-names==1.0", bytes = {size}, members = {{ "names.txt" = "animal_names/names.txt" }} }}]
"""


@pytest.fixture
def plugin(tmp_path: Path, index: Any) -> Path:
    """A folder with the plug-in and its catalogue; the package index has the weights."""
    folder = tmp_path / "plugin"
    folder.mkdir()
    size = index.add("animal-names==1.0", {"animal_names/names.txt": CONTENT})
    (folder / "animals.py").write_text(PLUGIN, "utf-8")
    (folder / "models.toml").write_text(catalogue(hashlib.sha256(CONTENT).hexdigest(), size), "utf-8")
    return folder


def test_they_are_fetched_at_the_first_call(plugin: Path, index: Any, data_home: Path) -> None:
    with Agent(model="none", tools=[plugin / "animals.py"]) as agent:
        answer = agent.run("animal = name_animal(2)")
        again = agent.run("animal = name_animal(0)")
    assert (answer.values["animal"], again.values["animal"]) == ("a horse", "a dog"), answer.error + again.error
    assert sum(index.downloads().values()) == 1
    assert (data_home / "weights" / "animals" / "names.txt").read_bytes() == CONTENT


def test_wrong_ones_are_refused(plugin: Path, data_home: Path) -> None:
    (plugin / "models.toml").write_text(catalogue("0" * 64, 1), "utf-8")
    with Agent(model="none", tools=[plugin]) as agent:
        answer = agent.run("animal = name_animal(2)")
    assert "refused and removed" in answer.error
    assert not (data_home / "weights" / "animals" / "names.txt").exists()


def test_models_lists_and_pulls_them(plugin: Path, index: Any, data_home: Path) -> None:
    data_home.mkdir(exist_ok=True)
    (data_home / "config.toml").write_text(f"tools = [{str(plugin)!r}]", "utf-8")
    store = open_store()
    assert store.names()[-1] == "animals" and store.state("animals") == "missing"
    assert (store.fetch("animals") / "names.txt").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "models.toml"),
        ("[animals", "can't be read"),
        (catalogue("0" * 64, 1, name="whisper-base"), "Two sets of weights are named 'whisper-base'"),
        ("", "no weights named 'animals'"),
    ],
)
def test_a_bad_catalogue_leaves_out_its_tool_only(plugin: Path, data_home: Path, text: str | None, words: str) -> None:
    if text is None:
        (plugin / "models.toml").unlink()
    else:
        (plugin / "models.toml").write_text(text, "utf-8")
    registry = Registry(builtins=False, entry_points=False)
    registry.add_path(plugin)
    with pytest.raises(BackendUnavailable, match="name_animal") as refused:
        Chooser(Store()).usable(registry.get("name_animal"))
    assert words in str(refused.value)
