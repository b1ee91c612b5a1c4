"""Many runs in one store: what lists and searches say of them is what a look at the lines says (tools/generate_scale.py)."""

import collections
import json
import subprocess
import sys
import time
import unittest
import urllib.parse

from dagy_binary import DAGY, ROOT, DagyTest

DAG, NEEDLE = "intake", "needle-7f3a9c2e"
MONTH = {"date_from": "2026-10-01", "date_to": "2026-10-30"}


def generated(*words):
    return subprocess.run([sys.executable, ROOT / "tools/generate_scale.py", *map(str, words)], check=True, capture_output=True).stdout


class Told:
    """The lines of the generator, read plainly."""

    def __init__(self, text):
        self.runs, self.states, self.rows = {}, collections.Counter(), collections.defaultdict(str)
        self.phases = collections.defaultdict(lambda: collections.defaultdict(dict))  # by run and name, then attempt: what is said, what its tasks did
        for raw in text.splitlines():
            line = json.loads(raw)
            name = (line.get("dag_id"), line.get("run_id"))
            if line["kind"] == "run":
                self.runs[name] = line["logical_date"][:10]
                self.states[line["state"]] += 1
            elif line["kind"] == "phase":
                self.phases[(*name, line["phase"])][line["attempt"]]["said"] = line["status"]
            elif line["kind"] == "task":
                self.phases[(*name, line.get("phase", line["task_id"]))][line["attempt"]].setdefault("did", set()).add(line["state"])
            elif line["kind"] == "data":
                self.rows[name] += json.dumps(line["row"])

    def status(self, run, phase):
        """Of the newest attempt: what it says of itself, else the worst of its tasks."""
        attempts = self.phases.get((DAG, run, phase))
        if not attempts:
            return "missing"
        newest = attempts[max(attempts)]
        return newest.get("said") or ("error" if newest["did"] - {"SUCCEEDED"} else "success")

    def of(self, **statuses):
        """Runs of the dag whose phases have these statuses."""
        return {run for dag, run in self.runs if dag == DAG and all(self.status(run, phase) == wanted for phase, wanted in statuses.items())}


class ScaleTest(DagyTest):
    @classmethod
    def setUpClass(cls):
        cls.text = generated("--scale", "0.003", "--seed", "11")
        cls.told = Told(cls.text)

    def setUp(self):
        super().setUp()
        first = self.serve()  # it shows the key
        first.stop()
        self.key = first.key
        subprocess.run([DAGY, "ingest", "-", "--quiet"], input=self.text, env=self.env, check=True, capture_output=True)

    def pages(self, server, path, **query):
        """Every item of a list, page by page by its cursor."""
        items, cursor = [], None
        while True:
            body = server.json("GET", f"{path}?{urllib.parse.urlencode({**query, **({'cursor': cursor} if cursor else {})})}")
            items += body["items"]
            cursor = body["next_cursor"]
            if not cursor:
                self.assertEqual(len(items), body["total"])
                return items

    def test_the_same_seed_says_the_same(self):
        self.assertEqual(generated("--scale", "0.003", "--seed", "11"), self.text)
        self.assertNotEqual(generated("--scale", "0.003", "--seed", "12"), self.text)

    def test_lists_and_searches(self):
        server = self.served()
        self.assertEqual(len(self.pages(server, "/api/v1/runs", limit=50)), len(self.told.runs))
        self.assertEqual(len(self.pages(server, "/api/v1/runs", limit=7, state="FAILED")), self.told.states["FAILED"])
        for wanted in ({"load": "success"}, {"load": "missing"}, {"extract": "error"}, {"event": "success", "transform": "missing"}):
            found = self.pages(server, f"/api/v1/dags/{DAG}/runs", limit=9, **MONTH, **{f"{phase}_status": status for phase, status in wanted.items()})
            self.assertEqual({item["run_id"] for item in found}, self.told.of(**wanted), wanted)
        with_rows = {run: rows for (dag, run), rows in self.told.rows.items() if dag == DAG and max(self.told.phases[dag, run, "extract"]) == 1}  # as the rows are
        for keyword in ("SKU-00", "SKU-0", '"PT"', "no such words"):
            self.assertEqual(self.found(server, keyword), {run for run, rows in with_rows.items() if keyword in rows}, keyword)
        self.assertEqual(self.found(server, "phase=extract/attempt=1"), set(with_rows), "the path of the rows")
        self.assertEqual(self.found(server, '"success":'), {run for run in self.told.of() if (DAG, run, "extract") in self.told.phases})

    def found(self, server, keyword):
        return {item["run_id"] for item in self.pages(server, f"/api/v1/dags/{DAG}/runs", limit=9, extract_keyword=keyword, **MONTH)}

    def served(self):
        server = self.serve(DAGY_SEARCH_MAX_DAYS="31", DAGY_SETTLE_BYTES_MIN="65536")
        server.key = self.key
        return server

    def search(self, server, text):
        return server.json("GET", f"/api/v1/search?{urllib.parse.urlencode({'q': text, 'limit': 20})}")

    def test_runs_that_cannot_hold_the_words_are_passed_over(self):
        server = self.served()
        deadline = time.monotonic() + 60
        body = self.search(server, NEEDLE)
        while body["totals"]["rows_scanned"] > body["totals"]["rows_skipped"] and time.monotonic() < deadline:
            body = self.search(server, NEEDLE)  # until housekeeping has made the filters
        self.assertGreater(body["totals"]["rows_skipped"], body["totals"]["rows_scanned"])
        self.assertEqual(len(body["hits"]), 1)
        self.assertIn(NEEDLE, body["hits"][0]["snippet"])
        self.assertEqual(body["totals"]["runs_seen"], len(self.told.runs))
        self.assertEqual(self.search(server, "no such words anywhere")["hits"], [])


if __name__ == "__main__":
    unittest.main()
