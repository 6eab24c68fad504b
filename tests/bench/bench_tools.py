"""The tools of the main job: `python -m intermodal.tests.bench.bench_tools` prints seconds and memory of each.

"first" holds the start of the worker process and the loading of the model; "next" is the same call again. The ratio is
against resize_image, a plain operation that crosses the same borders.
"""

from __future__ import annotations

import importlib.util
import statistics
import tempfile
import time
from pathlib import Path

from intermodal import Agent

AGAIN = 5
CALLS = {
    "resize_image": 'x = resize_image("{photo}", width=128)',
    "detect_objects": 'x = detect_objects("{photo}")',
    "classify_image": 'x = classify_image("{photo}")',
    "read_text": 'x = read_text("{page}")',
    "speak": 'x = speak("The bakery opens at six in the morning.")',
    "transcribe": 'x = transcribe("{speech}")',
}


def _samples(folder: Path, agent: Agent) -> dict[str, str]:
    spec = importlib.util.find_spec("skimage")
    assert spec is not None and spec.origin is not None
    photos = Path(spec.origin).parent / "data"
    (speech,) = agent.run('x = speak("The bakery on the corner opens at six and sells out by nine.")').artifacts
    return {"photo": str(photos / "astronaut.png"), "page": str(photos / "page.png"), "speech": str(speech.path)}


def _seconds(agent: Agent, plan: str) -> float:
    begun = time.perf_counter()
    answer = agent.run(plan)
    if not answer.ok:
        raise SystemExit(f"{plan}: {answer.error}")
    return time.perf_counter() - begun


def _memory_of_children() -> int:
    """MB of the largest child process that has ended so far; 0 where that can't be asked."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def main() -> None:
    """Call each tool in an agent of its own, and print the table."""
    rows: list[tuple[str, float, float, int]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Agent(model="none", output=folder / "samples") as agent:
            samples = _samples(folder, agent)
        for tool, call in CALLS.items():
            with Agent(model="none", output=folder / tool) as agent:
                plan = call.format(**samples)
                first = _seconds(agent, plan)
                again = statistics.median(_seconds(agent, plan) for _ in range(AGAIN))
            rows.append((tool, first, again, _memory_of_children()))
    base = rows[0][2]
    print(f"{'tool':16} {'first s':>8} {'next s':>8} {'x resize':>9} {'MB, largest so far':>19}")
    for tool, first, again, memory in rows:
        print(f"{tool:16} {first:8.2f} {again:8.3f} {again / base:9.1f} {memory:19}")


if __name__ == "__main__":
    main()
