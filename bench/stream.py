"""One diagnosis to many readers, beside nginx with nchan publishing the same events to as many.

`live`: every reader is there before the first event; from the first byte at any of them until the last has the end.
`late`: every reader comes after the end; from the first connection until the last has all of it. CPU is the server's own.
Memory of a waiting reader: of 2,000 that sit at a diagnosis in which nothing happens.
"""

import contextlib
import http.client
import json
import os
import pathlib
import socket
import statistics
import subprocess
import tempfile
import time

from serving import ROOT, TOOLS, Served, free_port, generated, memory_mib, need, peak_mib

READERS = (100, 500, 2000)
ROUNDS = 3
PEER = "nginx + nchan, one worker"
BIG = ("big", "scheduled__2026-11-01T04:00:00+00:00")
NGINX = """
load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
worker_processes 1; worker_rlimit_nofile 16384; daemon off; pid {home}/nginx.pid; error_log {home}/error.log crit;
events {{ worker_connections 8192; }}
http {{ access_log off; keepalive_requests 100000000; keepalive_timeout 1h; nchan_shared_memory_size 64M; client_max_body_size 16m; client_body_buffer_size 1m;
  server {{ listen 127.0.0.1:{port} backlog=4096;
    location ~ ^/pub/(.+)$ {{ nchan_publisher; nchan_channel_id $1; nchan_message_buffer_length 1000; nchan_message_timeout 10m; }}
    location ~ ^/sub/(.+)$ {{ nchan_subscriber eventsource; nchan_channel_id $1; nchan_subscriber_first_message oldest; }} }} }}
"""


class Readers:
    def __init__(self, port, target, count, pids, *headers):
        words = [TOOLS / "sse_readers", str(port), target, str(count)]
        words += [word for header in headers for word in ("--header", header)] + [word for pid in pids for word in ("--pid", str(pid))]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)

    def wait_ready(self):
        if self.process.stdout.readline() != "ready\n":
            raise SystemExit("error: not every reader was let in")
        return self

    def report(self):
        out = self.process.stdout.read().strip().splitlines()
        if self.process.wait(120) != 0:
            raise SystemExit("error: a reader was not served to the end")
        report = json.loads(out[-1])
        if not report["same"]:
            raise SystemExit("error: readers of one stream did not get the same events once each, in order")
        return report


def import_example(dagy, home):
    """The example's case, and what the first start showed."""
    done = subprocess.run([dagy, "import", "airflow", ROOT / "examples/orders-daily/airflow", "--quiet"], env={**os.environ, "DAGY_LOCAL_DIR": str(home)}, check=True, capture_output=True, text=True)
    return json.loads((ROOT / "examples/orders-daily/case.json").read_text()), done.stderr


def status_of(server, target):
    return json.load(server.request("GET", f"{target}/status")[1])["status"]


def events_of(server, target):
    """(event, data) of the whole stream."""
    _, answer = server.request("GET", f"{target}/events")
    text = answer.read().decode()
    return [tuple(line.partition(": ")[2] for line in block.split("\n") if line.startswith(("event: ", "data: "))) for block in text.split("\n\n") if "data: " in block]


