#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "diagnose/classify.h"
#include "diagnose/read.h"
#include "ingest/airflow/log_reader.h"

namespace dagy::diagnose {
namespace {

Reading ReadText(std::string_view text, int attempt = 1) {
    const auto records = ingest::airflow::ReadLogText(text);
    AttemptReader reader(Knowledge::Builtin(), {.run_key = 1, .phase = "t", .attempt = attempt}, "d", "r", "t");
    reader.Add(records.logs);
    reader.AddErrors(records.errors);
    return reader.Finish();
}

std::string CodeOf(const std::vector<Candidate>& candidates) {
    // The judge takes nothing that is weaker.
    constexpr double kScoreMin = 0.3;
    return candidates.empty() || candidates.front().score < kScoreMin ? "INSUFFICIENT_EVIDENCE"
                                                                      : candidates.front().code;
}

/// tests/cases/failures/logs: logs of failed attempts; their first line names the codes that are right.
TEST(ClassifyTest, LogsOfFailedAttemptsHaveTheirCodes) {
    const char* root = std::getenv("DAGY_SOURCE_DIR");
    ASSERT_NE(root, nullptr);
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(root) + "/tests/cases/failures/logs"))
        files.push_back(entry.path());
    std::ranges::sort(files);
    EXPECT_GT(files.size(), 30u);
    for (const auto& path : files) {
        std::ifstream file(path);
        std::string head;
        std::getline(file, head);
        std::stringstream rest;
        rest << file.rdbuf();
        const auto candidates = Classify(Knowledge::Builtin(), {}, {ReadText(rest.str())});
        const std::string accepted = "|" + head.substr(2) + "|", code = CodeOf(candidates);
        EXPECT_NE(accepted.find("|" + code + "|"), std::string::npos)
            << path.filename() << ": " << code
            << (candidates.empty() ? "" : " by " + candidates.front().rule + " (" + candidates.front().why + ")")
            << ", is " << head.substr(2);
    }
}

constexpr std::string_view kHarmless =
    R"({"timestamp":"2026-01-01T00:00:00Z","level":"error","event":"mirror 2 refused","logger":"feed","error_detail":[{"exc_type":"ConnectionRefusedError","exc_value":"[Errno 111] Connection refused","is_cause":false,"frames":[]}]}
)";
constexpr std::string_view kExited =
    R"({"timestamp":"2026-01-01T00:00:09Z","level":"warning","event":"Process exited abnormally","logger":"task","exit_code":1}
)";

TEST(ClassifyTest, WhatStandsInGoodRunsTooProvesNothing) {
    const auto good = ReadText(kHarmless);
    const auto contrast = BuildContrast({good});
    TaskContext context;
    context.contrast = &contrast;
    EXPECT_TRUE(
        Classify(Knowledge::Builtin(), context, {ReadText(std::string(kHarmless) + std::string(kExited))}).empty());
}

std::string Failed(std::string_view type, std::string_view value) {
    return R"({"timestamp":"2026-01-01T00:00:05Z","level":"error","event":"Task failed with exception","logger":"task","error_detail":[{"exc_type":")" +
           std::string(type) + R"(","exc_value":")" + std::string(value) +
           R"(","is_cause":false,"frames":[{"filename":"/opt/airflow/dags/x.py","lineno":7,"name":"load"}]}]})" + "\n";
}

TEST(ClassifyTest, TheLastAttemptDecides) {
    const auto candidates =
        Classify(Knowledge::Builtin(), {},
                 {ReadText(Failed("HTTPError", "503 Server Error: Service Unavailable for url: http://x"), 1),
                  ReadText(Failed("KeyError", "'price'"), 2)});
    EXPECT_EQ(CodeOf(candidates), "USER_CODE_PYTHON_KEY_ERROR");
}

