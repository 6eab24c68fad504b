from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from intermodal import Context, Video
from intermodal.tools.errors import InputError, ToolError
from intermodal.tools.video.clips import facts_of, frames_between, sound_between, steady
from intermodal.tools.video.frames import find_shots, fitted, video_frame, video_frames

Photo, Likeness = Callable[[str], np.ndarray], Callable[[np.ndarray, np.ndarray], float]


def test_facts(clip: Video, silent_clip: Video) -> None:
    facts = facts_of(clip)
    assert (facts.width, facts.height, facts.sound) == (160, 120, True)
    assert facts.fps == pytest.approx(12) and facts.seconds == pytest.approx(3.75, abs=0.05)
    assert not facts_of(silent_clip).sound


def test_frames_between_begins_with_what_is_on_screen(clip: Video, photo: Photo, likeness: Likeness) -> None:
    whole = list(frames_between(clip))
    assert len(whole) == 45 and whole[0][0] == 0.0
    part = list(frames_between(clip, 1.3, 2.0))
    assert part[0][0] == 1.3 and all(1.3 <= time < 2.0 for time, _ in part)
    assert likeness(part[0][1], photo("chelsea.png")) > 0.95
    late = list(frames_between(clip, 99.0))
    assert len(late) == 1 and likeness(late[0][1], whole[-1][1]) > 0.99


def test_steady_repeats_and_leaves_out() -> None:
    frames = [(0.0, np.full((2, 2, 3), 1)), (0.9, np.full((2, 2, 3), 2)), (1.0, np.full((2, 2, 3), 3))]
    assert [int(f[0, 0, 0]) for f in steady(frames, 4, 0.0, 2.0)] == [1, 1, 1, 1, 3, 3, 3, 3]
    assert len(list(steady(frames, 4, 0.0, 2.0, speed=2.0))) == 4
    assert list(steady([], 4, 0.0, 1.0)) == []


def test_sound_between_is_in_time(clip: Video, silent_clip: Video) -> None:
    whole, rate = sound_between(clip) or (None, 0)
    part, _ = sound_between(clip, 1.0, 2.0) or (None, 0)
    assert whole is not None and part is not None and part.shape == (1, rate)
    assert np.corrcoef(part[0], whole[0, rate : 2 * rate])[0, 1] > 0.99
    assert sound_between(silent_clip) is None


def test_a_frame_at_a_time(clip: Video, photo: Photo, likeness: Likeness, ctx: Context) -> None:
    for time, name in ((0.0, "astronaut.png"), (1.3, "chelsea.png"), (-1.2, "coffee.png"), (3.75, "coffee.png")):
        assert likeness(video_frame(clip, time, ctx=ctx).array(), photo(name)) > 0.6, time
    with pytest.raises(ToolError, match=r"3\.75 seconds long; it has no frame at 9"):
        video_frame(clip, 9, ctx=ctx)


def test_thumbnail_avoids_black(photos: Path, tmp_path: Path, photo: Photo, likeness: Likeness, ctx: Context) -> None:
    from intermodal.tools import media

    black = np.zeros((120, 160, 3), np.uint8)
    frames = [black] * 20 + [photo("coffee.png")] * 6 + [black] * 20
    film = Video(media.write_video(tmp_path / "dark.mp4", frames, 12))
    assert likeness(video_frame(film, ctx=ctx).array(), photo("coffee.png")) > 0.98


def test_several_frames(clip: Video, ctx: Context) -> None:
    assert len({image.path for image in video_frames(clip, 3, ctx=ctx)}) == 3
    assert len(video_frames(clip, every=0.5, ctx=ctx)) == 8
    with pytest.raises(ToolError, match="above 200"):
        video_frames(clip, every=0.01, ctx=ctx)
    with pytest.raises(ToolError, match="`count`"):
        video_frames(clip, 0, ctx=ctx)


def test_shots(clip: Video, silent_clip: Video, ctx: Context) -> None:
    shots = find_shots(clip, ctx=ctx)
    assert [shot.start for shot in shots] == pytest.approx([0, 1.25, 2.5], abs=0.01)
    assert shots[-1].end == pytest.approx(3.75, abs=0.05) and shots[1].middle == pytest.approx(1.875, abs=0.01)
    assert str(shots[1]) == "0:01 to 0:02"
    assert len(find_shots(silent_clip, ctx=ctx)) == 1


def test_fitted_keeps_proportions() -> None:
    wide = fitted(np.full((10, 40, 3), 255, np.uint8), (40, 40))
    assert wide.shape == (40, 40, 3) and wide[20, 20].all() and not wide[2].any()


def test_what_is_no_video(tmp_path: Path, recordings: Path, ctx: Context) -> None:
    with pytest.raises(InputError, match="no moving pictures"):
        facts_of(Video(recordings / "beckett.wav"))
    (tmp_path / "broken.mp4").write_bytes(b"nothing of the kind")
    with pytest.raises(InputError, match=r"'broken\.mp4'"):
        video_frame(Video(tmp_path / "broken.mp4"), ctx=ctx)


def test_a_truncated_video_gives_what_is_there(clip: Video, tmp_path: Path, ctx: Context) -> None:
    (tmp_path / "half.mp4").write_bytes(clip.path.read_bytes()[:4000])
    with pytest.raises(InputError):
        facts_of(Video(tmp_path / "half.mp4"))
