"""Plans that a person gives name files as they lie on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from intermodal.agent.given import attached, check_given, kind_of
from intermodal.tools.contract import Signature, tool
from intermodal.tools.errors import InputError, PlanError
from intermodal.tools.kinds import AUDIO, IMAGE, VIDEO, Kind
from intermodal.tools.values import Audio, Image, Video


@tool
def listen(audio: Audio) -> str:
    """Hear."""
    ...


@tool
def extract_audio(video: Video) -> Audio:
    """Take the sound."""
    ...


@tool
def look(image: Image | None = None) -> str:
    """See."""
    ...


SIGNATURES: dict[str, Signature] = {each.name: each.signature for each in (listen, extract_audio, look)}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from intermodal.tools.samples import make_samples

    monkeypatch.chdir(tmp_path)
    make_samples(tmp_path, ["clip.mp4", "photo.png", "notes.txt"])
    return tmp_path


def test_a_film_is_listened_to_by_its_sound_track(here: Path) -> None:
    pytest.importorskip("av")
    assert (
        check_given('words = listen("clip.mp4")', SIGNATURES).source.strip()
        == 'words = listen(extract_audio("clip.mp4"))'
    )


def test_a_file_that_does_not_fit_is_refused_before_anything_runs(here: Path) -> None:
    with pytest.raises(PlanError) as refused:
        check_given('words = listen("photo.png")', SIGNATURES)
    assert "Image" in str(refused.value)


def test_what_is_not_there_yet_is_left_to_the_run(here: Path) -> None:
    assert check_given('words = listen("later.wav")', SIGNATURES).ok
    assert kind_of("later.wav") is None and kind_of("x" * 5000) is None and kind_of("") is None
    assert kind_of("photo.png") == IMAGE and kind_of("clip.mp4") == VIDEO


def test_a_file_may_stand_where_none_would_do_too(here: Path) -> None:
    class Known:
        kind, file = IMAGE, Image(here / "photo.png")

    optional = Kind("Image", optional=True)
    assert attached("photo.png", optional, lambda _: Known()) == Known.file  # type: ignore[arg-type, return-value]
    with pytest.raises(InputError, match="wants Audio"):
        attached("photo.png", AUDIO, lambda _: Known())  # type: ignore[arg-type, return-value]
