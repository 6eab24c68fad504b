"""What a video shows and says: pictures sampled from its shots and looked at, its speech written down."""

from __future__ import annotations

import itertools
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from ... import prompts
from ..audio.transcript import Segment, Transcript, clock, of_segments
from ..context import Context
from ..contract import tool
from ..errors import ControllerError, ToolError
from ..image.describe import listed, plain_caption
from ..image.grounding import invented
from ..image.look import look
from ..values import Video
from .frames import Shot

MOST_PICTURES = 8  # that are looked at; each takes about a second
EVERY = 4.0  # seconds of one shot for which one picture does
SPEECH = 3000  # characters of speech that the controller is given
NEUTRAL = (
    "video film says say said speech speaks speaker spoken voice someone somebody nobody then first next later ends "
    "followed seconds"
)
COMPOSED = "composed from sampled pictures and the speech"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What one picture of a video shows.

    Args:
        time: When, in seconds.
        caption: What is to be seen.
        colors: The names of its main colours.
    """

    time: float
    caption: str
    colors: list[str]

    def __str__(self) -> str:
        return f"{clock(self.time)} {self.caption}"


@dataclass(frozen=True, kw_only=True)
class VideoDescription:
    """What a video shows and says.

    Args:
        summary: A sentence or two.
        scenes: What is to be seen when.
        speech: What is said in it; empty when nobody speaks.
        seconds: How long it is.
        shots: How many shots it has.
        origin: How the summary came about.
    """

    summary: str
    scenes: list[Scene]
    speech: str
    seconds: float
    shots: int
    origin: str

    def __str__(self) -> str:
        said = [f"Said in it: {self.speech}"] if self.speech else []
        return "\n".join([self.summary, *map(str, self.scenes), *said, f"({self.origin})"])


@dataclass(frozen=True, kw_only=True)
class VideoAnswer:
    """An answer to a question about a video.

    Args:
        answer: The answer.
        times: The times that it names, in seconds.
        facts: What it rests on, a line each.
    """

    answer: str
    times: list[float]
    facts: list[str]

    def __str__(self) -> str:
        return self.answer


@tool(room="", time_limit=900.0)
def describe_video(video: Video, *, ctx: Context) -> VideoDescription:
    """Describe what a video shows and what is said in it, with times.

    Args:
        video: The video.

    Returns:
        A summary, the scenes with their times, and the speech. It rests on up to eight pictures of the video's shots,
        so what moves between them is not seen.

    Example:
        description = describe_video("clip.mp4")
    """
    shots, scenes, speech = _watch(video, ctx)
    seconds = shots[-1].end
    summary, author = _worded(scenes, speech.text, seconds, ctx)
    return VideoDescription(
        summary=summary,
        scenes=scenes,
        speech=speech.text,
        seconds=seconds,
        shots=len(shots),
        origin=f"{COMPOSED}; {author}",
    )


@tool(room="", controller=True, time_limit=900.0)
def answer_video_question(video: Video, question: str, *, ctx: Context) -> VideoAnswer:
    """Answer a question about what is seen or said in a video, with the times.

    Args:
        video: The video.
        question: The question.

    Example:
        when = answer_video_question("clip.mp4", "When does the cat appear?")
    """
    if not question.strip():
        raise ToolError("The question is empty; ask something about the video.")
    shots, scenes, speech = _watch(video, ctx)
    said = [f'{clock(part.start)} said: "{part.text}"' for part in _shortened(speech.segments)]
    facts = [f"{scene} Its main colours are {listed(scene.colors)}." for scene in scenes] + said
    prompt = prompts.render("answer_video.md", lines=facts, question=question.strip()[:1000])
    reply = ctx.need_controller().write(prompt, max_tokens=120).strip()
    answer = next((line.strip() for line in reply.splitlines() if line.strip()), "I can't tell.")
    answer = answer.removeprefix("Answer:").strip()
    return VideoAnswer(answer=answer, times=times_in(answer, shots[-1].end), facts=facts)


def times_in(text: str, seconds: float) -> list[float]:
    """The times (1:05, 1:00:05) that a text names and that lie within a video of so many seconds, in seconds."""
    found = re.findall(r"\b(?:(\d+):)?(\d{1,2}):(\d{2})\b", text)
    times = (int(hours or 0) * 3600.0 + int(minutes) * 60 + int(rest) for hours, minutes, rest in found)
    return [time for time in dict.fromkeys(times) if time <= seconds + 1]


def sample_times(shots: list[Shot]) -> list[float]:
    """Times at which to look: the middle of each shot; long ones are halved again and again."""
    parts = [(shot.start, shot.end) for shot in shots]
    while len(parts) < MOST_PICTURES:
        start, end = longest = max(parts, key=lambda part: part[1] - part[0])
        if end - start <= EVERY:
            break
        at = parts.index(longest)
        parts[at : at + 1] = [(start, (start + end) / 2), ((start + end) / 2, end)]
    if len(parts) > MOST_PICTURES:  # the longest shots say the most
        parts = sorted(sorted(parts, key=lambda part: part[0] - part[1])[:MOST_PICTURES])
    return [round((start + end) / 2, 2) for start, end in parts]


def _watch(video: Video, ctx: Context) -> tuple[list[Shot], list[Scene], Transcript]:
    """Its shots, what pictures from them show, and what is said; seeing and listening go on side by side."""
    call = ctx.need_call()
    shots: list[Shot] = call("find_shots", video=video)
    with ThreadPoolExecutor(1) as pool:
        listening = pool.submit(_speech, video, ctx)
        scenes: list[Scene] = []
        times = sample_times(shots)
        for number, time in enumerate(times):
            ctx.progress(number, len(times), "pictures")
            seen = look(call("video_frame", video=video, time=time), ctx)
            caption = plain_caption(replace(seen, colors=()))
            scenes.append(Scene(time=time, caption=caption, colors=list(seen.colors[:3])))
        return shots, scenes, listening.result()


def _speech(video: Video, ctx: Context) -> Transcript:
    call = ctx.need_call()
    try:
        sound = call("extract_audio", video=video)
    except ToolError:  # a silent film
        return of_segments([], "")
    heard: Transcript = call("transcribe", audio=sound)
    return heard


def _shortened(segments: list[Segment]) -> list[Segment]:
    """The first segments, SPEECH characters of them."""
    kept, room = [], SPEECH
    for segment in segments:
        room -= len(segment.text)
        if room < 0:
            break
        kept.append(segment)
    return kept


def _without_repeats(scenes: list[Scene]) -> list[str]:
    """The scenes as lines, those left out that look like the one before."""
    return [str(next(alike)) for _, alike in itertools.groupby(scenes, key=lambda scene: scene.caption)]


def _worded(scenes: list[Scene], speech: str, seconds: float, ctx: Context) -> tuple[str, str]:
    """A summary, and who worded it; one that names what nobody reported is asked for once more, then put by rule."""
    lines = _without_repeats(scenes)
    said = speech[:SPEECH]
    avoid: list[str] = []
    for _ in range(2 if ctx.controller else 0):
        prompt = prompts.render("video_summary.md", seconds=round(seconds), lines=lines, speech=said, avoid=avoid)
        try:
            reply = " ".join(ctx.need_controller().write(prompt, max_tokens=120).split())
        except ControllerError:
            break
        avoid = invented(reply, [*lines, said], also=NEUTRAL)
        if reply and not avoid:
            return reply, "worded by the controller"
    shown = " Then: ".join(line.split(" ", 1)[1] for line in lines[:4])
    heard = f' Somebody says: "{said[:300]}{"..." if len(said) > 300 else ""}"' if said else " Nobody speaks."
    return f"A video of {seconds:.0f} seconds. {shown}{heard}", "worded by rule"
