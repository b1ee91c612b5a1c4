"""A server that takes in, settles, merges, retains and deletes records, and what must be true of its folder whatever became of it."""

import http.client
import json
import os
import re
import subprocess
import time

from loops import Fault

OLD = "2020-01-01"
OLD_ROWS = 20


class Server:
    def __init__(self, dagy, home, **env):
        self.log = home.parent / "serve.err"
        self.errors = self.log.open("w+")
        env = {**os.environ, "DAGY_LOCAL_DIR": str(home), "DAGY_RATE_LIMIT_PER_MINUTE": "0", "DAGY_RETENTION_DAYS": "30", "DAGY_LAKE_GRACE_SECONDS": "0", **env}
        self.process = subprocess.Popen([dagy, "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=self.errors, text=True, env=env)
        found = re.search(r":(\d+)\s*$", self.process.stdout.readline())
        if not found:
            self.kill()
            raise Fault("the server did not start: " + self.log.read_text())
        self.port = int(found.group(1))
        key = re.search(r"dagy_sk_\w+", self.log.read_text())
        self.key = key.group(0) if key else None

    def ask(self, method, target, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, target, body=body, headers={"Authorization": f"Bearer {self.key}", "Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()


def ndjson(lines):
    return "".join(json.dumps(line) + "\n" for line in lines)


def lines_of(run, started, first, count):
    ended = started.replace("T00", "T01")
    yield {"kind": "run", "dag_id": "d", "run_id": run, "state": "SUCCEEDED", "started_at": started, "ended_at": ended}
    for i in range(first, first + count):
        yield {"kind": "log", "dag_id": "d", "run_id": run, "task_id": "t", "message": f"line {i}"}
        yield {"kind": "data", "dag_id": "d", "run_id": run, "phase": "t", "row": {"n": i if first % 2 else str(i)}}


class Drive:
    """What is sent to a server: lines of one run that stays, and runs that are old. `acknowledged` are the numbers of the lines that are safe."""

    def __init__(self, server, rng):
        self.server, self.rng = server, rng
        self.sent = self.old = 0
        self.acknowledged = set()
        self.statuses = set()

    def ask(self, method, target, body=None):
        status, answer = self.server.ask(method, target, body)
        self.statuses.add(status)
        return status, answer

    def send(self, run, started, first, count):
        status, answer = self.ask("POST", "/api/v1/ingest", ndjson(lines_of(run, started, first, count)))
        return status == 200 and json.loads(answer)["rejected"] == 0

    def send_more(self, count):
        first = self.sent
        self.sent += count
        taken = self.send("stays", time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime()), first, count)
        if taken:
            self.acknowledged.update(range(first, first + count))
        return taken

    def settle(self, run):
        self.ask("GET", f"/api/v1/lake/export?run_id={run}")

    def round(self):
        """One round of everything; ends in an OSError or HTTPException when the server dies."""
        for _ in range(self.rng.randint(1, 4)):
            self.send_more(self.rng.choice((5, 50, 2000, 5000)))
            self.settle("stays")
        old = f"old{self.old}"
        self.old += 1
        self.send(old, f"{OLD}T00:00:00Z", 0, OLD_ROWS)
        self.settle(old)
        for _ in range(2):
            job = self.rng.choice(("compact", "retain", "delete"))
            if job == "delete":
                self.ask("DELETE", f"/api/v1/dags/d/runs/{OLD}/{old}")
            else:
                self.ask("POST", f"/api/v1/lake/{job}")


def command(dagy, home, *words):
    env = {**os.environ, "DAGY_LOCAL_DIR": str(home), "DAGY_LAKE_ORPHAN_SECONDS": "0", "DAGY_LAKE_GRACE_SECONDS": "0"}
    done = subprocess.run([dagy, *words], env=env, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def check(dagy, home):
    """The report of a lake that is sound."""
    code, out, err = command(dagy, home, "lake", "check", "--output", "json")
    if not out:
        raise Fault(f"lake check: {err}")
    report = json.loads(out)
    if code or not report["sound"]:
        raise Fault(f"lake check: {report['problems'][:3]}")
    return report


def clear(dagy, home):
    """A new start clears what the dead one left: its housekeeping does, soon after. Nothing announces it, so the lake is checked until then."""
    server = Server(dagy, home, DAGY_LAKE_ORPHAN_SECONDS="0", DAGY_RETENTION_DAYS="0")
    try:
        deadline = time.monotonic() + 60
        while True:
            report = check(dagy, home)
            if report["orphans"] + report["young"] == 0:
                return
            if time.monotonic() > deadline:
                raise Fault(f"{report['orphans']} orphans stay: {report['problems'][:3]}")
    finally:
        server.kill()


def numbers(dagy, home, run):
    code, out, err = command(dagy, home, "logs", "d", run, "--output", "ndjson")
    if code:
        raise Fault(f"logs of {run}: {err}")
    return [int(json.loads(line)["message"].split()[1]) for line in out.splitlines()]


def expect_whole(dagy, home, acknowledged):
    """Every acknowledged line is there once, every other one once or not at all; every old run is whole or gone."""
    code, out, _ = command(dagy, home, "runs", "list", "--limit", "100", "--output", "json")
    runs = {run["run_id"] for run in json.loads(out)["items"]} if code == 0 else set()
    if acknowledged:
        found = numbers(dagy, home, "stays")
        if len(found) != len(set(found)):
            raise Fault(f"{len(found) - len(set(found))} lines are there twice")
        if acknowledged - set(found):
            raise Fault(f"{len(acknowledged - set(found))} acknowledged lines are lost")
    for old in sorted(runs - {"stays"}):
        if numbers(dagy, home, old) != list(range(OLD_ROWS)):
            raise Fault(f"run {old} is neither whole nor gone")
