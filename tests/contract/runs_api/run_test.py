"""One run, its event, and its phases' summaries."""

import unittest

from runs_api import DAG, DAY, ODD, RunsApiTest, etl, line, phase


def log(run_id, task_id, level="INFO", attempt=1, message="m"):
    return line("log", run_id=run_id, task_id=task_id, attempt=attempt, level=level, message=message)


class RunTest(RunsApiTest):
    lines = [
        *etl("r1"),
        *etl(ODD),
        line("log", run_id="r1", phase="extract", level="INFO", message="a"),
        line("log", run_id="r1", phase="extract", level="ERROR", message="b"),
        line("log", run_id="r1", phase="extract", level="CRITICAL", message="c"),
        line("log", run_id="r1", phase="extract", attempt=2, level="INFO", message="d"),
        line("error", run_id="r1", phase="extract", error_type="KeyError", error_title="'a'", error_detail="'a'"),
        phase("r1", "extract", "error", message="boom", total=3),
        line("queue_data", run_id="r1", payload={"raw": [1, {"a": None}], "text": "ü"}),
        line("event", run_id="r1", payload={"processed": True, "amount": 12.5}),
        line("queue_data", run_id=ODD, payload={"only": "raw"}),
    ]

    def test_a_run(self):
        """Single PVT lookup (no S3) returning per-phase status + paths.; Run found — SearchRunResult"""
        body = self.get(self.run_path("r1"))
        self.assertEqual((body["run_id"], body["dag_id"], body["date"], body["state"]), ("r1", DAG, DAY, "SUCCEEDED"))
        self.assertEqual({name: shape["status"] for name, shape in body["phases"].items()},
                         {"event": "success", "extract": "missing", "transform": "success", "load": "success"} | {"extract": body["phases"]["extract"]["status"]})
        self.assertEqual(body["phases"]["extract"]["attempt"], 2, "the newest attempt")

    def test_the_same_shape(self):
        """Same shape as the items in /dags/{dag_id}/runs."""
        item = next(item for item in self.search()["items"] if item["run_id"] == "r1")
        one = self.get(self.run_path("r1"))
        self.assertLessEqual(item.items(), one.items())
        self.assertLessEqual(set(one) - set(item), {"cause"})

    def test_run_ids_are_encoded(self):
        """Airflow run_id (URL-encoded); DAG/ETL UUID"""
        body = self.get(self.run_path(ODD))
        self.assertEqual((body["run_id"], body["dag_id"]), (ODD, DAG))
        for rest in ([], ["event"], ["tasks"], ["artifacts"], ["phases", "extract"], ["phases", "extract", "data"], ["phases", "extract", "errors"], ["phases", "extract", "logs"]):
            self.get(self.run_path(ODD, *rest))

    def test_broken_escapes(self):
        """Validation Error — HTTPValidationError"""
        for path, status in (("/api/v1/dags/%zz/runs/2026-11-20/r1", 400), ("/api/v1/dags/%ff/runs/2026-11-20/r1", 422), ("/api/v1/dags/d/runs/2026-11-20/%00", 422)):
            self.get(path, status)

    def test_the_date_is_the_runs(self):
        """Run partition date (YYYY-MM-DD)"""
        problem = self.get(self.run_path("r1", day="2026-11-19"), 404)
        self.assertIn(DAY, problem["detail"], "the right date is told")
        for wrong in ("2026-11-31", "yesterday", "2026-11-20T00:00:00"):
            self.refused(self.run_path("r1", day=wrong), "date")

    def test_a_run_that_is_not_there(self):
        """Run not found in etl.logs — ErrorResponse"""
        self.assertIn("r1", self.get(self.run_path("r11"), 404)["detail"], "what is close is told")
        for rest in (["event"], ["tasks"], ["artifacts"], ["phases", "extract"], ["phases", "extract", "logs"], ["phases", "extract", "logs", "stream"]):
            self.get(self.run_path("nope", *rest), 404)
        self.get(self.run_path("r1", dag="no such dag"), 404)

    def test_the_event(self):
        """Returns both queue_data.parquet (raw trigger message) and event.parquet (processed event JSON) in a single response."""
        self.assertEqual(self.get(self.run_path("r1", "event")),
                         {"queue_data": {"raw": [1, {"a": None}], "text": "ü"}, "event": {"processed": True, "amount": 12.5}})
        self.assertEqual(self.get(self.run_path(ODD, "event")), {"queue_data": {"only": "raw"}, "event": None})

    def test_a_run_without_an_event(self):
        """Returns both queue_data.parquet (raw trigger message) and event.parquet (processed event JSON) in a single response."""
        self.ingest(etl("silent"))
        self.assertEqual(self.get(self.run_path("silent", "event")), {"queue_data": None, "event": None})

    def test_a_phase(self):
        """Returns metadata.parquet (1 row, ~1KB) for the given phase + attempt."""
        page = self.get(self.run_path("r1", "phases", "extract"))
        self.assertEqual((page["total"], len(page["items"]), page["phase"], page["attempt"]), (1, 1, "extract", 1))
        row = page["items"][0]
        self.assertEqual((row["status"], row["message"], row["total"]), ("error", "boom", 3))
        self.assertEqual([column["name"] for column in page["columns"]], list(row))

    def test_a_phases_counts(self):
        """Counts (log_count, error_log_count) are inside the metadata row."""
        row = self.get(self.run_path("r1", "phases", "extract"))["items"][0]
        self.assertEqual((row["log_count"], row["error_log_count"], row["error_count"]), (3, 2, 1), "ERROR and CRITICAL lines")

    def test_attempts(self):
        """Attempt number (1-based)"""
        second = self.get(self.run_path("r1", "phases", "extract"), attempt=2)
        self.assertEqual((second["attempt"], second["items"][0]["log_count"]), (2, 1))
        for rest in ([], ["data"], ["errors"], ["logs"], ["logs", "stream"]):
            path = self.run_path("r1", "phases", "extract", *rest)
            for wrong in ("0", "-1", "one", "1.0", "", "99999999999999999999"):
                self.refused(path, "attempt", attempt=wrong)
            self.assertIn("1, 2", self.get(path, 404, attempt=3)["detail"], "the attempts that are there are told")

    def test_a_phase_that_is_not_there(self):
        """Validation Error — HTTPValidationError"""
        for rest in ([], ["data"], ["errors"], ["logs"], ["logs", "stream"]):
            self.assertIn("`extract`", self.get(self.run_path("r1", "phases", "extrakt", *rest), 404)["detail"])

    def test_nobody(self):
        """Unauthorized — ErrorResponse"""
        for rest in ([], ["event"], ["tasks"], ["artifacts"], ["artifacts", "extract-logs"], ["phases", "extract"], ["phases", "extract", "data"],
                     ["phases", "extract", "errors"], ["phases", "extract", "logs"], ["phases", "extract", "logs", "stream"]):
            self.get(self.run_path("r1", *rest), 401, {"Authorization": "Bearer dagy_sk_wrong"})


if __name__ == "__main__":
    unittest.main()
