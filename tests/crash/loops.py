"""The loops of a crash test: each with a folder and a random generator of its own, so that one seed gives one loop again."""

import argparse
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


def run_loops(arguments, loop, verdict):
    """Calls loop(number, home, rng) until one throws a Fault; the process' exit code."""
    for number in range(arguments.loops):
        rng = random.Random(arguments.seed * 1_000_003 + number)
        with tempfile.TemporaryDirectory(prefix="dagy-crash-") as scratch:
            try:
                loop(number, pathlib.Path(scratch) / "data", rng)
            except Fault as fault:
                print(f"error: loop {number} (--seed {arguments.seed}): {fault}", file=sys.stderr)
                return 1
    print(f"{arguments.loops} {verdict}")
    return 0
