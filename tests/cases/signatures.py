"""How well error signatures group the failures of ../shared/cases, all imported into one store.

    python3 tests/cases/signatures.py --dagy build/dagy [--verbose]

An item is the last error that an attempt of a case's root task recorded, in any run of the case's dag, if its class is the one that the truth names.
complete  pairs of items of one task with one signature: retries and runs that failed alike are one error (a pair whose messages differ in a word that
          the truth does not speak of counts against it too)
pure      items whose group holds no item of another case with a cause that this case would not accept
Prints both and fails below the floors. Without ../shared beside the project it is skipped, and says so.
"""

import argparse
import collections
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
SHARED = pathlib.Path(os.environ.get("DAGY_SHARED", pathlib.Path(__file__).resolve().parents[3] / "shared"))
FLOORS = {"complete": 0.95, "pure": 0.98}


def short(name):
    return (name or "").rsplit(".", 1)[-1]


def last_errors(server, dag, tasks):
    """(run id, task, attempt) → last error row of each attempt of `tasks` that has one."""
    found = {}
    for run in server.json("GET", f"/api/v1/runs?limit=100&dag_id={urllib.parse.quote(dag)}")["items"]:
        if run["dag_id"] != dag:
            continue
        place = f"/api/v1/dags/{urllib.parse.quote(dag, safe='')}/runs/{run['date']}/{urllib.parse.quote(run['run_id'], safe='')}"
        for attempt in server.json("GET", f"{place}/tasks")["attempts"]:
            if attempt["task_id"].split("[")[0] not in tasks:
                continue
            phase = urllib.parse.quote(attempt["phase"] or attempt["task_id"], safe="")
            answer = server.request("GET", f"{place}/phases/{phase}/errors?limit=500&attempt={attempt['attempt']}")
            text = answer.read()
            if answer.status not in (200, 404):
                raise AssertionError(f"the errors of {phase}: {answer.status}: {text[:500]!r}")
            if answer.status == 200 and (rows := json.loads(text)["items"]):
                found[run["run_id"], attempt["task_id"], attempt["attempt"]] = rows[-1]
    return found


def items_of(server, folder):
    case = json.loads((folder / "case.json").read_text())
    truth = case["truth"]
    classes = {short(truth["exception_class"]), *map(short, truth.get("exception_also", []))} - {""}
    tasks = {task.split(".")[-1] for task in truth["root_cause_tasks"]}
    return [{"case": folder.name, "codes": {truth["root_cause_type"], *truth["also_accepted"]}, "task": key[1].split("[")[0], "row": row}
            for key, row in last_errors(server, case["dag_id"], tasks).items() if short(row["error_type"]) in classes]


def measure(items, verbose):
    groups, tasks = collections.defaultdict(list), collections.defaultdict(list)
    for item in items:
        groups[item["row"]["signature"]].append(item)
        tasks[item["case"], item["task"]].append(item)
    pairs = [pair for members in tasks.values() for pair in itertools.combinations(members, 2)]
    alike = [a["row"]["signature"] == b["row"]["signature"] for a, b in pairs]
    pure = [all(item["codes"] & other["codes"] for other in groups[item["row"]["signature"]]) for item in items]
    if verbose:
        for (a, b), same in zip(pairs, alike):
            if not same:
                print(f"apart: {a['case']}: {a['row']['error_title']!r} | {b['row']['error_title']!r}")
        for item, ok in zip(items, pure):
            if not ok:
                print(f"mixed: {item['case']}: {item['row']['error_title']!r}")
    over = sum(len({item["case"] for item in members}) > 1 for members in groups.values())
    return {"items": len(items), "groups": len(groups), "groups over several cases": over, "pairs": len(pairs),
            "complete": sum(alike) / max(1, len(alike)), "pure": sum(pure) / max(1, len(pure)), "unsigned": sum(not i["row"]["signature"] for i in items)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dagy", required=True, type=pathlib.Path)
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    folders = sorted(path.parent for path in (SHARED / "cases").glob("*/case.json"))
    if not folders:
        print("the signatures were SKIPPED: there are no cases in a shared folder beside the project")
        return 0
    os.environ["DAGY_BINARY"] = str(arguments.dagy.resolve())
    from dagy_binary import Server

    with tempfile.TemporaryDirectory(prefix="dagy-signatures-") as home:
        env = {**os.environ, "DAGY_LOCAL_DIR": home, "TZ": "UTC", "DAGY_RATE_LIMIT_PER_MINUTE": "0"}
        env.pop("DAGY_API_URL", None)
        said = ""
        for folder in folders:
            done = subprocess.run([arguments.dagy.resolve(), "import", "airflow", folder / "airflow", "--quiet"], env=env, capture_output=True, text=True, check=True)
            said += done.stderr
        server = Server(pathlib.Path(home), env)
        try:
            server.key = server.key or re.search(r"dagy_sk_\w+", said).group(0)
            figures = measure([item for folder in folders for item in items_of(server, folder)], arguments.verbose)
        finally:
            server.process.terminate()
            server.process.wait(20)
    print("  ".join(f"{name} {value:.3f}" if isinstance(value, float) else f"{name} {value}" for name, value in figures.items()))
    wrong = [f"{name} is {figures[name]:.3f}, must be {floor} at least" for name, floor in FLOORS.items() if figures[name] < floor]
    wrong += ["errors without a signature"] if figures["unsigned"] else []
    for line in wrong:
        print(f"error: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
