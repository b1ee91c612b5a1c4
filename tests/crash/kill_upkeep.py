"""Kills dagy with -9 while it takes in, settles, merges and deletes records, and counts what is there afterwards.

    python3 tests/crash/kill_upkeep.py --dagy build/dagy --loops 100 [--seed 1]

Each loop starts a server that is to end at a named point (points.txt) or at a random moment, and drives it: records of a run that stays and
of runs that are old come in, are settled, merged, retained and deleted, until it is dead. The next start then has to hold every line that was
acknowledged of the run that stays, once; every old run whole or not at all; and, once it has cleared up, no object that nobody knows.
"""

import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import threading
import time

from loops import Fault, parse, run_loops

HERE = pathlib.Path(__file__).resolve().parent
POINTS = [p for p in (HERE / "points.txt").read_text().split("\n") if p.startswith(("lake.", "ingest."))]
OLD = "2020-01-01"


class Server:
    def __init__(self, dagy, home, **env):
        self.errors = (home.parent / "serve.err").open("w+")
        env = {**os.environ, "DAGY_LOCAL_DIR": str(home), "DAGY_RATE_LIMIT_PER_MINUTE": "0", "DAGY_RETENTION_DAYS": "30", "DAGY_LAKE_GRACE_SECONDS": "0", **env}
        self.process = subprocess.Popen([dagy, "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=self.errors, text=True, env=env)
        found = re.search(r":(\d+)\s*$", self.process.stdout.readline())
        if not found:
            raise Fault("the server did not start: " + (home.parent / "serve.err").read_text())
        self.port = int(found.group(1))
        key = re.search(r"dagy_sk_\w+", (home.parent / "serve.err").read_text())
        self.key = key.group(0) if key else None

    def ask(self, method, target, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, target, body=body, headers={"Authorization": f"Bearer {self.key}", "Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()


def lines_of(run, started, first, count):
    ended = started.replace("T00", "T01")
    yield {"kind": "run", "dag_id": "d", "run_id": run, "state": "SUCCEEDED", "started_at": started, "ended_at": ended}
    for i in range(first, first + count):
        yield {"kind": "log", "dag_id": "d", "run_id": run, "task_id": "t", "message": f"line {i}"}
        yield {"kind": "data", "dag_id": "d", "run_id": run, "phase": "t", "row": {"n": i if first % 2 else str(i)}}


def send(server, run, started, first, count):
    body = "".join(json.dumps(line) + "\n" for line in lines_of(run, started, first, count))
    status, answer = server.ask("POST", "/api/v1/ingest", body)
    return status == 200 and json.loads(answer)["rejected"] == 0


def drive(server, rng, today, sent, acknowledged):
    """One round of everything; ends in an OSError when the server dies."""
    for _ in range(rng.randint(1, 4)):
        count = rng.choice((5, 50, 2000))
        first = sent["stays"]
        sent["stays"] += count
        if send(server, "stays", today, first, count):
            acknowledged.update(range(first, first + count))
        server.ask("GET", "/api/v1/lake/export?run_id=stays")  # settles
    old = f"old{sent['old']}"
    sent["old"] += 1
    send(server, old, f"{OLD}T00:00:00Z", 0, 20)
    server.ask("GET", f"/api/v1/lake/export?run_id={old}")
    for _ in range(2):
        job = rng.choice(("compact", "retain", "delete"))
        if job == "delete":
            server.ask("DELETE", f"/api/v1/dags/d/runs/{OLD}/{old}")
        else:
            server.ask("POST", f"/api/v1/lake/{job}")


def command(dagy, home, *words):
    env = {**os.environ, "DAGY_LOCAL_DIR": str(home), "DAGY_LAKE_ORPHAN_SECONDS": "0", "DAGY_LAKE_GRACE_SECONDS": "0"}
    done = subprocess.run([dagy, *words], env=env, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def check(dagy, home):
    code, out, err = command(dagy, home, "lake", "check", "--output", "json")
    if not out:
        raise Fault(f"lake check: {err}")
    report = json.loads(out)
    if code or not report["sound"]:
        raise Fault(f"lake check: {report['problems'][:3]}")
    return report


def numbers(dagy, home, run):
    code, out, err = command(dagy, home, "logs", "d", run, "--output", "ndjson")
    if code:
        raise Fault(f"logs of {run}: {err}")
    return [int(json.loads(line)["message"].split()[1]) for line in out.splitlines()]


def cleared(dagy, home):
    """A new start clears what the dead one left: its housekeeping does, soon after. Nothing announces it, so the lake is checked until then."""
    server = Server(dagy, home, DAGY_LAKE_ORPHAN_SECONDS="0", DAGY_RETENTION_DAYS="0")
    try:
        deadline = time.monotonic() + 30
        while True:
            report = check(dagy, home)
            if report["orphans"] + report["young"] == 0:
                return report
            if time.monotonic() > deadline:
                raise Fault(f"{report['orphans']} orphans stay: {report['problems'][:3]}")
    finally:
        server.kill()


def loop(dagy, home, rng):
    env = {}
    if rng.random() < 0.8:
        env["DAGY_CRASH_AT"] = f"{rng.choice(POINTS)}:{rng.randint(1, 8)}"
    server = Server(dagy, home, **env)
    stop = threading.Timer(0.5 + rng.random() * 2, server.process.kill)
    stop.start()
    sent, acknowledged = {"stays": 0, "old": 0}, set()
    today = time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime())
    try:
        while server.process.poll() is None:
            drive(server, rng, today, sent, acknowledged)
    except (OSError, http.client.HTTPException):
        pass
    stop.cancel()
    server.kill()
    check(dagy, home)
    cleared(dagy, home)
    code, out, _ = command(dagy, home, "runs", "list", "--limit", "100", "--output", "json")
    runs = {run["run_id"] for run in json.loads(out)["items"]} if code == 0 else set()
    if acknowledged:
        found = numbers(dagy, home, "stays")
        if len(found) != len(set(found)):
            raise Fault(f"{len(found) - len(set(found))} lines are there twice")
        if acknowledged - set(found):
            raise Fault(f"{len(acknowledged - set(found))} acknowledged lines are lost")
    for old in sorted(runs - {"stays"}):
        if numbers(dagy, home, old) != list(range(20)):
            raise Fault(f"run {old} is neither whole nor gone")
    return env.get("DAGY_CRASH_AT", "a random moment")


def main():
    arguments = parse(__doc__)
    return run_loops(arguments, lambda _, home, rng: loop(arguments.dagy, home, rng), "kills during upkeep: nothing acknowledged was lost, nothing doubled, nothing left behind")


if __name__ == "__main__":
    sys.exit(main())
