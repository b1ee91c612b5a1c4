"""The command line on the local store."""

import gzip
import json
import os
import shutil
import subprocess
import tarfile
import unittest

from dagy_binary import CASE, DAGY, EXAMPLE, DagyTest


class CommandsTest(DagyTest):
    def test_the_main_job(self):
        self.import_example()
        told = self.dagy("diagnose", CASE["dag_id"], CASE["run_id"]).stdout
        for words in ("fetch_orders", "NETWORK_CONNECTION_REFUSED", "orders_api", "[e1]"):
            self.assertIn(words, told)
        self.assertNotIn("\x1b", told, "no colour where nobody looks")

        diagnosis = self.json("diagnose", CASE["dag_id"], CASE["run_id"])
        self.assertEqual(diagnosis["root_cause_type"], CASE["truth"]["root_cause_type"])
        roles = {t["task_id"]: t["role"] for t in diagnosis["tasks"]}
        self.assertEqual(roles.pop("fetch_orders"), "root_cause")
        self.assertEqual(roles, dict.fromkeys(CASE["truth"]["victims"], "victim"))
        self.assertEqual([h["task_id"] for h in diagnosis["cascade_chain"]][:4], CASE["truth"]["cascade"][:4])
        signal = diagnosis["change_signals"][0]
        self.assertEqual((signal["kind"], signal["resource"]), ("connection", "orders_api"))

    def test_the_run_alone_is_enough(self):
        self.import_example()
        self.assertEqual(self.json("diagnose", CASE["run_id"])["root_cause_task"], "orders_daily.fetch_orders")

    def test_the_same_import_twice_changes_nothing(self):
        self.import_example()
        before = self.json("runs", "list", "--limit", "100")
        again = self.json("import", "airflow", EXAMPLE / "airflow")
        self.assertFalse(again["changed"])
        self.assertEqual(again["log_lines"], 0)
        self.assertEqual(self.json("runs", "list", "--limit", "100"), before)

    def test_a_packed_export(self):
        packed = self.scratch / "export.tar.gz"
        with tarfile.open(packed, "w:gz") as tar:
            tar.add(EXAMPLE / "airflow", "airflow")
        self.dagy("import", "airflow", packed)
        self.assertEqual(self.json("runs", "list")["total"], CASE["runs"])

    def test_same_input_same_diagnosis(self):
        self.import_example()
        first, second = (self.json("diagnose", CASE["run_id"]) for _ in range(2))
        for diagnosis in (first, second):
            diagnosis.pop("session_id", None)
        self.assertEqual(json.dumps(first), json.dumps(second))

    def test_every_ref_reads_as_recorded(self):
        self.import_example()
        report = self.json("diagnose", CASE["run_id"], "--verify")
        self.assertTrue(report["ok"], report)
        self.assertGreater(len(report["refs"]), 2)

    def test_logs_filter(self):
        self.import_example()
        lines = [json.loads(line) for line in self.dagy("logs", CASE["run_id"], "--task", "fetch_orders", "--level", "ERROR", "--output", "ndjson").stdout.splitlines()]
        self.assertTrue(lines)
        self.assertEqual({line["level"] for line in lines}, {"ERROR"})
        self.assertIn("refused", self.dagy("logs", CASE["run_id"], "--grep", "REFUSED").stdout)

    def test_what_is_wrong_is_named(self):
        self.import_example()
        wrong = [
            (("diagnose", "orders_dayli", CASE["run_id"]), 5, "orders_daily"),
            (("diagnose", CASE["dag_id"], "manual__2026-11-19"), 5, "manual__2026-11-19T02:00:00+00:00"),
            (("import", "airflow", self.scratch / "nowhere"), 5, "nowhere"),
            (("import", "airflow", EXAMPLE), 2, "airflow"),
            (("logs", CASE["run_id"], "--task", "no_task"), 5, "no_task"),
            (("ingest", self.scratch / "nothing.ndjson"), 5, "nothing.ndjson"),
            (("runs", "list", "--state", "BROKEN"), 2, "SUCCEEDED"),
            (("frobnicate",), 2, "dagy --help"),
            (("diagnose",), 2, "run"),
        ]
        for words, code, hint in wrong:
            with self.subTest(words=words):
                done = self.dagy(*words, code=code)
                self.assertTrue(done.stderr.startswith("error: "), done.stderr)
                self.assertIn(hint, done.stderr)
                self.assertEqual(done.stdout, "")

    def test_broken_exports_are_refused_with_their_place(self):
        def broken(name, change):
            folder = self.scratch / name
            shutil.copytree(EXAMPLE / "airflow", folder)
            change(folder)
            return folder

        cut = broken("cut", lambda f: (f / "task_instances.json").write_text((f / "task_instances.json").read_text()[:500]))
        self.assertIn("task_instances.json", self.dagy("import", "airflow", cut, code=2).stderr)
        missing = broken("missing", lambda f: (f / "dag_runs.json").unlink())
        self.assertIn("dag_runs.json", self.dagy("import", "airflow", missing, code=2).stderr)
        odd = broken("odd", lambda f: (f / "dags.json").write_text('"a text"'))
        self.assertIn("dags.json", self.dagy("import", "airflow", odd, code=2).stderr)
        self.assertEqual(self.json("runs", "list")["total"], 0, "nothing of a refused export is in")

    def test_records_by_ndjson(self):
        lines = [
            {"kind": "run", "dag_id": "sales", "run_id": "r/1 %", "state": "FAILED", "started_at": "2026-11-20T04:00:00Z", "ended_at": "2026-11-20T04:01:00Z"},
            {"kind": "task", "dag_id": "sales", "run_id": "r/1 %", "task_id": "load", "state": "FAILED"},
            {"kind": "log", "dag_id": "sales", "run_id": "r/1 %", "task_id": "load", "level": "ERROR", "message": "Task failed with exception", "ts": "2026-11-20T04:00:30Z"},
            {"kind": "error", "dag_id": "sales", "run_id": "r/1 %", "task_id": "load", "ts": "2026-11-20T04:00:30Z", "error_type": "KeyError", "error_detail": "'amount'",
             "traceback": "Traceback (most recent call last):\n  File \"/srv/sales/load.py\", line 7, in load\n    total += row['amount']\nKeyError: 'amount'"},
            {"kind": "nonsense"},
        ]
        path = self.scratch / "records.ndjson"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"kind":"log","dag')
        done = self.dagy("ingest", path, code=1)
        self.assertIn("4 accepted", done.stdout)
        self.assertIn("line 5", done.stderr)
        self.assertIn("line 6", done.stderr)
        self.assertEqual(self.json("diagnose", "sales", "r/1 %")["root_cause_type"], "USER_CODE_PYTHON_KEY_ERROR")

    def test_a_huge_log_in_bounded_memory(self):
        folder = self.scratch / "huge"
        shutil.copytree(EXAMPLE / "airflow", folder)
        log = next(folder.glob(f"logs/dag_id=orders_daily/run_id={CASE['run_id']}/task_id=fetch_orders/attempt=1.log"))
        kept = log.read_bytes()
        line = json.dumps({"timestamp": "2026-11-23T12:00:00Z", "level": "info", "event": "row written to the staging table " + "x" * 140, "logger": "task.stdout"}) + "\n"
        with log.open("wb") as out:
            for _ in range(150):
                out.write(line.encode() * 10000)
            out.write(b"one line of 20 MB: " + b"y" * (20 << 20) + b"\n\xff\xfe not UTF-8 \x00\n")
            out.write(kept)
        self.assertGreater(log.stat().st_size, 300 << 20)
        process = subprocess.Popen([DAGY, "import", "airflow", folder, "--quiet"], env=self.env)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        self.assertLess(usage.ru_maxrss / 1024, 600, "MiB while importing a log of 300 MB")
        self.assertEqual(self.json("diagnose", CASE["run_id"])["root_cause_type"], "NETWORK_CONNECTION_REFUSED")

    def test_a_full_disk_is_said_and_gets_better(self):
        mount = self.scratch / "small"
        mount.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=240k", "tmpfs", mount], capture_output=True).returncode:
            self.skipTest("no right to mount a small disk here")
        self.addCleanup(subprocess.run, ["umount", "-l", mount], check=False)
        done = self.dagy("import", "airflow", EXAMPLE / "airflow", code=1, DAGY_LOCAL_DIR=str(mount / "data"))
        self.assertRegex(done.stderr.lower(), "full|no space")
        subprocess.run(["mount", "-o", "remount,size=200m", mount], check=True)
        self.dagy("import", "airflow", EXAMPLE / "airflow", DAGY_LOCAL_DIR=str(mount / "data"))
        self.assertEqual(self.json("diagnose", CASE["run_id"], DAGY_LOCAL_DIR=str(mount / "data"))["root_cause_type"], "NETWORK_CONNECTION_REFUSED")

    def test_version_and_help(self):
        self.assertRegex(self.dagy("version").stdout, r"^dagy \d+\.\d+\.\d+\n$")
        self.assertIn("diagnose", self.dagy("--help").stdout)


if __name__ == "__main__":
    unittest.main()
