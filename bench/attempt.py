"""One attempt with a log of gigabytes: how long it takes in and how long its diagnosis, and the most memory that each had.

The log is made up as it is read (nothing of it lies on the disk but what dagy keeps). It fails in its last lines; a second one fails in the
middle, where not every line is read.
"""

import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

from serving import ROOT

sys.path.insert(0, str(ROOT / "tools"))
from generate import LINES, TRACEBACK  # noqa: E402

BLOCKS, BLOCK_LINES = 8, 40_000
DAG, RUN, TASK = "huge", "manual__2026-11-01", "load"


def size_of(text):
    """`5G`, `500M`, `1000000` → bytes."""
    unit = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}.get(text[-1:].upper(), 1)
    return int(float(text[:-1]) * unit) if unit > 1 else int(text)


def blocks(rng):
    """NDJSON of many different lines, and how many bytes of log each block is."""
    head = json.dumps({"kind": "log", "dag_id": DAG, "run_id": RUN, "task_id": TASK, "attempt": 1}, separators=(",", ":"))[:-1]
    for _ in range(BLOCKS):
        out, size = [], 0
        for line in range(BLOCK_LINES):
            level, logger, text = LINES[rng.randrange(len(LINES))]
            message = text.format(n=rng.randrange(10**6), m=rng.randrange(5000), k=rng.randrange(100), d=rng.randrange(3000), h=f"{rng.getrandbits(48):x}")
            out.append(f'{head},"ts":"2026-11-01T04:00:{line // 1000:02}.{line % 1000:03}Z","level":"{level}","logger":"{logger}","message":{json.dumps(message)}}}\n')
            size += len(message) + 1
        yield "".join(out).encode(), size


def failure():
    kind, _, text = TRACEBACK.strip().splitlines()[-1].partition(": ")
    common = {"dag_id": DAG, "run_id": RUN, "task_id": TASK, "attempt": 1}
    rows = [{"kind": "log", **common, "level": "ERROR", "logger": "task", "message": "Task failed with exception\n" + TRACEBACK.strip()},
            {"kind": "error", **common, "error_type": kind, "error_title": text, "traceback": TRACEBACK}]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def spent(command, env, feed=None):
    """(seconds, peak MiB, standard output, seconds of CPU) of a command; `feed` writes its standard input."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.perf_counter()
        process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE if feed else subprocess.DEVNULL, stdout=out, stderr=err)
        if feed:
            feed(process.stdin)
            process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - begin
        if process.returncode != 0:
            err.seek(0)
            raise SystemExit(f"error: {' '.join(map(str, command))} ended with {process.returncode}: {err.read()[-500:]!r}")
        out.seek(0)
        return seconds, usage.ru_maxrss / 1024, json.loads(out.read()), usage.ru_utime + usage.ru_stime


def measured(dagy, bytes_wanted, in_the_middle):
    made = list(blocks(random.Random(7)))
    wrote = {"bytes": 0, "lines": 0}

    def feed(pipe):
        frame = [{"kind": "dag", "dag_id": DAG, "version": "1", "tasks": [{"task_id": TASK, "downstream": []}]}, {"kind": "run", "dag_id": DAG, "run_id": RUN, "state": "FAILED", "logical_date": "2026-11-01T00:00:00Z"}]
        pipe.write("".join(json.dumps(row) + "\n" for row in frame).encode())
        number, failed = 0, False
        while wrote["bytes"] < bytes_wanted:
            if in_the_middle and not failed and wrote["bytes"] > bytes_wanted / 2:
                pipe.write(failure())
                failed = True
            block, size = made[number % BLOCKS]
            pipe.write(block)
            number += 1
            wrote["bytes"] += size
            wrote["lines"] += BLOCK_LINES
        if not in_the_middle:
            pipe.write(failure())
        pipe.write(json.dumps({"kind": "task", "dag_id": DAG, "run_id": RUN, "task_id": TASK, "attempt": 1, "state": "FAILED"}).encode() + b"\n")

    with tempfile.TemporaryDirectory(prefix="dagy-bench-") as home:
        env = {**os.environ, "DAGY_LOCAL_DIR": home}
        ingest = spent([dagy, "ingest", "-", "--output", "json"], env, feed)
        kept = sum(path.stat().st_size for path in pathlib.Path(home).rglob("*") if path.is_file())
        diagnosis = spent([dagy, "diagnose", DAG, RUN, "--output", "json"], env)
        found = diagnosis[2]
        if "InvalidOperation" not in found.get("exception_class", ""):
            raise SystemExit(f"error: the cause was not found: {found.get('root_cause_type')} {found.get('exception_class')}")
        verify = spent([dagy, "diagnose", DAG, RUN, "--verify", "--output", "json"], env)
        if not verify[2]["ok"]:
            raise SystemExit("error: a ref does not read as recorded")
    return wrote, kept, ingest, diagnosis, verify, found["coverage_quality"]


def attempt(dagy, bytes_wanted):
    rows = []
    for where in (False, True):
        wrote, kept, ingest, diagnosis, verify, coverage = measured(dagy, bytes_wanted, where)
        name = f"an attempt of {wrote['bytes'] / (1 << 30):.1f} GiB ({wrote['lines'] / 1e6:.0f} M lines), failed {'in the middle' if where else 'at the end'}"
        for what, value in (("taken in, s", round(ingest[0], 1)), ("taken in, CPU s", round(ingest[3], 1)), ("taken in, lines/s", round(wrote["lines"] / ingest[0])), ("peak memory of taking it in, MiB", round(ingest[1])),
                            ("on disk, MiB", round(kept / (1 << 20))), ("diagnosis, s", round(diagnosis[0], 2)), ("diagnosis, CPU s", round(diagnosis[3], 2)), ("peak memory of the diagnosis, MiB", round(diagnosis[1])),
                            ("every ref read again, s", round(verify[0], 2)), ("coverage", coverage)):
            rows.append({"what": f"{name}: {what}", "ours": value, "peer": "", "theirs": "", "ratio": ""})
    return rows
