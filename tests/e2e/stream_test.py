"""Two thousand readers of one diagnosis: patient ones, slow ones, ones that drop and come back, ones that vanish, ones that never read."""

import json
import pathlib
import random
import re
import resource
import selectors
import socket
import struct
import unittest

from dagy_binary import CASE, DagyTest

READERS = 2000
MEMORY_EACH_KIB_MAX = 64
LIMIT_S = 120


class Reader:
    """One reader of the stream, by its own habits. `kept` is what it has seen: (id, event, data) in order."""

    def __init__(self, crowd, habit, rng):
        self.crowd, self.habit, self.rng = crowd, habit, rng
        self.kept = []
        self.done = False
        self.drops = 2 if habit == "drops" else 0
        self.connect()

    def connect(self):
        """Begins, or goes on after the last event that it has."""
        self.buffer, self.body, self.fields = b"", b"", {}
        self.in_body, self.seen = False, 0
        self.cut_at = self.rng.randrange(200, 12_000) if self.drops else None
        self.socket = socket.socket()
        if self.habit in ("slow", "never reads"):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2304)
        self.socket.connect(("127.0.0.1", self.crowd.port))
        last = f"?lastEventId={self.kept[-1][0]}" if self.kept else ""
        self.socket.sendall(self.crowd.request(last))
        self.socket.setblocking(False)
        if self.habit != "never reads":
            self.crowd.watch.register(self.socket, selectors.EVENT_READ, self)

    def readable(self):
        size = 64 if self.habit == "slow" else 65536
        if self.cut_at is not None:
            size = min(size, self.cut_at - self.seen)
        bytes_ = self.socket.recv(size)
        if not bytes_:
            raise AssertionError(f"the stream of a reader ({self.habit}) broke off after {self.kept[-1:]}")
        self.seen += len(bytes_)
        self.take(bytes_)
        if not self.done and self.cut_at is not None and self.seen >= self.cut_at:
            self.drop()
            self.drops -= 1
            self.connect()

    def take(self, bytes_):
        self.buffer += bytes_
        if not self.in_body:
            head, found, rest = self.buffer.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 200"):
                raise AssertionError(f"{head[:300]!r} {rest[:300]!r}")
            self.in_body, self.buffer = True, rest
            self.crowd.seated += 1
        while not self.done and (end := self.buffer.find(b"\r\n")) >= 0:
            size = int(self.buffer[:end], 16)
            if len(self.buffer) < end + 2 + size + 2:
                return
            self.lines(self.buffer[end + 2 : end + 2 + size])
            self.buffer = self.buffer[end + 2 + size + 2 :]

    def lines(self, chunk):
        self.body += chunk
        *whole, self.body = self.body.split(b"\n")
        for line in whole:
            if line:
                name, _, value = line.partition(b": ")
                self.fields[name] = value
            elif b"data" in self.fields:
                if self.fields[b"event"] != b"heartbeat":
                    self.kept.append((int(self.fields[b"id"]), self.fields[b"event"], self.fields[b"data"]))
                    self.done = self.fields[b"event"] == b"end"
                self.fields = {}
        if self.done:
            self.drop()

    def drop(self):
        self.crowd.watch.unregister(self.socket)
        self.socket.close()

    def vanish(self):
        """As a machine does that loses its power: no goodbye, and a reset for whatever still comes."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.drop()


class Crowd:
    def __init__(self, server, target):
        self.port, self.target, self.key = server.port, target, server.key
        self.watch = selectors.DefaultSelector()
        self.readers = []
        self.seated = 0

    def close(self):
        for reader in self.readers:
            reader.socket.close()
        self.watch.close()

    def request(self, query):
        return f"GET {self.target}/events{query} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.key}\r\n\r\n".encode()

    def turn(self, done):
        """Reads whatever there is, until `done` says so."""
        while not done():
            ready = self.watch.select(LIMIT_S)
            if not ready:
                raise AssertionError("nothing came any more")
            for key, _ in ready:
                key.data.readable()


def memory_kib(process):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{process.pid}/status").read_text()).group(1))


class StreamTest(DagyTest):
    def setUp(self):
        super().setUp()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < READERS + 500:
            self.skipTest(f"{hard} open files are allowed here; this needs {READERS + 500}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))

    def long_run(self, lines=150_000):
        """A run whose diagnosis takes a while: what is asked for behind it waits."""
        head = '{"kind":"log","dag_id":"long","run_id":"r","task_id":"t","level":"ERROR","logger":"etl","message":"'
        rows = "".join(f'{head}row {i} of batch {i % 977} was refused by the target"}}\n' for i in range(lines))
        (self.scratch / "long.ndjson").write_text(
            '{"kind":"dag","dag_id":"long","version":"1","tasks":[{"task_id":"t","downstream":[]}]}\n{"kind":"run","dag_id":"long","run_id":"r","state":"FAILED"}\n'
            + rows
            + '{"kind":"task","dag_id":"long","run_id":"r","task_id":"t","state":"FAILED"}\n'
        )
        self.dagy("ingest", self.scratch / "long.ndjson", "--quiet")

    def test_two_thousand_readers_of_one_diagnosis(self):
        # The server starts as users' shells start it, with a soft limit of 1,024 open files.
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
        server = self.serve(DAGY_DIAGNOSIS_THREADS="1")
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.import_example()
        self.long_run()
        prefix = server.diagnoses()
        list(server.events(f"{prefix}/{server.json('POST', prefix, {'dagId': 'long', 'runId': 'r'}, status=202)['runId']}"))
        for _ in range(12):
            server.json("POST", f"{prefix}?force=true", {"dagId": "long", "runId": "r"}, status=202)
        created = server.json("POST", prefix, {"dagId": CASE["dag_id"], "runId": CASE["run_id"]}, status=202)
        crowd = Crowd(server, f"{prefix}/{created['runId']}")
        self.addCleanup(crowd.close)
        rng = random.Random(7)
        habits = ["slow"] * 50 + ["drops"] * 100 + ["vanishes"] * 200 + ["never reads"] * 50
        habits += ["reads"] * (READERS - len(habits))
        rng.shuffle(habits)
        before = memory_kib(server.process)
        readers = crowd.readers
        for habit in habits:
            readers.append(Reader(crowd, habit, rng))
            if len(readers) % 100 == 0:
                wanted = sum(reader.habit != "never reads" for reader in readers)
                crowd.turn(lambda wanted=wanted: crowd.seated >= wanted)
        each = (memory_kib(server.process) - before) / READERS
        for reader in readers:
            if reader.habit == "vanishes" and not reader.done:
                reader.vanish()
        staying = [reader for reader in readers if reader.habit not in ("vanishes", "never reads")]
        crowd.turn(lambda: all(reader.done for reader in staying))

        whole = list(server.events(crowd.target))
        expected = [(number, event, data) for number, event, data in whole]
        for reader in staying:
            seen = [(number, event.decode(), json.loads(data)) for number, event, data in reader.kept]
            self.assertEqual(seen, expected, reader.habit)
        self.assertEqual([number for number, _, _ in expected], list(range(1, len(expected) + 1)))
        self.assertEqual(server.request("GET", "/health/live").status, 200)
        self.assertLess(each, MEMORY_EACH_KIB_MAX, "KiB of the server's memory for a reader")

    def test_streams_have_a_limit_that_is_a_setting(self):
        server = self.serve(DAGY_STREAMS_PER_IDENTITY_MAX="3")
        self.import_example()
        self.long_run(50_000)
        prefix = server.diagnoses()
        for _ in range(8):
            last = server.json("POST", f"{prefix}?force=true", {"dagId": "long", "runId": "r"}, status=202)
        target = f"{prefix}/{last['runId']}/events"
        open_ = [server.request("GET", target) for _ in range(3)]
        refused = server.request("GET", target)
        self.assertEqual((refused.status, refused.headers["Retry-After"]), (429, "5"))
        self.assertEqual(json.load(refused)["code"], "too_many_streams")
        refused.close()
        for answer in open_:
            self.assertIn(b"event: end", answer.read())
        self.assertEqual(server.request("GET", target).status, 200, "what has ended leaves its place to others")


if __name__ == "__main__":
    unittest.main()