TEST(ClassifyTest, UnlessItFailsOnWhatTheFirstLeftBehind) {
    const auto candidates =
        Classify(Knowledge::Builtin(), {},
                 {ReadText(Failed("ReadTimeout", "HTTPConnectionPool(host='x', port=80): Read timed out."), 1),
                  ReadText(Failed("FileExistsError", "[Errno 17] File exists: '/data/out'"), 2)});
    EXPECT_EQ(CodeOf(candidates), "NETWORK_READ_TIMEOUT");
}

std::string Printed(std::string_view text) {
    return R"({"timestamp":"2026-01-01T00:00:04Z","level":"info","event":")" + std::string(text) +
           R"(","logger":"task.stdout"})" + "\n";
}

TEST(ClassifyTest, AnExceptionThatIsToldJustBeforeAGeneralStopIsTheCause) {
    const std::string stop = Failed("RuntimeError", "no input for this step");
    EXPECT_EQ(CodeOf(Classify(Knowledge::Builtin(), {}, {ReadText(Printed("loading: KeyError: 'EUR'") + stop)})),
              "USER_CODE_PYTHON_KEY_ERROR");
    EXPECT_EQ(CodeOf(Classify(Knowledge::Builtin(), {}, {ReadText(Printed("loading (1/3): KeyError: 'EUR'") + stop)})),
              "USER_CODE_PYTHON_UNCLASSIFIED")
        << "there was another try";
    EXPECT_EQ(CodeOf(Classify(Knowledge::Builtin(), {},
                              {ReadText(Printed("loading: KeyError: 'EUR'") + Failed("IndexError", "list index"))})),
              "USER_CODE_PYTHON_INDEX_ERROR")
        << "who looks something up does not only stop";
}

TEST(ClassifyTest, AnErrorRecordWithoutALogRowIsCitedByItsOwn) {
    AttemptReader reader(Knowledge::Builtin(), {.run_key = 1, .phase = "t", .attempt = 1}, "d", "r", "t");
    reader.AddErrors(std::vector<model::ErrorRow>{{.row = 3, .error_type = "KeyError", .error_detail = "'EUR'"}});
    const auto candidates = Classify(Knowledge::Builtin(), {}, {reader.Finish()});
    ASSERT_EQ(CodeOf(candidates), "USER_CODE_PYTHON_KEY_ERROR");
    EXPECT_EQ(candidates.front().proof.kind, Proof::Kind::kError);
    EXPECT_EQ(candidates.front().proof.row, 3);
}

TEST(ClassifyTest, KillIsMemoryOnlyWithSignsOfMemory) {
    const std::string killed =
        R"({"timestamp":"2026-01-01T00:00:09Z","level":"critical","event":"Process terminated by signal. Likely out of memory error (OOM). For more information, see x","logger":"task","signal":-9,"signal_name":"SIGKILL"})";
    EXPECT_EQ(CodeOf(Classify(Knowledge::Builtin(), {}, {ReadText(killed)})), "PLATFORM_KILLED");
    const std::string grows = "rss 100 MB\nrss 300 MB\nrss 600 MB\nrss 1200 MB\n";
    EXPECT_EQ(CodeOf(Classify(Knowledge::Builtin(), {}, {ReadText(grows + killed)})), "OUT_OF_MEMORY_ERROR");
}

TEST(SignatureTest, IsTheSameOverRunsAndApartForOthers) {
    const auto signature = [](std::string_view type, std::string_view value) {
        const auto reading = ReadText(Failed(type, value));
        return Signature(Classify(Knowledge::Builtin(), {}, {reading}), reading);
    };
    const auto first =
        signature("HTTPError", "502 Server Error: Bad Gateway for url: http://h:1/points?day=2026-11-19");
    EXPECT_EQ(first, signature("HTTPError", "502 Server Error: Bad Gateway for url: http://h:1/points?day=2026-11-20"));
    EXPECT_NE(first, signature("HTTPError", "404 Client Error: Not Found for url: http://h:1/points?day=2026-11-20"));
    EXPECT_NE(first, signature("KeyError", "'day'"));
}

}  // namespace
}  // namespace dagy::diagnose
