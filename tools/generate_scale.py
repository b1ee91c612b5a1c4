"""Writes NDJSON records of a month of a whole company's dags to standard output, the same for the same arguments.

    python3 tools/generate_scale.py --scale 1 [--seed 7] [--counts FILE]

Scale 1 is 100,000 runs of 223 dags with 3 M task attempts and 50 M log lines; 0.01 is a hundredth of the runs of the same month.
Most attempts say ten lines, a few say thousands. Three runs of a hundred fail with one of a few tracebacks; some tasks need a second
attempt. Two fifths of the runs are ETL runs with phases, their trigger messages and some data rows. One line of one run in the middle
holds `needle-7f3a9c2e`. `--counts` gets what was written, as JSON.
"""

import argparse
import datetime
import json
import random
import sys
from typing import NamedTuple

from generate import stamp

MONTH = datetime.datetime(2026, 10, 1, tzinfo=datetime.timezone.utc)
DAYS = 30
NEEDLE = "needle-7f3a9c2e"
PHASES = ("event", "extract", "transform", "load")
WORDS = ("orders", "customers", "invoices", "stock", "sessions", "payments", "returns", "prices", "clicks", "leads")


class Fleet(NamedTuple):
    """Dags alike: so many, one run of each every so many minutes, so many tasks."""

    name: str
    dags: int
    minutes: int
    tasks: int
    etl: bool


FLEETS = (Fleet("intake", 1, 1, 12, True), Fleet("sync", 2, 5, 20, True), Fleet("mart", 20, 60, 40, True), Fleet("report", 20, 60, 40, False),
          Fleet("feature", 60, 360, 80, False), Fleet("night", 120, 1440, 150, False))

# level, logger, text before and after an id that no other line has
LINES = (
    ("INFO", "etl.extract", "fetched page {n} of {m} from https://api.shop.example/v2/{w}?cursor=", " in {d} ms"),
    ("INFO", "etl.extract", "GET /v2/{w}/{n} 200 {d} bytes request_id=", ""),
    ("DEBUG", "urllib3.connectionpool", "Starting new HTTPS connection ({k}): api.shop.example:443 #", ""),
    ("INFO", "etl.transform", "batch ", ": {m} {w} in, {d} out, {k} dropped as duplicates"),
    ("INFO", "etl.load", "COPY sales.{w}_{k} FROM STDIN (staging_", "): {m} rows in {d} ms"),
    ("INFO", "airflow.task", "Exporting env vars: AIRFLOW_CTX_DAG_OWNER='data' AIRFLOW_CTX_TRY_NUMBER='1' token=", ""),
    ("DEBUG", "etl.cache", "hit ", " age {d} s"),
    ("INFO", "task.stdout", "progress: {k} % of partition ", ""),
    ("INFO", "py4j.java_gateway", "stage {k}: {m} tasks done, executor ", " has {d} MiB free"),
    ("WARNING", "etl.transform", "row {n} of {w}: currency missing, EUR assumed, key ", ""),
    ("INFO", "botocore.credentials", "Found credentials in environment variables, session ", ""),
    ("INFO", "airflow.taskinstance", "Marking task as SUCCESS. duration {d}.{k} s, slot ", ""),
)
FAILURES = (
    ("decimal.InvalidOperation", "[<class 'decimal.ConversionSyntax'>]", "transform.py", 88, "total += parse_amount(row['amount'])"),
    ("KeyError", "'customer_id'", "enrich.py", 41, "by_customer[row['customer_id']].append(row)"),
    ("requests.exceptions.HTTPError", "429 Client Error: Too Many Requests for url: https://api.shop.example/v2/orders", "client.py", 132, "response.raise_for_status()"),
    ("psycopg2.OperationalError", 'could not connect to server: Connection refused, is the server running on host "warehouse" and accepting TCP/IP connections on port 5432?', "load.py", 23, "connection = psycopg2.connect(dsn)"),
    ("MemoryError", "Unable to allocate 3.81 GiB for an array with shape (512000000,)", "matrix.py", 77, "grid = numpy.zeros(size)"),
    ("FileNotFoundError", "[Errno 2] No such file or directory: '/data/landing/prices.csv'", "read.py", 12, "with open(path) as rows:"),
    ("airflow.exceptions.AirflowSensorTimeout", "Sensor has timed out; run duration of 3600.1 seconds exceeds the specified timeout of 3600.0.", "sensor.py", 265, "raise AirflowSensorTimeout(message)"),
)
POOL = 8192
NOT_TEXT = len(',"ts":""') + len(',"level":""') + len(',"logger":""') + len(',"message":""') + len("}") - len("   ")  # what JSON adds to a plain line
STEPS = 60_000  # milliseconds of a minute, rendered once


