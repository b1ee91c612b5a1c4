"""The lake's upkeep by the binary: what docs/lake.md says, damage, a full and a read-only disk."""

import json
import os
import pathlib
import re
import resource
import shutil
import subprocess

from dagy_binary import CASE, DAGY, ROOT, DagyTest, quote


class LakeDocsTest(DagyTest):
    def test_the_examples_of_the_page_run(self):
        page = (ROOT / "docs" / "lake.md").read_text()
        commands = [line for block in re.findall(r"```sh\n(.*?)```", page, re.S) for line in block.splitlines() if line.strip()]
        self.assertGreater(len(commands), 8)
        self.import_example()
        for command in commands:
            words = command.split("#")[0].replace("orders_daily", CASE["dag_id"]).split()
            self.assertEqual(words[0], "dagy")
            if words[1:3] == ["runs", "delete"]:
                words[3:5] = [CASE["dag_id"], CASE["run_id"]]
            done = subprocess.run([DAGY, *words[1:]], env=self.env, cwd=self.scratch, capture_output=True, text=True, timeout=120)
            self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout}{done.stderr}")
        self.assertTrue(list((self.scratch / "copy").rglob("logs_*.parquet")))
        self.assertEqual(self.dagy("runs", "show", CASE["dag_id"], CASE["run_id"], code=5).stdout, "")