def ours(server, case, count):
    """Rounds of (live, late), and the events."""
    key, pid, rounds = f"Authorization: Bearer {server.key}", server.process.pid, []
    for _ in range(ROUNDS):
        blockers = [server.diagnose(*BIG) for _ in range(3 + count // 250)]
        target = server.diagnose(case["dag_id"], case["run_id"])
        live = Readers(server.port, f"{target}/events", count, [pid], key).wait_ready()
        if status_of(server, target) != "pending":
            raise SystemExit("error: the diagnosis began before all its readers were there")
        rounds.append((live.report(), Readers(server.port, f"{target}/events", count, [pid], key).wait_ready().report()))
        assert all(status_of(server, blocker) == "completed" for blocker in blockers)
    return rounds, events_of(server, target)


class Nchan:
    def __init__(self, home):
        self.port = free_port()
        config = pathlib.Path(home) / "nginx.conf"
        config.write_text(NGINX.format(home=home, port=self.port))
        self.process = subprocess.Popen(["nginx", "-p", home, "-c", config, "-e", f"{home}/start.log"])
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                self.publisher = http.client.HTTPConnection("127.0.0.1", self.port)
                self.publisher.request("GET", "/")  # the master has the socket; that a worker is there shows by an answer
                self.publisher.getresponse().read()
                break
            except ConnectionRefusedError:
                if self.process.poll() is not None:
                    raise SystemExit(f"error: nginx with nchan does not start: {(pathlib.Path(home) / 'start.log').read_text()}") from None
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        self.worker = children[0]

    def publish(self, channel, events):
        for event, data in events:
            self.publisher.request("POST", f"/pub/{channel}", body=data.encode(), headers={"X-EventSource-Event": event})
            answer = self.publisher.getresponse()
            answer.read()
            if answer.status not in (201, 202):
                raise SystemExit(f"error: nchan refused an event: {answer.status}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)


def theirs(nchan, events, count):
    rounds = []
    for number in range(ROUNDS):
        channel = f"{count}-{number}"
        live = Readers(nchan.port, f"/sub/{channel}", count, [nchan.worker]).wait_ready()
        nchan.publish(channel, events)
        rounds.append((live.report(), Readers(nchan.port, f"/sub/{channel}", count, [nchan.worker]).wait_ready().report()))
    return rounds


FIGURES = (
    ("live: until all have the last event, ms", lambda r: r[0]["live_s"] * 1000, 1),
    ("live: events/s delivered", lambda r: r[0]["events"] / r[0]["live_s"], 0),
    ("live: server CPU, ms", lambda r: r[0]["cpu_s"] * 1000, 0),
    ("late: until all have everything, ms", lambda r: r[1]["whole_s"] * 1000, 0),
)


def rows_for(server, case, nchan, count):
    for pid in (server.process.pid, nchan.worker):
        pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak counts from here
    a, events = ours(server, case, count)
    b = theirs(nchan, events, count)
    rows = []
    for label, pick, digits in FIGURES:
        x, y = statistics.median(map(pick, a)), statistics.median(map(pick, b))
        rows.append((label, round(x, digits), round(y, digits), round(x / y, 2) if y else ""))
    x, y = peak_mib(server.process.pid), peak_mib(nchan.worker)
    rows.append(("peak memory of the server, MiB", round(x), round(y), round(x / y, 2)))
    return [{"what": f"{count} readers of {len(events)} events, {label}", "ours": x, "peer": PEER, "theirs": y, "ratio": ratio}
            for label, x, y, ratio in rows]


def waiting(dagy, home, nchan):
    """What each of the most readers costs while nothing happens: a diagnosis that waits for a language model that says nothing."""
    count = READERS[-1]
    case, first = import_example(dagy, home)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = {"DAGY_LLM_URL": f"http://127.0.0.1:{silent.getsockname()[1]}", "DAGY_LLM_MODEL": "none", "DAGY_LLM_TIMEOUT_SECONDS": "60"}
        with Served(dagy, home, first, **settings) as server:
            target = server.diagnose(case["dag_id"], case["run_id"], wording="true")
            each = []
            for pid, port, path, headers in ((server.process.pid, server.port, f"{target}/events", [f"Authorization: Bearer {server.key}"]), (nchan.worker, nchan.port, "/sub/waiting", [])):
                before = memory_mib(pid)
                readers = Readers(port, path, count, [], *headers).wait_ready()
                each.append(round((memory_mib(pid) - before) * 1024 / count, 1))
                readers.process.kill()
                readers.process.wait(20)
    return {"what": f"memory of each of {count} waiting readers, KiB", "ours": each[0], "peer": PEER, "theirs": each[1], "ratio": round(each[0] / each[1], 2)}


def stream(dagy, _):
    need("nginx", "nginx-light")
    if not pathlib.Path("/usr/lib/nginx/modules/ngx_nchan_module.so").exists():
        subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", "libnginx-mod-nchan"], check=True, stdout=subprocess.DEVNULL)
    with contextlib.ExitStack() as stack:
        home, small, nginx_home = (stack.enter_context(tempfile.TemporaryDirectory(prefix="dagy-bench-")) for _ in range(3))
        nchan = stack.enter_context(Nchan(nginx_home))
        rows = [waiting(dagy, small, nchan)]
        case, first = import_example(dagy, home)
        subprocess.run([dagy, "ingest", generated(1_000_000), "--quiet"], env={**os.environ, "DAGY_LOCAL_DIR": home}, check=True, capture_output=True)
        # One thread of diagnosis: what waits behind the big ones begins when they are done, and then has the machine for itself.
        with Served(dagy, home, first, DAGY_DIAGNOSIS_THREADS="1") as server:
            events_of(server, server.diagnose(*BIG))  # caches are warm, memory has its size
            return [row for count in READERS for row in rows_for(server, case, nchan, count)] + rows
