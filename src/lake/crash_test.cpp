// A writer that is killed between two steps. A binary of its own: a crash point reads the environment once a process.
#include <sys/wait.h>

#include <cstdlib>
#include <functional>

#include "lake/lake_fixture.h"

namespace dagy::lake {
namespace {

std::vector<model::LogRow> Lines(int count) {
    return std::vector<model::LogRow>(static_cast<size_t>(count), Log("line"));
}

/// Runs `work` in a process that is to end at crash point `name`.
void CrashAt(const char* name, const std::function<void()>& work) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        setenv("DAGY_CRASH_AT", name, 1);
        work();
        _exit(0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status)) << name << " was not passed";
}

struct Case {
    const char* point;
    int64_t rows;    ///< that are there afterwards
    size_t orphans;  ///< objects that nobody registered
};

TEST(LakeCrashTest, AKilledWriterLosesAndDoublesNothing) {
    const Case cases[] = {
        {"lake.chunk.written", 5, 1}, {"lake.settle.registered", 5, 0}, {"lake.bulk.registered", 105, 0}};
    TempFolder folders[std::size(cases)];
    for (size_t i = 0; i < std::size(cases); ++i)
        CrashAt(cases[i].point, [&] {
            LakeOn here(folders[i].path(), {.chunk_rows_min = 100});
            here.lake->Apply(LogBatch(Lines(5)));
            if (cases[i].rows == 5) here.lake->SettleSome(1);
            here.lake->Apply(LogBatch(Lines(100)));
        });
    for (size_t i = 0; i < std::size(cases); ++i) {
        SCOPED_TRACE(cases[i].point);
        LakeOn after(folders[i].path(), {.orphan_age_s = -60});
        const auto count = [&] { return after.lake->ReadPage({.ref = {1, "load", 1}, .keyword = "line"}).total; };
        EXPECT_EQ(count(), cases[i].rows);
        EXPECT_EQ(after.lake->ClearOrphans(), cases[i].orphans);
        after.lake->SettleSome(1);
        EXPECT_EQ(count(), cases[i].rows);
    }
}

}  // namespace
}  // namespace dagy::lake
