"""The log-template miner beside Drain3 on the Loghub-2k sets: how right, and how fast on one thread.

Right: the 2,000 labelled lines of a set, once, from nothing. Fast: the set once from nothing; and, when that is done, STREAM further lines of it,
each digit drawn anew (so that values are as new as they are in a log that runs on), or the very same lines again. Both see the same lines in the
same order, hold them in memory before the clock starts, and are timed by the processor time of their one thread; ours with the merge at its end.
Rates are of all sets together (all lines by all seconds).
"""

import collections
import csv
import pathlib
import random
import statistics
import subprocess
import sys

from serving import TOOLS, WORK

STREAM = 20_000

# Drain3 as its page tells to begin: its defaults; and with masks for addresses, hex and numbers, as its example configuration has.
DRAIN3 = r"""
import sys, time
from drain3 import TemplateMiner
from drain3.masking import MaskingInstruction
from drain3.template_miner_config import TemplateMinerConfig
warm, masked = int(sys.argv[1]), sys.argv[2] == "masked"
config = TemplateMinerConfig()
if masked:
    alone = r"(?<![A-Za-z0-9])%s(?![A-Za-z0-9])"
    config.masking_instructions = [MaskingInstruction(alone % what, name) for what, name in (
        (r"(?:[0-9a-f]{2,}:){3,}[0-9a-f]{2,}", "ID"), (r"\d{1,3}(?:\.\d{1,3}){3}", "IP"), (r"0x[0-9A-Fa-f]+", "HEX"), (r"[-+]?\d+", "NUM"))]
miner = TemplateMiner(config=config)
lines = sys.stdin.read().split("\n")[:-1]
ids = [miner.add_log_message(line)["cluster_id"] for line in lines[:warm]]
begin = time.thread_time()
ids += [miner.add_log_message(line)["cluster_id"] for line in lines[warm:]]
print(time.thread_time() - begin, file=sys.stderr)
print("\n".join(map(str, ids)))
"""


def accuracy(found, truth):
    """Grouping accuracy over lines and F1 over groups (Jiang et al., 2024)."""
    groups, true_groups = collections.defaultdict(list), collections.defaultdict(list)
    for i, (a, b) in enumerate(zip(found, truth)):
        groups[a].append(i)
        true_groups[b].append(i)
    whole = {tuple(lines) for lines in true_groups.values()}
    hits = [lines for lines in groups.values() if tuple(lines) in whole]
    precision, recall = len(hits) / len(groups), len(hits) / len(true_groups)
    return sum(map(len, hits)) / len(found), 2 * precision * recall / (precision + recall) if hits else 0.0


def mined(command, lines, warm=0):
    """The template of each line, and the seconds that those after the first `warm` took."""
    done = subprocess.run([*command[:-1], str(warm), command[-1]], input="".join(f"{line}\n" for line in lines), capture_output=True, text=True, check=True)
    return done.stdout.split("\n")[:-1], [float(s) for s in done.stderr.split()]


def again(lines, draw):
    """STREAM lines: the set over and over, every digit drawn by `draw` if there is one."""
    repeated = (lines * (STREAM // len(lines) + 1))[:STREAM]
    if draw is None:
        return repeated
    return ["".join(draw.choice("0123456789") if c.isdecimal() else c for c in line) for line in repeated]


def drain3():
    python = WORK / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run(["/usr/bin/python3", "-m", "venv", WORK / "venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "drain3==0.9.11"], check=True)
    return [python, "-c", DRAIN3]


def measured(command, sets):
    """Of one miner: mean accuracy, mean F1, and lines/s over all sets and of each: cold, new values, repeated."""
    right, seconds = [], collections.defaultdict(list)
    for lines, truth in sets:
        found, took = mined(command, lines)
        right.append(accuracy(found, truth))
        seconds["cold"].append(took[0] / len(lines))
        for name, draw in (("varied", random.Random(7)), ("repeated", None)):
            took = mined(command, lines + again(lines, draw), len(lines))[1]
            seconds[name].append(took[0] / STREAM)
            if len(took) > 1:
                seconds[f"{name} plain"].append(took[1] / STREAM)
    rates = {name: 1 / statistics.mean(values) for name, values in seconds.items()}
    return [statistics.mean(column) for column in zip(*right)], rates, seconds


def templates(_, loghub):
    if not loghub:
        return [{"what": "templates: SKIPPED, give --loghub DIR", "ours": "", "peer": "Drain3", "theirs": "", "ratio": ""}]
    sets = []
    for log in sorted(pathlib.Path(loghub).glob("*/*_2k.log")):
        path = next((p for p in (log.with_name(log.name + "_structured_corrected.csv"), log.with_name(log.name + "_structured.csv")) if p.exists()), None)
        if path is None:
            continue
        with path.open(errors="replace", newline="") as table:
            rows = list(csv.DictReader(table))
        sets.append(([r["Content"].replace("\n", " ").replace("\r", " ") for r in rows], [r["EventId"] for r in rows]))
    if not sets:
        sys.exit(f"error: {loghub} has no <set>/<set>_2k.log with its labels beside it\nhint: give the folder of a work tree of github.com/logpai/loghub")
    ours, rates, seconds = measured([TOOLS / "templates_bench", "ours"], sets)
    table = []
    for peer, mode in (("Drain3, its defaults", "default"), ("Drain3, masks as its example", "masked")):
        theirs, their_rates, their_seconds = measured([*drain3(), mode], sets)

        def row(what, mine, other, digits, peer=peer):
            table.append({"what": f"templates: {what}", "ours": round(mine, digits), "peer": peer, "theirs": round(other, digits), "ratio": round(mine / other, 2)})

        row(f"grouping accuracy, mean of {len(sets)} sets", ours[0], theirs[0], 3)
        row("F1 of groups, mean", ours[1], theirs[1], 3)
        for name, what in (("varied", "new values"), ("repeated", "the same lines again"), ("cold", "2,000 lines from nothing")):
            row(f"lines/s on one thread, {what}", rates[name], their_rates[name], None)
        slowest = min(range(len(sets)), key=lambda i: their_seconds["varied"][i] / seconds["varied"][i])
        row("lines/s, new values, the set of the least ratio", 1 / seconds["varied"][slowest], 1 / their_seconds["varied"][slowest], None)
        row("lines/s, new values, nothing remembered", rates["varied plain"], their_rates["varied"], None)
    return table
