"""Schemathesis, in its pinned version, against every route of /openapi.json, with all of its checks."""

import datetime
import json
import os
import shutil
import subprocess
import unittest

from dagy_binary import CASE, ROOT, DagyTest

HERE = ROOT / "tests" / "schemathesis"
DEPS = ROOT / "build" / "deps" / "schemathesis"
DATE = "2026-11-20"
FOUND_OF_TEN = 9  # so many ids of ten are those of something that is there


def setUpModule():
    """Installs Schemathesis once; a machine that is offline skips this file."""
    stamp, wanted = DEPS / "stamp", (HERE / "requirements.txt").read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    shutil.rmtree(DEPS, ignore_errors=True)
    for step in (("/usr/bin/python3", "-m", "venv", DEPS), (DEPS / "bin" / "pip", "install", "-q", "--disable-pip-version-check", "-r", HERE / "requirements.txt")):
        done = subprocess.run(step, capture_output=True, text=True, timeout=600)
        if done.returncode:
            raise unittest.SkipTest(f"{step[0]}: {done.stderr[-300:]}")
    stamp.write_text(wanted)


def a_run_that_stays():
    """It is running, so no deletion and no retention takes it away while it is asked for."""
    of = {"dag_id": "sales/eu", "run_id": "r 1"}
    start = f"{DATE}T04:00:00Z"
    yield {"kind": "run", **of, "state": "RUNNING", "logical_date": start, "started_at": start}
    yield {"kind": "task", **of, "task_id": "extract", "state": "RUNNING", "started_at": start}
    for i in range(300):
        yield {"kind": "log", **of, "task_id": "extract", "level": "INFO", "ts": start, "message": f"row {i} is read"}
        yield {"kind": "data", **of, "phase": "extract", "row": {"id": i, "amount": i / 4, "name": f"customer {i}"}}
    yield {"kind": "error", **of, "task_id": "extract", "ts": start, "error_type": "KeyError", "error_title": "'CHF'", "traceback": "KeyError: 'CHF'"}
    yield {"kind": "queue_data", **of, "payload": {"id": 7}}
    yield {"kind": "event", **of, "payload": {"id": 7}}


class SchemaTest(DagyTest):
    def ids(self, server):
        """Of things that are there: parameter → values."""
        me = server.json("GET", "/api/v1/me")
        created = server.json("POST", server.diagnoses(), {"dagId": CASE["dag_id"], "runId": CASE["run_id"]}, status=202)
        for _ in server.events(f"{server.diagnoses()}/{created['runId']}"):
            pass
        return {"path.organizationId": [me["organization_id"]], "path.deploymentId": [me["deployment_id"]], "path.diagnosisRunId": [created["runId"]],
                "path.dag_id": ["sales/eu"], "path.run_id": ["r 1"], "path.date": [DATE], "path.phase": ["extract"], "path.kind": ["extract-logs", "extract-data", "event-event"],
                "query.q": ["CHF", "row -read"], "query.dag_id": ["sales/eu", CASE["dag_id"]], "query.deployment_id": [me["deployment_id"]],
                "query.keyword": ["row"], "query.date_from": [DATE], "query.date_to": [DATE], "query.run_id": ["r 1"],
                "body.dagId": [CASE["dag_id"]], "body.runId": [CASE["run_id"]]}

    def settings(self, ids):
        """The settings with `ids`; a list of texts is written alike in JSON and in TOML."""
        values = "".join(f"[dictionaries.there_{i}]\nvalues = {json.dumps(there)}\n" for i, there in enumerate(ids.values()))
        bound = "".join(f'"{name}" = {{dictionary = "there_{i}", probability = {FOUND_OF_TEN / 10}}}\n' for i, name in enumerate(ids))
        file = self.scratch / "schemathesis.toml"
        file.write_text((HERE / "schemathesis.toml").read_text() + values + "[parameters]\n" + bound)
        return file

    def test_every_route_keeps_its_word(self):
        server = self.serve()
        self.import_example()
        body = "".join(json.dumps(line) + "\n" for line in a_run_that_stays()).encode()
        self.assertEqual(server.json("POST", "/api/v1/ingest", body)["rejected"], 0)
        words = [DEPS / "bin" / "schemathesis", "--config-file", self.settings(self.ids(server)), "run", f"{server.url}/openapi.json".replace("localhost", "127.0.0.1"),
                 "--checks", "all", "--header", f"Authorization: Bearer {server.key}", "--no-color"]
        done = subprocess.run(words, cwd=self.scratch, env={**os.environ, "PYTHONPATH": str(ROOT), "OWN_KEY_ID": server.json("GET", "/api-keys")["items"][0]["id"]}, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout[-8000:] + done.stderr[-2000:])
        self.assertRegex(done.stdout, r"Operations: +(\d+) selected / \1 total", "no route is left out")
        self.assertNotIn("401 Unauthorized", done.stdout)
        self.assertIsNone(server.process.poll())


if __name__ == "__main__":
    unittest.main()
