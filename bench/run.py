"""Figures beside a peer in the same run: python3 bench/run.py --dagy build/dagy [NAME]… [--output json]

  ingest     log records/s durable (parsed, checked, numbered, on disk) beside DuckDB's appender + COPY of the same rows, already parsed
  diagnose   a run of 100 tasks and 1 M log lines: first text, whole diagnosis, the server's peak memory
  http       small JSON (/health/live) beside nginx `return 200`, the same load
  stream     one diagnosis to 100, 500 and 2,000 readers beside nginx with nchan publishing the same events
  search     a run of 1 GB of lines: ours indexed and not, DuckDB ILIKE, zstd -dc | rg; size of the index, ingest with indexing
  templates  the log-template miner beside Drain3 on the Loghub-2k sets (needs --loghub DIR, a copy of that repository)
  scale      100,000 runs, 3 M task attempts, 50 M log lines in one store: pages, start, memory, disk (15 min, 15 GB; DAGY_BENCH_SCALE=0.01: a hundredth); only when named
  attempt    one attempt of --attempt-bytes (5G): taken in and diagnosed, time and memory; only when named

Machines are noisy: read the ratios. Peers are installed on first use, by the package managers, in build/bench.
"""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import attempt
from scale import scale
from search import search
from serving import TOOLS, WORK, Served, free_port, generated, need
from stream import stream
from templates import templates

LINES = 1_000_000


def ingest(dagy, _):
    path = generated(LINES)
    ours, peers = [], []
    for _round in range(3):
        with tempfile.TemporaryDirectory(prefix="dagy-bench-") as home:
            env = {**os.environ, "DAGY_LOCAL_DIR": home}
            begin = time.perf_counter()
            counts = json.loads(subprocess.run([dagy, "ingest", path, "--output", "json"], env=env, check=True, capture_output=True).stdout)
            ours.append(counts["accepted"] / (time.perf_counter() - begin))
            peer = json.loads(subprocess.run([TOOLS / "duckdb_peer", path, pathlib.Path(home) / "peer.parquet"], check=True, capture_output=True).stdout)
            peers.append(peer["rows"] / peer["seconds"])
    ratio = statistics.median(a / b for a, b in zip(ours, peers))
    return [{"what": "ingest, records/s durable", "ours": round(statistics.median(ours)), "peer": "DuckDB appender + COPY, parsed rows",
             "theirs": round(statistics.median(peers)), "ratio": round(ratio, 3)}]


def stream_diagnosis(server, dag, run):
    begin = time.perf_counter()
    _, events = server.request("GET", f"{server.diagnose(dag, run)}/events")
    first = None
    for line in events:
        if line.startswith(b"event: text_delta") and first is None:
            first = time.perf_counter() - begin
        if line.startswith(b"event: end"):
            return first, time.perf_counter() - begin
        if line.startswith(b"event: error"):
            raise SystemExit("error: the diagnosis failed")
    raise SystemExit("error: the stream broke off")


def diagnose(dagy, _):
    path = generated(LINES)
    with tempfile.TemporaryDirectory(prefix="dagy-bench-") as home:
        done = subprocess.run([dagy, "ingest", path, "--quiet"], env={**os.environ, "DAGY_LOCAL_DIR": home}, check=True, stderr=subprocess.PIPE, text=True)
        times = []
        with Served(dagy, home, done.stderr) as server:
            for _round in range(5):
                times.append(stream_diagnosis(server, "big", "scheduled__2026-11-01T04:00:00+00:00"))
            peak = server.peak_mib()
        begin = time.perf_counter()
        with path.open("rb") as lines:
            subprocess.run(["grep", "-c", "ERROR"], stdin=lines, stdout=subprocess.DEVNULL, check=False)
        grep = time.perf_counter() - begin
    whole = statistics.median(t[1] for t in times)
    return [
        {"what": "diagnosis of 1 M lines: first text, ms", "ours": round(statistics.median(t[0] for t in times) * 1000, 1), "peer": "", "theirs": "", "ratio": ""},
        {"what": "diagnosis of 1 M lines: whole, ms", "ours": round(whole * 1000), "peer": "grep -c ERROR of the same NDJSON, ms", "theirs": round(grep * 1000),
         "ratio": round(whole / grep, 2)},
        {"what": "diagnosis of 1 M lines: server's peak memory, MiB", "ours": round(peak), "peer": "", "theirs": "", "ratio": ""},
    ]


NGINX = """
worker_processes 1; daemon off; pid {home}/nginx.pid; error_log {home}/error.log crit;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 100000000;
  server {{ listen 127.0.0.1:{port}; default_type application/json; location / {{ return 200 '{{"status":"healthy"}}'; }} }} }}
"""


def load(port, target):
    out = subprocess.run(["wrk", "-t1", "-c32", "-d3s", f"http://127.0.0.1:{port}{target}"], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in out:
        raise SystemExit(f"error: the server refused the load:\n{out}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))


def http_(dagy, _):
    need("wrk", "wrk")
    need("nginx", "nginx-light")
    with tempfile.TemporaryDirectory(prefix="dagy-bench-") as home:
        port = free_port()
        config = pathlib.Path(home) / "nginx.conf"
        config.write_text(NGINX.format(home=home, port=port))
        nginx = subprocess.Popen(["nginx", "-p", home, "-c", config, "-e", f"{home}/start.log"])
        try:
            with Served(dagy, home) as server:
                pairs = [(load(server.port, "/health/live"), load(port, "/")) for _round in range(3)]
        finally:
            nginx.terminate()
            nginx.wait(10)
    ours, theirs = (statistics.median(p[i] for p in pairs) for i in (0, 1))
    return [{"what": "small JSON, requests/s", "ours": round(ours), "peer": "nginx return 200, one worker", "theirs": round(theirs),
             "ratio": round(statistics.median(a / b for a, b in pairs), 3)}]


BENCHES = {"ingest": ingest, "diagnose": diagnose, "http": http_, "stream": stream, "templates": templates, "search": search}


def show(rows):
    head = ["what", "ours", "peer", "theirs", "ratio"]
    widths = [max(len(str(r[h])) for r in [*rows, dict(zip(head, head))]) for h in head]
    for row in [dict(zip(head, head)), *rows]:
        print("  ".join(str(row[h]).ljust(w) for h, w in zip(head, widths)).rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--dagy", required=True, type=pathlib.Path)
    parser.add_argument("--loghub", type=pathlib.Path)
    parser.add_argument("--attempt-bytes", type=attempt.size_of, default=5 << 30)
    parser.add_argument("--output", choices=("table", "json"), default="table")
    arguments = parser.parse_args()
    benches = {**BENCHES, "scale": scale, "attempt": lambda dagy, _: attempt.attempt(dagy, arguments.attempt_bytes)}
    unknown = set(arguments.names) - set(benches)
    if unknown:
        parser.error(f"no such bench: {', '.join(sorted(unknown))}; there are {', '.join(benches)}")
    rows = []
    for name in arguments.names or BENCHES:
        rows += benches[name](arguments.dagy.resolve(), arguments.loghub)
    if arguments.output == "json":
        print(json.dumps(rows))
    else:
        show(rows)


if __name__ == "__main__":
    main()
