"""The built-in tools keep to the contract that plug-ins are held to."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from intermodal import Registry, tool
from intermodal.testing import check_tool
from intermodal.tools.conformance import fingerprint, has_text_form, of_declaration, spoiled
from intermodal.tools.facts import read_facts
from intermodal.tools.media import document_text
from intermodal.tools.samples import SAMPLES, make_samples
from intermodal.tools.values import Image

TRIED = ("calculate", "convert_audio", "cut_video", "detect_objects", "erase_object", "read_document", "speak")


def test_every_declaration_is_complete() -> None:
    wrong = [
        str(finding)
        for each in Registry(entry_points=False).tools()
        for finding in of_declaration(each.signature)
        if not finding.ok
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.embedded
@pytest.mark.slow
@pytest.mark.parametrize("name", TRIED)
def test_tools_of_every_medium_pass_the_whole_kit(name: str) -> None:
    check_tool(name).require()


def test_one_argument_at_a_time_is_spoiled(tmp_path: Path) -> None:
    @tool
    def many(image: Image, texts: list[str], size: float = 1.0, note: str | None = None) -> str:
        """Take many things."""
        return note or ""

    good = {"image": Image(tmp_path / "a.png"), "texts": ["a"], "size": 2.0}
    bad = list(spoiled(many.signature, good, tmp_path))
    count = Counter(what.split()[0] for what, _ in bad)
    assert count == {"image": 3, "texts": 1, "size": 3, "note": 2}
    for _, arguments in bad:
        assert sum(arguments.get(name) != value for name, value in good.items()) <= 1


def test_fingerprints_tell_results_apart_and_nothing_else(tmp_path: Path) -> None:
    for name, content in (("a.png", b"1"), ("b.png", b"1"), ("c.png", b"2")):
        (tmp_path / name).write_bytes(content)
    a, b, c = (fingerprint([Image(tmp_path / name), 1.5]) for name in ("a.png", "b.png", "c.png"))
    assert a == b != c
    assert has_text_form(3) and has_text_form(Image("a.png"))


def test_samples_are_what_they_say_and_the_same_each_time(tmp_path: Path) -> None:
    pytest.importorskip("av")
    once, twice = tmp_path / "once", tmp_path / "twice"
    for folder in (once, twice):
        folder.mkdir()
        make_samples(folder, SAMPLES)
    for name in SAMPLES:
        assert read_facts(once / name).bytes == (once / name).stat().st_size
        assert (once / name).read_bytes() == (twice / name).read_bytes(), name
    assert "Written by Ada Winter" in document_text(once / "report.pdf")
