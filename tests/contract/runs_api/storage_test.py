"""What is answered when a part of the storage is gone or damaged, and where the bytes are."""

import http.client
import json
import threading
import unittest

from runs_api import DAY, RunsApiTest, etl, line

PHASES = ("logs_lost", "logs_hurt", "whole")


def rows(name):
    yield from (line("log", run_id="r", phase=name, message=f"line {n}") for n in range(200))
    yield from (line("data", run_id="r", phase=name, row={"n": n}) for n in range(200))
    yield line("error", run_id="r", phase=name, error_type="E", error_title="t")


class StorageTest(RunsApiTest):
    lines = [*etl("r"), *(row for name in PHASES for row in rows(name))]

    def artifact(self, kind, **query):
        return self.get(self.run_path("r", "artifacts", kind), **query)

    def file(self, kind):
        return self.home / "lake" / self.artifact(kind)["path"]

    def page(self, phase, kind, status=200, headers=None, **query):
        return self.get(self.run_path("r", "phases", phase, kind), status, headers, **query)

    def test_a_missing_chunk(self):
        """Run lookup failed — ErrorResponse: a storage failure is 502 with a problem body, never a hang or an empty page (runs.md)."""
        path = self.artifact("logs_lost-logs")["path"]
        self.file("logs_lost-logs").unlink()
        for headers in ({}, {"Accept": "application/x-ndjson"}):
            problem = self.page("logs_lost", "logs", 502, headers)
            self.assertEqual(problem["code"], "storage_failed")
            self.assertIn(path, problem["detail"], "it is named")
            self.assertNotIn(str(self.home), json.dumps(problem), "the server's folders are not")
        self.page("logs_lost", "logs", 502, keyword="line", level="INFO")
        self.assertIn(path, self.get(self.run_path("r", "artifacts", "logs_lost-logs"), 502)["detail"])
        self.assertEqual(self.page("logs_lost", "data")["total"], 200, "everything else works")
        self.assertEqual(self.page("logs_lost", "errors")["total"], 1)
        listed = {item["path"]: item for item in self.get(self.run_path("r", "artifacts"))["items"]}
        self.assertIsNone(listed[path]["url"])

    def test_a_damaged_chunk(self):
        """Run lookup failed — ErrorResponse: a storage failure is 502 with a problem body, never a hang or an empty page (runs.md)."""
        for kind in ("logs", "data"):
            file = self.file(f"logs_hurt-{kind}")
            file.chmod(0o600)
            file.write_bytes(file.read_bytes()[:100])
            self.assertEqual(self.page("logs_hurt", kind, 502)["code"], "storage_failed")
        self.assertEqual(self.search()["total"], 1, "the run is still found")
        self.assertEqual(self.get(self.run_path("r"))["run_id"], "r")

    def test_a_search_that_needs_a_damaged_chunk(self):
        """Run lookup failed — ErrorResponse"""
        self.ingest([*etl("hurt", day="2026-11-10"), *(line("data", run_id="hurt", phase="extract", row={"n": n}) for n in range(5))])
        artifact = self.get(self.run_path("hurt", "artifacts", "extract-data", day="2026-11-10"))
        file = self.home / "lake" / artifact["path"]
        file.chmod(0o600)
        file.write_bytes(b"not parquet")
        query = {"date_from": "2026-11-10", "date_to": "2026-11-10"}
        self.assertEqual(self.search(502, extract_keyword="4", depth="full", **query)["code"], "storage_failed")
        self.assertEqual(self.search(extract_keyword="zzz", **query)["total"], 0, "the first rows are kept beside it")
        self.assertEqual(self.search(extract_keyword='"n":4', **query)["total"], 1)
        self.assertEqual(self.search(**query)["total"], 1, "without the keyword it is not needed")

    def test_every_object_is_listed(self):
        """Every Parquet object of the run (runs.md)."""
        body = self.get(self.run_path("r", "artifacts"))
        self.assertEqual(body["total"], len(body["items"]))
        kinds = {item["kind"] for item in body["items"]}
        self.assertLessEqual({f"whole-{kind}" for kind in ("logs", "data", "errors")}, kinds)
        for item in body["items"]:
            if item["phase"] == "whole":
                self.assertEqual((self.home / "lake" / item["path"]).stat().st_size, item["size"])

    def test_a_url_is_enough(self):
        """One presigned URL (runs.md)."""
        artifact = self.artifact("whole-logs", expires_in=60)
        self.assertEqual((artifact["expires_in"], artifact["chunk"], artifact["rows"]), (60, 0, 200))
        answer, bytes_ = self.ask(artifact["url"], {"Authorization": ""})
        self.assertEqual((answer.status, answer.getheader("Content-Type")), (200, "application/vnd.apache.parquet"))
        self.assertEqual(bytes_, (self.home / "lake" / artifact["path"]).read_bytes())
        answer, tail = self.ask(artifact["url"], {"Authorization": "", "Range": "bytes=-4"})
        self.assertEqual((answer.status, tail), (206, b"PAR1"))

    def test_a_url_cannot_be_bent(self):
        """Presigned URLs expire and cannot be bent to another key (issue 5)."""
        url = self.artifact("whole-logs")["url"]
        self.assertIn("whole", url)
        for wrong in (url.replace("logs_000", "errors_000"), url.replace("phase%3Dwhole", "phase%3Dlogs_lost"), url.replace("expires=", "expires=9"), url[:-1] + ("0" if url[-1] != "0" else "1"),
                      url.replace("/objects/", "/objects/..%2F"), "/objects/..%2Fdagy.db?expires=99999999999&signature=00", "/objects/..%2Furl_secret?expires=99999999999&signature="):
            self.assertIn(self.ask(wrong, {"Authorization": ""})[0].status, (403, 422), wrong)
        self.assertEqual((self.home / "url_secret").stat().st_mode & 0o777, 0o600)

    def test_kinds(self):
        """kinds <phase>-data|errors|logs|metadata|index, event-queue-data, event-event (runs.md)"""
        for wrong in ("logs", "whole", "whole-", "-logs", "whole-log", "event-queue"):
            self.refused(self.run_path("r", "artifacts", wrong), "kind")
        self.get(self.run_path("r", "artifacts", "nope-logs"), 404)
        self.get(self.run_path("r", "artifacts", "event-event"), 404)
        self.assertIn("chunk", self.get(self.run_path("r", "artifacts", "whole-logs"), 404, chunk=7)["detail"])
        for name, wrongs in {"attempt": ("0", "x"), "chunk": ("-1", "x"), "expires_in": ("0", "86401", "x")}.items():
            for wrong in wrongs:
                self.refused(self.run_path("r", "artifacts", "whole-logs"), name, **{name: wrong})


