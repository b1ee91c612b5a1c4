"""The lake's files as other engines read them: DuckDB, pyarrow and hyparquet, each in its pinned version (tests/interop)."""

import json
import os
import re
import shutil
import subprocess
import sys
import unittest

from dagy_binary import ROOT, DagyTest

INTEROP = ROOT / "tests" / "interop"
DEPS = ROOT / "build" / "deps" / "interop"
PYTHON = DEPS / "venv" / "bin" / "python"


def run(*words, **options):
    return subprocess.run([str(w) for w in words], capture_output=True, text=True, timeout=600, env={**os.environ, "TZ": "UTC"}, **options)


def setUpModule():
    """Installs the readers once; a machine that is offline skips this file."""
    stamp = DEPS / "stamp"
    wanted = "".join((INTEROP / name).read_text() for name in ("requirements.txt", "package-lock.json"))
    if stamp.exists() and stamp.read_text() == wanted:
        return
    DEPS.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(INTEROP / name, DEPS / name)
    steps = (("/usr/bin/python3", "-m", "venv", DEPS / "venv"),
             (PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", INTEROP / "requirements.txt"),
             ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"))
    for step in steps:
        try:
            done = run(*step, cwd=DEPS)
        except OSError as missing:
            raise unittest.SkipTest(str(missing)) from missing
        if done.returncode:
            raise unittest.SkipTest(f"{step[0]}: {done.stderr[-300:]}")
    stamp.write_text(wanted)


TYPED = [
    {"whole": 7, "big": 9007199254740993, "real": 0.5, "flag": True, "text": "Málaga 🔥 'q' \\ \u0000 end",
     "decimal": "12345678901234567890.1200", "at": "2026-11-20T04:00:00.000001+02:00", "nested": {"a": [1, None, {"b": "c"}]},
     "binary": "AP8QgA==", "nothing": None, "mixed": 1},
    {"whole": -9223372036854775808, "big": 0, "real": 1e300, "flag": False, "text": "", "decimal": "0.1", "at": "1969-12-31T23:59:59Z",
     "nested": [], "binary": "", "nothing": None, "mixed": "one"},
    {},
]


class InteropTest(DagyTest):
    def ingest(self, rows, kind="data", phase="typed", **members):
        lines = [{"kind": kind, "dag_id": "sales/eu", "run_id": "r 1", "phase": phase, **members, **({"row": row} if kind == "data" else row)} for row in rows]
        file = self.scratch / "lines.ndjson"
        file.write_text("".join(json.dumps(line) + "\n" for line in [
            {"kind": "run", "dag_id": "sales/eu", "run_id": "r 1", "state": "SUCCEEDED", "started_at": "2026-11-20T04:00:00Z", "ended_at": "2026-11-20T05:00:00Z"},
            *lines]))
        done = self.dagy("ingest", file, "--output", "json")
        self.assertEqual(json.loads(done.stdout)["rejected"], 0, done.stdout)
        if found := re.search(r"dagy_sk_\w+", done.stderr):  # shown at the first start alone
            self.key = found.group(0)

    def export(self, name):
        folder = self.scratch / name
        report = self.json("lake", "export", folder)
        self.assertEqual(report["damaged"], [])
        return folder

    def read(self, folder, stem, phase):
        done = run(PYTHON, INTEROP / "read.py", folder, stem, phase)
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        return json.loads(done.stdout)

    def read_js(self, folder, stem, phase):
        files = sorted(folder.glob(f"*/*/*/*/phase={phase}/*/{stem}_*.parquet"))
        script = DEPS / "read.mjs"
        shutil.copy(INTEROP / "read.mjs", script)
        done = run("node", script, *files)
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        return [json.loads(line) for line in done.stdout.splitlines()]

    def page(self, phase, what="data"):
        server = self.serve()
        server.key = self.key
        try:
            return server.json("GET", f"/api/v1/dags/sales%2Feu/runs/2026-11-20/r%201/phases/{phase}/{what}?limit=500")
        finally:
            server.kill()

    def test_typed_values_come_back_as_they_went_in(self):
        self.ingest(TYPED)
        folder = self.export("copy")
        seen = self.read(folder, "data", "typed")
        self.assertEqual(seen["codecs"], ["ZSTD"])
        types = {"whole": "BIGINT", "big": "BIGINT", "real": "DOUBLE", "flag": "BOOLEAN", "text": "VARCHAR", "decimal": "VARCHAR", "at": "VARCHAR",
                 "binary": "VARCHAR", "_row": "BIGINT", "date": "DATE", "dag": "VARCHAR"}
        for column, duck_type in types.items():
            self.assertEqual(seen["duckdb"]["columns"][column], duck_type, column)
        for engine in ("duckdb", "pyarrow"):
            for number, row in enumerate(TYPED):
                found = seen[engine]["rows"][number]
                self.assertEqual(found["_row"], number)
                for column in ("whole", "big", "real", "flag", "text", "decimal", "at", "binary"):
                    self.assertEqual(found[column], row.get(column), f"{engine} {number} {column}")
                nested = found["nested"]
                self.assertEqual(json.loads(nested) if nested else None, row.get("nested"), engine)
                self.assertIsNone(found["nothing"], engine)
        items = self.page("typed")["items"]
        for number, row in enumerate(TYPED):
            for column, value in row.items():
                self.assertEqual(items[number][column], value, column)

    def test_hyparquet_reads_the_same(self):
        self.ingest(TYPED)
        (file,) = self.read_js(self.export("copy"), "data", "typed")
        for number, row in enumerate(TYPED):
            found = file["rows"][number]
            self.assertEqual(found["_row"], str(number))
            for column, value in row.items():
                if column == "mixed":
                    continue
                wanted = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
                self.assertEqual(found.get(column), wanted, f"{number} {column}")

    def test_numbers_that_no_type_holds_are_read_digit_by_digit(self):
        wide = 340282366920938463463374607431768211457
        self.ingest([{"amount": wide}, {"amount": -5}])
        seen = self.read(self.export("copy"), "data", "typed")
        self.assertEqual(seen["duckdb"]["columns"]["amount"], "JSON")
        for engine in ("duckdb", "pyarrow"):
            self.assertEqual([row["amount"] for row in seen[engine]["rows"]], [str(wide), "-5"], engine)
        self.assertEqual([item["amount"] for item in self.page("typed")["items"]], [wide, -5])

    def test_logs_and_times(self):
        self.ingest([{"ts": "2026-11-20T04:00:00.123456Z", "level": "ERROR", "message": "it's bröken", "logger": "etl"},
                     {"level": "INFO", "message": "no time"}], kind="log", phase="load")
        seen = self.read(self.export("copy"), "logs", "load")
        self.assertEqual(seen["duckdb"]["columns"]["ts"], "TIMESTAMP WITH TIME ZONE")
        self.assertIn("UTC", seen["pyarrow"]["columns"]["ts"])
        for engine in ("duckdb", "pyarrow"):
            first, second = seen[engine]["rows"]
            self.assertIn("04:00:00.123456", first["ts"])
            self.assertEqual((first["level"], first["message"], second["ts"]), ("ERROR", "it's bröken", None))
            self.assertEqual((first["run"], str(first["date"])[:10]), ("r 1", "2026-11-20"), "partitions")

    def test_columns_that_change_are_reconciled_in_pages_and_by_merging(self):
        steps = ([{"id": 1, "amount": 5}, {"id": 2, "amount": None, "gone": "x"}], [{"id": "three", "amount": 0.25, "new": [1]}], [{"id": 4, "AMOUNT": 9}])
        for step in steps:
            self.ingest(step, phase="changing")
            shutil.rmtree(self.export("copy"))
        before = self.page("changing")
        self.assertEqual([c["name"] for c in before["columns"]], ["id", "amount", "gone", "new", "_row"])
        apart = self.read(self.export("apart"), "data", "changing")
        self.assertEqual(apart["files"], 3)
        self.assertEqual([row["_row"] for row in apart["duckdb"]["rows"]], [0, 1, 2, 3])
        self.assertEqual(self.json("lake", "compact")["chunks_after"], 1)
        self.assertEqual(self.page("changing"), before)
        merged = self.read(self.export("merged"), "data", "changing")
        self.assertEqual(merged["files"], 1)
        self.assertEqual([json.loads(row["id"]) for row in merged["pyarrow"]["rows"]], [1, 2, "three", 4])
        self.assertEqual([row["amount"] for row in merged["pyarrow"]["rows"]], [5, None, 0.25, None])
        (file,) = self.read_js(self.scratch / "merged", "data", "changing")
        self.assertEqual([row["id"] for row in file["rows"]], [1, 2, "three", 4])


if __name__ == "__main__":
    sys.exit(unittest.main())
