"""Diagnoses every case of ../shared/cases and ../shared/cases-wild by the built binary, prints the score, holds it against floors.json.

    python3 tests/cases/run_cases.py --dagy build/dagy [--set cases|cases-wild] [--verbose] [--keep DIR] [--half a|b]

Each case gets a fresh store. `--half` takes the cases of one half only (split by a hash of the case's name), to write rules looking at
one half and score the other. Without ../shared beside the project the cases are skipped, and said to be.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SHARED = pathlib.Path(os.environ.get("DAGY_SHARED", HERE.parent.parent.parent / "shared"))
# Figures where less is better.
CEILINGS = {"false_confirmed", "calibration"}


def half_of(name):
    return "ab"[hashlib.sha256(name.encode()).digest()[0] & 1]


def diagnose(dagy, folder, out):
    """Imports one case into a store of its own and writes the diagnosis to `out`; returns what went wrong, or nothing."""
    case = json.loads((folder / "case.json").read_text())
    with tempfile.TemporaryDirectory(prefix="dagy-case-") as home:
        env = {**os.environ, "DAGY_LOCAL_DIR": home, "TZ": "UTC"}
        env.pop("DAGY_API_URL", None)

        def run(*words):
            return subprocess.run([dagy, *words], env=env, capture_output=True, text=True, timeout=120)

        imported = run("import", "airflow", str(folder / "airflow"), "--quiet")
        if imported.returncode:
            return f"import: {imported.stderr.strip()}"
        done = run("diagnose", case["dag_id"], case["run_id"], "--output", "json")
        if done.returncode:
            return f"diagnose: {done.stderr.strip()}"
        out.write_text(done.stdout)
    return None


def run_set(dagy, cases, out, half):
    failures = {}
    folders = sorted(p.parent for p in cases.glob("*/case.json") if half in (None, half_of(p.parent.name)))
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        jobs = {pool.submit(diagnose, dagy, f, out / f"{f.name}.json"): f.name for f in folders}
        for job in concurrent.futures.as_completed(jobs):
            if job.result():
                failures[jobs[job]] = job.result()
    return folders, failures


def chosen(folders, target):
    """A folder that holds only the cases to score."""
    for folder in folders:
        (target / folder.name).symlink_to(folder)
    return target


def missed(figures, floors):
    for name, floor in floors.items():
        value = figures.get(name)
        if value is None:
            yield f"{name} was not measured, must be {floor}"
        elif name in CEILINGS and value > floor:
            yield f"{name} is {value:.3f}, may be {floor} at most"
        elif name not in CEILINGS and value < floor:
            yield f"{name} is {value:.3f}, must be {floor} at least"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dagy", required=True, type=pathlib.Path)
    parser.add_argument("--set", choices=("cases", "cases-wild"))
    parser.add_argument("--half", choices=("a", "b"))
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--keep", type=pathlib.Path, help="folder for the diagnoses")
    arguments = parser.parse_args()
    floors = json.loads((HERE / "floors.json").read_text())
    scorer = SHARED / "tools" / "score-cases"
    if not scorer.exists():
        print(f"the cases were SKIPPED: there is no {scorer.name} in a shared folder beside the project")
        return 0
    wrong = []
    for name in [arguments.set] if arguments.set else ["cases", "cases-wild"]:
        with tempfile.TemporaryDirectory(prefix="dagy-cases-") as scratch:
            out = arguments.keep / name if arguments.keep else pathlib.Path(scratch) / "out"
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir(parents=True)
            folders, failures = run_set(arguments.dagy.resolve(), SHARED / name, out, arguments.half)
            picked = pathlib.Path(scratch) / "cases"
            picked.mkdir()
            score = [sys.executable, str(scorer), str(out), "--cases", str(chosen(folders, picked))]
            print(f"== {name}{f', half {arguments.half}' if arguments.half else ''}", flush=True)
            subprocess.run(score + (["--verbose"] if arguments.verbose else []), check=True)
            figures = json.loads(subprocess.run([*score, "--json"], check=True, capture_output=True, text=True).stdout)
            wrong += [f"{name}: {case}: {reason}" for case, reason in sorted(failures.items())]
            if not arguments.half:
                wrong += [f"{name}: {fault}" for fault in missed(figures, floors[name])]
    for line in wrong:
        print(f"error: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
