"""Servers for one measurement: ours over a data folder of its own, and what every bench needs to start one."""

import functools
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[1]
WORK = ROOT / "build" / "bench"
TOOLS = ROOT / "build" / "release" / "bench"


def need(program, *packages):
    if not shutil.which(program):
        subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages], check=True, stdout=subprocess.DEVNULL)


def generated(lines):
    WORK.mkdir(parents=True, exist_ok=True)
    path = WORK / f"run-{lines}.ndjson"
    if not path.exists():
        with path.with_suffix(".part").open("w") as out:
            subprocess.run([sys.executable, ROOT / "tools/generate.py", "--lines", str(lines)], stdout=out, check=True)
        path.with_suffix(".part").rename(path)
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def peak_mib(pid):
    return memory_mib(pid, "VmHWM")


def memory_mib(pid, what="VmRSS"):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"{what}:\s+(\d+)", status).group(1)) / 1024


class Served:
    """A server of its own data folder, for one measurement."""

    def __init__(self, dagy, home, first_start="", **settings):
        """`first_start`: what the command that made the data folder showed; empty: the server makes it."""
        self.env = {**os.environ, "DAGY_LOCAL_DIR": str(home), "DAGY_RATE_LIMIT_PER_MINUTE": "0", **settings}
        self.log = (pathlib.Path(home) / "serve.err").open("w+")
        self.process = subprocess.Popen([dagy, "serve", "--port", "0"], env=self.env, stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        self.port = int(re.search(r":(\d+)\s*$", line).group(1))
        self.log.flush()
        self.key = re.search(r"dagy_sk_\w+", first_start or pathlib.Path(self.log.name).read_text()).group(0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)

    def request(self, method, target, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request(method, target, body=body, headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer

    @functools.cached_property
    def diagnoses(self):
        me = json.load(self.request("GET", "/api/v1/me")[1])
        return f"/organizations/{me['organization_id']}/observability/deployments/{me['deployment_id']}/dag-failure-diagnosis/runs"

    def diagnose(self, dag, run, **asks):
        """Asks for a fresh diagnosis; the target of the diagnosis run."""
        prefix, query = self.diagnoses, urllib.parse.urlencode({"force": "true", **asks})
        status, answer = self.request("POST", f"{prefix}?{query}", json.dumps({"dagId": dag, "runId": run, "skipCacheRead": True}))
        created = json.load(answer)
        if status != 202:
            raise SystemExit(f"error: the diagnosis was not taken: {created}")
        return f"{prefix}/{created['runId']}"

    def peak_mib(self):
        return peak_mib(self.process.pid)
