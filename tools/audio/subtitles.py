"""Subtitles from speech."""

from __future__ import annotations

from typing import Literal

from ..context import Context
from ..contract import tool
from ..errors import ToolError
from ..values import Audio, Document


@tool(room="")
def make_subtitles(
    audio: Audio, format: Literal["srt", "vtt"] = "srt", english: bool = False, *, ctx: Context
) -> Document:
    """Make a subtitle file (srt or vtt) of what is said in a video or recording.

    To show them in the picture, give the file to `burn_subtitles`.

    Args:
        audio: The recording, or a video.
        format: "srt" for players, "vtt" for web pages.
        english: Whether foreign speech is translated into English.

    Example:
        subtitles = make_subtitles("speech.wav", format="vtt")
    """
    heard = ctx.need_call()("translate_speech" if english else "transcribe", audio=audio)
    if not heard.segments:
        raise ToolError(f"Nobody speaks in {str(audio)!r}, so there is nothing to write into subtitles.")
    path = ctx.new_file(f"{audio.path.stem}.{format}")
    path.write_text(heard.srt if format == "srt" else heard.vtt, "utf-8")
    return Document(path)
