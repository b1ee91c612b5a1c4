"""Every sentence of the ordered document about an endpoint is quoted by a test that holds it."""

import pathlib
import unittest

HERE = pathlib.Path(__file__).parent


class SentencesTest(unittest.TestCase):
    def test_every_sentence_has_a_test(self):
        sentences = (HERE / "sentences.txt").read_text().splitlines()
        tests = "".join(path.read_text() for path in HERE.glob("*_test.py") if path.name != "sentences_test.py")
        self.assertEqual([sentence for sentence in sentences if sentence not in tests], [])


if __name__ == "__main__":
    unittest.main()
