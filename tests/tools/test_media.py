"""Opening and writing pictures, sound, video and documents."""

from __future__ import annotations

import threading
import zipfile
from pathlib import Path

import numpy as np
import PIL.Image
import PIL.ImageCms
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intermodal import Audio, Document, Image, Video
from intermodal.tests import make_files as make
from intermodal.tools import media, papers, sounds
from intermodal.tools.errors import BackendUnavailable, InputError


def _in_lab(picture: PIL.Image.Image) -> PIL.Image.Image:
    transform = PIL.ImageCms.buildTransform(
        PIL.ImageCms.createProfile("sRGB"), PIL.ImageCms.createProfile("LAB"), "RGB", "LAB"
    )
    return PIL.ImageCms.applyTransform(picture, transform)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "I;16", "I", "F"])
def test_every_mode_opens_in_8_bits(mode: str, tmp_path: Path) -> None:
    path = tmp_path / ("picture.png" if mode in ("LA", "P", "RGBA") else "picture.tif")
    if mode == "I":
        shown = PIL.Image.fromarray(np.asarray(make.ramp(mode="I;16")).astype(np.int32))
    elif mode in ("1", "L", "LA", "I;16", "F"):
        shown = make.ramp(mode=mode)
    else:
        gray = make.ramp(mode="L").convert("RGB")
        shown = gray.quantize(64) if mode == "P" else _in_lab(gray) if mode == "LAB" else gray.convert(mode)
    assert shown.mode == mode
    shown.save(path)
    picture, pixels = Image(path).pil(), Image(path).array()
    assert picture.mode in ("RGB", "RGBA") and picture.size == (40, 30)
    assert pixels.shape == (30, 40, 3) and pixels.dtype == np.uint8 and pixels.flags.writeable
    assert pixels[0].max() <= 8 and pixels[-1].min() >= 247


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_come_upright(orientation: int, tmp_path: Path) -> None:
    make.turned(orientation)(tmp_path / "turned.jpg")
    pixels = Image(tmp_path / "turned.jpg").array().astype(int)
    red = pixels[:, :, 0] > pixels[:, :, 2]
    stored_left = {1: "left", 2: "right", 3: "right", 4: "left", 5: "top", 6: "top", 7: "bottom", 8: "bottom"}
    sides = {"left": red[:, 0], "right": red[:, -1], "top": red[0], "bottom": red[-1]}
    assert [name for name, side in sides.items() if side.all()] == [stored_left[orientation]]


def test_transparency_is_laid_over_white(tmp_path: Path) -> None:
    clear = PIL.Image.new("RGBA", (4, 300), (255, 0, 0, 0))
    clear.paste((0, 0, 255, 255), (0, 280, 4, 300))
    clear.save(tmp_path / "clear.png")
    pixels = Image(tmp_path / "clear.png").array()
    assert pixels[0, 0].tolist() == [255, 255, 255] and pixels[-1, 0].tolist() == [0, 0, 255]
    assert Image(tmp_path / "clear.png").pil().mode == "RGBA"
    keyed = PIL.Image.new("RGB", (4, 4), "lime")
    keyed.save(tmp_path / "keyed.png", transparency=(0, 255, 0))
    assert Image(tmp_path / "keyed.png").array()[0, 0].tolist() == [255, 255, 255]


@pytest.mark.parametrize("ending", [".png", ".jpg", ".webp", ".gif", ".tiff", ".bmp"])
def test_pictures_are_saved_by_ending(ending: str, tmp_path: Path) -> None:
    path = media.save_image(tmp_path / f"saved{ending}", make.ramp().convert("RGBA"))
    pixels = media.image_array(path).astype(int)
    assert abs(pixels[5, 5] - [255, 0, 0]).max() < 9
    assert media.save_image(path, np.zeros((3, 5), np.uint8)) == path and media.open_image(path).size == (5, 3)


