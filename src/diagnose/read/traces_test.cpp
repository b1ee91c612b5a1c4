#include <gtest/gtest.h>

#include "diagnose/read/jvm_trace.h"
#include "diagnose/read/python_trace.h"

namespace dagy::diagnose {
namespace {

TEST(PythonTraceTest, ChainsRunFromTheOutermostToTheDeepest) {
    const auto chain = ParsePythonTrace(
        "Traceback (most recent call last):\n  File \"/usr/lib/python3.11/socket.py\", line 8, in connect\n    "
        "sock.connect(sa)\nConnectionRefusedError: [Errno 111] Connection refused\n\n"
        "The above exception was the direct cause of the following exception:\n\n"
        "Traceback (most recent call last):\n  File \"/opt/dags/a.py\", line 3, in load\n    fetch()\n    "
        "^^^^^^^\nfeeds.FeedError: no feed\nsee the manual\n",
        7);
    ASSERT_TRUE(chain);
    ASSERT_EQ(chain->exceptions.size(), 2u);
    EXPECT_EQ(chain->exceptions[0].type, "feeds.FeedError");
    EXPECT_EQ(chain->exceptions[0].message, "no feed\nsee the manual");
    EXPECT_EQ(chain->exceptions[0].frames.front().code, "fetch()");
    EXPECT_TRUE(chain->exceptions[0].frames.front().is_user_code);
    EXPECT_EQ(chain->exceptions[1].ShortType(), "ConnectionRefusedError");
    EXPECT_EQ(chain->exceptions[1].link, Exception::Link::kCause);
    EXPECT_FALSE(chain->exceptions[1].frames.front().is_user_code);
    EXPECT_EQ(chain->exceptions[1].row, 7);
}

TEST(PythonTraceTest, ReadsWithoutIndentationAsSparkPrintsIt) {
    const auto chain = ParsePythonTrace(
        "Traceback (most recent call last):\nFile \"/opt/jobs/count.py\", line 9, in <lambda>\nlambda w: "
        "w.lowr()\nAttributeError: 'str' object has no attribute 'lowr'\n",
        0);
    ASSERT_TRUE(chain);
    EXPECT_EQ(chain->exceptions[0].type, "AttributeError");
    EXPECT_EQ(chain->exceptions[0].frames.front().code, "lambda w: w.lowr()");
}

TEST(PythonTraceTest, BeginsInTheMiddleWhereTheHeadIsCutOff) {
    const auto chain = ParsePythonTrace(
        "    return f()\n  File \"/opt/dags/a.py\", line 3, in load\n    int(x)\nValueError: invalid literal for int() "
        "with base 10: 'x'\n",
        0);
    ASSERT_TRUE(chain);
    EXPECT_EQ(chain->exceptions[0].type, "ValueError");
}

TEST(PythonTraceTest, ReadsTheBoxThatRichDraws) {
    const auto chain = ParsePythonTrace(
        "╭───────────── Traceback (most recent call last) ─────────────╮\n"
        "│ /opt/jobs/count.py:14 in <module>                           │\n"
        "│                                                             │\n"
        "│   13 │   log.warning(\"ring list: Read timed out\")            │\n"
        "│ ❱ 14 │   task()                                             │\n"
        "│                                                             │\n"
        "│ /opt/venv/lib/python3.11/site-packages/feeds/client/search  │\n"
        "│ .py:421 in wrapped                                          │\n"
        "│ ❱ 421 │   │   return api(*args)                             │\n"
        "╰─────────────────────────────────────────────────────────────╯\n"
        "AuthenticationException: AuthenticationException(401, 'no such user')\n",
        3);
    ASSERT_TRUE(chain);
    ASSERT_EQ(chain->exceptions.size(), 1u);
    const Exception& exception = chain->exceptions.front();
    EXPECT_EQ(exception.type, "AuthenticationException");
    EXPECT_EQ(exception.message, "AuthenticationException(401, 'no such user')");
    ASSERT_EQ(exception.frames.size(), 2u);
    EXPECT_EQ(exception.frames[0].line, 14);
    EXPECT_EQ(exception.frames[0].code, "task()");
    EXPECT_TRUE(exception.frames[0].is_user_code);
    EXPECT_EQ(exception.frames[1].file, "/opt/venv/lib/python3.11/site-packages/feeds/client/search.py");
    EXPECT_FALSE(exception.frames[1].is_user_code);
}

TEST(PythonTraceTest, ReadsGroupsWithTheirMembers) {
    const auto chain = ParsePythonTrace(
        "  + Exception Group Traceback (most recent call last):\n  |   File \"/opt/dags/a.py\", line 3, in load\n  |   "
        "  go()\n  | ExceptionGroup: two feeds (2 sub-exceptions)\n"
        "  +-+---------------- 1 ----------------\n    | Traceback (most recent call last):\n    |   File "
        "\"/opt/dags/a.py\", line 5, in one\n    | KeyError: 'a'\n"
        "    +---------------- 2 ----------------\n    | ValueError: b\n    +------------------------------------\n",
        0);
    ASSERT_TRUE(chain);
    ASSERT_GE(chain->exceptions.size(), 2u);
    EXPECT_EQ(chain->exceptions[0].type, "ExceptionGroup");
    EXPECT_EQ(chain->exceptions[1].type, "KeyError");
    EXPECT_EQ(chain->exceptions[1].link, Exception::Link::kGroupMember);
}

TEST(PythonTraceTest, OrdinaryTextIsNoTrace) {
    EXPECT_FALSE(ParsePythonTrace("all is well\nError: none\n", 0));
}

TEST(JvmTraceTest, FollowsCausedBy) {
    const auto chain = ParseJvmTrace(
        "Exception in thread \"main\" java.lang.RuntimeException: job failed\n\tat "
        "com.acme.Job.run(Job.java:12)\nCaused by: java.net.UnknownHostException: db.acme.test\n\tat "
        "java.base/java.net.Inet.x(Inet.java:1)\n\t... 12 more\n",
        3);
    ASSERT_TRUE(chain);
    ASSERT_EQ(chain->exceptions.size(), 2u);
    EXPECT_EQ(chain->exceptions[1].type, "java.net.UnknownHostException");
    EXPECT_EQ(chain->exceptions[1].message, "db.acme.test");
    EXPECT_TRUE(chain->exceptions[0].frames.front().is_user_code);
    EXPECT_EQ(chain->exceptions[0].frames.front().line, 12);
}

TEST(JvmTraceTest, AClassNameAloneIsNoTrace) {
    EXPECT_FALSE(ParseJvmTrace("loading org.acme.feeds.FeedException handler\nready\n", 0));
}

TEST(LineTest, TakesHeadsOffOneWithinTheOther) {
    EXPECT_EQ(TakeInnerHead("2026-01-02 03:04:05,678 ERROR   bookings could not keep").body, "bookings could not keep");
    EXPECT_EQ(TakeInnerHead("2026-01-02 03:04:05,678 - __main__ - ERROR - disk full").level, model::Level::kError);
    EXPECT_EQ(TakeInnerHead("2026-01-02 03:04:05,678 - __main__ - ERROR - disk full").body, "disk full");
    EXPECT_EQ(TakeInnerHead("12:16:27    Database Error in model x").body, "Database Error in model x");
    EXPECT_EQ(TakeInnerHead("[0m10:41:54.696141 [error] [MainThread]: Compilation Error").body, "Compilation Error");
    EXPECT_EQ(TakeInnerHead("26/03/01 02:00:09 WARN TaskSetManager: Lost task").body, "Lost task");
    EXPECT_EQ(TakeInnerHead("plain words: 3 of 4").body, "plain words: 3 of 4");
}

}  // namespace
}  // namespace dagy::diagnose
