"""One server with known runs, shared by the tests of a class: they only read, or bring runs of their own."""

import json
import os
import pathlib
import sys
import tempfile
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "e2e"))
from dagy_binary import Server, quote  # noqa: E402

DAG = "ventas/eu %"
DAY = "2026-11-20"
# Airflow run ids hold colons and pluses; anybody's may hold slashes, quotes, percent signs and any letter.
ODD = "manual__2026-11-20T04:00:00+00:00/ü 'q' \"d\" %2F;?#"


def line(kind, **members):
    return {"kind": kind, "dag_id": DAG, **members}


def run(run_id, state="SUCCEEDED", day=DAY, **more):
    started = f"{day}T04:00:00Z"
    return line("run", run_id=run_id, state=state, logical_date=started, started_at=started, ended_at=f"{day}T04:10:00Z", **more)


def phase(run_id, name, status, attempt=1, **more):
    return line("phase", run_id=run_id, phase=name, attempt=attempt, status=status, **more)


def etl(run_id, day=DAY, extract="success", transform="success", load="success", **more):
    """A run with the four documented phases."""
    phases = [phase(run_id, name, status) for name, status in (("event", "success"), ("extract", extract), ("transform", transform), ("load", load)) if status]
    return [run(run_id, day=day, **more), *phases]


class RunsApiTest(unittest.TestCase):
    lines = []
    settings = {}

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="dagy-runs-api-")
        cls.addClassCleanup(folder.cleanup)
        cls.home = pathlib.Path(folder.name) / "data"
        env = {**os.environ, "DAGY_LOCAL_DIR": str(cls.home), "TZ": "UTC", "DAGY_RATE_LIMIT_PER_MINUTE": "0", **cls.settings}
        env.pop("DAGY_API_URL", None)
        cls.server = Server(cls.home, env)
        cls.addClassCleanup(cls.server.kill)
        cls.ingest(cls.lines)

    @classmethod
    def ingest(cls, lines):
        body = "".join(json.dumps(each) + "\n" for each in lines).encode()
        if not body:
            return
        answer = cls.server.json("POST", "/api/v1/ingest", body)
        if answer["rejected"]:
            raise AssertionError(answer)

    def get(self, path, status=200, headers=None, **query):
        """The body of an answer of this status. `path` as a list is encoded part by part."""
        answer, text = self.ask(path, headers, **query)
        self.assertEqual(answer.status, status, f"{path} {str(query)[:300]}: {text[:600]!r}")
        body = json.loads(text)
        if status >= 400:
            self.assertEqual(answer.getheader("Content-Type"), "application/problem+json")
            self.assertEqual(body["status"], status)
            for member in ("type", "title", "detail", "instance", "code", "request_id"):
                self.assertIn(member, body)
        return body

    def ask(self, path, headers=None, **query):
        target = path if isinstance(path, str) else "/api/v1/" + "/".join(quote(part) for part in path)
        pairs = [(name, value) for name, value in query.items() if value is not None]
        if pairs:
            target += "?" + urllib.parse.urlencode(pairs)
        answer = self.server.request("GET", target, headers=headers)
        return answer, answer.read()

    def refused(self, path, parameter, status=422, **query):
        """A wrong parameter is named."""
        problem = self.get(path, status, **query)
        self.assertIn(parameter, [fault.get("parameter") for fault in problem.get("errors", [])], problem)
        return problem

    def search(self, status=200, date_from=DAY, date_to=DAY, **query):
        return self.get(["dags", DAG, "runs"], status, date_from=date_from, date_to=date_to, **query)

    def found(self, **query):
        return {item["run_id"] for item in self.search(**query)["items"]}

    @staticmethod
    def run_path(run_id, *rest, day=DAY, dag=DAG):
        return ["dags", dag, "runs", day, run_id, *rest]
