"""Start-up: `python -m intermodal.tests.bench.bench_start` prints medians of whole processes, against a bare Python."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 7
MAIN = "import sys; sys.argv = {argv!r}; from intermodal.agent.cli import main; main()"
CASES = {
    "python -c pass": "pass",
    "import intermodal": "import intermodal",
    "intermodal --version": MAIN.format(argv=["intermodal", "--version"]),
    "intermodal --help": MAIN.format(argv=["intermodal", "--help"]),
    "intermodal tools": MAIN.format(argv=["intermodal", "tools"]),
    "intermodal models": MAIN.format(argv=["intermodal", "models"]),
}


def seconds(code: str) -> float:
    """How long a fresh interpreter takes over `code`."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    return time.perf_counter() - begun


def main() -> None:
    """Run the cases in turn, so that drift of the machine hits them all, and print the table."""
    times: dict[str, list[float]] = {name: [] for name in CASES}
    for _ in range(RUNS):
        for name, code in CASES.items():
            times[name].append(seconds(code))
    base = statistics.median(times["python -c pass"])
    print(f"{'case':24} {'median s':>9} {'x python':>9}")
    for name, values in times.items():
        print(f"{name:24} {statistics.median(values):9.3f} {statistics.median(values) / base:9.1f}")


if __name__ == "__main__":
    main()
