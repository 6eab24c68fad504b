"""A few tools for plans, whose calls are recorded."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

import pytest

from intermodal import Audio, Document, Image, ToolError, Video
from intermodal.agent.plan import CallRequest, nodes
from intermodal.tools.contract import Signature, read_signature
from intermodal.tools.kinds import AUDIO, IMAGE, INT, STR, Kind, list_of


@dataclass(frozen=True, kw_only=True)
class Words:
    """Text in a picture."""

    text: str
    lines: list[str]

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, kw_only=True)
class Objects:
    """Things in a picture."""

    labels: list[str]
    scores: list[float]
    picture: Image
    secret = 42  # not annotated: no field

    @property
    def count(self) -> int:
        """How many."""
        return len(self.labels)

    def __str__(self) -> str:
        return f"{self.count} objects: {', '.join(self.labels)}"


def read_text(image: Image) -> Words:
    """Read the text in a picture."""
    return Words(text="stop\nexit", lines=["stop", "exit"])


def describe_image(image: Image, detail: int = 1) -> str:
    """Describe a picture."""
    return f"a picture of {image}"


def detect_objects(image: Image, labels: list[str] | None = None) -> Objects:
    """Find objects in a picture."""
    return Objects(labels=labels or ["cat", "dog"], scores=[0.9, 0.4], picture=Image("marked.png"))


def resize_image(image: Image, width: int, fit: Literal["crop", "pad"] = "crop") -> Image:
    """Change a picture's size."""
    return Image(f"{image.path.stem}-{width}.png")


def make_collage(images: list[Image], title: str = "") -> Image:
    """Lay pictures side by side."""
    return Image("collage.png")


def translate(text: str, language: str) -> str:
    """Translate a text."""
    return f"{text} in {language}"


def speak(text: str, speed: float = 1.0) -> Audio:
    """Say a text."""
    return Audio("voice.wav")


def transcribe(audio: Audio) -> Words:
    """Write down what is said."""
    return Words(text="hello", lines=["hello"])


def extract_audio(video: Video) -> Audio:
    """Take the sound of a video."""
    return Audio("sound.wav")


def read_document(document: Document) -> str:
    """Read a document's text."""
    return "the document's text"


FUNCTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        read_text, describe_image, detect_objects, resize_image, make_collage, translate, speak, transcribe,
        extract_audio, read_document,
    )
}  # fmt: skip
SIGNATURES: Mapping[str, Signature] = {name: read_signature(function) for name, function in FUNCTIONS.items()}


@dataclass
class Caller:
    """Makes calls of the tools above and records them; those of tools in `failing` fail."""

    failing: set[str] = field(default_factory=set)
    seconds: float = 0.0
    requests: list[CallRequest] = field(default_factory=list)
    most_at_once: int = 0

    def __post_init__(self) -> None:
        self._now = 0
        self._lock = threading.Lock()

    def __call__(self, request: CallRequest) -> Any:
        with self._lock:
            self.requests.append(request)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            time.sleep(self.seconds)
            if request.tool in self.failing or request.id in self.failing:
                raise ToolError(f"{request.tool} can't do that.")
            return FUNCTIONS[request.tool](**request.arguments)
        finally:
            with self._lock:
                self._now -= 1

    @property
    def ids(self) -> list[str]:
        """The ids of the calls made, sorted."""
        return sorted(request.id for request in self.requests)


