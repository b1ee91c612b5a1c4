"""The built binary as a user runs it: a data folder of its own for each test, a server on a free port."""

import http.client
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
DAGY = pathlib.Path(os.environ.get("DAGY_BINARY", ROOT / "build" / "dagy"))
EXAMPLE = ROOT / "examples" / "orders-daily"
CASE = json.loads((EXAMPLE / "case.json").read_text())


class DagyTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dagy-e2e-")
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name) / "data"
        self.scratch = pathlib.Path(folder.name)
        self.env = {**os.environ, "DAGY_LOCAL_DIR": str(self.home), "TZ": "UTC", "DAGY_RATE_LIMIT_PER_MINUTE": "0"}
        self.env.pop("DAGY_API_URL", None)

    def dagy(self, *words, code=0, **env):
        """Runs a command; asserts its exit code; returns the finished process."""
        done = subprocess.run([DAGY, *map(str, words)], env={**self.env, **env}, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, code, f"dagy {' '.join(map(str, words))}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return done

    def json(self, *words, **env):
        return json.loads(self.dagy(*words, "--output", "json", **env).stdout)

    def import_example(self):
        self.dagy("import", "airflow", EXAMPLE / "airflow", "--quiet")

    def serve(self, **env):
        server = Server(self.home, {**self.env, **env})
        self.addCleanup(server.kill)
        return server


class Server:
    def __init__(self, home, env, port=0):
        self.env = env
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([DAGY, "serve", "--port", str(port)], env=env, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        line = self.process.stdout.readline()
        found = re.search(r"listening on (http://\S+:(\d+))", line)
        if not found:
            self.process.wait(20)
            raise AssertionError(f"the server did not start: {line}{self.stderr()}")
        self.url, self.port = found.group(1), int(found.group(2))
        key = re.search(r"dagy_sk_\w+", self.stderr())
        self.key = key.group(0) if key else None

    def stderr(self):
        self.errors.seek(0)
        return self.errors.read()

    def request(self, method, target, body=None, headers=None, timeout=60):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        sent = {"Authorization": f"Bearer {self.key}", "Connection": "close"}
        if body is not None and not isinstance(body, bytes):
            body, sent["Content-Type"] = json.dumps(body), "application/json"
        connection.request(method, target, body=body, headers={**sent, **(headers or {})})
        return connection.getresponse()

    def json(self, method, target, body=None, headers=None, status=200):
        answer = self.request(method, target, body, headers)
        text = answer.read()
        if answer.status != status:
            raise AssertionError(f"{method} {target}: {answer.status}, expected {status}: {text[:1000]!r}")
        return json.loads(text)

    def diagnoses(self):
        me = self.json("GET", "/api/v1/me")
        return f"/organizations/{me['organization_id']}/observability/deployments/{me['deployment_id']}/dag-failure-diagnosis/runs"

    def events(self, target, last_id=None, headers=None):
        """Yields (id, event, data) until the stream ends."""
        query = "" if last_id is None else f"?lastEventId={last_id}"
        answer = self.request("GET", f"{target}/events{query}", headers=headers)
        if answer.status != 200:
            raise AssertionError(f"{answer.status}: {answer.read()!r}")
        event = {}
        for line in answer:
            text = line.decode().rstrip("\n")
            if text:
                name, _, value = text.partition(": ")
                event[name] = value
            elif event:
                if "event" in event:
                    yield int(event["id"]) if "id" in event else None, event["event"], json.loads(event.get("data", "{}"))
                event = {}

    def stop(self):
        self.process.terminate()
        return self.process.wait(20)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(20)
        self.process.stdout.close()
        self.errors.close()


def quote(text):
    return urllib.parse.quote(text, safe="")
