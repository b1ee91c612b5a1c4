"""Data rows are data: what went in comes back, before and after it became Parquet."""

import unittest

from runs_api import RunsApiTest, etl, line

ROWS = [
    {"whole": 7, "big": 9007199254740993, "real": 12.5, "flag": True, "text": "Málaga\n\"q\"\\ \u0000".replace("\u0000", "␀"), "nothing": None,
     "list": [1, 2, 3], "nested": {"a": {"b": [{"c": None}]}}, "time": "2026-11-20T04:00:00+02:00", "empty": "", "emoji": "👩‍👩‍👧"},
    {"whole": -9223372036854775808, "big": 18446744073709551615, "real": 1e300, "flag": False, "text": "", "nothing": None,
     "list": [], "nested": {}, "time": "2026-11-20T02:00:00.123456Z", "empty": "x", "emoji": "é"},
    {"whole": 0, "real": -0.1, "late": "a column of its own"},
]


class TypesTest(RunsApiTest):
    lines = [*etl("now"), *(line("data", run_id="now", phase="extract", row=row) for row in ROWS), *etl("later")]

    def rows(self, run_id):
        page = self.get(self.run_path(run_id, "phases", "extract", "data"))
        return page, [{name: value for name, value in item.items() if name != "_row"} for item in page["items"]]

    def same(self, sent, got):
        for name, value in sent.items():
            self.assertEqual((name, type(value), value), (name, type(got[name]), got[name]))
        for name in set(got) - set(sent):
            self.assertIsNone(got[name], name)

    def test_what_went_in_comes_back(self):
        """Paginated read of data_NNN.parquet files."""
        page, got = self.rows("now")
        self.assertEqual([item["_row"] for item in page["items"]], [0, 1, 2])
        for sent, back in zip(ROWS, got, strict=True):
            self.same(sent, back)

    def test_as_parquet_too(self):
        """Paginated read of data_NNN.parquet files."""
        before, _ = self.rows("now")
        self.get(self.run_path("now", "artifacts", "extract-data"))  # of a run that has ended: what is pending settles
        after, _ = self.rows("now")
        self.assertEqual(after, before)

    def test_columns_that_change(self):
        """Paginated read of data_NNN.parquet files."""
        parts = [[{"id": 1, "amount": 5}], [{"id": 2, "amount": 5.5}], [{"id": "three", "amount": None, "new": True}]]
        for rows in parts:
            self.ingest([line("data", run_id="later", phase="extract", row=row) for row in rows])
            self.get(self.run_path("later", "artifacts"))  # a chunk of its own
        page, got = self.rows("later")
        self.assertEqual([item["_row"] for item in page["items"]], [0, 1, 2])
        self.assertEqual([row["amount"] for row in got], [5, 5.5, None])
        self.assertEqual([str(row["id"]) for row in got], ["1", "2", "three"])
        self.assertEqual([row["new"] for row in got], [None, None, True])
        self.assertEqual([column["name"] for column in page["columns"]], ["id", "amount", "new", "_row"])

    def test_a_thousand_columns(self):
        """Paginated read of data_NNN.parquet files."""
        wide = {f"column_{n}": n if n % 2 else f"text {n}" for n in range(1000)}
        self.ingest([*etl("wide"), *(line("data", run_id="wide", phase="extract", row=wide) for _ in range(300))])
        page = self.get(self.run_path("wide", "phases", "extract", "data"), page=2, limit=100)
        self.assertEqual((page["total"], len(page["columns"]), page["items"][99]), (300, 1001, {**wide, "_row": 299}))


if __name__ == "__main__":
    unittest.main()
