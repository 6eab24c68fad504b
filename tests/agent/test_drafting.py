"""Writing line by line: where a text is cut, what is asked for next, and what is added."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from intermodal.agent.catalogue import Catalogue
from intermodal.agent.controller import Message, Reply
from intermodal.agent.drafting import Drafter
from intermodal.agent.grammar import Scope
from intermodal.testing import ScriptedModel
from intermodal.tools.contract import Parameter, Signature
from intermodal.tools.kinds import AUDIO, IMAGE, INT, STR, VIDEO, Kind, list_of

pytestmark = pytest.mark.embedded  # what a comment means is told by MiniLM


def signature(name: str, summary: str, *kinds: Kind, result: Kind) -> Signature:
    parameters = tuple(Parameter(name=f"given{at}", kind=kind) for at, kind in enumerate(kinds))
    return Signature(name=name, parameters=parameters, result=result, summary=summary)


TOOLS = {
    one.name: one
    for one in (
        signature("read_text", "Read the text in a picture.", IMAGE, result=STR),
        signature("transcribe", "Write down what is said in a recording.", AUDIO, result=STR),
        signature("speak", "Read a text aloud.", STR, result=AUDIO),
        signature("translate", "Translate a text into another language.", STR, STR, result=STR),
        signature("join_pictures", "Put two pictures side by side.", IMAGE, IMAGE, result=IMAGE),
        signature("blur_image", "Blur a picture.", IMAGE, result=IMAGE),
    )
}
FILES = {"a.png": IMAGE, "b.png": IMAGE, "talk.wav": AUDIO}
ASKED = [Message("user", "the request")]


FOUND = Kind("Found", fields=(("count", INT), ("boxes", list_of(STR))))
FINDING = {
    **TOOLS,
    "find_dogs": signature("find_dogs", "Find the dogs in a picture.", IMAGE, result=FOUND),
    "crop_image": signature("crop_image", "Cut a box out of a picture.", IMAGE, STR, result=IMAGE),
}


def written(
    replies: Sequence[str | Reply], request: str = "the request", tools: dict[str, Signature] = TOOLS
) -> tuple[str, ScriptedModel]:
    with ScriptedModel(replies, takes_grammar=True) as model:
        text = Drafter(model, tools, Catalogue(tools)).write(ASKED, request, Scope(files=FILES))
    return text, model


def test_a_right_plan_takes_one_call() -> None:
    plan = '# what is said in the recording\nspoken = transcribe("talk.wav")\n# read it aloud\nvoice = speak(spoken)\n'
    text, model = written([f"```python\n{plan}```"])
    assert text == plan.strip() and len(model.asked) == 1


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("voice = speak(later)", "voice = speak(spoken)"),  # never defined
        ("voice = blur_image(spoken)", "voice = speak(spoken)"),  # not what the comment means
        ('voice = speak("talk.wav")', "voice = speak(spoken)"),  # a file where a text is wanted
        ('voice = speak("spoken")', "voice = speak(spoken)"),  # a name in quotes
        ('voice = speak("speech.mp3")', "voice = speak(spoken)"),  # a file that is not there
        ('voice = speak("audio-1")', "voice = speak(spoken)"),  # the file by its handle
        ('voice = speak(" talk.wav")', "voice = speak(spoken)"),  # a file behind a space
        ('voice = speak("https://a.example/talk")', "voice = speak(spoken)"),  # an address that nobody named
    ],
)
def test_a_wrong_line_is_cut_and_written_again(wrong: str, right: str) -> None:
    start = '# what is said in the recording\nspoken = transcribe("talk.wav")\n# read it aloud\n'
    text, model = written([f"```python\n{start}{wrong}\n```", f"{right}\n```"])
    assert text == f"{start}{right}"
    assert model.asked[1].messages[-1] == Message("assistant", f"```python\n{start}")
    assert "known ::=" in (model.asked[1].grammar or "")


def test_the_model_is_stopped_at_its_first_wrong_line() -> None:
    wrong = "# read it aloud\nvoice = speak(later)\n"
    replies = [f"```python\n{wrong}{wrong * 20}```", 'voice = speak("now")\n```']
    text, model = written(replies)
    assert text == '# read it aloud\nvoice = speak("now")' and model.usage.tokens_out < 20


@pytest.mark.parametrize(
    "line",
    [
        'dogs = [crop_image("a.png", box) for box in found.boxes]',
        'dogs = blur_image("a.png") if found.count else None',
        'dogs = blur_image("a.png") if found.count > 1 else crop_image("a.png", found.boxes)',
    ],
)
def test_a_line_may_loop_or_depend_on_what_was_found(line: str) -> None:
    comment = "cut a box out of the picture" if "[" in line else "blur the picture"
    plan = f'# find the dogs in the picture\nfound = find_dogs("a.png")\n# {comment}\n{line}\n'
    wrong_kind = "found.boxes)" in line  # a list where one text is wanted
    replies = [f"```python\n{plan}```", *(['dogs = blur_image("a.png")\n```'] if wrong_kind else [])]
    text, model = written(replies, tools=FINDING)
    assert len(model.asked) == (2 if wrong_kind else 1)
    assert text == plan.strip() or wrong_kind


@pytest.mark.parametrize(
    "line",
    [
        'dogs = [crop_image("a.png", box) for box in found.count]',  # nothing to go through
        'dogs = [crop_image("a.png", found) for box in lost.boxes]',  # never defined
        "dogs = [crop_image(box, box) for box in found.boxes]",  # of the wrong kind
        'dogs = crop_image("a.png", "1") if True else None',  # a test of nothing
        'dogs = crop_image("a.png", "1") if found.count else erase("a.png")',  # no such tool
    ],
)
def test_a_loop_over_nothing_is_written_again(line: str) -> None:
    start = '# find the dogs in the picture\nfound = find_dogs("a.png")\n# cut a box out of the picture\n'
    right = 'dog = crop_image("a.png", "1 2 3 4")'
    text, _ = written([f"```python\n{start}{line}\n```", f"{right}\n```"], tools=FINDING)
    assert text == f"{start}{right}"


def test_a_picture_is_not_joined_with_itself() -> None:
    start = "# put the pictures side by side\n"
    text, model = written(
        [
            f'```python\n{start}both = join_pictures("a.png", "a.png")\n```',
            'both = join_pictures("a.png", "b.png")\n```',
        ]
    )
    assert text.endswith('join_pictures("a.png", "b.png")')
    assert r'"\"a.png\"" ", " "\"b.png\""' in (model.asked[1].grammar or "")


def test_an_address_is_one_that_somebody_named() -> None:
    plan = '# read the address aloud\nvoice = speak("https://a.example/talk")'
    for request in ("Read the address a.example/talk aloud.", "the request"):
        said = "" if "a.example" in request else "See https://a.example/talk/ for more."
        with ScriptedModel([f"```python\n{plan}\n```"], takes_grammar=True) as model:
            drafter = Drafter(model, TOOLS, Catalogue(TOOLS))
            assert drafter.write(ASKED, request, Scope(files=FILES), said=said) == plan


FETCHING = {
    **TOOLS,
    "fetch_page": Signature(
        name="fetch_page",
        parameters=(Parameter(name="url", kind=STR),),
        result=STR,
        summary="Download the text of a page.",
    ),
}


def test_an_address_that_no_line_looks_at_is_fetched_first() -> None:
    request = "I like what this says: 'https://a.example/page'. Read it aloud."
    ignored = '```python\n# read it aloud\nvoice = speak("what this says")\n```'
    fetched = 'page = fetch_page("https://a.example/page")\n# read it aloud\nvoice = speak(page)\n```'
    text, model = written([ignored, fetched], request, FETCHING)
    assert text == f"# I like what this says: https://a.example/page\n{fetched[:-4]}"
    assert "known ::= k-fetch-page" in (model.asked[1].grammar or "")


def test_a_plan_stays_when_nothing_better_comes_of_fetching_first() -> None:
    request = "I like what this says: 'https://a.example/page'. Read it aloud."
    plan = '# read it aloud\nvoice = speak("what this says")'
    text, model = written([f"```python\n{plan}\n```", *["page = fetch_page(lost)\n"] * 12], request, FETCHING)
    assert text == plan and len(model.asked) == 13


@pytest.mark.parametrize(
    ("request_", "tools"),
    [
        ("Read this aloud: 'look at https://a.example/page now'", FETCHING),  # a part of what is to be read
        ("I like what this says: 'https://a.example/page'. Read it aloud.", TOOLS),  # nothing can fetch it
    ],
)
def test_an_address_is_left_where_it_is_text_or_can_not_be_fetched(request_: str, tools: dict[str, Signature]) -> None:
    plan = '# read it aloud\nvoice = speak("what this says")'
    text, model = written([f"```python\n{plan}\n```"], request_, tools)
    assert text == plan and len(model.asked) == 1


def test_a_tool_that_takes_the_file_as_it_is_goes_before_one_that_needs_another() -> None:
    of_film = signature("transcribe_film", "Write down what is said in a film.", VIDEO, result=STR)
    tools = {**TOOLS, "transcribe_film": of_film}
    comment, right = "# write down what is said\n", 'spoken = transcribe_film("talk.mp4")'
    replies = [f'```python\n{comment}spoken = transcribe("talk.mp4")\n```', f"{right}\n```"]
    scope = Scope(files={"talk.mp4": VIDEO}, converts=[("Video", "Audio")])
    with ScriptedModel(replies, takes_grammar=True) as model:
        assert Drafter(model, tools, Catalogue(tools)).write(ASKED, "", scope) == comment + right
    with ScriptedModel(replies[:1], takes_grammar=True) as model:  # there is no such tool: its sound will do
        assert Drafter(model, TOOLS, Catalogue(TOOLS)).write(ASKED, "", scope).endswith('transcribe("talk.mp4")')


def test_what_was_overlooked_gets_a_line() -> None:
    plan = '# write down what is said\nspoken = transcribe("talk.wav")\n'
    text, _ = written(
        [f"```python\n{plan}```", 'german = translate(spoken, "German")\n```'],
        "Please write down what is said, and translate the text into German.",
    )
    assert text == f'{plan}# translate the text into German\ngerman = translate(spoken, "German")'


def test_what_has_its_line_is_not_added_again() -> None:
    film = signature("blur_film", "Blur a film.", VIDEO, result=VIDEO)  # there is none, so another tool was taken
    plan = '# blur the film\nsoft = blur_image("a.png")\n'
    text, model = written([f"```python\n{plan}```"], "Blur the film.", {**TOOLS, "blur_film": film})
    assert text == plan.strip() and len(model.asked) == 1


def test_a_reply_is_thought_over_when_there_is_something_to_do() -> None:
    reply, plan = "```python\nreply()\n```", 'german = translate("no way out", "German")\n```'
    text, _ = written([reply, plan], "Could you translate this text into another language: 'no way out'")
    assert text.endswith(plan.partition("\n")[0]) and text.startswith("# ")
    assert written([reply], "What a nice evening, my friend 'the old one' says.")[0] == "reply()"


def test_a_reply_instead_of_a_plan_is_left_as_it_is() -> None:
    text, _ = written(['```python\nmissing("a tool = a thing that sings")\n```'])
    assert text == 'missing("a tool = a thing that sings")'


def test_a_text_that_is_cut_off_keeps_its_whole_lines() -> None:
    half = '```python\n# what is said in the recording\nspoken = transcribe("talk.wav")\n# read it\nvoice = sp'
    text, _ = written([Reply(text=half, cut_off=True)])
    assert text.startswith('# what is said in the recording\nspoken = transcribe("talk.wav")') and "voice" not in text


def test_a_model_that_never_gets_it_right_is_given_up() -> None:
    text, model = written(["# read it aloud\nvoice = speak(nothing)\n"] * 12)
    assert "speak" not in text and len(model.asked) == 12
