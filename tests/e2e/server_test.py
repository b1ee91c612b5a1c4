"""The server as its clients meet it."""

import gzip
import json
import pathlib
import re
import socket
import subprocess
import threading
import unittest

from dagy_binary import CASE, DAGY, EXAMPLE, ROOT, DagyTest, Server, quote

LOG = {"kind": "log", "dag_id": "d", "run_id": "r", "task_id": "t", "level": "INFO"}


class ServerTest(DagyTest):
    def test_first_start_shows_its_secrets_once(self):
        server = self.serve()
        first = server.stderr()
        for pattern in (r"org_\w+", r"dep_\w+", r"dagy_sk_\w+", "password"):
            self.assertRegex(first, pattern)
        self.assertEqual(server.stop(), 0)
        again = self.serve()
        self.assertNotRegex(again.stderr(), "dagy_sk_|password")
        again.key = server.key
        self.assertEqual(again.json("GET", "/api/v1/me")["role"], "owner")

    def test_a_second_server_is_told_of_the_first(self):
        server = self.serve()
        done = self.dagy("serve", "--port", "0", code=6)
        self.assertIn(str(server.process.pid), done.stderr)
        self.import_example()
        self.assertEqual(self.json("runs", "list")["total"], CASE["runs"], "the command line works beside the server")
        self.assertEqual(server.json("GET", "/api/v1/runs")["total"], CASE["runs"], "and the server sees what it brought")

    def test_a_port_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            done = self.dagy("serve", "--port", taken.getsockname()[1], code=6)
            self.assertIn(str(taken.getsockname()[1]), done.stderr)

    def test_the_same_command_on_a_server(self):
        server = self.serve()
        self.import_example()
        local = self.json("diagnose", CASE["run_id"])
        remote = self.json("diagnose", CASE["run_id"], "--force", DAGY_API_URL=server.url, DAGY_API_KEY=server.key)
        for diagnosis in (local, remote):
            diagnosis.pop("session_id", None)
        self.assertEqual(local, remote)
        self.dagy("runs", "list", code=3, DAGY_API_URL=server.url, DAGY_API_KEY="dagy_sk_wrong")
        self.dagy("runs", "list", code=4, DAGY_API_URL="http://127.0.0.1:9", DAGY_API_KEY="x")

    def test_the_stream_resumes_exactly(self):
        server = self.serve()
        self.import_example()
        prefix = server.diagnoses()
        created = server.json("POST", prefix, {"dagId": CASE["dag_id"], "runId": CASE["run_id"]}, status=202)
        target = f"{prefix}/{created['runId']}"
        whole = list(server.events(target))
        self.assertEqual([e[0] for e in whole], list(range(1, len(whole) + 1)))
        self.assertEqual([e[1] for e in whole[-2:]], ["rca_diagnosis", "end"])
        for last in range(len(whole)):
            self.assertEqual(list(server.events(target, last)), whole[last:])
        self.assertEqual(list(server.events(target, headers={"Last-Event-ID": "2"})), whole[2:])
        unknown = list(server.events(target, 99999))
        self.assertEqual(unknown[0][1], "reset")
        self.assertEqual(unknown[1:], whole)
        self.assertEqual(server.json("GET", f"{target}/result"), whole[-2][2])
        self.assertEqual(server.json("GET", f"{target}/status")["status"], "completed")

        server.stop()
        later = self.serve()
        later.key = server.key
        self.assertEqual(list(later.events(target, 3)), whole[3:], "also after a restart")

    def test_a_second_diagnosis_is_replayed_from_the_first(self):
        server = self.serve()
        self.import_example()
        prefix = server.diagnoses()
        ask = {"dagId": CASE["dag_id"], "runId": CASE["run_id"]}
        results = []
        for query, body in (("", ask), ("", ask), ("", {**ask, "skipCacheRead": True}), ("?force=true", ask)):
            created = server.json("POST", prefix + query, body, status=202)
            results.append([e[2] for e in server.events(f"{prefix}/{created['runId']}") if e[1] == "rca_diagnosis"][0])
        self.assertEqual(["from_dag_run_id" in r for r in results], [False, True, False, False])

    def test_five_hundred_streams_and_clients_that_never_read(self):
        server = self.serve()
        self.import_example()
        prefix = server.diagnoses()
        created = server.json("POST", prefix, {"dagId": CASE["dag_id"], "runId": CASE["run_id"]}, status=202)
        target = f"{prefix}/{created['runId']}"
        whole = len(list(server.events(target)))
        head = f"GET {target}/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.key}\r\n\r\n".encode()
        silent = []
        for _ in range(100):
            client = socket.create_connection(("127.0.0.1", server.port))
            client.sendall(head)
            silent.append(client)
        counts = []
        threads = [threading.Thread(target=lambda: counts.append(len(list(server.events(target))))) for _ in range(500)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(counts, [whole] * 500)
        self.assertIn("status", server.json("GET", "/health/live"))
        for client in silent:
            client.close()

    def test_ingest_over_http(self):
        server = self.serve()
        body = "".join(json.dumps({**LOG, "message": f"line {i}", "event_id": f"e{i}"}) + "\n" for i in range(1000)).encode()
        self.assertEqual(server.json("POST", "/api/v1/ingest", body)["accepted"], 1000)
        again = server.json("POST", "/api/v1/ingest", gzip.compress(body), {"Content-Encoding": "gzip"})
        self.assertEqual((again["accepted"], again["duplicates"]), (0, 1000))
        page = server.json("GET", "/api/v1/dags/d/runs/1970-01-01/r/phases/t/logs?limit=500&page=1")
        self.assertEqual((page["total"], page["items"][0]["message"]), (1000, "line 500"))

    def test_a_bomb_a_long_line_and_a_broken_body(self):
        server = self.serve()
        bomb = gzip.compress(b"x" * (64 << 20))
        answer = server.json("POST", "/api/v1/ingest", bomb, {"Content-Encoding": "gzip"})
        self.assertEqual((answer["accepted"], answer["rejected"]), (0, 1), "one line of 64 MiB is one line over the limit")
        good = json.dumps({**LOG, "message": "kept"}).encode() + b"\n"
        self.assertEqual(server.json("POST", "/api/v1/ingest", good + b'{"kind":"log","dag_id":')["accepted"], 1)
        garbage = server.request("POST", "/api/v1/ingest", b"\x1f\x8bgarbage", {"Content-Encoding": "gzip"})
        self.assertEqual(garbage.status, 400)
        self.assertIn("detail", json.loads(garbage.read()))

    def test_every_error_is_a_problem(self):
        server = self.serve()
        for method, target, status in (("GET", "/api/v1/nothing", 404), ("DELETE", "/api/v1/runs", 405), ("GET", "/api/v1/runs?limit=0", 422),
                                       ("GET", "/api/v1/dags/x/runs", 422), ("GET", "/api/v1/dags/x/runs?date_from=2026-01-01&date_to=2026-12-31", 422)):
            problem = server.json(method, target, status=status)
            self.assertEqual(problem["status"], status)
            for member in ("type", "title", "detail", "instance", "code", "message", "request_id"):
                self.assertIn(member, problem)
        server.key = "dagy_sk_wrong"
        self.assertEqual(server.request("GET", "/api/v1/runs").getheader("WWW-Authenticate"), "Bearer")

    def test_health(self):
        server = self.serve()
        health = server.json("GET", "/health")
        self.assertEqual(health["status"], "healthy", health)
        self.assertEqual({c["name"] for c in health["components"]}, {"sqlite", "filesystem", "duckdb", "disk"})

    def test_the_page_and_its_types(self):
        server = self.serve()
        page = server.request("GET", "/", headers={"Accept": "text/html"})
        self.assertEqual(page.status, 200)
        self.assertIn(b"<title>dagy</title>", page.read())
        self.assertIn("default-src", page.getheader("Content-Security-Policy"))
        committed = json.loads((ROOT / "web" / "openapi.json").read_text())
        self.assertEqual(server.json("GET", "/openapi.json"), committed, "run `./dev ui types`: the page's types are made from web/openapi.json")

    def test_what_it_settles_reads_the_same(self):
        self.import_example()
        before = self.dagy("logs", CASE["run_id"], "--output", "ndjson").stdout
        server = self.serve()
        chunks = self.home / "lake"
        for _ in range(400):
            if any(chunks.rglob("logs_*.parquet")):
                break
            threading.Event().wait(0.1)
        self.assertTrue(any(chunks.rglob("logs_*.parquet")), "records become Parquet")
        self.assertEqual(self.dagy("logs", CASE["run_id"], "--output", "ndjson").stdout, before)
        self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