def test_unknown_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"can't be saved as 'a.xyz'. Use .png"):
        media.save_image(tmp_path / "a.xyz", make.ramp())
    with pytest.raises(InputError, match=r"can't be saved as 'a.xyz'. Use .wav"):
        media.save_audio(tmp_path / "a.xyz", make.tone(0.1, 8_000)[:, 0], 8_000)
    with pytest.raises(InputError, match=r"can't be saved as 'a.xyz'. Use .mp4"):
        media.write_video(tmp_path / "a.xyz", [], 5)
    with pytest.raises(InputError, match="no frames"):
        media.write_video(tmp_path / "a.mp4", [], 5)
    with pytest.raises(InputError, match="no sound to write"):
        media.save_audio(tmp_path / "a.wav", np.zeros(0, np.float32), 8_000)


def test_formats_that_start_programs_are_not_opened(tmp_path: Path) -> None:
    make.ramp().save(tmp_path / "a.eps")
    with pytest.raises(InputError, match="can't be read as a picture"):
        Image(tmp_path / "a.eps").pil()


def test_missing_files_are_named(tmp_path: Path) -> None:
    pytest.importorskip("av")
    for opening in (
        Image(tmp_path / "x").pil,
        Audio(tmp_path / "x").array,
        lambda: next(Video(tmp_path / "x").frames()),
    ):
        with pytest.raises(InputError, match="There is no file"):
            opening()
    with pytest.raises(InputError, match="can't be read"):
        Document(tmp_path / "x").text()


@pytest.mark.parametrize("ending", [".wav", ".mp3", ".flac", ".ogg", ".opus", ".m4a", ".aac", ".aiff"])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_sound_survives_saving(ending: str, channels: int, tmp_path: Path) -> None:
    pytest.importorskip("av")
    samples = np.ascontiguousarray(make.tone(1.0, 22_050, channels).T)
    path = media.save_audio(tmp_path / f"tone{ending}", samples, 22_050)
    heard, rate = Audio(path).array(16_000)
    assert rate == 16_000 and heard.dtype == np.float32 and heard.ndim == 1
    assert 1.0 <= len(heard) / rate < 1.12
    middle = heard[4_000:12_000]
    assert 0.45 < np.abs(middle).max() < 0.56
    assert round(float(np.argmax(np.abs(np.fft.rfft(middle))) * rate / len(middle)) / 220, 1) == 1.0
    planes, own = Audio(path).array(mono=False)
    assert planes.shape[0] in (channels, 2) and own in (22_050, 48_000)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 12), st.integers(1, 5_000), st.integers(4_000, 96_000))
def test_wav_round_trips_exactly(channels: int, length: int, rate: int) -> None:
    import tempfile

    pytest.importorskip("av")
    samples = np.random.default_rng(length).uniform(-1, 1, (channels, length)).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        path = media.save_audio(Path(folder) / "a.wav", samples, rate)
        heard, own = media.audio_array(path, mono=False)
        mixed, _ = media.audio_array(path)
    assert own == rate and heard.shape == samples.shape
    assert np.abs(heard - samples).max() < 1e-4
    assert np.abs(mixed - samples.mean(axis=0)).max() < 1e-4


def test_sound_that_is_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("av")
    monkeypatch.setattr(sounds, "MAX_SAMPLES", 10_000)
    make.wav(seconds=1.0)(tmp_path / "long.wav")
    with pytest.raises(InputError, match="too long to be opened at once"):
        Audio(tmp_path / "long.wav").array()
    assert len(Audio(tmp_path / "long.wav").array(8_000)[0]) == 8_000


@pytest.mark.parametrize("ending", [".mp4", ".mov", ".mkv", ".webm"])
def test_video_survives_writing(ending: str, tmp_path: Path) -> None:
    pytest.importorskip("av")
    shades = [np.full((49, 65, 3), number * 10, np.uint8) for number in range(20)]
    sound = (make.tone(2.0, 22_050)[:, 0], 22_050)
    path = media.write_video(tmp_path / f"film{ending}", shades, 10, sound)
    seen = list(Video(path).frames(0))
    assert len(seen) == 20 and seen[0][1].shape == (48, 64, 3) and seen[0][1].dtype == np.uint8
    assert [round(seconds, 1) for seconds, _ in seen] == [round(number / 10, 1) for number in range(20)]
    assert all(abs(pixels.mean() - number * 10) < 5 for number, (_, pixels) in enumerate(seen))
    assert [round(seconds, 1) for seconds, _ in Video(path).frames(0.5)] == [0.0, 0.5, 1.0, 1.5]
    assert len(list(Video(path).frames(0.1, limit=3))) == 3
    samples, rate = Audio(path).array()
    assert abs(len(samples) / rate - 2.0) < 0.1