class FollowTest(RunsApiTest):
    """GET …/logs/stream over a real socket."""

    def follow(self, run_id, phase, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        self.addCleanup(connection.close)
        target = "/api/v1/" + "/".join(map(__import__("dagy_binary").quote, self.run_path(run_id, "phases", phase, "logs", "stream")))
        connection.request("GET", target, headers={"Authorization": f"Bearer {self.server.key}", **headers})
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200)
        self.assertTrue(answer.getheader("Content-Type").startswith("text/event-stream"))
        return answer

    @staticmethod
    def events(answer):
        event = {}
        for raw in answer:
            text = raw.decode().rstrip("\n")
            if text:
                name, _, value = text.partition(": ")
                event[name] = value
            elif event:
                yield event.get("event"), event.get("id"), event.get("data")
                event = {}

    def begin(self, run_id, tasks=("t",)):
        self.ingest([line("dag", version="1", tasks=[{"task_id": each} for each in tasks]),
                     {**etl(run_id)[0], "state": "RUNNING", "ended_at": None},
                     line("task", run_id=run_id, task_id="t", state="RUNNING", started_at=f"{DAY}T04:00:00Z")])

    def test_lines_as_they_are_written(self):
        """follows a phase that is still being written (runs.md)"""
        self.begin("live")
        answers = [self.follow("live", "t") for _ in range(20)]
        seen = [[] for _ in answers]

        def read(answer, into):
            for name, identity, _ in self.events(answer):
                into.append((name, identity))
                if name == "end":
                    return

        threads = [threading.Thread(target=read, args=pair) for pair in zip(answers, seen)]
        for thread in threads:
            thread.start()
        for n in range(50):
            self.ingest([line("log", run_id="live", task_id="t", message=f"line {n}")])
        self.ingest([line("task", run_id="live", task_id="t", state="SUCCEEDED", ended_at=f"{DAY}T04:01:00Z")])
        for thread in threads:
            thread.join(30)
        for each in seen:
            self.assertEqual(each, [("log", str(n)) for n in range(50)] + [("end", None)])

    def test_a_task_that_has_not_begun(self):
        """follows a phase that is still being written (runs.md)"""
        self.begin("soon", tasks=("t", "later"))
        answer = self.follow("soon", "later")
        self.ingest([line("log", run_id="soon", task_id="later", message="at last"), line("task", run_id="soon", task_id="later", state="FAILED")])
        self.assertEqual([name for name, _, _ in self.events(answer)], ["log", "end"])
        self.get(self.run_path("soon", "phases", "typo", "logs", "stream"), 404)

    def test_it_is_taken_up(self):
        """from from_row or Last-Event-ID"""
        self.begin("again")
        self.ingest([*(line("log", run_id="again", task_id="t", message=f"line {n}") for n in range(10)), line("task", run_id="again", task_id="t", state="FAILED")])
        self.assertEqual([identity for _, identity, _ in self.events(self.follow("again", "t", **{"Last-Event-ID": "7"}))], ["8", "9", None])


if __name__ == "__main__":
    unittest.main()