class LakeTest(DagyTest):
    def send(self, count=10, run="r", phase="t", **env):
        lines = [{"kind": "run", "dag_id": "d", "run_id": run, "state": "SUCCEEDED", "started_at": "2026-11-20T04:00:00Z", "ended_at": "2026-11-20T05:00:00Z"}]
        lines += [{"kind": "log", "dag_id": "d", "run_id": run, "task_id": phase, "message": f"line {i}"} for i in range(count)]
        file = self.scratch / "lines.ndjson"
        file.write_text("".join(json.dumps(line) + "\n" for line in lines))
        done = self.dagy("ingest", file, "--quiet", **env)
        if found := re.search(r"dagy_sk_\w+", done.stderr):  # shown at the first start alone
            self.key = found.group(0)

    def serve(self, **env):
        server = super().serve(**env)
        server.key = self.key
        return server

    def settle(self):
        """An export puts everything into Parquet first."""
        folder = self.scratch / "settled"
        self.dagy("lake", "export", folder)
        shutil.rmtree(folder)

    def objects(self, pattern="logs_*.parquet"):
        return sorted((self.home / "lake").rglob(pattern))

    def messages(self, run="r"):
        return [json.loads(line)["message"] for line in self.dagy("logs", "d", run, "--output", "ndjson").stdout.splitlines()]

    def chunks(self, count):
        for _ in range(count):
            self.send()
            self.settle()

    def test_chunks_are_merged_and_the_rows_stay(self):
        self.chunks(3)
        before = self.messages()
        report = self.json("lake", "compact", DAGY_LAKE_GRACE_SECONDS="0")
        self.assertEqual((report["chunks_before"], report["chunks_after"]), (3, 1))
        self.assertEqual(self.messages(), before)
        self.assertTrue(self.json("lake", "check")["sound"])
        self.assertIn("0 damaged", self.dagy("lake", "check").stdout)

    def test_a_server_merges_and_clears_by_itself(self):
        self.chunks(4)
        server = self.serve(DAGY_LAKE_GRACE_SECONDS="0")
        target = "/api/v1/dags/d/runs/2026-11-20/r/phases/t/logs?limit=500"
        self.assertEqual(server.json("GET", target)["total"], 40)
        while len(self.objects()) > 1:
            self.assertEqual(server.json("GET", target)["total"], 40)
        self.assertEqual(server.json("GET", target)["total"], 40)

    def test_damage_is_named_and_hurts_nobody_else(self):
        self.chunks(2)
        self.send(run="other")
        self.settle()
        damaged = next(p for p in self.objects() if "run=r/" in str(p))
        key = str(damaged.relative_to(self.home / "lake"))
        whole = damaged.read_bytes()
        for bytes_now in (whole[:100], whole[:500] + b"x" + whole[501:], None):
            damaged.unlink()
            if bytes_now is not None:
                damaged.write_bytes(bytes_now)
            server = self.serve()
            answer = server.json("GET", "/api/v1/dags/d/runs/2026-11-20/r/phases/t/logs", status=502)
            self.assertIn(key, answer["detail"])
            self.assertNotIn(str(self.home), json.dumps(answer))
            for good in ("/api/v1/dags/d/runs/2026-11-20/r", "/api/v1/dags/d/runs/2026-11-20/other/phases/t/logs", "/api/v1/runs"):
                self.assertEqual(server.request("GET", good).status, 200, good)
            server.kill()
            report = json.loads(self.dagy("lake", "check", "--output", "json", code=1).stdout)
            self.assertEqual([p["object"] for p in report["problems"]], [key])
            shutil.rmtree(self.scratch / "part", ignore_errors=True)
            copied = self.dagy("lake", "export", self.scratch / "part", code=1)
            self.assertIn(key, copied.stderr)
            damaged.write_bytes(whole)
        self.assertTrue(self.json("lake", "check")["sound"])

    def test_a_deleted_run_is_gone_and_audited(self):
        self.chunks(2)
        deleted = self.json("runs", "delete", "d", "r")
        self.assertEqual(deleted["rows"], 20)
        self.assertEqual(self.objects("*.parquet"), [])
        self.dagy("runs", "delete", "d", "r", code=5)
        self.send(3)
        self.assertEqual(len(self.messages()), 3, "it may come again")

    def test_a_repeated_import_brings_a_deleted_run_back(self):
        self.import_example()
        before = self.dagy("logs", CASE["dag_id"], CASE["run_id"], "--output", "ndjson").stdout
        self.dagy("runs", "delete", CASE["dag_id"], CASE["run_id"])
        self.import_example()
        self.assertEqual(self.dagy("logs", CASE["dag_id"], CASE["run_id"], "--output", "ndjson").stdout, before)

    def test_event_ids_of_a_deleted_run_are_forgotten_and_no_other(self):
        file = self.scratch / "events.ndjson"
        ids = (("r", "e1"), ("r1", "e2"), ("r", "e1"), ("1r", "e3"), ("1r", "e1"))
        lines = [{"kind": "log", "dag_id": "d", "run_id": run, "task_id": "t", "event_id": event, "message": "once"} for run, event in ids]
        file.write_text("".join(json.dumps(line) + "\n" for line in lines))
        counts = lambda: {name: value for name, value in self.json("ingest", file).items() if name in ("accepted", "duplicates")}
        self.assertEqual(counts(), {"accepted": 3, "duplicates": 2})
        self.assertEqual(counts(), {"accepted": 0, "duplicates": 5})
        self.dagy("runs", "delete", "d", "r", "--yes")
        self.assertEqual(counts(), {"accepted": 1, "duplicates": 4})

    def test_a_running_run_is_refused(self):
        file = self.scratch / "run.ndjson"
        file.write_text(json.dumps({"kind": "run", "dag_id": "d", "run_id": "now", "state": "RUNNING", "started_at": "2026-11-20T04:00:00Z"}) + "\n")
        self.dagy("ingest", file)
        self.assertIn("running", self.dagy("runs", "delete", "d", "now", code=6).stderr)

    def test_an_export_goes_into_an_empty_folder_only(self):
        self.chunks(1)
        (self.scratch / "full").mkdir()
        (self.scratch / "full" / "x").write_text("mine")
        self.assertIn("not an empty folder", self.dagy("lake", "export", self.scratch / "full", code=6).stderr)
        self.dagy("lake", "export", self.scratch / "none", "--dag", "nope", code=5)

    def test_wrong_words_are_told(self):
        self.dagy("lake", code=2)
        self.dagy("lake", "check", "--date-from", "yesterday", code=2)
        self.chunks(1)
        self.dagy("lake", "retention", "d", "-1", code=2)
        self.dagy("lake", "retention", "d", "soon", code=2)
        self.assertIn("DAGY_RETENTION_DAYS", self.dagy("lake", "retain", code=2, DAGY_RETENTION_DAYS="soon").stderr)

    def limited(self, *words, bytes_max):
        """As on a full disk: no file may grow over so many bytes."""
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_max, bytes_max))
        return subprocess.run([DAGY, *map(str, words)], env=self.env, capture_output=True, text=True, timeout=120, preexec_fn=limit)

    def test_a_full_disk_is_said_and_gets_well(self):
        self.chunks(3)
        before, files = self.messages(), self.objects("*.parquet")
        for words in (("lake", "compact"), ("runs", "delete", "d", "r")):
            done = self.limited(*words, bytes_max=1000)
            self.assertNotIn("this should not happen", done.stderr)
            self.assertEqual(self.messages(), before, words)
            self.assertTrue(self.json("lake", "check")["sound"])
            self.assertTrue(set(files) <= set(self.objects("*.parquet")))
        self.assertEqual(self.json("lake", "compact")["chunks_after"], 1)
        self.assertEqual(self.messages(), before)

    def test_a_read_only_folder_is_said_and_gets_well(self):
        self.chunks(3)
        before = self.messages()
        user = pathlib.Path("/usr/bin/setpriv")
        if os.getuid() == 0 and not user.exists():
            self.skipTest("root may write anywhere")
        plain = [str(user), "--reuid", "65534", "--regid", "65534", "--clear-groups", "--"] if os.getuid() == 0 else []
        folders = [self.scratch, self.home, *(p for p in self.home.rglob("*"))]
        for path in folders:
            os.chmod(path, 0o755 if path.is_dir() else 0o644)
        for words in (("lake", "compact"), ("runs", "delete", "d", "r"), ("lake", "retain")):
            done = subprocess.run([*plain, DAGY, *words], env=self.env, capture_output=True, text=True, timeout=120)
            self.assertNotEqual(done.returncode, 0, words)
            self.assertIn("error:", done.stderr)
            self.assertNotIn("this should not happen", done.stderr)
        self.assertEqual(self.messages(), before)
        self.assertEqual(self.json("lake", "compact")["chunks_after"], 1)
        self.assertEqual(self.messages(), before)

    def test_retention_over_the_server(self):
        self.chunks(1)
        server = self.serve(DAGY_RETENTION_DAYS="0")
        path = f"/api/v1/dags/{quote('d')}/retention"
        self.assertIsNone(server.json("GET", path)["keeps_days"])
        self.assertEqual(server.json("PUT", path, {"days": 5})["keeps_days"], 5)
        answer = server.request("POST", "/api/v1/lake/retain?dry_run=true")
        lines = [json.loads(line) for line in answer.read().splitlines()]
        self.assertEqual(lines[-1]["kind"], "summary")
        server.json("POST", "/api/v1/ingest", b'{"kind": "run", "dag_id": "d", "run_id": "timeless"}')
        server.json("PUT", path, {"days": 1})
        answer = server.request("POST", "/api/v1/lake/retain?dry_run=true")
        old = [line for line in map(json.loads, answer.read().splitlines()) if line["kind"] == "would_delete"]
        self.assertEqual([(line["run_id"], line["age_from"], line["age_from_time"]) for line in old], [("r", "ended_at", "2026-11-20T05:00:00.000000Z")])
        self.assertEqual(server.json("PUT", path, {"days": 5})["keeps_days"], 5)
        remote = {"DAGY_API_URL": server.url, "DAGY_API_KEY": server.key}
        self.assertEqual(self.json("lake", "retention", "d", **remote)["days"], 5)
        self.assertEqual(self.json("lake", "check", **remote)["objects"], 1)
        self.dagy("lake", "export", self.scratch / "remote", **remote)
        self.assertEqual(len(list((self.scratch / "remote").rglob("logs_*.parquet"))), 1)
