#include "lake/object_keys.h"

#include <gtest/gtest.h>

#include "lake/lake.h"

namespace dagy::lake {
namespace {

model::Run SalesRun() {
    model::Run run;
    run.scope = {"org_1", "dep_1"};
    run.dag_id = "sales";
    run.run_id = "scheduled__2026-05-13T00:00:00+00:00";
    run.logical_date = ParseTime("2026-05-13T00:00:00Z");
    return run;
}

TEST(ObjectKeysTest, FollowsTheLayout) {
    const std::string folder = "org=org_1/dag=sales/date=2026-05-13/run=scheduled__2026-05-13T00%3A00%3A00%2B00%3A00/";
    EXPECT_EQ(PhaseFolder(SalesRun(), "load", 2, "dep_1"), folder + "phase=load/attempt=2/");
    EXPECT_EQ(ChunkKey(SalesRun(), "load", 2, model::RecordKind::kLog, 0, "dep_1"),
              folder + "phase=load/attempt=2/logs_000.parquet");
    EXPECT_EQ(ChunkKey(SalesRun(), "load", 2, model::RecordKind::kError, 12, "dep_1"),
              folder + "phase=load/attempt=2/errors_012.parquet");
    EXPECT_EQ(ChunkKey(SalesRun(), "event", 1, model::RecordKind::kQueueData, 0, "dep_1"),
              folder + "event/queue_data.parquet");
    EXPECT_EQ(ChunkKey(SalesRun(), "event", 1, model::RecordKind::kEvent, 1, "dep_1"),
              folder + "event/event_001.parquet");
    EXPECT_EQ(MetadataKey(SalesRun(), "load", 2, "dep_1"), folder + "phase=load/attempt=2/metadata.parquet");
}

TEST(ObjectKeysTest, NamesAnotherDeployment) {
    EXPECT_TRUE(RunFolder(SalesRun(), "dep_0").ends_with("%2B00%3A00@dep_1/"));
}

TEST(ObjectKeysTest, HostileNamesStayOneSafePart) {
    EXPECT_EQ(EncodePart(".."), "%2E.");
    EXPECT_EQ(EncodePart("."), "%2E");
    EXPECT_EQ(EncodePart("a/b\\c"), "a%2Fb%5Cc");
    EXPECT_EQ(EncodePart("50% \"ü\""), "50%25%20%22%C3%BC%22");
    EXPECT_EQ(EncodePart(std::string_view("\0", 1)), "%00");
    EXPECT_EQ(EncodePart("name[3]=x@y"), "name%5B3%5D%3Dx%40y");
}

TEST(ObjectKeysTest, LongNamesAreCutButStayTheirOwn) {
    const std::string one = EncodePart(std::string(250, '/') + "1");
    const std::string other = EncodePart(std::string(250, '/') + "2");
    EXPECT_NE(one, other);
    EXPECT_LE(one.size() + std::string("run=@dep_0123456789abcdef0123456789abcdef").size(), 255U);
    EXPECT_FALSE(one.contains("%~") || one.contains("%2~"));
    EXPECT_EQ(EncodePart(std::string(200, 'a')), std::string(200, 'a'));
}

}  // namespace
}  // namespace dagy::lake
