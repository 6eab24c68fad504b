"""How good the text and document tools are with the embedded models.

usage: python -m intermodal.tests.bench.bench_text [PART ...]

Prints right/all, what went wrong and seconds for each part. Needs the embedded weights.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from intermodal import Context, Document
from intermodal.agent.controller import open_controller
from intermodal.tools.document.asking import ask_document
from intermodal.tools.document.tables import ask_table
from intermodal.tools.errors import ToolError
from intermodal.tools.text.finding import find_entities
from intermodal.tools.text.opinions import classify_text, detect_sentiment
from intermodal.tools.text.writing import correct_grammar
from intermodal.tools.weights import Store

SENTIMENTS = {
    "The food was delicious and the staff could not have been kinder.": "positive",
    "What a waste of money. It broke after two days.": "negative",
    "The train leaves at 9:40 from platform 3.": "neutral",
    "The camera is superb, but the battery is a disaster.": "mixed",
    "I'm so proud of my daughter, she won first prize!": "positive",
    "I waited for an hour and nobody came. Never again.": "negative",
    "Water boils at 100 degrees Celsius at sea level.": "neutral",
    "Beautiful hotel, awful breakfast.": "mixed",
    "Thank you so much, this saved my week.": "positive",
    "My grandmother died last night and I can't stop crying.": "negative",
    "The report has twelve pages and three tables.": "neutral",
    "Great acting, though the plot made no sense at all.": "mixed",
    "Best concert I have ever been to.": "positive",
    "This is the worst phone I have ever owned.": "negative",
    "The meeting was moved to Tuesday.": "neutral",
    "Not bad at all, I would buy it again.": "positive",
    "I was told it would be fixed. It was not fixed. I am furious.": "negative",
    "The library is open from Monday to Friday.": "neutral",
    "Das Essen war hervorragend und sehr günstig!": "positive",
    "Le service est lent et le personnel est impoli.": "negative",
}
TOPICS = {
    "The striker scored twice in the final minutes.": "sport",
    "Parliament passed the new tax law by two votes.": "politics",
    "Astronomers found water vapour on a distant planet.": "science",
    "Shares fell after the bank warned of losses.": "business",
    "The band plays its new album in Berlin tonight.": "music",
    "Stir in the flour, then bake it for forty minutes.": "cooking",
    "The goalkeeper signed a contract for two more years.": "sport",
    "The minister resigned over the scandal.": "politics",
    "A vaccine against malaria proved effective in trials.": "science",
    "The orchestra rehearsed the symphony all week.": "music",
}
MISTAKES = {
    "She go to school every day.": "She goes to school every day.",
    "I has two brother and one sister.": "I have two brothers and one sister.",
    "Their going to the park becuase it is sunny.": "They're going to the park because it is sunny.",
    "He dont like apples": "He doesn't like apples.",
    "We was happy to recieve your letter.": "We were happy to receive your letter.",
    "The cat sat on it's bed.": "The cat sat on its bed.",
    "I am agree with you.": "I agree with you.",
    "Yesterday I buyed a new car.": "Yesterday I bought a new car.",
    "This sentence has no mistakes.": "This sentence has no mistakes.",
    "where is the station": "Where is the station?",
}

PLANETS = """planet,type,moons,diameter in km,rings
Mercury,rocky,0,4879,no
Venus,rocky,0,12104,no
Earth,rocky,1,12756,no
Mars,rocky,2,6792,no
Jupiter,gas giant,95,142984,yes
Saturn,gas giant,146,120536,yes
Uranus,ice giant,28,51118,yes
Neptune,ice giant,16,49528,yes
"""
TABLE_QUESTIONS = {
    "How many planets are there?": "8",
    "How many moons does Mars have?": "2",
    "Which planet is the largest?": "Jupiter",
    "Which planets have rings?": "Jupiter, Saturn, Uranus, Neptune",
    "What is the average number of moons of the rocky planets?": "0.75",
    "How many moons do the gas giants have together?": "241",
    "Which planet has the most moons?": "Saturn",
    "How many planets have a diameter over 50000 km?": "3",
    "How many planets are there of each type?": "rocky: 4",
    "Which is the smallest planet?": "Mercury",
    "What types of planets are there?": "rocky, gas giant, ice giant",
    "What is the diameter of Venus?": "12104",
}
REPORT = """The Heron Observatory was founded in 1931 by Ada Winter. It stands on Mill Hill, north of Lund.

The new telescope has a mirror of 82 cm. It was paid for by the city of Lund and cost 310,000 euros.

