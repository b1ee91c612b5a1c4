"""Searches while records pour in, chunks are merged and clients leave: every answer is right, and nothing outlives the one who asked for it."""

import json
import random
import re
import socket
import struct
import threading
import time
import unittest

from dagy_binary import DagyTest

RECORDS_PER_SECOND = 20_000
SECONDS = 20
BATCH = 5000
MARKED = 20  # lines of a batch that carry its mark, over all of its runs
RUNS_EACH = 4  # that a batch writes to
RSS_MAX_MIB = 512
WAIT_S = 120


def batch_of(number):
    """Lines of several runs at once; one is the batch's needle, some carry its mark, all say `row`."""
    lines = []
    for run in range(RUNS_EACH):
        of = f'"dag_id":"load_{run}","run_id":"r{number // 25}"'
        lines.append(f'{{"kind":"run",{of},"state":"RUNNING","started_at":"2026-11-20T04:00:00Z"}}')
        for i in range(BATCH // RUNS_EACH):
            mark = f"mark_{number:05}" if i % (BATCH // MARKED) == 7 else f"value {i * 7919 % 100_003}"
            lines.append(f'{{"kind":"log",{of},"task_id":"t","level":"INFO","message":"row {i} of the table orders is written, {mark}"}}')
    lines.append(f'{{"kind":"log",{of},"task_id":"t","level":"ERROR","message":"needle_{number:05} is lost"}}')
    return "\n".join(lines).encode() + b"\n"


class Crowd:
    """Threads that go on until the load is over; the first fault of any of them ends all."""

    def __init__(self):
        self.over = threading.Event()
        self.faults = []
        self.threads = []

    def add(self, work):
        def run():
            try:
                while not self.over.is_set():
                    work()
            except BaseException as fault:  # shown by the test, in the main thread
                self.faults.append(fault)
                self.over.set()
        self.threads.append(threading.Thread(target=run))

    def start(self):
        for thread in self.threads:
            thread.start()

    def end(self):
        self.over.set()
        for thread in self.threads:
            thread.join(WAIT_S)
        if self.faults:
            raise self.faults[0]


class LoadTest(DagyTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve(DAGY_SEARCH_TIMEOUT_SECONDS="300", DAGY_LAKE_GRACE_SECONDS="1")
        self.leaver = self.server.json("POST", "/api-keys", {"name": "leaver"}, status=201)["key"]
        self.acknowledged = []
        self.searched = self.left = self.merged = 0

    def search(self, query):
        """The hits and the last line of a search that was answered as a stream."""
        answer = self.server.request("GET", f"/api/v1/search?limit=500&q={query}", headers={"Accept": "application/x-ndjson"}, timeout=300)
        lines = [json.loads(line) for line in answer.read().splitlines()]
        self.assertEqual(answer.status, 200, lines[-1:])
        self.assertEqual((lines[-1]["type"], lines[-1]["complete"]), ("end", True), lines[-1])
        hits = [line["hit"] for line in lines if line["type"] == "hit"]
        places = [json.dumps([hit[name] for name in ("dag_id", "run_id", "phase", "attempt", "kind", "row")]) for hit in hits]
        self.assertEqual(len(places), len(set(places)), f"{query}: a row is there twice")
        self.searched += 1
        return hits, lines[-1]

    def look_for_what_is_acknowledged(self, rng):
        if not self.acknowledged:
            self.acknowledged_some.wait(WAIT_S)
            return
        number = rng.choice((self.acknowledged[-1], rng.choice(self.acknowledged)))
        hits, _ = self.search(f"needle_{number:05}")
        self.assertEqual(len(hits), 1, f"the needle of batch {number}")
        hits, _ = self.search(f"mark_{number:05}")
        self.assertEqual(len(hits), MARKED, f"the marked lines of batch {number}")

    def leave(self, query):
        """Asks for everything, reads the first bytes and is gone, as one whose power fails."""
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=WAIT_S) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.sendall(f"GET /api/v1/search?q={query} HTTP/1.1\r\nHost: x\r\nAccept: application/x-ndjson\r\nAuthorization: Bearer {self.leaver}\r\n\r\n".encode())
            if client.recv(300).startswith(b"HTTP/1.1 200"):
                self.left += 1

    def merge(self):
        answer = self.server.request("POST", "/api/v1/lake/compact")
        summary = json.loads(answer.read().splitlines()[-1])
        self.assertEqual(summary["kind"], "summary", summary)
        self.merged += summary["chunks_before"] - summary["chunks_after"]

    def write(self, numbers, begun):
        """The next batch, at its time."""
        number = next(numbers)
        self.crowd.over.wait(max(0.0, begun + number * BATCH / RECORDS_PER_SECOND - time.monotonic()))
        report = self.server.json("POST", "/api/v1/ingest", batch_of(number))
        self.assertEqual((report["rejected"], report["accepted"]), (0, BATCH + RUNS_EACH + 1))
        self.acknowledged.append(number)
        self.acknowledged_some.set()

    def open_searches(self):
        return int(re.search(r"^dagy_searches_open (\d+)$", self.server.request("GET", "/metrics").read().decode(), re.MULTILINE).group(1))

    def expect_no_open_searches(self):
        """Nothing tells when a search that was left has ended: it is asked for until then."""
        deadline, pause = time.monotonic() + WAIT_S, threading.Event()
        while (still_open := self.open_searches()) and time.monotonic() < deadline:
            pause.wait(0.05)
        self.assertEqual(still_open, 0, "searches go on without the one who asked")

    def peak_mib(self):
        with open(f"/proc/{self.server.process.pid}/status") as status:
            return int(re.search(r"VmHWM:\s+(\d+) kB", status.read()).group(1)) // 1024

    def test_searches_under_load(self):
        self.crowd, self.acknowledged_some = Crowd(), threading.Event()
        numbers = iter(range(RECORDS_PER_SECOND * SECONDS // BATCH))
        begun = time.monotonic()

        def write_all():
            try:
                self.write(numbers, begun)
            except StopIteration:
                self.crowd.over.set()

        self.crowd.add(write_all)
        for seed in range(3):
            self.crowd.add(lambda rng=random.Random(seed): self.look_for_what_is_acknowledged(rng))
        self.crowd.add(lambda: self.leave("row"))
        self.crowd.add(lambda: self.leave("/needle_[0-9]+x|value.*z$/"))
        self.crowd.add(self.merge)
        self.crowd.start()
        self.crowd.over.wait(WAIT_S * 3)
        self.crowd.end()
        self.expect_no_open_searches()
        batches = len(self.acknowledged)
        self.assertEqual(batches, RECORDS_PER_SECOND * SECONDS // BATCH)
        _, end = self.search("kind:logs")
        self.assertEqual(end["totals"]["hits"], batches * (BATCH + 1), "every row is there, once")
        for number in range(batches):
            self.assertEqual(len(self.search(f"needle_{number:05}")[0]), 1)
        self.assertLessEqual(self.peak_mib(), RSS_MAX_MIB)
        self.assertGreater(min(self.searched, self.left, self.merged), 0, "all of it took place")
        print(f"\n  {batches * BATCH} records in, {self.searched} searches, {self.left} left, {self.merged} chunks merged, {self.peak_mib()} MiB at most", end=" ")
        self.assertEqual(self.server.stop(), 0)
        self.assertTrue(self.json("lake", "check")["sound"])


if __name__ == "__main__":
    unittest.main()