def quoted(text):
    return json.dumps(text)[1:-1]


class Lines:
    """Log lines by the thousand: what can be said beforehand is."""

    def __init__(self, rng):
        self.rng = rng
        self.tails = []
        for _ in range(POOL):
            level, logger, before, after = LINES[rng.randrange(len(LINES))]
            words = {"n": rng.randrange(10**6), "m": rng.randrange(5000), "k": rng.randrange(100), "d": rng.randrange(3000), "w": rng.choice(WORDS)}
            self.tails.append((f'Z","level":"{level}","logger":"{logger}","message":"{quoted(before.format(**words))}', f'{quoted(after.format(**words))}"}}\n'))
        self.moments = [f"{step // 1000:02}.{step % 1000:03}" for step in range(STEPS)]
        self.number = 0

    def of(self, head, minute, count):
        """`count` lines of one attempt within a minute."""
        step, number, moments = max(1, STEPS // count), self.number, self.moments
        self.number += count
        opened = f'{head},"ts":"{minute}:'
        return "".join([f"{opened}{moments[i * step % STEPS]}{before}{((number + i) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF):016x}{after}"
                        for i, (before, after) in enumerate(self.rng.choices(self.tails, k=count))])


class Dag:
    def __init__(self, fleet, number):
        self.fleet = fleet
        self.dag_id = f"{fleet.name}_{WORDS[number % len(WORDS)]}_{number:02}" if fleet.dags > 1 else fleet.name
        self.tasks = [f"{PHASES[min(3, i * 4 // fleet.tasks)] if fleet.etl else 'step'}_{i:03}" for i in range(fleet.tasks)]

    def phase(self, task):
        return task.split("_")[0] if self.fleet.etl else None

    def told(self):
        edges = {task: [self.tasks[j] for j in (2 * i + 1, 2 * i + 2) if j < len(self.tasks)] for i, task in enumerate(self.tasks)}
        return {"kind": "dag", "dag_id": self.dag_id, "version": "1", "schedule": f"*/{self.fleet.minutes} * * * *",
                "tasks": [{"task_id": task, "downstream": down, "operator": "PythonOperator", **({"phase": self.phase(task)} if self.fleet.etl else {})}
                          for task, down in edges.items()]}


class Month:
    def __init__(self, scale, seed, out):
        self.scale, self.rng, self.write = scale, random.Random(seed), out.write
        self.lines = Lines(self.rng)
        self.dags = [Dag(fleet, number) for fleet in FLEETS for number in range(fleet.dags)]
        self.counts = {"dags": len(self.dags), "runs": 0, "attempts": 0, "phases": 0, "lines": 0, "errors": 0, "data_rows": 0, "failed_runs": 0, "log_bytes": 0, "bytes": 0}

    def emit(self, record):
        self.say(json.dumps(record, separators=(",", ":")) + "\n")

    def say(self, text):
        self.counts["bytes"] += len(text)
        self.write(text)

    def make(self):
        for dag in self.dags:
            self.emit(dag.told())
        slots = [(minute, dag) for minute in range(DAYS * 1440) for dag in self.dags_at(minute)]
        wanted = max(1, round(len(slots) * self.scale))
        for i in range(wanted):
            minute, dag = slots[i * len(slots) // wanted]
            self.run(dag, MONTH + datetime.timedelta(minutes=minute), i == wanted // 2)
        return self.counts

    def dags_at(self, minute):
        return [dag for i, dag in enumerate(self.dags) if (minute + 7 * i) % dag.fleet.minutes == 0]

    def run(self, dag, begin, with_needle):
        run_id = f"scheduled__{begin.isoformat()}"
        fails = self.rng.random() < 0.03
        name = {"dag_id": dag.dag_id, "run_id": run_id}
        self.counts["runs"] += 1
        self.counts["failed_runs"] += fails
        self.emit({"kind": "run", **name, "state": "FAILED" if fails else "SUCCEEDED", "logical_date": stamp(begin), "started_at": stamp(begin),
                   "ended_at": stamp(begin + datetime.timedelta(seconds=self.rng.randrange(60, 900)))})
        broken = self.rng.randrange(len(dag.tasks) // 4) if fails else -1
        dead = set()
        for i in range(broken, len(dag.tasks)) if fails else ():
            if i == broken or (i - 1) // 2 in dead:
                dead.add(i)
        for i, task in enumerate(dag.tasks):
            attempts = 2 if i == broken or self.rng.random() < 0.01 else 1
            for attempt in range(1, attempts + 1):
                self.attempt(dag, name, task, attempt, begin, "FAILED" if i == broken or attempt < attempts else "UPSTREAM_FAILED" if i in dead else "SUCCEEDED")
        if dag.fleet.etl:
            self.phases(dag, name, broken, begin)
        if with_needle:
            self.counts["lines"] += 1
            self.emit({"kind": "log", **name, "task_id": dag.tasks[0], **({"phase": dag.phase(dag.tasks[0])} if dag.fleet.etl else {}), "attempt": 1,
                       "ts": stamp(begin), "level": "INFO", "logger": "etl.extract", "message": f"correlation {NEEDLE} accepted"})

    def attempt(self, dag, name, task, attempt, begin, state):
        phase = dag.phase(task)
        common = {**name, "task_id": task, "attempt": attempt, **({"phase": phase} if phase else {})}
        self.counts["attempts"] += 1
        if state == "UPSTREAM_FAILED":
            self.emit({"kind": "task", **common, "state": state})
            return
        self.emit({"kind": "task", **common, "state": state, "started_at": stamp(begin), "ended_at": stamp(begin + datetime.timedelta(seconds=50)), "operator": "PythonOperator"})
        dice = self.rng.random()
        count = self.rng.randrange(3000, 7000) if dice < 0.0005 else self.rng.randrange(100, 300) if dice < 0.02 else self.rng.randrange(6, 15)
        head = json.dumps({"kind": "log", **common}, separators=(",", ":"))[:-1]
        text = self.lines.of(head, begin.isoformat()[:16], count)
        self.counts["lines"] += count
        # As a plain log file has them: time, level, logger, message.
        self.counts["log_bytes"] += len(text) - count * (len(head) + NOT_TEXT)
        self.say(text)
        if state == "FAILED":
            self.failure(dag, common, begin)

    def failure(self, dag, common, begin):
        # A dag tends to fail for its own reason.
        kind, title, file, line, code = FAILURES[(hash_of(dag.dag_id) + (self.rng.random() < 0.2)) % len(FAILURES)]
        traceback = f'Traceback (most recent call last):\n  File "/opt/pipelines/{dag.fleet.name}/{file}", line {line}, in run\n    {code}\n{kind}: {title}\n'
        end = stamp(begin + datetime.timedelta(seconds=50))
        self.emit({"kind": "log", **common, "ts": end, "level": "ERROR", "logger": "airflow.task", "message": "Task failed with exception\n" + traceback})
        self.emit({"kind": "error", **common, "ts": end, "error_type": kind, "error_title": title, "error_detail": title, "traceback": traceback})
        self.counts["lines"] += 1
        self.counts["errors"] += 1

    def phases(self, dag, name, broken, begin):
        failed = PHASES.index(dag.phase(dag.tasks[broken])) if broken >= 0 else len(PHASES)
        payload = {"source": WORDS[self.rng.randrange(len(WORDS))], "batch": f"{self.rng.getrandbits(48):012x}", "at": stamp(begin)}
        self.emit({"kind": "queue_data", **name, "payload": {"body": json.dumps(payload), "attempts": 1}})
        self.emit({"kind": "event", **name, "payload": payload})
        for number, phase in enumerate(PHASES[:failed + 1]):
            total = self.rng.randrange(1, 5000)
            self.emit({"kind": "phase", **name, "phase": phase, "attempt": 1, "status": "error" if number == failed else "success",
                       "message": "" if number < failed else "see the errors", "total": total})
            self.counts["phases"] += 1
            for row in range(self.rng.randrange(2, 5) if phase == "extract" else 0):
                self.counts["data_rows"] += 1
                self.emit({"kind": "data", **name, "phase": phase, "attempt": 1,
                           "row": {"id": row, "sku": f"SKU-{self.rng.randrange(10**6):06}", "amount": self.rng.randrange(10**5) / 100, "country": self.rng.choice(("DE", "FR", "ES", "PT"))}})


def hash_of(text):
    return sum(i * ord(c) for i, c in enumerate(text, 1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--counts", type=argparse.FileType("w"))
    arguments = parser.parse_args()
    counts = Month(arguments.scale, arguments.seed, sys.stdout).make()
    if arguments.counts:
        json.dump(counts, arguments.counts)


if __name__ == "__main__":
    main()
