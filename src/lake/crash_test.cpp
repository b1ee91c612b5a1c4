// A writer that is killed between two steps. A binary of its own: a crash point reads the environment once a process.
#include <sys/wait.h>

#include <cstdlib>
#include <functional>
#include <map>
#include <string>

#include "lake/lake_fixture.h"
#include "lake/upkeep.h"

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
    int64_t rows;      ///< that are there afterwards
    size_t left_over;  ///< objects that the next start has to clear away
};

const Case kWriters[] = {
    {"lake.chunk.written", 5, 1}, {"lake.settle.registered", 5, 0}, {"lake.bulk.registered", 105, 0}};

/// What merges and deletes, and the rows that are there afterwards.
const Case kKeepers[] = {{"lake.compact.written", 15, 1},  {"lake.compact.replaced", 15, 3},
                         {"lake.garbage.deleted", 15, 2},  {"lake.garbage.deleted:3", 15, 0},
                         {"lake.delete.registered", 0, 1}, {"lake.garbage.deleted:4", 0, 0},
                         {"lake.delete.cleared", 0, 0}};

void WriteRows(const std::filesystem::path& folder, const Case& one) {
    LakeOn here(folder, {.chunk_rows_min = 100});
    here.lake->Apply(LogBatch(Lines(5)));
    if (one.rows == 5) here.lake->SettleSome(1);
    here.lake->Apply(LogBatch(Lines(100)));
}

/// Three chunks of five rows, merged; then what was replaced is cleared away, and the run deleted.
void MergeAndDelete(const std::filesystem::path& folder) {
    LakeOn here(folder, {.garbage_age_s = -60});
    for (int i = 0; i < 3; ++i) {
        here.lake->Apply(LogBatch(Lines(5)));
        here.lake->SettleSome(1);
    }
    here.lake->upkeep().Compact({.org = kScope.org}, [](const json::object&) { return true; });
    here.lake->upkeep().ClearGarbage();
    here.lake->upkeep().Delete(*here.store->runs().RunByKey(1), "request", {.org = kScope.org});
}

/// All are killed before the first test has a lake of its own: the children must not inherit its threads.
class LakeCrashTest : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        for (const Case& one : kWriters) CrashAt(one.point, [&one, &folder = Folder(one)] { WriteRows(folder, one); });
        for (const Case& one : kKeepers) CrashAt(one.point, [&folder = Folder(one)] { MergeAndDelete(folder); });
    }
    static void TearDownTestSuite() { folders_.clear(); }
    static const std::filesystem::path& Folder(const Case& one) { return folders_[one.point].path(); }

    static int64_t Rows(LakeOn& lake) { return lake.lake->ReadPage({.ref = {1, "load", 1}, .keyword = "line"}).total; }

    static inline std::map<std::string, TempFolder> folders_;
};

TEST_F(LakeCrashTest, AKilledWriterLosesAndDoublesNothing) {
    for (const Case& one : kWriters) {
        SCOPED_TRACE(one.point);
        LakeOn after(Folder(one), {.orphan_age_s = -60});
        EXPECT_EQ(Rows(after), one.rows);
        EXPECT_EQ(after.lake->ClearOrphans(), one.left_over);
        after.lake->SettleSome(1);
        EXPECT_EQ(Rows(after), one.rows);
    }
}

TEST_F(LakeCrashTest, AKilledKeeperLosesAndDoublesNothing) {
    const Tell silent = [](const json::object&) { return true; };
    for (const Case& one : kKeepers) {
        SCOPED_TRACE(one.point);
        LakeOn after(Folder(one), {.orphan_age_s = -60, .garbage_age_s = -60});
        EXPECT_EQ(Rows(after), one.rows);
        const size_t before = after.objects->List("org=").size();
        after.lake->ClearOrphans();
        EXPECT_EQ(before - after.objects->List("org=").size(), one.left_over);
        EXPECT_TRUE(after.lake->upkeep().Check({.org = kScope.org}, silent).Sound());
        EXPECT_EQ(after.objects->List("org=").size(), after.store->records().ChunksOfRun(1).size());
        EXPECT_TRUE(after.store->records().Garbage(Time::max(), 10).empty());
        after.lake->upkeep().Compact({.org = kScope.org}, silent);
        EXPECT_EQ(Rows(after), one.rows);
        EXPECT_EQ(after.store->records().ChunksOfRun(1).size(), one.rows > 0 ? 1U : 0U);
    }
}

}  // namespace
}  // namespace dagy::lake
