"""GET /api/v1/dags/{dag_id}/runs: Search runs for a DAG."""

import unittest

from runs_api import DAG, DAY, ODD, RunsApiTest, etl, line, phase, run

SEARCH = ["dags", DAG, "runs"]


def rows(run_id, name, texts):
    return [line("data", run_id=run_id, phase=name, attempt=1, row={"n": n, "text": text}) for n, text in enumerate(texts)]


class SearchTest(RunsApiTest):
    lines = [
        *etl("good"),
        *etl("bad", extract="success", transform="error", load=None, state="FAILED"),
        *etl("going", load="running", state="RUNNING"),
        *etl(ODD),
        *etl("eve", day="2026-11-19"),
        *etl("week", day="2026-11-14"),
        run("bare"),
        *rows("good", "extract", ["café 100%_sure", *(f"row {n}" for n in range(1, 100)), "needle-101"]),
        *rows("bad", "extract", ["100 sure"]),
        phase("bad", "transform", "error", message="KeyError: 'amount'", total=7),
        line("event", run_id="good", payload={"source": "Magdalena"}),
        {"kind": "run", "dag_id": "other", "run_id": "elsewhere", "state": "SUCCEEDED", "logical_date": f"{DAY}T00:00:00Z"},
    ]

    def test_search_is_of_one_dag(self):
        """Search runs for a DAG; Runs matching the filters — SearchRunsResponse"""
        body = self.search()
        self.assertEqual({item["run_id"] for item in body["items"]}, {"good", "bad", "going", "bare", ODD})
        self.assertEqual({item["dag_id"] for item in body["items"]}, {DAG})
        self.assertEqual((body["total"], body["page"], body["limit"], body["offset"], body["has_more"]), (5, 0, 20, 0, False))
        self.assertEqual(self.get(["dags", "no such dag", "runs"], date_from=DAY, date_to=DAY)["items"], [])

    def test_dates_are_required_and_inclusive(self):
        """date_from | string | required; date_to | string | required"""
        self.assertEqual(self.found(date_from="2026-11-19", date_to="2026-11-19"), {"eve"})
        self.assertIn("eve", self.found(date_from="2026-11-19", date_to=DAY))
        self.refused(SEARCH, "date_from", date_to=DAY)
        self.refused(SEARCH, "date_to", date_from=DAY)
        problem = self.refused(SEARCH, "date_to")
        self.assertEqual([fault["parameter"] for fault in problem["errors"]], ["date_from", "date_to"], "every fault is listed")

    def test_bad_dates(self):
        """Invalid date range or filter — ErrorResponse"""
        for wrong in ("2026-02-30", "2026-1-2", "20261120", "2026-11-20T00:00:00Z", "today", "", " 2026-11-20", "2026-11-20'--", "９９９９-01-01"):
            self.refused(SEARCH, "date_from", date_from=wrong, date_to=DAY)
            self.refused(SEARCH, "date_to", date_from=DAY, date_to=wrong)
        self.refused(SEARCH, "date_to", date_from=DAY, date_to="2026-11-19")

    def test_a_range_has_a_limit(self):
        """Invalid date range or filter — ErrorResponse"""
        self.assertEqual(len(self.found(date_from="2026-11-14", date_to=DAY)), 7)
        self.refused(SEARCH, "date_to", date_from="2026-11-13", date_to=DAY)
        self.refused(SEARCH, "date_to", date_from="0001-01-01", date_to="9999-12-31")

    def test_statuses(self):
        """extract_status | string | default all; transform_status | string | default all; load_status | string | default all"""
        everything = self.found()
        self.assertEqual(self.found(extract_status="all", transform_status="all", load_status="all", event_status="all"), everything)
        self.assertEqual(self.found(transform_status="error"), {"bad"})
        self.assertEqual(self.found(load_status="running"), {"going"})
        self.assertEqual(self.found(load_status="missing"), {"bad", "bare"})
        self.assertEqual(self.found(extract_status="success", load_status="success"), {"good", ODD})
        self.assertEqual(self.found(event_status="missing"), {"bare"})
        self.assertEqual(self.found(extract_status="running"), set())

    def test_status_words(self):
        """Invalid date range or filter — ErrorResponse"""
        for name in ("event_status", "extract_status", "transform_status", "load_status"):
            for wrong in ("SUCCESS", "failed", "", "all,error", "*"):
                self.refused(SEARCH, name, date_from=DAY, date_to=DAY, **{name: wrong})

    def test_keyword_matches_the_phases_status(self):
        """Phase status (success, message, total); transform_keyword | string | null"""
        self.assertEqual(self.found(transform_keyword="keyerror"), {"bad"})
        self.assertEqual(self.found(transform_keyword='"total":7'), {"bad"})
        self.assertEqual(self.found(transform_keyword="\"success\":false"), {"bad"})
        self.assertEqual(self.found(transform_keyword="no such words"), set())

    def test_keyword_matches_the_path(self):
        """The s3_data_path to the parquet artifact; extract_keyword | string | null"""
        path = self.get(self.run_path("good"))["phases"]["extract"]["s3_data_path"]
        self.assertTrue(path.endswith("phase=extract/attempt=1/"), path)
        self.assertEqual(self.found(extract_keyword="run=good/PHASE=extract"), {"good"})

    def test_keyword_matches_the_first_hundred_rows(self):
        """The first 100 rows of the phase's data array (writer caps inline)"""
        self.assertEqual(self.found(extract_keyword="row 99"), {"good"})
        self.assertEqual(self.found(extract_keyword="needle-101"), set(), "the 101st row is for the drill-down")

    def test_the_drill_down_finds_the_rest(self):
        """For DEEP search across ALL rows of a specific phase's data parquet (rows 101+), use the per-run drill-down"""
        page = self.get(self.run_path("good", "phases", "extract", "data"), keyword="needle-101")
        self.assertEqual([item["_row"] for item in page["items"]], [100])

    def test_keywords_are_substrings(self):
        """extract_keyword | string | null; load_keyword | string | null; event_keyword | string | null"""
        self.assertEqual(self.found(extract_keyword="100%_SURE"), {"good"}, "any case; % and _ are ordinary")
        self.assertEqual(self.found(extract_keyword="100%sure"), set())
        self.assertEqual(self.found(extract_keyword="1__ sure"), set())
        self.assertEqual(self.found(extract_keyword="CAFÉ"), {"good"})
        self.assertEqual(self.found(extract_keyword="sure", transform_keyword="keyerror"), {"bad"}, "each of them")
        self.assertEqual(self.found(event_keyword="magdalena"), {"good"})
        self.assertEqual(self.found(load_keyword="success"), {"good", "going", ODD})
        for hostile in ("' OR 1=1 --", "\\", "%", "_", ".*", "\u202e", "\"", "a" * 1000):
            self.search(extract_keyword=hostile)

    def test_wrong_keywords(self):
        """Invalid date range or filter — ErrorResponse"""
        self.refused(SEARCH, "extract_keyword", date_from=DAY, date_to=DAY, extract_keyword="x" * 1025)
        self.refused("/api/v1/dags/d/runs?date_from=2026-11-20&date_to=2026-11-20&load_keyword=%ff", "load_keyword")
        self.refused("/api/v1/dags/d/runs?date_from=2026-11-20&date_to=2026-11-20&load_keyword=%00", "load_keyword")

    def test_run_ids(self):
        """Comma-separated run_id allowlist (consolidates the old /runs/search/keyword)"""
        self.assertEqual(self.found(run_ids="good,bad,eve,nope"), {"good", "bad"}, "within the dates")
        self.assertEqual(self.found(run_ids=ODD), {ODD})
        self.assertEqual(self.found(run_ids="good,bad", transform_status="error"), {"bad"})
        self.assertEqual(self.found(run_ids="elsewhere"), set(), "another dag's")
        self.assertEqual(self.found(run_ids=",".join(f"run-{n}" for n in range(800)) + ",good"), {"good"}, "a long list")
        self.refused(SEARCH, "run_ids", date_from=DAY, date_to=DAY, run_ids="x" * 8193)
        self.assertEqual(self.ask(SEARCH, date_from=DAY, date_to=DAY, run_ids="x" * 16385)[0].status, 414)

    def test_pages(self):
        """page | integer | default 0; limit | integer | default 20"""
        seen = []
        for page in range(3):
            body = self.search(page=page, limit=2)
            self.assertEqual((body["total"], body["page"], body["limit"], body["offset"], body["has_more"]), (5, page, 2, 2 * page, page < 2))
            seen += [item["run_id"] for item in body["items"]]
        self.assertEqual(len(set(seen)), 5)
        self.assertEqual(seen, [item["run_id"] for item in self.search()["items"]])
        self.assertEqual(self.search(page=9)["items"], [])
        filtered = self.search(extract_status="success", page=1, limit=3)
        self.assertEqual((filtered["total"], len(filtered["items"]), filtered["has_more"]), (4, 1, False))
        for name, wrongs in {"page": ("-1", "x", "1.5", "", "99999999999999999999"), "limit": ("0", "101", "-5", "ten", "")}.items():
            for wrong in wrongs:
                self.refused(SEARCH, name, date_from=DAY, date_to=DAY, **{name: wrong})

    def test_cursors(self):
        """Lists that grow for ever also give next_cursor (http.md)."""
        for filters in ({}, {"extract_status": "success"}):
            whole = [item["run_id"] for item in self.search(**filters)["items"]]
            seen, cursor = [], None
            while True:
                body = self.search(limit=2, cursor=cursor, **filters)
                self.assertEqual(body["total"], len(whole))
                seen += [item["run_id"] for item in body["items"]]
                cursor = body["next_cursor"]
                self.assertEqual(body["has_more"], cursor is not None)
                if cursor is None:
                    break
            self.assertEqual(seen, whole)
        for wrong in ("x", "-1", "999999999", ""):
            self.refused(SEARCH, "cursor", date_from=DAY, date_to=DAY, cursor=wrong)
        self.refused(SEARCH, "cursor", date_from=DAY, date_to=DAY, cursor=self.search(limit=1)["next_cursor"], page=1)

    def test_an_item(self):
        """Runs matching the filters — SearchRunsResponse"""
        item = next(item for item in self.search()["items"] if item["run_id"] == "bad")
        self.assertEqual((item["date"], item["state"], item["duration_seconds"], item["attempt"]), (DAY, "FAILED", 600, 1))
        self.assertEqual(set(item["phases"]), {"event", "extract", "transform"})
        transform = item["phases"]["transform"]
        self.assertEqual((transform["success"], transform["message"], transform["total"], transform["status"]), (False, "KeyError: 'amount'", 7, "error"))
        self.assertEqual(set(transform), {"success", "message", "total", "status", "attempt", "log_count", "error_log_count", "s3_data_path"})

    def test_unknown_and_doubled_parameters(self):
        """Invalid date range or filter — ErrorResponse"""
        self.refused(SEARCH, "depht", date_from=DAY, date_to=DAY, depht="full")
        self.refused(f"/api/v1/dags/d/runs?date_from={DAY}&date_to={DAY}&limit=1&limit=2", "limit")

    def test_nobody(self):
        """Unauthorized — ErrorResponse; Bearer Token requerido. El id_company se extrae automáticamente del token."""
        for header in ("", "Bearer ", "Bearer dagy_sk_wrong", "Basic eDp5", f"bearer{self.server.key}"):
            answer, _ = self.ask(SEARCH, {"Authorization": header}, date_from=DAY, date_to=DAY)
            self.assertEqual(answer.status, 401, header)
            self.assertEqual(answer.getheader("WWW-Authenticate"), "Bearer")
        problem = self.get(SEARCH, 401, {"Authorization": "Bearer x"}, date_from="wrong")
        self.assertEqual(problem["code"], "unauthorized", "a stranger learns nothing of parameters")


class SearchSettingsTest(RunsApiTest):
    settings = {"DAGY_SEARCH_MAX_DAYS": "30"}
    lines = etl("r")

    def test_the_range_limit_is_a_setting(self):
        """Invalid date range or filter — ErrorResponse"""
        self.assertEqual(self.found(date_from="2026-11-01", date_to="2026-11-30"), {"r"})
        self.refused(SEARCH, "date_to", date_from="2026-11-01", date_to="2026-12-01")


if __name__ == "__main__":
    unittest.main()
