"""`intermodal demo`: the main job, three requests over real files, after fetching what they need."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import typer

from ...tools.errors import InputError
from . import options

RECORDING = (
    "Good morning. The lighthouse on the north cape was built in eighteen seventy two. "
    "It was painted red and white, and its lamp can be seen from twenty miles away. "
    "Last year, volunteers repaired the roof, and now the tower is open to visitors every Sunday."
)
SPEAK_PLAN = f'''"""The agent speaks the recording that the second request is about."""
recording = speak("{RECORDING}")
'''


def demo(
    output: options.Output = "",
    model: options.Model = "",
    debug: options.Debug = False,  # noqa: ARG001 (read by main)
) -> None:
    """Answer three requests over real sample files: a photo, a recording, a drawing."""
    from .interruptible import interruptible
    from .terminal import Terminal

    settings = options.configure(output=output, model=model)
    with Terminal() as terminal, options.open_agent(settings, terminal.show) as agent:
        _title("First the agent makes the recording that it will be asked about.")
        spoken = interruptible(agent, lambda: agent.run(SPEAK_PLAN))
        requests: list[tuple[str, list[Path]]] = [
            ("How many people are in this photo, and what colours stand out?", [sample("astronaut.png")]),
            (
                "What is said in this recording? Give me a one-sentence summary, and read it to me aloud.",
                [a.path for a in spoken.artifacts],
            ),
            ("Draw a red fox in the snow under the moon, then describe your drawing.", []),
        ]
        failed = not spoken.ok
        for number, (request, files) in enumerate(requests, 1):
            _title(f"{number}. {request}")
            answer = interruptible(agent, lambda: agent.ask(request, files))  # noqa: B023 (runs at once)
            terminal.done()
            typer.echo(answer.text)
            failed |= not answer.ok
        made = [artifact.path for artifact in agent.artifacts if artifact.made_by]
        _title("The files it made:")
        for path in made:
            typer.echo(str(path))
    if failed:
        raise typer.Exit(1)


def _title(text: str) -> None:
    typer.echo(f"\n{text}", err=True)


def sample(name: str) -> Path:
    """The path of one of scikit-image's sample pictures.

    Raises:
        InputError: scikit-image is not installed.
    """
    spec = importlib.util.find_spec("skimage")
    if spec is None or spec.origin is None:
        raise InputError("The sample photos come with scikit-image. Install them: pip install 'intermodal[local]'")
    return Path(spec.origin).parent / "data" / name
