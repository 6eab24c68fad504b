"""Writing, rewriting, correcting and keeping texts."""

from __future__ import annotations

import pytest

from intermodal import Context
from intermodal.testing import ScriptedModel
from intermodal.tools.errors import ToolError
from intermodal.tools.text.writing import correct_grammar, rewrite_text, save_text, write_text


@pytest.mark.parametrize(
    ("style", "told"),
    [
        ("simpler", "in simple words"),
        ("Professional", "in a formal, polite tone"),
        ("paraphrase", "in other words, with the same meaning."),
        ("like a pirate", "Rewrite a text like a pirate."),
    ],
)
def test_a_style_is_told_in_words(ctx: Context, style: str, told: str) -> None:
    with ScriptedModel(["Ahoy."]) as model:
        ctx.controller = model
        assert rewrite_text("Hello.", style, ctx=ctx) == "Ahoy."
        assert told in model.asked[0].messages[-1].content


def test_a_correction_lists_its_changes(ctx: Context) -> None:
    with ScriptedModel(["She goes to school, every day."]) as ctx.controller:
        found = correct_grammar("She go to school every day", ctx=ctx)
    assert str(found) == found.text == "She goes to school, every day."
    assert found.changes == ["go → goes", "(nothing) → ,", "(nothing) → ."]


def test_a_text_that_was_rewritten_is_no_correction(ctx: Context) -> None:
    with (
        ScriptedModel(["I'm sorry, but I can't help you with that request."]) as ctx.controller,
        pytest.raises(ToolError, match="rewritten instead of corrected"),
    ):
        correct_grammar("teh cat sat on teh mat", ctx=ctx)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("shopping.txt", "shopping.txt"),
        ("notes", "notes.txt"),
        ("Poem.MD", "Poem.md"),
        ("../../etc/passwd", "passwd.txt"),
        ("a\\b:c?.html", "b-c.html"),
        ("", "text.txt"),
        (".txt", "text.txt"),
        ("日本.txt", "日本.txt"),
        ("x" * 300 + ".txt", "x" * 80 + ".txt"),
    ],
)
def test_a_text_is_kept_under_a_safe_name(ctx: Context, name: str, kept: str) -> None:
    found = save_text("Milk, bread, tee ☕.", name, ctx=ctx)
    assert (found.path.name, found.path.parent) == (kept, ctx.folder / "wanted")
    assert found.text() == "Milk, bread, tee ☕."
    assert save_text("again", name, ctx=ctx).path != found.path


def test_a_text_is_not_kept_as_a_program(ctx: Context) -> None:
    with pytest.raises(ToolError, match=r"must end in \.txt"):
        save_text("echo", "run.sh", ctx=ctx)


def test_what_can_not_be_written(ctx: Context) -> None:
    for call in (write_text, correct_grammar):
        with pytest.raises(ToolError, match="is empty"):
            call(" ", ctx=ctx)
    with pytest.raises(ToolError, match="style is empty"):
        rewrite_text("Hello.", "", ctx=ctx)


@pytest.mark.embedded
def test_the_embedded_model_writes_and_corrects(talking: Context) -> None:
    assert "sea" in write_text("a poem of two lines about the sea", ctx=talking).lower()
    found = correct_grammar("He go to school yesterday.", ctx=talking)
    assert found.text == "He went to school yesterday." and found.changes == ["go → went"]
    shorter = rewrite_text(
        "I would like to let you know that I am not able to come to the party.", "shorter", ctx=talking
    )
    assert 5 < len(shorter) < 60
