"""`./dev bench search`: one run with a gigabyte of log text in Parquet, ours with and without index, DuckDB's ILIKE over the same files, and
`zstd -dc | rg` over the same lines as compressed text."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from serving import TOOLS, WORK, need

GIGABYTES = float(os.environ.get("DAGY_BENCH_SEARCH_GB", "1"))
NEEDLE = "0bad1dea-0000-4000-8000-c0ffee123456"
# What search_bench (bench/search_bench.cpp) looks for: its figure → how rg is told the same.
ASKED = {"needle": ("-F", NEEDLE), "rare": ("-F", "12345.parquet"), "no match": ("-F", "no such words here"),
         "common": ("-F", "rejected"), "regex": ("-e", "lost [0-9a-f]+-0000-4")}


def ripgrep(lines, how, text):
    """Best of three, ms."""
    best = float("inf")
    for _round in range(3):
        begin = time.perf_counter()
        zstd = subprocess.Popen(["zstd", "-dcq", lines], stdout=subprocess.PIPE)
        subprocess.run(["rg", "-c", "-i", how, text], stdin=zstd.stdout, stdout=subprocess.DEVNULL, check=False)
        zstd.stdout.close()
        zstd.wait()
        best = min(best, (time.perf_counter() - begin) * 1000)
    return best


def row(what, ours, peer="", theirs=None, ratio=None):
    return {"what": what, "ours": ours, "peer": peer, "theirs": "" if theirs is None else round(theirs, 1),
            "ratio": "" if ratio is None else round(ratio, 3)}


def search(_dagy, _loghub):
    need("zstd", "zstd")
    need("rg", "ripgrep")
    WORK.mkdir(parents=True, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="search-", dir=WORK))
    try:
        told = subprocess.run([TOOLS / "search_bench", folder, str(GIGABYTES)], check=True, capture_output=True, text=True).stdout
        figures = {one["figure"]: one for one in map(json.loads, told.splitlines())}
        subprocess.run(["zstd", "-q", "--rm", folder / "lines.txt"], check=True)
        grepped = {name: ripgrep(folder / "lines.txt.zst", *asked) for name, asked in ASKED.items()}
    finally:
        shutil.rmtree(folder)
    return rows_of(figures, grepped)


def rows_of(figures, grepped):
    apply, index = figures["apply"], figures["index"]
    whole = apply["rows"] / apply["rows_per_s"] + index["seconds"]
    rows = [row(f"search: {apply['text_bytes'] / 1e9:.2f} GB of lines, Parquet MB", round(index["parquet_bytes"] / 1e6)),
            row("search: index / Parquet bytes", index["share"]),
            row("search: ingest with indexing, records/s durable", round(apply["rows"] / whole))]
    for name in ("needle", "rare", "no match", "common", "regex"):
        scan, ours = figures.get(f"unindexed {name}"), figures.get(name) or figures.get(f"{name}, all")
        ilike = figures.get(f"ilike {name}")
        if scan:
            rows.append(row(f"search: {name}, unindexed, ms", scan["best_ms"], "zstd -dc | rg", grepped[name], scan["best_ms"] / grepped[name]))
        if ours and ilike:
            rows.append(row(f"search: {name}, ms", ours["best_ms"], "DuckDB ILIKE", ilike["best_ms"], ilike["best_ms"] / ours["best_ms"]))
        elif ours:
            rows.append(row(f"search: {name}, ms", ours["best_ms"], "zstd -dc | rg", grepped[name], grepped[name] / ours["best_ms"]))
        if ours:
            rows.append(row(f"search: {name}, first look, nothing cached, ms", ours["first_ms"]))
    for name, what in (("level", "the level of each 97th line, all hits"), ("level without rows", "a level that no line has")):
        rows.append(row(f"search: {what}, unindexed, ms", figures[f"unindexed {name}"]["best_ms"]))
        rows.append(row(f"search: {what}, ms", figures[name]["best_ms"]))
    first = figures.get("common, first 50")
    if first:
        rows.append(row("search: common word, first 50 hits, nothing but the index cached, ms", first["first_ms"]))
    return rows