In 2025 the observatory had 4,310 visitors, most of them schoolchildren. Children under twelve pay nothing.

The dome will be painted in May. During the work the observatory stays closed on Mondays and Tuesdays."""
REPORT_QUESTIONS = {
    "Who founded the observatory?": "Ada Winter",
    "When was it founded?": "1931",
    "How large is the telescope's mirror?": "82 cm",
    "What did the telescope cost?": "310,000",
    "How many people came in 2025?": "4,310",
    "On which days is it closed during the painting?": "Tuesday",
    "What do children of ten pay?": "nothing",
    "Who is the director today?": "does not say",
    "What is the telephone number?": "does not say",
    "Which comet was discovered there?": "does not say",
}
NAMES = {
    "Marie Curie was born in Warsaw in 1867.": {"Marie Curie", "Warsaw", "1867"},
    "Tim Cook spoke at Stanford University on Monday.": {"Tim Cook", "Stanford University", "Monday"},
    "The Danube flows through Vienna and Budapest.": {"Danube", "Vienna", "Budapest"},
    "We had soup and bread for lunch.": set(),
    "In June, Siemens opened a plant near Lyon.": {"June", "Siemens", "Lyon"},
    "Angela Merkel met Barack Obama in Berlin.": {"Angela Merkel", "Barack Obama", "Berlin"},
}


def main() -> None:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(description="How good the text and document tools are with the embedded models.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; all of them by default")
    parser.add_argument("--model", default="local")
    options = parser.parse_args()
    store = Store()
    with tempfile.TemporaryDirectory() as folder, open_controller(options.model, store=store) as controller:
        ctx = Context(folder=Path(folder), controller=controller, weights=store.fetch)
        for name in options.parts or PARTS:
            PARTS[name](ctx)


def report(name: str, cases: Iterable[tuple[str, Callable[[], object], object]]) -> None:
    """Print how many cases gave what was wanted, and which did not."""
    begun, right, count = time.perf_counter(), 0, 0
    for shown, run, wanted in cases:
        count += 1
        try:
            found = run()
        except ToolError as error:
            found = f"ToolError: {error}"
        right += found == wanted
        if found != wanted:
            print(f"  {shown!r}\n    wanted {wanted!r}\n    found  {found!r}")
    print(f"{name}: {right}/{count} right, {(time.perf_counter() - begun) / count:.1f} s each", flush=True)


def sentiment(ctx: Context) -> None:
    """The label of clear sentences."""
    report(
        "sentiment", ((text, lambda t=text: detect_sentiment(t, ctx).label, want) for text, want in SENTIMENTS.items())
    )


def topics(ctx: Context) -> None:
    """The topic of a sentence among six."""
    labels = sorted(set(TOPICS.values()))
    report(
        "topics", ((text, lambda t=text: classify_text(t, labels, ctx).label, want) for text, want in TOPICS.items())
    )


def grammar(ctx: Context) -> None:
    """Sentences with mistakes, and what is right."""
    report("grammar", ((text, lambda t=text: correct_grammar(t, ctx).text, want) for text, want in MISTAKES.items()))


def tables(ctx: Context) -> None:
    """Questions over a table; right when the answer holds the words that are wanted."""
    path = ctx.new_file("planets.csv")
    path.write_text(PLANETS)

    def ask(question: str, want: str) -> str:
        answer = str(ask_table(Document(path), question, ctx))
        return want if want in answer else answer

    report("tables", ((q, lambda q=q, want=want: ask(q, want), want) for q, want in TABLE_QUESTIONS.items()))


def questions(ctx: Context) -> None:
    """Questions over a document, some of which it does not answer."""
    path = ctx.new_file("report.txt")
    path.write_text(REPORT)

    def ask(question: str, want: str) -> str:
        found = ask_document(Document(path), question, ctx)
        return want if want in found.answer or (found.found and want in found.quote) else str(found)

    report("questions", ((q, lambda q=q, want=want: ask(q, want), want) for q, want in REPORT_QUESTIONS.items()))


def names(ctx: Context) -> None:
    """The names in sentences, whatever group they are put in."""

    def find(text: str) -> set[str]:
        found = find_entities(text, ctx)
        return {*found.people, *found.organizations, *found.places, *found.dates}

    report("names", ((text, lambda t=text: find(t), want) for text, want in NAMES.items()))


PARTS: dict[str, Callable[[Context], None]] = {
    "sentiment": sentiment,
    "topics": topics,
    "grammar": grammar,
    "tables": tables,
    "questions": questions,
    "names": names,
}

if __name__ == "__main__":
    main()
