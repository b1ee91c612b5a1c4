"""`./dev bench scale`: a month of a company's runs (tools/generate_scale.py) in one store: 100,000 runs, 3 M task attempts, 50 M log lines.

Its figures: taking it in, disk beside raw size, start, idle memory, and pages of run list, run search, statistics and search beside what they may take.
DAGY_BENCH_SCALE (1) makes it smaller; DAGY_BENCH_SCALE_DIR keeps the store there and takes it again if it is there.
"""

import http.client
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse

from serving import ROOT, WORK, Served, memory_mib

SCALE = float(os.environ.get("DAGY_BENCH_SCALE", "1"))
KEPT = os.environ.get("DAGY_BENCH_SCALE_DIR")
# A Parquet object an attempt of ten lines would be mostly empty blocks of the disk: small ones stay in the store.
SETTINGS = {"DAGY_SETTLE_BYTES_MIN": "65536"}
BUSIEST, WEEK = "intake", {"date_from": "2026-10-12", "date_to": "2026-10-18"}
NEEDLE = "needle-7f3a9c2e"
PAGE_MS, START_S, IDLE_MIB = 20, 2, 100


def row(what, ours, peer="", theirs="", ratio=None):
    return {"what": f"scale: {what}", "ours": ours, "peer": peer, "theirs": theirs, "ratio": "" if ratio is None else round(ratio, 3)}


def limited(what, value, limit):
    return row(what, round(value, 2), "at most", limit, value / limit)


def disk_bytes(folder):
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())


def taken_in(dagy, home):
    """What was written and what taking it in took; the words of the first start are kept beside the store."""
    counts, told = home / "counts.json", home / "first-start.txt"
    if not told.exists():
        begin = time.perf_counter()
        made = subprocess.Popen([sys.executable, ROOT / "tools/generate_scale.py", "--scale", str(SCALE), "--counts", counts], stdout=subprocess.PIPE)
        done = subprocess.run([dagy, "ingest", "-", "--quiet"], stdin=made.stdout, env={**os.environ, "DAGY_LOCAL_DIR": str(home)}, check=True, stderr=subprocess.PIPE, text=True)
        made.stdout.close()
        if made.wait() != 0:
            raise SystemExit("error: the generator failed")
        counts.write_text(json.dumps({**json.loads(counts.read_text()), "seconds": time.perf_counter() - begin}))
        told.write_text(done.stderr)
    return json.loads(counts.read_text()), told.read_text()


