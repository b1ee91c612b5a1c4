"""Writes NDJSON records of made-up but realistic runs to standard output, the same for the same arguments.

    python3 tools/generate.py --runs 1 --tasks 100 --lines 1000000 [--failing 1] [--dag big] [--seed 7]

`--lines` are spread over all tasks of all runs. The last `--failing` runs fail: one task near the root of the graph ends with a
traceback, its descendants are upstream_failed.
"""

import argparse
import datetime
import json
import random
import sys

START = datetime.datetime(2026, 11, 1, 4, tzinfo=datetime.timezone.utc)
LINES = (
    ("INFO", "etl.extract", "fetched page {n} of {m} from https://api.shop.example/v2/orders?cursor={h} in {d} ms"),
    ("INFO", "etl.extract", "GET /v2/customers/{n} 200 {d} bytes"),
    ("DEBUG", "urllib3.connectionpool", "Starting new HTTPS connection ({n}): api.shop.example:443"),
    ("INFO", "etl.transform", "batch {n}: {m} rows in, {d} rows out, {k} dropped as duplicates"),
    ("INFO", "etl.load", "COPY sales.orders_{k} FROM STDIN: {m} rows in {d} ms"),
    ("WARNING", "etl.transform", "row {n}: currency missing, EUR assumed"),
    ("DEBUG", "etl.cache", "hit {h} age {d} s"),
    ("INFO", "task.stdout", "progress: {k} % of partition {n}"),
)
TRACEBACK = """Traceback (most recent call last):
  File "/opt/pipelines/sales/transform.py", line 88, in run
    total += parse_amount(row["amount"])
  File "/opt/pipelines/sales/amounts.py", line 17, in parse_amount
    return decimal.Decimal(text)
decimal.InvalidOperation: [<class 'decimal.ConversionSyntax'>]
"""


def stamp(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def graph(tasks):
    """Task i feeds 2i+1 and 2i+2: a tree, so that a failure near the root has many victims."""
    return {f"task_{i:05}": [f"task_{j:05}" for j in (2 * i + 1, 2 * i + 2) if j < tasks] for i in range(tasks)}


def emit(record):
    sys.stdout.write(json.dumps(record, separators=(",", ":")) + "\n")


def log_lines(dag, run, task, begin, count, rng):
    head = json.dumps({"kind": "log", "dag_id": dag, "run_id": run, "task_id": task, "attempt": 1}, separators=(",", ":"))[:-1]
    out = []
    for i in range(count):
        level, logger, text = LINES[rng.randrange(len(LINES))]
        message = text.format(n=rng.randrange(10**6), m=rng.randrange(5000), k=rng.randrange(100), d=rng.randrange(3000), h=f"{rng.getrandbits(48):x}")
        ts = begin + datetime.timedelta(milliseconds=i)
        out.append(f'{head},"ts":"{stamp(ts)}","level":"{level}","logger":"{logger}","message":{json.dumps(message)}}}\n')
    sys.stdout.write("".join(out))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dag", default="big")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--failing", type=int, default=1)
    parser.add_argument("--tasks", type=int, default=100)
    parser.add_argument("--lines", type=int, default=100000)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    edges = graph(arguments.tasks)
    emit({"kind": "dag", "dag_id": arguments.dag, "version": "1", "schedule": "0 4 * * *",
          "tasks": [{"task_id": t, "downstream": d, "operator": "PythonOperator"} for t, d in edges.items()]})
    each = max(1, arguments.lines // (arguments.runs * arguments.tasks))
    for number in range(arguments.runs):
        begin = START + datetime.timedelta(days=number)
        fails = number >= arguments.runs - arguments.failing
        run = f"scheduled__{begin.isoformat()}"
        emit({"kind": "run", "dag_id": arguments.dag, "run_id": run, "state": "FAILED" if fails else "SUCCEEDED",
              "logical_date": stamp(begin), "started_at": stamp(begin), "ended_at": stamp(begin + datetime.timedelta(minutes=9))})
        broken = f"task_{min(1, arguments.tasks - 1):05}"
        dead = set()
        if fails:
            stack = list(edges[broken])
            while stack:
                task = stack.pop()
                dead.add(task)
                stack += edges[task]
        for task in edges:
            common = {"dag_id": arguments.dag, "run_id": run, "task_id": task, "attempt": 1}
            if task in dead:
                emit({"kind": "task", **common, "state": "UPSTREAM_FAILED"})
                continue
            state = "FAILED" if fails and task == broken else "SUCCEEDED"
            emit({"kind": "task", **common, "state": state, "started_at": stamp(begin), "ended_at": stamp(begin + datetime.timedelta(minutes=1))})
            # The failing run's lines are all there: the dead tasks' share goes to the broken one.
            count = each * (1 + len(dead)) if state == "FAILED" else each
            log_lines(arguments.dag, run, task, begin, count, rng)
            if state == "FAILED":
                end = stamp(begin + datetime.timedelta(minutes=1))
                emit({"kind": "log", **common, "ts": end, "level": "ERROR", "logger": "task", "message": "Task failed with exception"})
                emit({"kind": "error", **common, "ts": end, "error_type": "decimal.InvalidOperation", "error_title": "[<class 'decimal.ConversionSyntax'>]",
                      "error_detail": "[<class 'decimal.ConversionSyntax'>]", "traceback": TRACEBACK})


if __name__ == "__main__":
    main()
