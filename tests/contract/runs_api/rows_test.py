"""Pages of logs, data and errors of a phase."""

import json
import unittest

from runs_api import ODD, RunsApiTest, etl, line

LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
LOGS = 1234


def log(n):
    message = {7: "KeyError: 'amount_100%'", 700: "KeyError: 'amountX100%'", 1233: "the LAST line\twith ÄÖ"}.get(n, f"line {n}")
    return line("log", run_id="r", phase="extract", level=LEVELS[n % 5], message=message, ts="2026-11-20T04:00:00Z", logger="etl", batch=n)


class RowsTest(RunsApiTest):
    lines = [
        *etl("r"),
        *(log(n) for n in range(LOGS)),
        *(line("data", run_id="r", phase="extract", row={"id": n, "city": "Málaga" if n % 100 == 3 else f"city {n}", "under_score": "a%b"}) for n in range(600)),
        *(line("error", run_id="r", phase="extract", ts="2026-11-20T04:00:00Z", error_type="KeyError", error_title=f"'{n}'", error_status=500 if n == 1 else None,
               error_detail=f"'{n}' is missing", traceback="Traceback (most recent call last):\nKeyError") for n in range(3)),
    ]
    logs = ["dags", "ventas/eu %", "runs", "2026-11-20", "r", "phases", "extract", "logs"]
    data = [*logs[:-1], "data"]
    errors = [*logs[:-1], "errors"]

    def test_pages_of_logs(self):
        """Default response is paginated JSON.; 0-indexed page; Page size"""
        first = self.get(self.logs)
        self.assertEqual((first["total"], first["limit"], first["page"], first["offset"], first["has_more"], len(first["items"])), (LOGS, 50, 0, 0, True, 50))
        self.assertEqual((first["phase"], first["attempt"]), ("extract", 1))
        self.assertEqual([column["name"] for column in first["columns"]], list(first["items"][0]))
        last = self.get(self.logs, page=2, limit=500)
        self.assertEqual(([item["_row"] for item in last["items"]], last["has_more"]), (list(range(1000, LOGS)), False))
        self.assertEqual(self.get(self.logs, page=10_000_000)["items"], [])

    def test_wrong_pages(self):
        """Validation Error — HTTPValidationError"""
        for path in (self.logs, self.data, self.errors):
            for name, wrongs in {"page": ("-1", "x", "99999999999999999999", "10000001"), "limit": ("0", "501", "-1", "all")}.items():
                for wrong in wrongs:
                    self.refused(path, name, **{name: wrong})

    def test_levels(self):
        """Filter by log level"""
        for level in LEVELS:
            page = self.get(self.logs, level=level, limit=500)
            self.assertEqual(page["total"], len([n for n in range(LOGS) if LEVELS[n % 5] == level]))
            self.assertEqual({item["level"] for item in page["items"]}, {level})
        for wrong in ("error", "Error", "WARN", "", "ERROR,INFO", "5"):
            self.refused(self.logs, "level", level=wrong)

    def test_keywords_of_logs(self):
        """ILIKE on message column"""
        rows = lambda **query: [item["_row"] for item in self.get(self.logs, **query)["items"]]
        self.assertEqual(rows(keyword="keyerror"), [7, 700])
        self.assertEqual(rows(keyword="AMOUNT_100%"), [7], "_ and % are ordinary")
        self.assertEqual(rows(keyword="amount%100"), [])
        self.assertEqual(rows(keyword="äö"), [LOGS - 1])
        self.assertEqual(rows(keyword="line\twith"), [LOGS - 1])
        self.assertEqual(rows(keyword="keyerror", level="WARNING"), [7])
        self.assertEqual(rows(keyword="etl"), [], "the message alone")
        self.assertEqual(self.get(self.logs, keyword="line", page=2, limit=500)["total"], LOGS - 2)
        for hostile in ("'", "\\", "' OR '1'='1", "%", "_", "(", "[", "*", "$", "\u202e"):
            self.get(self.logs, keyword=hostile)
        self.refused(self.logs, "keyword", keyword="x" * 1025)

    def test_all_logs_as_ndjson(self):
        """To stream all logs as NDJSON without pagination, send Accept: application/x-ndjson"""
        def stream(**query):
            answer, text = self.ask(self.logs, {"Accept": "application/x-ndjson"}, **query)
            self.assertEqual((answer.status, answer.getheader("Content-Type")), (200, "application/x-ndjson"))
            return [json.loads(each) for each in text.decode().splitlines()]
        rows = stream()
        self.assertEqual([row["_row"] for row in rows], list(range(LOGS)))
        self.assertEqual(rows[:50], self.get(self.logs)["items"])
        self.assertEqual([row["_row"] for row in stream(keyword="keyerror")], [7, 700])
        self.assertEqual({row["level"] for row in stream(level="ERROR")}, {"ERROR"})
        self.get(self.logs, 422, {"Accept": "application/x-ndjson"}, level="error")
        self.get([*self.logs[:-2], "nope", "logs"], 404, {"Accept": "application/x-ndjson"})

    def test_pages_of_data(self):
        """Paginated read of data_NNN.parquet files."""
        page = self.get(self.data, page=1)
        self.assertEqual((page["total"], [item["id"] for item in page["items"]]), (600, list(range(50, 100))))
        self.assertEqual([(column["name"], column["type"]) for column in page["columns"]],
                         [("id", "BIGINT"), ("city", "VARCHAR"), ("under_score", "VARCHAR"), ("_row", "BIGINT")])

    def test_keywords_of_data(self):
        """With ?keyword= uses index.parquet for full-text matching, then resolves matches in the data files.; ILIKE on index.parquet._searchable"""
        page = self.get(self.data, keyword="MÁLAGA", limit=4)
        self.assertEqual((page["total"], [item["id"] for item in page["items"]]), (6, [3, 103, 203, 303]))
        self.assertEqual([item["id"] for item in self.get(self.data, keyword="málaga", limit=4, page=1)["items"]], [403, 503])
        self.assertEqual(self.get(self.data, keyword="a%B")["total"], 600)
        self.assertEqual(self.get(self.data, keyword="a_b")["total"], 0)

    def test_errors(self):
        """Reads errors_NNN.parquet directly — RFC 7807-aligned fields (error_type, error_title, error_status, error_detail, traceback)."""
        page = self.get(self.errors)
        self.assertEqual(page["total"], 3)
        names = [column["name"] for column in page["columns"]]
        self.assertEqual(names[:5], ["error_type", "error_title", "error_status", "error_detail", "traceback"])
        second = page["items"][1]
        self.assertEqual([second[name] for name in names[:5]], ["KeyError", "'1'", 500, "'1' is missing", "Traceback (most recent call last):\nKeyError"])
        self.assertIsNone(page["items"][0]["error_status"])
        self.assertEqual([item["_row"] for item in self.get(self.errors, page=1, limit=2)["items"]], [2])
        self.refused(self.errors, "keyword", keyword="x")

    def test_phases_without_rows(self):
        """Paginated read of data_NNN.parquet files."""
        for kind in ("logs", "data", "errors"):
            page = self.get([*self.logs[:-2], "load", kind])
            self.assertEqual((page["items"], page["total"], page["has_more"]), ([], 0, False))

    def test_around(self):
        """The page that holds a row (runs.md)."""
        for path, rows in ((self.logs, LOGS), (self.data, 600)):
            for row in (0, 49, 50, 333, rows - 1):
                page = self.get(path, around=row)
                self.assertIn(row, [item["_row"] for item in page["items"]])
                self.assertEqual((page["page"], page["offset"]), (row // 50, row // 50 * 50))
            self.assertEqual(self.get(path, around=10**9)["page"], (rows - 1) // 50, "the last one")
        self.assertEqual(self.get(self.errors, around=2, limit=1)["page"], 2)
        self.assertEqual(self.get([*self.logs[:-2], "load", "logs"], around=5)["page"], 0)

    def test_around_with_a_filter(self):
        """The page that holds a row (runs.md)."""
        page = self.get(self.logs, around=1003, level="ERROR", limit=10)
        self.assertIn(1003, [item["_row"] for item in page["items"]])
        self.assertEqual(page["page"], 1003 // 5 // 10)
        between = self.get(self.logs, around=701, keyword="keyerror", limit=1)
        self.assertEqual((between["page"], [item["_row"] for item in between["items"]]), (1, [700]), "behind the last one: the last page")
        self.assertEqual([item["_row"] for item in self.get(self.logs, around=8, keyword="keyerror", limit=1)["items"]], [700], "the next one that passes")
        self.assertIn(303, [item["_row"] for item in self.get(self.data, around=303, keyword="málaga", limit=2)["items"]])
        for wrong in ("-1", "x", "99999999999999999999"):
            self.refused(self.logs, "around", around=wrong)
        self.refused(self.logs, "around", around=5, page=1)


if __name__ == "__main__":
    unittest.main()