class PlanMaker:
    """Makes random plans that print and read back; most of them make no sense."""

    names = ("photo", "words", "a", "b", "count_2")
    texts = ("", "hello", 'say "hi"', "it's", "back\\slash", "{x}", "two\nlines", "\u2028\x00é🙂", "#", "%")
    signs = ("<", "<=", "==", "!=", ">", ">=", "in", "not in", "is", "is not")
    kinds = (IMAGE, STR, INT, list_of(AUDIO), Kind("int", optional=True), Kind("str", choices=("a", "b")))

    def __init__(self, random: Random) -> None:
        self.random = random
        self.pick = random.choice

    def plan(self) -> nodes.Plan:
        """A whole plan."""
        inputs = [nodes.Input(self.name(), self.pick(self.kinds), self.constant(), **self.words()) for _ in range(2)]
        body = self.some(lambda: self.statement(2), 1, 4)
        doc = self.pick(["", "What it is for.", "Two\n\nlines,\n  more.", 'A "quote"', "back\\slash", "tab\\there"])
        return nodes.Plan((*self.pick([inputs, []]), *body), doc, self.pick([(), ("the end",)]))

    def words(self) -> dict[str, Any]:
        """Comments."""
        said = {
            "comments": self.some(lambda: self.pick(["", "look", "# twice"]), 0, 2),
            "gap": self.pick([True, False]),
        }
        return {**said, "remark": self.pick([None, None, "", "so"])}

    def some(self, make: Callable[[], Any], least: int, most: int) -> tuple[Any, ...]:
        """A few of a thing."""
        return tuple(make() for _ in range(self.random.randint(least, most)))

    def name(self) -> str:
        """A name."""
        return self.pick(self.names)

    def constant(self) -> nodes.Expression | None:
        """A default."""
        return self.pick([None, self.literal(), nodes.ListOf((self.literal(), self.literal()))])

    def literal(self) -> nodes.Literal:
        """A literal."""
        return nodes.Literal(self.pick([*self.texts, 0, 1, -3, 10**20, 0.5, -1e-9, 1e30, True, False, None]))

    def statement(self, depth: int) -> nodes.Statement:
        """A statement, with blocks up to a depth."""
        kind = self.pick(["assign", "assign", "bare", "if", "for"] if depth else ["assign", "bare"])
        body = (lambda: self.some(lambda: self.statement(depth - 1), 1, 3)) if depth else tuple
        if kind == "if":
            return nodes.If(self.value(), body(), self.pick([(), body()]), **self.words())
        if kind == "for":
            return nodes.For(self.name(), self.value(), body(), **self.words())
        if kind == "bare":
            return nodes.Bare(nodes.Call(self.name(), (self.value(),)), **self.words())
        return nodes.Assign(self.name(), self.value(), **self.words())

    def value(self, depth: int = 3) -> nodes.Expression:
        """An expression up to a depth."""
        if depth == 0:
            return self.pick([self.literal(), nodes.Name(self.name())])
        inner = lambda: self.value(depth - 1)  # noqa: E731
        maybe = lambda: self.pick([None, inner()])  # noqa: E731
        return self.pick([
            lambda: nodes.Field(inner(), self.name()),
            lambda: nodes.Index(inner(), inner()),
            lambda: nodes.Slice(inner(), maybe(), maybe(), maybe()),
            lambda: nodes.ListOf(self.some(inner, 0, 3)),
            lambda: self.unary(self.pick(["-", "+", "not"]), inner()),
            lambda: nodes.Binary(self.pick(["+", "-", "*", "/", "//", "%"]), inner(), inner()),
            lambda: nodes.Logic(self.pick(["and", "or"]), self.some(inner, 2, 3)),
            lambda: nodes.Comparison(self.some(lambda: self.pick(self.signs), 2, 2), self.some(inner, 3, 3)),
            lambda: nodes.Choice(inner(), inner(), inner()),
            lambda: nodes.Call(self.name(), self.some(inner, 0, 2), (nodes.Keyword("a", inner()),)),
            lambda: nodes.Comprehension(inner(), self.name(), inner(), self.some(inner, 0, 2)),
            self.text, self.literal, lambda: nodes.Name(self.name()),
        ])()  # fmt: skip

    def unary(self, sign: str, of: nodes.Expression) -> nodes.Expression:
        """As the parser reads it: a negative number is a literal."""
        number = isinstance(of, nodes.Literal) and type(of.value) in (int, float)
        return nodes.Literal(-of.value) if number and sign == "-" else nodes.Unary(sign, of)

    def text(self) -> nodes.Expression:
        """An f-string."""
        word = nodes.Index(nodes.Name(self.name()), nodes.Literal(self.pick(["key", 0, -1])))
        first, second = (
            nodes.Placeholder(self.pick([nodes.Name(self.name()), word]), self.pick(["", ".2f", ",", "03d", ">10"]))
            for _ in range(2)
        )
        between = [nodes.Literal(text) for text in (self.pick(self.texts), self.pick(self.texts))]
        return nodes.Text(tuple(part for part in (first, between[0], second, between[1]) if part != nodes.Literal("")))


@pytest.fixture(scope="session")
def make_plan() -> Callable[[Random], nodes.Plan]:
    return lambda random: PlanMaker(random).plan()


@pytest.fixture(scope="session")
def tools() -> Mapping[str, Signature]:
    return SIGNATURES


@pytest.fixture
def caller() -> Caller:
    return Caller()


@pytest.fixture
def new_caller() -> Callable[..., Caller]:
    return Caller
