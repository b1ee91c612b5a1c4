"""The documented runs API, sentence by sentence: tests/contract/runs_api."""

import pathlib
import sys
import unittest

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "contract" / "runs_api"


def load_tests(loader, _tests, _pattern):
    sys.path.insert(0, str(FOLDER))
    return unittest.TestSuite(loader.loadTestsFromName(path.stem) for path in sorted(FOLDER.glob("*_test.py")))


if __name__ == "__main__":
    unittest.main()
