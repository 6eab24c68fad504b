"""The workspace: what comes in, what is kept, how it is named."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intermodal import Audio, Document, Image
from intermodal.agent.artifacts import Artifact, MadeBy, Workspace
from intermodal.agent.names import LONGEST, slug
from intermodal.tests import make_files as make
from intermodal.tools.errors import InputError, ToolError

CALL = MadeBy(tool="blur_image", backend="function", parameters={"image": "image-1"}, parents=("image-1",))


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    (tmp_path / "scratch").mkdir()
    return Workspace(tmp_path / "scratch", tmp_path / "out")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    make.picture()(tmp_path / "photo.png")
    return tmp_path / "photo.png"


@pytest.fixture
def produce(space: Workspace) -> Callable[..., Artifact]:
    """Lets a tool make a picture, and the workspace keep it."""

    def made(label: str, name: str = "tool.png", made_by: MadeBy = CALL) -> Artifact:
        folder = Path(tempfile.mkdtemp(dir=space.folder))
        make.picture()(folder / name)
        return space.capture(Image(folder / name), made_by, label)

    return made


def test_an_attached_file_is_known_and_untouched(space: Workspace, photo: Path) -> None:
    before = photo.stat()
    artifact = space.attach(str(photo))
    assert (artifact.handle, str(artifact.kind), artifact.name) == ("image-1", "Image", "photo.png")
    assert artifact.path == photo and artifact.made_by is None
    assert artifact.sha256 == hashlib.sha256(photo.read_bytes()).hexdigest()
    assert artifact.describe() == "picture, 40 x 30 pixels, PNG"
    assert isinstance(artifact.file, Image) and artifact.file.handle == "image-1"
    assert photo.stat().st_mtime_ns == before.st_mtime_ns and not space.output.exists()


def test_the_same_file_is_the_same_artifact(space: Workspace, photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = space.attach(photo)
    photo.with_name("link.png").symlink_to(photo)
    monkeypatch.chdir(photo.parent)
    assert space.attach("photo.png") is space.attach("link.png") is first
    make.picture(make.ramp(10, 10))(photo)
    changed = space.attach(photo)
    assert changed.handle == "image-2" and space.get("photo.png") is changed


def test_files_of_one_name_are_told_apart(space: Workspace, photo: Path) -> None:
    (photo.parent / "b").mkdir()
    shutil.copy(photo, photo.parent / "b" / "PHOTO.png")
    assert [space.attach(path).name for path in (photo, photo.parent / "b" / "PHOTO.png")] == [
        "photo.png",
        "b/PHOTO.png",
    ]
    assert space.get("b/photo.png").handle == "image-2" and space.get(str(photo)).handle == "image-1"


def test_handles_count_by_kind(space: Workspace, tmp_path: Path, photo: Path) -> None:
    pytest.importorskip("av")
    make.wav()(tmp_path / "a.wav")
    make.film()(tmp_path / "a.mp4")
    (tmp_path / "a.txt").write_text("hello", "utf-8")
    paths = [photo, tmp_path / "a.wav", tmp_path / "a.mp4", tmp_path / "a.txt"]
    assert [space.attach(path).handle for path in paths] == ["image-1", "audio-1", "video-1", "document-1"]
    assert [artifact.path for artifact in space.artifacts] == paths


def test_what_a_tool_made_is_moved_under_a_readable_name(produce: Callable[..., Artifact], space: Workspace) -> None:
    made = [produce("annotated_people") for _ in range(3)]
    names = ["annotated-people.png", "annotated-people-2.png", "annotated-people-3.png"]
    assert [artifact.path for artifact in made] == [space.output / name for name in names]
    assert [artifact.name for artifact in made] == names and made[2].made_by == CALL
    assert not list(space.folder.rglob("*.png"))
    assert produce("ending", "raw.bin").path.name == "ending.png"
    assert produce("photograph", "raw.jpeg").path.name == "photograph.png"


def test_nothing_is_overwritten(produce: Callable[..., Artifact], space: Workspace, photo: Path) -> None:
    space.output.mkdir()
    (space.output / "sky.png").write_text("precious", "utf-8")
    (space.output / "sky-2.png").symlink_to("nowhere")
    assert produce("sky").path.name == "sky-3.png"
    assert (space.output / "sky.png").read_text("utf-8") == "precious"
    space.attach(photo)
    assert produce("photo").name == "photo-2.png"  # or it would be taken for the one attached


def test_a_file_that_is_known_keeps_its_handle(space: Workspace, photo: Path, produce: Callable[..., Artifact]) -> None:
    given, made = space.attach(photo), produce("sky")
    assert space.capture(given.file, CALL, "again") is given
    assert space.capture(Image(photo), CALL, "again") is given
    assert space.capture(Image(made.path), CALL, "again") is made
    assert len(space.artifacts) == 2


def test_files_from_elsewhere_are_copied(space: Workspace, photo: Path) -> None:
    artifact = space.capture(Image(photo), CALL, "copy")
    assert artifact.path == space.output / "copy.png" and photo.exists()


def test_broken_promises_are_the_tools_fault(space: Workspace) -> None:
    scratch = space.folder
    with pytest.raises(ToolError, match=r"'blur_image' gave a file that is of no use: There is no file"):
        space.capture(Image(scratch / "gone.png"), CALL, "x")
    make.cut(make.detailed("PNG"), 0.5)(scratch / "cut.png")
    with pytest.raises(ToolError, match="damaged"):
        space.capture(Image(scratch / "cut.png"), CALL, "x")
    (scratch / "a.txt").write_text("words", "utf-8")
    with pytest.raises(ToolError, match="promised Audio and made Document"):
        space.capture(Audio(scratch / "a.txt"), CALL, "x")
    assert space.capture(Document(scratch / "a.txt"), CALL, "x").path.name == "x.txt"


def test_an_output_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", "utf-8")
    (tmp_path / "scratch").mkdir()
    space = Workspace(tmp_path / "scratch", tmp_path / "taken" / "out")
    with pytest.raises(InputError, match=r"Can't write into the output folder .*taken.* is a file\. Name another"):
        space.check_output()
    make.picture()(tmp_path / "scratch" / "a.png")
    with pytest.raises(InputError, match=r"Can't write into the output folder .*-o FOLDER"):
        space.capture(Image(tmp_path / "scratch" / "a.png"), CALL, "a")
    assert (tmp_path / "scratch" / "a.png").exists() and not space.artifacts
    Workspace(tmp_path, tmp_path / "new" / "deep").check_output()


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a place that takes no files whatever its rights say")
def test_an_output_folder_that_takes_no_files_is_known_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Can't write into the output folder"):
        Workspace(tmp_path, Path("/proc/new")).check_output()
    assert not (tmp_path / "new").exists()


def test_what_is_missing_offers_what_is_near(space: Workspace, photo: Path) -> None:
    with pytest.raises(InputError, match=r"There is no file '.*phto.png'. Did you mean '.*photo.png'\?"):
        space.attach(photo.with_name("phto.png"))
    with pytest.raises(InputError, match="There is no folder"):
        space.attach(photo.parent / "nowhere" / "a.png")
    with pytest.raises(InputError, match=r"There is no file 'image-1' in this session\. Attach it first"):
        space.get("image-1")
    space.attach(photo)
    with pytest.raises(InputError, match=r"Did you mean 'photo.png'\?"):
        space.get("foto.png")


@pytest.mark.parametrize("path", ["", ".", "~nobody-of-that-name/x.png", "a\0b.png", "x" * 5000, "/dev/null"])
def test_odd_paths_give_one_sentence(path: str, space: Workspace) -> None:
    with pytest.raises(InputError) as caught:
        space.attach(path)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions work otherwise here")
def test_a_file_without_permission_is_named(space: Workspace, photo: Path) -> None:
    space.attach(photo)  # what is loaded later than this may be out of reach, too
    with tempfile.TemporaryDirectory() as folder:
        secret = Path(folder) / "secret.png"
        shutil.copy(photo, secret)
        secret.chmod(0)
        Path(folder).chmod(0o755)
        user = os.geteuid()
        if user == 0:  # root may read everything
            os.seteuid(65_534)
        try:
            with pytest.raises(InputError, match=r"There is no permission to read '.*secret.png'"):
                space.attach(secret)
        finally:
            os.seteuid(user)


def test_provenance_leads_back_to_the_person(space: Workspace, photo: Path, produce: Callable[..., Artifact]) -> None:
    space.attach(photo)
    produce("a")
    produce("b", made_by=MadeBy(tool="side_by_side", parents=("image-2", "image-1")))
    last = produce("c", made_by=MadeBy(tool="blur_image", parents=("image-3",)))
    assert [artifact.handle for artifact in space.ancestors(last.handle)] == ["image-3", "image-2", "image-1"]
    document = json.loads(json.dumps(last.to_json()))
    assert document["made_by"] == {"tool": "blur_image", "backend": "", "parameters": {}, "parents": ["image-3"]}
    assert {"handle", "kind", "path", "sha256", "name", "facts"} <= set(document)
    assert space.artifacts[0].to_json()["made_by"] is None


def test_threads_get_names_and_handles_of_their_own(space: Workspace, produce: Callable[..., Artifact]) -> None:
    made: list[Artifact] = []
    threads = [threading.Thread(target=lambda: made.append(produce("sky"))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {artifact.handle for artifact in made} == {f"image-{number}" for number in range(1, 17)}
    assert len({artifact.path for artifact in made}) == len(list(space.output.iterdir())) == 16


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["image", "document"]), st.text(max_size=80)), min_size=1, max_size=12))
def test_handles_and_names_are_unique_whatever_the_labels(made: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        space = Workspace(Path(folder) / "scratch", Path(folder) / "out")
        space.folder.mkdir()
        for number, (kind, label) in enumerate(made):
            path = space.folder / f"{number}.bin"
            if kind == "image":
                make.picture(make.ramp(2, 2))(path)
            else:
                path.write_text("words", "utf-8")
            artifact = space.capture((Image if kind == "image" else Document)(path), CALL, label)
            assert artifact.path.parent == Path(os.path.realpath(space.output)) and artifact.path.is_file()
            assert space.get(artifact.handle) is space.get(artifact.name) is artifact
        for values in ([a.handle for a in space.artifacts], [a.name.casefold() for a in space.artifacts]):
            assert len(set(values)) == len(made)
        for kind in ("image", "document"):
            numbers = [int(a.handle.rpartition("-")[2]) for a in space.artifacts if a.handle.startswith(kind)]
            assert numbers == list(range(1, len(numbers) + 1))


@given(st.text())
def test_slugs_fit_every_file_system(label: str) -> None:
    name = slug(label)
    assert len(name) <= LONGEST + len("-file") and len(name.encode()) <= 125
    assert not set(name) & set('/\\:*?"<>|\0 ._') and name == name.strip("-") and name.isprintable()


@pytest.mark.parametrize(
    ("label", "name"),
    [("annotated_people", "annotated-people"), ("Ein Käse, 2", "ein-käse-2"), ("图 1", "图-1"), ("CON", "con-file")],
)
def test_slugs_stay_readable(label: str, name: str) -> None:
    assert slug(label) == name