class Client:
    """One connection that is kept, as a browser keeps it."""

    def __init__(self, server):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port)
        self.headers = {"Authorization": f"Bearer {server.key}"}

    def timed(self, path, **query):
        """(ms, body)"""
        begin = time.perf_counter()
        self.connection.request("GET", f"{path}?{urllib.parse.urlencode(query)}", headers=self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        ms = (time.perf_counter() - begin) * 1000
        body = json.loads(text)
        if answer.status != 200:
            raise SystemExit(f"error: {path} {query}: {body}")
        return ms, body


def by_cursor(client, path, **query):
    """Every page of a list, from one to the next: their times, and how many items they had."""
    times, items, cursor = [], 0, None
    while True:
        ms, body = client.timed(path, **query, **({"cursor": cursor} if cursor else {}))
        times.append(ms)
        items += len(body["items"])
        cursor = body["next_cursor"]
        if not cursor:
            if items != body["total"]:
                raise SystemExit(f"error: {items} of {body['total']} were listed: {path} {query}")
            return times, items


def by_number(client, path, **query):
    """The first, middle and last pages, some of each."""
    ms, body = client.timed(path, page=0, **query)
    last = max(0, (body["total"] - 1) // body["limit"])
    pages = {page for place in (0, last // 2, last) for page in range(max(0, place - 33), min(last, place + 33) + 1)}
    return [ms] + [client.timed(path, page=page, **query)[0] for page in sorted(pages - {0})], body["total"]


def shown(what, timed):
    times, items = timed
    times = sorted(times)
    return [row(f"{what} ({items} runs, {len(times)} pages), p50 ms", round(times[len(times) // 2], 2)),
            limited(f"{what}, p99 ms", times[min(len(times) - 1, len(times) * 99 // 100)], PAGE_MS),
            row(f"{what}, slowest ms", round(times[-1], 2))]


def lists(client):
    runs, search = "/api/v1/runs", f"/api/v1/dags/{BUSIEST}/runs"
    rows = shown("run list, every page", by_cursor(client, runs))
    rows += shown("run list of failed runs, every page", by_cursor(client, runs, state="FAILED"))
    rows += shown("run list of one dag, every page", by_cursor(client, runs, dag_id=BUSIEST))
    rows += shown("run search", by_number(client, search, **WEEK))
    rows += shown("run search by status", by_number(client, search, load_status="success", **WEEK))
    rows += shown("run search by two statuses", by_number(client, search, event_status="error", load_status="error", **WEEK))
    rows += shown("run search by a common keyword", by_number(client, search, extract_keyword="success", **WEEK))
    # A keyword that nobody asked for before has to be looked for; its next pages are known.
    for what, asked in (("keyword", lambda number: {"extract_keyword": f"SKU-{number:03}"}), ("number", lambda number: {"extract_keyword": f"{number:05}7"}),
                        ("word that no run has", lambda number: {"load_keyword": f"timeout{number}"}),
                        ("pair of keywords", lambda number: {"extract_keyword": f"SKU-{number:03}", "load_keyword": "success"})):
        new = [client.timed(search, **asked(number), **WEEK) for number in range(100)]
        rows += shown(f"run search by a new {what}, first page", ([ms for ms, _ in new], max(body["total"] for _, body in new)))
    times = [client.timed(f"/api/v1/dags/{BUSIEST}/statistics") for _ in range(30)]
    return rows + shown("statistics of one dag's month", ([ms for ms, _ in times], times[0][1]["runs"]))


def searches(client):
    rows = []
    for what, query in (("a common word, first 50 hits", {"q": "currency missing", "counts": "false"}),
                        ("an error, first 50 hits", {"q": "kind:errors InvalidOperation", "counts": "false"})):
        times = sorted(client.timed("/api/v1/search", **query)[0] for _ in range(30))
        rows.append(limited(f"search, {what}, p99 ms", times[-1], PAGE_MS))
    for what, text in (("a needle in one run", NEEDLE), ("no match", "no-such-words-anywhere")):
        times = sorted((client.timed("/api/v1/search", q=text) for _ in range(3)), key=lambda one: one[0])
        ms, body = times[1]
        end = body["totals"] if "totals" in body else {}
        if not body.get("complete", False) or (text == NEEDLE) != bool(body["hits"]):
            raise SystemExit(f"error: {text}: {json.dumps(body)[:500]}")
        rows.append(row(f"search, {what}, all runs looked at, s", round(ms / 1000, 2)))
        rows.append(row(f"search, {what}, rows passed over by filters of {end.get('rows_skipped', 0) + end.get('rows_scanned', 0)}", end.get("rows_skipped", 0)))
    return rows


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_until_idle(pid, seconds_max=3600):
    """Until two rounds of housekeeping cost nothing; how long that took."""
    begin = time.monotonic()
    while time.monotonic() - begin < seconds_max:
        before = cpu_seconds(pid)
        time.sleep(11)
        if cpu_seconds(pid) - before < 0.5:
            return time.monotonic() - begin - 11
    raise SystemExit("error: the server does not come to rest")


def scale(dagy, _loghub):
    WORK.mkdir(parents=True, exist_ok=True)
    home = pathlib.Path(KEPT or tempfile.mkdtemp(prefix="scale-", dir=WORK))
    home.mkdir(parents=True, exist_ok=True)
    try:
        return measured(dagy, home)
    finally:
        if not KEPT:
            shutil.rmtree(home)


def measured(dagy, home):
    counts, first_start = taken_in(dagy, home)
    rows = [row(f"{counts['runs']} runs, {counts['attempts']} task attempts, {counts['lines']} log lines taken in, s", round(counts["seconds"])),
            row("taken in, records/s durable, generator beside it", round((counts["lines"] + counts["attempts"]) / counts["seconds"]))]
    with Served(dagy, home, first_start, **SETTINGS) as server:
        rows.append(row("until housekeeping had nothing left to do, s", round(max(0, wait_until_idle(server.process.pid)))))
    disk = disk_bytes(home)
    rows += [row("on disk, MB", round(disk / 1e6), "as plain log files", round(counts["log_bytes"] / 1e6), disk / counts["log_bytes"]),
             row("on disk, MB", round(disk / 1e6), "as NDJSON", round(counts["bytes"] / 1e6), disk / counts["bytes"])]
    starts = []
    for _ in range(3):
        begin = time.perf_counter()
        with Served(dagy, home, first_start, **SETTINGS) as server:
            Client(server).timed("/api/v1/runs", limit=1)
            starts.append(time.perf_counter() - begin)
    rows.append(limited("start to the first answer, s", max(starts), START_S))
    with Served(dagy, home, first_start, **SETTINGS) as server:
        wait_until_idle(server.process.pid)
        rows.append(limited("idle after the start, RSS MiB", memory_mib(server.process.pid), IDLE_MIB))
        client = Client(server)
        rows += lists(client) + searches(client)
        wait_until_idle(server.process.pid)
        rows.append(limited("idle after all this, RSS MiB", memory_mib(server.process.pid), IDLE_MIB))
    return rows
