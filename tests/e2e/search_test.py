"""Search on the command line and by HTTP; every example of docs/search.md runs here."""

import json
import re
import shlex
import subprocess
import unittest
import urllib.parse

from dagy_binary import CASE, DAGY, ROOT, DagyTest


def examples():
    """The commands of the fenced blocks."""
    text = (ROOT / "docs" / "search.md").read_text()
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                yield shlex.split(line[2:])


class SearchTest(DagyTest):
    def search(self, *words, code=0):
        """The lines of `dagy search --output json`, by type."""
        told = self.dagy("search", *words, "--output", "json", code=code).stdout
        lines = [json.loads(line) for line in told.splitlines()]
        self.assertEqual(lines[-1]["type"], "end", told[-500:])
        return lines

    def test_the_examples_of_the_page(self):
        server = self.serve()
        self.import_example()
        ran = 0
        for command in examples():
            if command[0] == "dagy":
                done = subprocess.run([DAGY, *command[1:]], env=self.env, capture_output=True, text=True, timeout=60)
                self.assertIn(done.returncode, (0, 5), f"{command}: {done.stderr}")
                self.assertNotIn("error:", done.stderr, command)
            else:
                self.assertEqual(command[0], "curl")
                headers = {}
                if command[1] == "-H":
                    name, value = command[2].split(": ")
                    headers[name] = value
                target = command[-1].removeprefix("$DAGY_API_URL")
                answer = server.request("GET", target, headers=headers)
                self.assertEqual(answer.status, 200, target)
                text = answer.read().decode()
                wanted = {"hits", "groups", "complete"} if not headers else set()
                self.assertLessEqual(wanted, json.loads(text.splitlines()[-1]).keys(), target)
            ran += 1
        self.assertGreaterEqual(ran, 8)

    def test_hits_groups_and_the_command_that_opens_a_hit(self):
        self.import_example()
        told = self.dagy("search", "refused", "--dag", CASE["dag_id"]).stdout
        self.assertIn("fetch_orders", told)
        self.assertRegex(told, r"this (error|line) ")
        self.assertNotIn("\x1b", told, "no colour where nobody looks")
        commands = [shlex.split(line) for line in told.splitlines() if "--around" in line]
        said = []
        for command in commands[:10]:
            marked = [line for line in self.dagy(*command[1:]).stdout.splitlines() if line.startswith(">")]
            self.assertEqual(len(marked), 1, command)
            self.assertIn(f" {command[command.index('--around') + 1]} ", marked[0])
            said.append(marked[0].lower())
        self.assertTrue(any("refused" in line for line in said), said)

    def test_json_is_the_stream_of_the_api(self):
        server = self.serve()
        self.import_example()
        lines = self.search("refused", "--limit", "3")
        hits = [line["hit"] for line in lines if line["type"] == "hit"]
        self.assertEqual(len(hits), 3)
        for hit in hits:
            for start, end in hit["highlights"]:
                self.assertEqual(hit["snippet"][start:end].lower(), "refused")
        end = lines[-1]
        self.assertTrue(end["complete"])
        self.assertEqual(sum(g["hits"] for g in end["groups"]) + end["totals"]["hits_without_group"], end["totals"]["hits"])
        self.assertEqual(end["totals"]["runs_seen"], CASE["runs"])
        body = server.json("GET", "/api/v1/search?" + urllib.parse.urlencode({"q": "refused", "limit": 3}))
        self.assertEqual([h["row"] for h in body["hits"]], [h["row"] for h in hits], "the server says the same")
        self.assertEqual([g["signature"] for g in body["groups"]], [g["signature"] for g in end["groups"]])

    def test_exit_codes_and_faults(self):
        self.import_example()
        self.search("there-is-no-such-word", code=5)
        hinted = self.dagy("search", "KeyError:amount", code=5).stderr
        self.assertIn("hint:", hinted)
        wrong = self.dagy("search", "level:eror", '"open', code=2).stderr
        self.assertIn("at character 1", wrong)
        self.assertIn("at character 12", wrong)
        self.dagy("search", code=2)
        self.dagy("search", "x", "--from", "yesterday", code=2)
        self.dagy("logs", CASE["dag_id"], CASE["run_id"], "--around", "3", code=2)


if __name__ == "__main__":
    unittest.main()
