// What a page of a long phase reads: its own chunk, whatever the number of rows before and behind it. Chunks that it
// must not need are taken away.
#include <filesystem>

#include "base/error.h"
#include "lake/lake_fixture.h"

namespace dagy::lake {
namespace {

class PageReadsTest : public LakeTest {
  protected:
    static constexpr int kChunks = 8, kRowsEach = 300;

    void Fill(model::RecordKind kind) {
        for (int chunk = 0; chunk < kChunks; ++chunk) {
            model::Batch batch = LogBatch({});
            model::RecordGroup& group = batch.records[0];
            group.kind = kind;
            for (int i = 0; i < kRowsEach; ++i) {
                const int64_t number = int64_t{chunk} * kRowsEach + i;
                if (kind == model::RecordKind::kLog)
                    group.logs.push_back(Log("line " + std::to_string(number)));
                else
                    group.data.push_back({.columns = {{"n", number}}});
            }
            lake().Apply(batch);
            lake().Settle(Ref());
        }
        ASSERT_EQ(ChunksOf("load", kind).size(), static_cast<size_t>(kChunks));
    }
    Page PageAt(model::RecordKind kind, size_t offset) {
        return lake().ReadPage({.ref = Ref(), .kind = kind, .offset = offset, .limit = 50});
    }
    void KeepOnly(model::RecordKind kind, size_t kept) {
        const std::vector<store::Chunk> chunks = ChunksOf("load", kind);
        for (size_t i = 0; i < chunks.size(); ++i)
            if (i != kept) std::filesystem::remove(here_.objects->LocalFile(chunks[i].object_key));
    }
};

TEST_F(PageReadsTest, APageOfLogsReadsItsChunkAlone) {
    Fill(model::RecordKind::kLog);
    KeepOnly(model::RecordKind::kLog, 5);
    const Page page = PageAt(model::RecordKind::kLog, 5 * kRowsEach + 250);
    EXPECT_EQ(page.total, kChunks * kRowsEach);
    ASSERT_EQ(page.items.size(), 50U);
    EXPECT_EQ(page.items.front().at("message"), "line 1750");
    EXPECT_EQ(page.items.back().at("message"), "line 1799");
    EXPECT_THROW(PageAt(model::RecordKind::kLog, 6 * kRowsEach), Error) << "the next chunk is not there";
}

// Columns are those of all chunks; a chunk that was looked at once need not be opened for them again.
TEST_F(PageReadsTest, APageOfDataReadsItsChunkAlone) {
    const auto kind = model::RecordKind::kData;
    Fill(kind);
    PageAt(kind, 0);
    KeepOnly(kind, 2);
    const Page page = PageAt(kind, 2 * kRowsEach + 100);
    EXPECT_EQ(page.total, kChunks * kRowsEach);
    ASSERT_EQ(page.items.size(), 50U);
    EXPECT_EQ(page.items.front().at("n"), 700);
    EXPECT_EQ(page.items.back().at("n"), 749);
    EXPECT_THROW(PageAt(kind, 0), Error);
}

}  // namespace
}  // namespace dagy::lake
