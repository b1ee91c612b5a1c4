"""Lets the disk run full, or turn read-only, under a dagy that takes in, settles, merges and deletes records, and counts what is there afterwards.

    python3 tests/crash/bad_disk.py --dagy build/dagy --loops 20 [--seed 1]

Each loop gives a server a small disk of its own (a tmpfs; needs the right to mount) and drives it. Then there is room for nothing, or for a few
pages, or the lake can only be read. What cannot be done must be refused in words; what was acknowledged must be read all along; a kill -9 in
that state changes nothing. Once there is room again the same server, or the next start, goes on as if nothing had been.
"""

import contextlib
import http.client
import json
import pathlib
import subprocess
import sys
import tempfile

from driven_server import Drive, Server, check, clear, command, expect_whole
from loops import Fault, parse, run_loops

DISK_MIB = 48
ROOM_BYTES = (0, 4096, 20_000, 100_000, 400_000)
REFUSED = {502, 507, 503}  # storage_failed, storage_full, busy
FINE = {200, 404, 409}  # 404 and 409: an old run that is gone, or being read


def mount(*words):
    done = subprocess.run(["mount", *map(str, words)], capture_output=True, text=True)
    if done.returncode:
        raise OSError(done.stderr.strip())


@contextlib.contextmanager
def small_disk(folder):
    folder.mkdir(parents=True)
    mount("-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", folder)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=False)


class Full:
    """A ballast takes all the room but a little."""

    def __init__(self, disk, rng):
        self.file, self.disk, self.room = disk / "ballast", disk, rng.choice(ROOM_BYTES)

    def about(self):
        return f"full but for {self.room} bytes"

    def begin(self):
        with self.file.open("wb", buffering=0) as ballast, contextlib.suppress(OSError):
            while ballast.write(b"\0" * 4096) == 4096:
                pass
        size = self.file.stat().st_size
        with self.file.open("r+b") as ballast:
            ballast.truncate(max(0, size - self.room))

    def end(self):
        self.file.unlink()


class ReadOnlyLake:
    """Nothing in the lake can be written; the store beside it can."""

    def __init__(self, disk, rng):
        self.lake = disk / "data" / "lake"

    def about(self):
        return "a lake that is read-only"

    def begin(self):
        self.lake.mkdir(exist_ok=True)
        mount("--bind", self.lake, self.lake)
        mount("-o", "remount,ro,bind", self.lake)

    def end(self):
        subprocess.run(["umount", "-l", self.lake], check=True)


def expect_words(status, body):
    """An answer is good, or a refusal that says what is wrong: never a fault of ours, never silence."""
    if status in FINE:
        lines = body.splitlines()
        last = json.loads(lines[-1]) if lines and lines[-1].startswith(b"{") else {}
        status = last.get("status", status) if last.get("kind") == "error" else status
        body = lines[-1] if lines else body
    if status in FINE:
        return False
    if status not in REFUSED:
        raise Fault(f"{status}: {body[-500:]!r}")
    problem = json.loads(body)
    if not problem.get("detail") or not problem.get("code"):
        raise Fault(f"a refusal without words: {problem}")
    return True


class BadDrive(Drive):
    """Looks at every answer; `refused` counts those that say that it cannot be done."""

    refused = 0

    def ask(self, method, target, body=None):
        status, answer = super().ask(method, target, body)
        # An archive has no line in which it could say it: it is cut short.
        if "/lake/export" not in target or status not in FINE:
            self.refused += expect_words(status, answer)
        return status, answer


def readable(drive):
    """What was acknowledged can be read in any state."""
    status, body = drive.server.ask("GET", "/api/v1/search?q=line+run:stays+kind:logs&limit=1")
    if drive.acknowledged and (status != 200 or not json.loads(body)["hits"]):
        raise Fault(f"nothing can be found any more: {status} {body[-300:]!r}")


def rounds(drive, count):
    for _ in range(count):
        try:
            drive.round()
        except http.client.IncompleteRead:  # an export that could not be ended
            drive.refused += 1


def loop(dagy, disk, rng):
    home = disk / "data"
    server = Server(dagy, home)
    drive, key = BadDrive(server, rng), server.key
    rounds(drive, 2)
    if drive.refused:
        raise Fault("something was refused on a good disk")
    trouble = rng.choice((Full, Full, ReadOnlyLake))(disk, rng)
    trouble.begin()
    try:
        rounds(drive, rng.randint(1, 4))
        readable(drive)
        killed = rng.random() < 0.5
        if killed:
            server.kill()
            code, out, err = command(dagy, home, "runs", "list", "--output", "json")
            if code and ("error:" not in err or "this should not happen" in err):
                raise Fault(f"runs list: {code}: {out} {err}")
    finally:
        trouble.end()
    if killed:
        drive.server = server = Server(dagy, home)
        server.key = key
    before = drive.refused
    if not drive.send_more(500):
        raise Fault("records are refused although there is room again")
    drive.settle("stays")
    if drive.ask("POST", "/api/v1/lake/compact")[0] != 200 or drive.refused != before:
        raise Fault("it does not go on although there is room again")
    server.kill()
    check(dagy, home)
    clear(dagy, home)
    expect_whole(dagy, home, drive.acknowledged)
    return trouble.about(), drive.refused > 0


def main():
    arguments = parse(__doc__)
    with tempfile.TemporaryDirectory() as probe:
        try:
            with small_disk(pathlib.Path(probe) / "disk"):
                pass
        except OSError as refused:
            print(f"left out: no right to mount a small disk here ({refused})")
            return 0

    def one(number, home, rng):
        with small_disk(home.parent / "disk") as disk:
            return loop(arguments.dagy, disk, rng)

    return run_loops(arguments, one, "bad disks: what could not be done was refused in words, nothing acknowledged was lost, and it recovered")


if __name__ == "__main__":
    sys.exit(main())
