"""`dagy logs --follow`, on a server and on the local store."""

import json
import subprocess
import threading
import unittest

from dagy_binary import DAGY, DagyTest

RUN = {"dag_id": "d", "run_id": "r"}


def line(kind, **members):
    return {"kind": kind, **RUN, **members}


class FollowTest(DagyTest):
    first = [
        {"kind": "dag", "dag_id": "d", "version": "1", "tasks": [{"task_id": "one", "downstream": ["two"], "max_attempts": 2}, {"task_id": "two"}]},
        line("run", state="RUNNING", logical_date="2026-11-20T04:00:00Z"),
        line("task", task_id="one", state="RUNNING", max_attempts=2, started_at="2026-11-20T04:00:00Z"),
        line("log", task_id="one", message="begins"),
    ]
    rest = [
        line("log", task_id="one", level="ERROR", message="fails"),
        line("task", task_id="one", state="FAILED", max_attempts=2),
        line("task", task_id="one", attempt=2, state="RUNNING", max_attempts=2, started_at="2026-11-20T04:05:00Z"),
        line("log", task_id="one", attempt=2, message="works"),
        line("task", task_id="one", attempt=2, state="SUCCEEDED", max_attempts=2),
        line("task", task_id="two", state="RUNNING", started_at="2026-11-20T04:06:00Z"),
        line("log", task_id="two", message="too"),
        line("task", task_id="two", state="SUCCEEDED"),
        line("run", state="SUCCEEDED", ended_at="2026-11-20T04:10:00Z"),
    ]

    def ingest(self, lines):
        file = self.scratch / "lines.ndjson"
        file.write_text("".join(json.dumps(each) + "\n" for each in lines))
        self.dagy("ingest", file)

    def follow(self, *words, **env):
        """Follows while the run goes on; [(phase, attempt, message)] in the order of printing."""
        process = subprocess.Popen([DAGY, "logs", "d", "r", "--follow", "--output", "ndjson", *words], env={**self.env, **env}, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        watchdog = threading.Timer(60, process.kill)
        watchdog.start()
        self.addCleanup(watchdog.cancel)
        rows = [json.loads(process.stdout.readline())]
        for each in self.rest:
            self.ingest([each])
        rows += map(json.loads, process.stdout)
        self.assertEqual(process.wait(30), 0)
        return [(row["phase"], row["attempt"], row["message"]) for row in rows]

    def test_on_the_local_store(self):
        self.ingest(self.first)
        self.assertEqual(self.follow(), [("one", 1, "begins"), ("one", 1, "fails"), ("one", 2, "works"), ("two", 1, "too")])
        again = self.dagy("logs", "d", "r", "-f", "--output", "ndjson").stdout.splitlines()
        self.assertEqual(len(again), 4, "of a run that is over: everything, and it ends")
        errors = self.dagy("logs", "d", "r", "-f", "--level", "ERROR", "--output", "ndjson").stdout.splitlines()
        self.assertEqual([json.loads(each)["message"] for each in errors], ["fails"])

    def test_on_a_server(self):
        server = self.serve()
        self.ingest(self.first)
        self.assertEqual(self.follow(DAGY_API_URL=server.url, DAGY_API_KEY=server.key)[-1], ("two", 1, "too"))


if __name__ == "__main__":
    unittest.main()
