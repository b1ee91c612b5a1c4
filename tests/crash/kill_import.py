"""Kills dagy with -9, over and over, and counts what is there afterwards.

    python3 tests/crash/kill_import.py --dagy build/dagy --loops 200 [--seed 1]

Each loop takes one of four jobs: an Airflow import killed at a random moment, killed at a named point (points.txt), a server killed while
records are sent to it, and a diagnosis killed at a named point. Afterwards the job is run to its end, and the store must hold exactly what a
store holds that was never disturbed: nothing that was acknowledged lost, nothing doubled.
"""

import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time

from loops import Fault, parse, run_loops

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLE = HERE.parents[1] / "examples" / "orders-daily"
CASE = json.loads((EXAMPLE / "case.json").read_text())
POINTS = [line for line in (HERE / "points.txt").read_text().split("\n") if line and not line.startswith("#")]


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
    logs = {r["run_id"]: run(dagy, home, "logs", r["dag_id"], r["run_id"], "--output", "ndjson").stdout for r in runs}
    shown = {r["run_id"]: json.loads(run(dagy, home, "runs", "show", r["dag_id"], r["run_id"], "--output", "json").stdout)["attempts"] for r in runs}
    return {"runs": runs, "logs": logs, "attempts": shown}


def import_words():
    return "import", "airflow", str(EXAMPLE / "airflow"), "--quiet"


def killed_import(dagy, home, rng):
    process = subprocess.Popen([dagy, *import_words()], env={**os.environ, "DAGY_LOCAL_DIR": str(home)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(rng.random() * 0.12)
    process.kill()
    process.wait()
    run(dagy, home, *import_words())
    return contents(dagy, home)


def import_killed_at_a_point(dagy, home, rng):
    points = [p for p in POINTS if p.startswith("import.")]
    done = run(dagy, home, *import_words(), check=False, DAGY_CRASH_AT=f"{rng.choice(points)}:{rng.randint(1, 2)}")
    if done.returncode not in (-9, 0):
        raise Fault(f"the import ended with {done.returncode}: {done.stderr}")
    run(dagy, home, *import_words())
    return contents(dagy, home)


def diagnosis_killed(dagy, home, rng):
    run(dagy, home, *import_words())
    points = [p for p in POINTS if p.startswith("diagnose.")]
    words = ("diagnose", CASE["run_id"], "--output", "json")
    run(dagy, home, *words, check=False, DAGY_CRASH_AT=rng.choice(points))
    diagnosis = json.loads(run(dagy, home, *words).stdout)
    if diagnosis["root_cause_type"] != CASE["truth"]["root_cause_type"]:
        raise Fault(f"after a kill the diagnosis says {diagnosis['root_cause_type']}")
    return contents(dagy, home)


class Server:
    def __init__(self, dagy, home, **env):
        self.errors = (pathlib.Path(home).parent / "serve.err").open("w+")
        self.process = subprocess.Popen([dagy, "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=self.errors, text=True,
                                        env={**os.environ, "DAGY_LOCAL_DIR": str(home), "DAGY_RATE_LIMIT_PER_MINUTE": "0", **env})
        found = re.search(r":(\d+)\s*$", self.process.stdout.readline())
        if not found:
            raise Fault("the server did not start: " + pathlib.Path(self.errors.name).read_text())
        self.port = int(found.group(1))

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()


def server_killed_while_it_takes_records(dagy, home, rng):
    """Acknowledged batches are all there, once; others are there once or not at all."""
    env = {}
    if rng.random() < 0.5:
        env["DAGY_CRASH_AT"] = f"{rng.choice([p for p in POINTS if p.startswith(('ingest.', 'lake.'))])}:{rng.randint(1, 6)}"
    server = Server(dagy, home, **env)
    key = re.search(r"dagy_sk_\w+", pathlib.Path(server.errors.name).read_text()).group(0)
    acknowledged, sent = set(), 0
    stop = threading.Timer(0.2 + rng.random(), server.process.kill)
    stop.start()
    size = rng.choice((10, 1000, 70000))
    try:
        while server.process.poll() is None:
            lines = [f"line {sent + i} of many" for i in range(size)]
            body = "".join(json.dumps({"kind": "log", "dag_id": "d", "run_id": "r", "task_id": "t", "message": line}) + "\n" for line in lines)
            sent += size
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
            connection.request("POST", "/api/v1/ingest", body=body, headers={"Authorization": f"Bearer {key}"})
            answer = connection.getresponse()
            counts = json.loads(answer.read())
            if answer.status == 200 and counts["accepted"] == size:
                acknowledged.update(lines)
    except (OSError, http.client.HTTPException):
        pass
    stop.cancel()
    server.kill()
    again = Server(dagy, home)
    again.kill()
    if not acknowledged and run(dagy, home, "runs", "list", check=False).returncode:
        return None
    found = run(dagy, home, "logs", "d", "r", "--output", "ndjson", check=bool(acknowledged)).stdout
    messages = [json.loads(line)["message"] for line in found.splitlines()]
    if len(messages) != len(set(messages)):
        raise Fault(f"{len(messages) - len(set(messages))} lines are there twice")
    lost = acknowledged - set(messages)
    if lost:
        raise Fault(f"{len(lost)} acknowledged lines are lost, for example {min(lost)}")
    return None


JOBS = (killed_import, import_killed_at_a_point, diagnosis_killed, server_killed_while_it_takes_records)


def main():
    arguments = parse(__doc__)
    with tempfile.TemporaryDirectory(prefix="dagy-crash-") as scratch:
        home = pathlib.Path(scratch) / "data"
        run(arguments.dagy, home, *import_words())
        undisturbed = contents(arguments.dagy, home)

    def loop(number, home, rng):
        job = JOBS[number % len(JOBS)]
        found = job(arguments.dagy, home, rng)
        if found is None:
            return
        for run_of in (found["runs"], undisturbed["runs"]):
            for item in run_of:
                item.pop("deployment_id", None)
        if found != undisturbed:
            part = next(k for k in found if found[k] != undisturbed[k])
            raise Fault(f"{job.__name__}: {part} differ from those of an undisturbed import")

    return run_loops(arguments, loop, "kills: nothing acknowledged was lost, nothing doubled")


if __name__ == "__main__":
    sys.exit(main())
