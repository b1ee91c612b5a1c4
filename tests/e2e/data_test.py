"""Data rows come back as they went in, number by number, however they are kept."""

import json
import unittest

from dagy_binary import DagyTest

# As they stand in a line; a double or 64 bits hold none of them.
EXACT = ["12345678901234567890.1200", "-0.10000000000000000000000001", "18446744073709551616", "-9223372036854775809", "1234567890123456.789",
         "340282366920938463463374607431768211456", "1e400"]
HELD = ["0", "-7", "9223372036854775807", "18446744073709551615", "0.1", "2.5", "1234567.25"]
OF = '"dag_id":"ledger","run_id":"r1"'


class ExactNumber(str):
    """The text of a number that was read."""


def read(text):
    return json.loads(text, parse_int=ExactNumber, parse_float=ExactNumber)


class DataTest(DagyTest):
    def send(self, numbers):
        lines = [f'{{"kind":"run",{OF},"state":"RUNNING","started_at":"2026-11-20T04:00:00Z"}}']
        lines += [f'{{"kind":"data",{OF},"phase":"book","row":{{"amount":{number},"nested":{{"of":[{number}]}},"name":"n{i}"}}}}' for i, number in enumerate(numbers)]
        lines.append(f'{{"kind":"event",{OF},"payload":{{"total":{numbers[0]}}}}}')
        report = self.server.json("POST", "/api/v1/ingest", "\n".join(lines).encode())
        self.assertEqual((report["rejected"], report["accepted"]), (0, len(lines)), report)

    def page(self, query=""):
        return read(self.server.request("GET", f"/api/v1/dags/ledger/runs/2026-11-20/r1/phases/book/data?limit=500{query}").read())

    def amounts(self):
        items = self.page()["items"]
        self.assertEqual([item["nested"]["of"] for item in items], [[item["amount"]] for item in items])
        return [str(item["amount"]) for item in items]

    def settle(self):
        self.server.request("GET", "/api/v1/lake/export?run_id=r1").read()

    def test_every_digit_comes_back(self):
        self.server = self.serve()
        self.send(EXACT + HELD)
        self.assertEqual(self.amounts(), EXACT + HELD, "as it came in")
        self.settle()
        self.assertEqual(self.amounts(), EXACT + HELD, "as Parquet")
        self.send(HELD)
        self.settle()
        self.send(EXACT)
        self.settle()
        self.server.request("POST", "/api/v1/lake/compact").read()
        self.assertEqual(self.amounts(), EXACT + HELD + HELD + EXACT, "and merged")
        event = read(self.server.request("GET", "/api/v1/dags/ledger/runs/2026-11-20/r1/event").read())
        self.assertIn(EXACT[0], json.dumps(event))

    def test_exact_numbers_are_found(self):
        self.server = self.serve()
        self.send(EXACT + HELD)
        for settled in (False, True):
            with self.subTest(settled=settled):
                self.assertEqual(self.page("&keyword=67890.12")["total"], "1")
                for query, wanted in (("67890.12", 1), ("amount=340282366920938463463374607431768211456", 1), ("amount%3E1000000000000000000000000", 2), ("u0000", 0)):
                    answer = self.server.json("GET", f"/api/v1/search?q={query}%20kind:data")
                    self.assertEqual(answer["totals"]["hits"], wanted, query)
            self.settle()

    def test_the_run_search_finds_them_too(self):
        self.server = self.serve()
        self.send(EXACT)
        for keyword, found in (("12345678901234567890.12", 1), ("u0000", 0)):
            for depth in ("head", "full"):
                page = self.server.json("GET", f"/api/v1/dags/ledger/runs?date_from=2026-11-20&date_to=2026-11-20&event_keyword={keyword}&depth={depth}")
                self.assertEqual(page["total"], found, (keyword, depth))

    def test_columns_of_numbers_that_fit_stay_numbers(self):
        self.server = self.serve()
        self.send(["1", "2.5", "0.1"])
        self.settle()
        self.assertIn({"name": "amount", "type": "DOUBLE"}, self.page()["columns"])


if __name__ == "__main__":
    unittest.main()
