#include "ingest/airflow/python_traceback.h"

#include <gtest/gtest.h>

namespace dagy::ingest::airflow {
namespace {

std::string Format(std::string_view stacks) {
    return FormatTraceback(ParseJson(stacks, "stacks").as_array());
}

TEST(PythonTracebackTest, ContextIsNamedAsContext) {
    EXPECT_EQ(
        Format(R"j([{"exc_type":"KeyError","exc_value":"'b'","frames":[{"filename":"m.py","lineno":4,"name":"f"}]},
                         {"exc_type":"ZeroDivisionError","exc_value":"","is_cause":false,"frames":[]}])j"),
        "ZeroDivisionError\n"
        "\n"
        "During handling of the above exception, another exception occurred:\n"
        "\n"
        "Traceback (most recent call last):\n"
        "  File \"m.py\", line 4, in f\n"
        "KeyError: 'b'");
}

// What Python 3.11 prints for this exception, without its source lines.
TEST(PythonTracebackTest, GroupsInGroupsHaveMargins) {
    EXPECT_EQ(
        Format(
            R"j([{"exc_type":"ExceptionGroup","exc_value":"outer (2 sub-exceptions)","is_group":true,"exc_notes":["n1"],
                          "frames":[{"filename":"m.py","lineno":11,"name":"<module>"}],
                          "exceptions":[[{"exc_type":"ValueError","exc_value":"1","frames":[{"filename":"m.py","lineno":3,"name":"f"}]},
                                         {"exc_type":"OSError","exc_value":"deep","is_cause":true}],
                                        [{"exc_type":"ExceptionGroup","exc_value":"inner (1 sub-exception)","is_group":true,
                                          "exceptions":[[{"exc_type":"TypeError","exc_value":"two\nlines"}]]}]]}])j"),
        "  + Exception Group Traceback (most recent call last):\n"
        "  |   File \"m.py\", line 11, in <module>\n"
        "  | ExceptionGroup: outer (2 sub-exceptions)\n"
        "  | n1\n"
        "  +-+---------------- 1 ----------------\n"
        "    | OSError: deep\n"
        "    | \n"
        "    | The above exception was the direct cause of the following exception:\n"
        "    | \n"
        "    | Traceback (most recent call last):\n"
        "    |   File \"m.py\", line 3, in f\n"
        "    | ValueError: 1\n"
        "    +---------------- 2 ----------------\n"
        "    | ExceptionGroup: inner (1 sub-exception)\n"
        "    +-+---------------- 1 ----------------\n"
        "      | TypeError: two\n"
        "      | lines\n"
        "      +------------------------------------");
}

TEST(PythonTracebackTest, WideGroupsAreCutAsPythonDoes) {
    std::string members;
    for (int i = 0; i < 17; ++i) members += std::string(i > 0 ? "," : "") + R"j([{"exc_type":"E","exc_value":""}])j";
    const std::string text = Format(R"j([{"exc_type":"G","exc_value":"g","exceptions":[)j" + members + "]}]");
    EXPECT_NE(text.find("    +---------------- ... ----------------\n    | and 2 more exceptions\n    "
                        "+------------------------------------"),
              std::string::npos)
        << text;
}

TEST(PythonTracebackTest, SyntaxErrorsShowThePlace) {
    EXPECT_EQ(Format(R"j([{"exc_type":"SyntaxError","exc_value":"'(' was never closed (a.py, line 3)",
                          "syntax_error":{"filename":"a.py","lineno":3,"offset":6,"line":"  x = (1,\n","msg":"'(' was never closed"}}])j"),
              "  File \"a.py\", line 3\n"
              "    x = (1,\n"
              "       ^\n"
              "SyntaxError: '(' was never closed");
}

TEST(PythonTracebackTest, LeftOutFramesAndWrongTypesDoNoHarm) {
    EXPECT_EQ(
        Format(
            R"j([3,{"exc_type":7,"exc_value":null,"frames":[1,{"filename":"","lineno":-1,"name":"Skipped frames: 13"},{"filename":"a","lineno":"x"}],
                            "exc_notes":[4],"exceptions":[5],"syntax_error":"no"}])j"),
        "  + Exception Group Traceback (most recent call last):\n"
        "  |   [Skipped frames: 13]\n"
        "  |   File \"a\", line 0, in ?\n"
        "  | Exception\n"
        "  +-+---------------- 1 ----------------\n"
        "    +------------------------------------");
    EXPECT_EQ(Format("[]"), "");
}

}  // namespace
}  // namespace dagy::ingest::airflow