def test_video_comes_upright(tmp_path: Path) -> None:
    pytest.importorskip("av")
    make.after(make.film(), make.turn_film)(tmp_path / "turned.mp4")
    _, pixels = next(Video(tmp_path / "turned.mp4").frames())
    assert pixels.shape == (64, 48, 3)
    assert pixels[5, 24, 0] > 200 and pixels[-5, 24, 2] > 200  # what was left is up, as after a turn clockwise


def test_documents_give_their_text(tmp_path: Path) -> None:
    make.word(
        make.paragraph("Titel &lt;1&gt;")
        + "<w:tbl><w:tr><w:tc>"
        + make.paragraph("a")
        + "</w:tc><w:tc>"
        + make.paragraph("b")
        + "</w:tc></w:tr></w:tbl>"
        + "<w:p><w:r><w:br w:type='page'/><w:t>next</w:t><w:tab/><w:delText>gone</w:delText></w:r></w:p>"
    )(tmp_path / "a.docx")
    assert Document(tmp_path / "a.docx").text() == "Titel <1>\na \tb\n\fnext"
    html = "<!-- x --><html><head><title>T</title><style>p{}</style></head><p>One<br>two &amp; <b>three</b>"
    (tmp_path / "a.txt").write_text(html + "<img alt='a cat'><table><tr><td>1<td>2</tr></table><p>3 < 4", "utf-8")
    assert Document(tmp_path / "a.txt").text() == "T\nOne\ntwo & three a cat\n1\t2\n3 < 4".replace("three a", "threea")
    (tmp_path / "b.md").write_bytes("# Käse\r\nx\ry".encode())
    assert Document(tmp_path / "b.md").text() == "# Käse\nx\ny"


@given(st.text(max_size=300))
def test_no_html_breaks_the_reader(text: str) -> None:
    papers.html_text(Path("any.html"), text)


def test_pdf_pages_are_parted_by_form_feeds(tmp_path: Path) -> None:
    pytest.importorskip("pypdfium2")
    make.data(make.pdf(make.page("One"), make.page("Two")))(tmp_path / "a.pdf")
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append(Document(tmp_path / "a.pdf").text())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == ["One\fTwo"] * 8


def test_word_files_with_a_forged_table_of_contents_are_refused(tmp_path: Path) -> None:
    make.word(make.paragraph("x"))(tmp_path / "a.docx")
    content = bytearray((tmp_path / "a.docx").read_bytes())
    at = content.rindex(b"PK\5\6")
    content[at + 12 : at + 16] = b"\xff" * 4
    (tmp_path / "a.docx").write_bytes(content)
    with pytest.raises(InputError, match="too many parts"):
        Document(tmp_path / "a.docx").text()
    (tmp_path / "b.docx").write_bytes(b"PK\3\4")
    with pytest.raises(InputError, match="cut off"):
        Document(tmp_path / "b.docx").text()
    with zipfile.ZipFile(tmp_path / "c.docx", "w") as package:
        package.writestr("other.xml", "<a/>")
    with pytest.raises(InputError, match="no Word document"):
        Document(tmp_path / "c.docx").text()


def test_without_its_library_a_medium_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make.wav()(tmp_path / "a.wav")
    make.data(make.pdf(make.page("One")))(tmp_path / "a.pdf")
    for missing in ("av", "pypdfium2"):
        monkeypatch.setitem(__import__("sys").modules, missing, None)
    for opening in (Audio(tmp_path / "a.wav").array, Document(tmp_path / "a.pdf").text):
        with pytest.raises(BackendUnavailable, match=r"pip install 'intermodal\[local\]'"):
            opening()
