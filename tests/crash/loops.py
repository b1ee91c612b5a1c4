"""The loops of a crash test: each with a folder and a random generator of its own, so that one seed gives one loop again."""

import argparse
import collections
import pathlib
import random
import sys
import tempfile


class Fault(Exception):
    """What was acknowledged is lost, doubled, or cannot be read."""


def parse(doc):
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dagy", required=True, type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--loops", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def points():
    """The names in points.txt, in their order."""
    text = (pathlib.Path(__file__).resolve().parent / "points.txt").read_text()
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def run_loops(arguments, loop, verdict):
    """Calls loop(number, home, rng), which returns what it was about and whether that came to pass, until one throws a Fault.

    Prints how often each thing came to pass; one that never did is a fault too. Returns the process' exit code.
    """
    tried, reached = collections.Counter(), collections.Counter()
    for number in range(arguments.loops):
        rng = random.Random(arguments.seed * 1_000_003 + number)
        with tempfile.TemporaryDirectory(prefix="dagy-crash-") as scratch:
            try:
                about, came = loop(number, pathlib.Path(scratch) / "data", rng)
            except Fault as fault:
                print(f"error: loop {number} (--seed {arguments.seed}): {fault}", file=sys.stderr)
                return 1
        tried[about] += 1
        reached[about] += came
    for about in sorted(tried):
        print(f"  {about}: {reached[about]} of {tried[about]}")
    never = [about for about in tried if not reached[about]]
    if never:
        print(f"error: never reached: {', '.join(sorted(never))}", file=sys.stderr)
        return 1
    print(f"{arguments.loops} {verdict}")
    return 0
