"""Kills dagy with -9, over and over, and counts what is there afterwards.

    python3 tests/crash/kill_import.py --dagy build/dagy --loops 200 [--seed 1]

Each loop takes one of these jobs: an Airflow import killed at a random moment or at a named point (points.txt, one after the other), also of a
log that is big enough to become a chunk at once; a server killed while records are sent to it; a diagnosis killed at a named point. Afterwards
the job is run to its end, and the store must hold exactly what a store holds that was never disturbed: nothing that was acknowledged lost,
nothing doubled.
"""

import http.client
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from driven_server import Server
from loops import Fault, parse, points, run_loops

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "orders-daily"
CASE = json.loads((EXAMPLE / "case.json").read_text())
BIG_LOG_LINES = 140_000  # more than a batch of an import holds


def run(dagy, home, *words, check=True, **env):
    done = subprocess.run([dagy, *words], env={**os.environ, "DAGY_LOCAL_DIR": str(home), **env}, capture_output=True, text=True, timeout=120)
    if check and done.returncode:
        raise Fault(f"dagy {' '.join(map(str, words))}: {done.returncode}: {done.stderr}")
    return done


def contents(dagy, home):
    """Everything that can be read of the example: runs, attempts, every log line."""
    runs = json.loads(run(dagy, home, "runs", "list", "--limit", "100", "--output", "json").stdout)["items"]
    for item in runs:
        item.pop("cause")
        item.pop("deployment_id", None)  # made anew with each folder
    logs = {r["run_id"]: run(dagy, home, "logs", r["dag_id"], r["run_id"], "--output", "ndjson").stdout for r in runs}
    shown = {r["run_id"]: json.loads(run(dagy, home, "runs", "show", r["dag_id"], r["run_id"], "--output", "json").stdout)["attempts"] for r in runs}
    return {"runs": runs, "logs": logs, "attempts": shown}


def import_words(export):
    return "import", "airflow", str(export), "--quiet"


def big_export(folder):
    """The example with a log that is written as a chunk at once."""
    shutil.copytree(EXAMPLE / "airflow", folder)
    log = next(folder.glob(f"logs/dag_id=*/run_id={CASE['run_id']}/task_id=fetch_orders/attempt=1.log"))
    line = json.dumps({"timestamp": "2026-11-23T12:00:00Z", "level": "info", "event": "row %d is written", "logger": "task.stdout"}) + "\n"
    with log.open("a") as out:
        out.writelines(line % number for number in range(BIG_LOG_LINES))
    return folder


class Job:
    """`run(home, rng, times)` kills and repeats; returns what is there afterwards (None if it was compared already), and whether the kill came at the point."""

    def __init__(self, dagy, point, export):
        self.dagy, self.point, self.export = dagy, point, export

    def about(self):
        return f"{self.point or 'a random moment'} ({type(self).__name__})"


class Import(Job):
    def run(self, home, rng, times):
        process = subprocess.Popen([self.dagy, *import_words(self.export)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env={**os.environ, "DAGY_LOCAL_DIR": str(home), "DAGY_CRASH_AT": f"{self.point}:{times}"})
        if not self.point:
            time.sleep(rng.random() * 0.12)
            process.kill()
        ended = process.wait()
        if ended not in (-9, 0):
            raise Fault(f"the import ended with {ended}")
        run(self.dagy, home, *import_words(self.export))
        return contents(self.dagy, home), ended == -9 or not self.point


class BigImport(Import):
    pass


class Diagnosis(Job):
    def run(self, home, rng, times):
        run(self.dagy, home, *import_words(self.export))
        words = ("diagnose", CASE["run_id"], "--output", "json")
        killed = run(self.dagy, home, *words, check=False, DAGY_CRASH_AT=self.point)
        diagnosis = json.loads(run(self.dagy, home, *words).stdout)
        if diagnosis["root_cause_type"] != CASE["truth"]["root_cause_type"]:
            raise Fault(f"after a kill the diagnosis says {diagnosis['root_cause_type']}")
        return contents(self.dagy, home), killed.returncode == -9


class Ingest(Job):
    """Acknowledged batches are all there, once; others are there once or not at all."""

    def run(self, home, rng, times):
        server = Server(self.dagy, home, **({"DAGY_CRASH_AT": f"{self.point}:{times}"} if self.point else {}))
        stop = threading.Timer(30 if self.point else 0.2 + rng.random(), server.process.kill)
        stop.start()
        acknowledged = self.send(server, rng.choice((10, 1000, 70000)))
        by_itself = stop.is_alive()
        stop.cancel()
        server.kill()
        Server(self.dagy, home).kill()
        if not acknowledged and run(self.dagy, home, "runs", "list", check=False).returncode:
            return None, by_itself or not self.point
        found = run(self.dagy, home, "logs", "d", "r", "--output", "ndjson", check=bool(acknowledged)).stdout
        messages = [json.loads(line)["message"] for line in found.splitlines()]
        if len(messages) != len(set(messages)):
            raise Fault(f"{len(messages) - len(set(messages))} lines are there twice")
        lost = acknowledged - set(messages)
        if lost:
            raise Fault(f"{len(lost)} acknowledged lines are lost, for example {min(lost)}")
        return None, by_itself or not self.point

    def send(self, server, size):
        """Sends until the server is dead; what it acknowledged."""
        acknowledged, sent = set(), 0
        try:
            while server.process.poll() is None:
                lines = [f"line {sent + i} of many" for i in range(size)]
                sent += size
                body = "".join(json.dumps({"kind": "log", "dag_id": "d", "run_id": "r", "task_id": "t", "message": line}) + "\n" for line in lines)
                status, answer = server.ask("POST", "/api/v1/ingest", body)
                if status == 200 and json.loads(answer)["accepted"] == size:
                    acknowledged.update(lines)
        except (OSError, http.client.HTTPException):
            pass
        return acknowledged


def jobs_of(dagy, big):
    """One after the other: every point that the job passes, and random moments between."""
    small = EXAMPLE / "airflow"
    of = [(Import, small, [*(p for p in points() if p.startswith("import.")), None]),
          (Ingest, None, ["ingest.before", "ingest.after", "lake.chunk.written", "lake.settle.registered", None, None]),
          (BigImport, big, ["lake.chunk.written", "lake.bulk.registered"]),
          (Diagnosis, small, [p for p in points() if p.startswith("diagnose.")])]
    return [kind(dagy, point, export) for kind, export, at in of for point in at]


def undisturbed(dagy, scratch, export):
    home = scratch / f"undisturbed-{export.name}"
    run(dagy, home, *import_words(export))
    return contents(dagy, home)


def main():
    arguments = parse(__doc__)
    with tempfile.TemporaryDirectory(prefix="dagy-crash-") as folder:
        scratch = pathlib.Path(folder)
        jobs = jobs_of(arguments.dagy, big_export(scratch / "big"))
        wanted = {export: undisturbed(arguments.dagy, scratch, export) for export in {job.export for job in jobs} - {None}}

        def loop(number, home, rng):
            job = jobs[number % len(jobs)]
            found, reached = job.run(home, rng, 1 if number < len(jobs) else rng.randint(1, 2))
            if found is not None and found != wanted[job.export]:
                part = next(k for k in found if found[k] != wanted[job.export][k])
                raise Fault(f"{job.about()}: {part} differ from those of an undisturbed import")
            return job.about(), reached

        return run_loops(arguments, loop, "kills: nothing acknowledged was lost, nothing doubled")


if __name__ == "__main__":
    sys.exit(main())
