"""Kills dagy with -9 while it takes in, settles, merges, indexes and deletes records, and counts what is there afterwards.

    python3 tests/crash/kill_upkeep.py --dagy build/dagy --loops 100 [--seed 1]

Each loop starts a server that is to end at a named point (points.txt, one after the other) or at a random moment, and drives it: records of a
run that stays and of runs that are old come in, are settled, merged, retained and deleted, until it is dead. The next start then has to hold
every line that was acknowledged of the run that stays, once; every old run whole or not at all; and, once it has cleared up, no object that
nobody knows.
"""

import http.client
import sys
import threading

from driven_server import Drive, Server, check, clear, expect_whole
from loops import parse, points, run_loops

NOT_HERE = {"lake.bulk.registered"}  # only an import brings so many rows at once: kill_import.py
CASES = [*(p for p in points() if p.startswith(("lake.", "ingest.")) and p not in NOT_HERE), None, None]


def loop(dagy, home, number, rng):
    point = CASES[number % len(CASES)]
    # The first time round each point is the first thing to be met, so that it is certain to be met.
    times = 1 if number < len(CASES) else rng.randint(1, 8)
    server = Server(dagy, home, **({"DAGY_CRASH_AT": f"{point}:{times}"} if point else {}))
    stop = threading.Timer(30 if point else 0.5 + rng.random() * 2, server.process.kill)
    stop.start()
    drive = Drive(server, rng)
    try:
        while server.process.poll() is None:
            drive.round()
    except (OSError, http.client.HTTPException):
        pass
    by_itself = stop.is_alive()
    stop.cancel()
    server.kill()
    check(dagy, home)
    clear(dagy, home)
    expect_whole(dagy, home, drive.acknowledged)
    return (point, by_itself) if point else ("a random moment", True)


def main():
    arguments = parse(__doc__)
    return run_loops(arguments, lambda number, home, rng: loop(arguments.dagy, home, number, rng),
                     "kills during upkeep: nothing acknowledged was lost, nothing doubled, nothing left behind")


if __name__ == "__main__":
    sys.exit(main())
