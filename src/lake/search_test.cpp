// A search answers the same in every state that records can be in, and the same as a plain look at every row.
#include <re2/re2.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "base/error.h"
#include "lake/chunk_files.h"
#include "lake/index_file.h"
#include "lake/lake_fixture.h"
#include "lake/parquet_file.h"
#include "lake/utf8.h"

namespace dagy::lake {
namespace {

using model::RecordKind;
using Form = TextTerm::Form;
using Indexed = store::Chunk::Indexed;

/// Texts that are hard to search: letters that fold in odd ways, control bytes, bytes that are no text, repetition.
class Hostile {
  public:
    explicit Hostile(unsigned seed) : random_(seed) {}

    size_t Below(size_t end) { return random_() % end; }

    std::string Text() {
        std::string text;
        for (size_t pieces = Below(12); pieces > 0; --pieces) text += Piece();
        return text;
    }
    std::string Json() {
        json::object object;
        for (size_t members = Below(4); members > 0; --members) object[RepairUtf8(Text())] = Value(2);
        return object.empty() ? "" : json::serialize(object);
    }
    json::value Value(int depth) {
        switch (Below(depth > 0 ? 8 : 6)) {
            case 0:
                return nullptr;
            case 1:
                return static_cast<int64_t>(Below(100000)) - 50000;
            case 2:
                return static_cast<double>(Below(1000)) / 8;
            case 3:
                return Below(2) == 0;
            case 6:
                return json::array{Value(depth - 1), Value(depth - 1)};
            case 7:
                return json::object{{"k", Value(depth - 1)}};
            default:
                return json::value(RepairUtf8(Text()));
        }
    }
    /// Something that is likely to be in one of the texts: a part of it, its case turned.
    std::string Keyword(const std::vector<std::string>& texts) {
        const std::string& text = texts[Below(texts.size())];
        if (text.empty() || Below(8) == 0) return Text();
        const size_t at = Below(text.size());
        std::string part = text.substr(at, 1 + Below(Below(2) == 0 ? 4 : 24));
        for (char& c : part)
            if (Below(2) == 0 && std::isalpha(static_cast<unsigned char>(c)) != 0) c = static_cast<char>(c ^ 0x20);
        return part;
    }

  private:
    std::string Piece() {
        static const std::vector<std::string> kPieces{"a",
                                                      "A",
                                                      "aaaaaaaaaaaaaaaaaa",
                                                      "É",
                                                      "é",
                                                      "Σ",
                                                      "ς",
                                                      "σ",
                                                      "\xE2\x84\xAA",
                                                      "k",
                                                      "K",
                                                      "İ",
                                                      "i",
                                                      "ı",
                                                      "ſ",
                                                      "ß",
                                                      "ẞ",
                                                      "\x01",
                                                      "\n",
                                                      "\t",
                                                      " ",
                                                      " ",
                                                      "_",
                                                      "-",
                                                      "\"",
                                                      "\\",
                                                      "%",
                                                      "error",
                                                      "Timeout",
                                                      "0",
                                                      "1.5",
                                                      "日本",
                                                      "😀",
                                                      std::string(1, '\0'),
                                                      "\xFF",
                                                      "\xC3",
                                                      "\x80",
                                                      "null",
                                                      "true",
                                                      "{\"a\":1}",
                                                      "the quick brown fox"};
        if (Below(6) != 0) return kPieces[Below(kPieces.size())];
        std::string id;
        for (size_t i = Below(40); i > 0; --i) id += "0123456789abcdef"[Below(16)];
        return id;
    }
    std::mt19937 random_;
};

model::Batch HostileBatch(Hostile& hostile, size_t rows, const std::string& phase) {
    model::Batch batch = LogBatch({}, phase);
    model::RecordGroup errors{.run = kRun, .phase = phase, .kind = RecordKind::kError};
    model::RecordGroup data{.run = kRun, .phase = phase, .kind = RecordKind::kData};
    for (size_t i = 0; i < rows; ++i) {
        model::LogRow log = Log(hostile.Text(), static_cast<model::Level>(hostile.Below(5)));
        log.extras = hostile.Below(3) == 0 ? hostile.Json() : "";
        batch.records[0].logs.push_back(std::move(log));
        errors.errors.push_back({.error_type = hostile.Text(),
                                 .error_title = hostile.Text(),
                                 .error_detail = hostile.Text(),
                                 .traceback = hostile.Text(),
                                 .signature = "s"});
        model::DataRow row;
        for (const char* name : {"a", "b", "c", "", "_row"})
            if (hostile.Below(2) == 0) row.columns[name] = hostile.Value(2);
        data.data.push_back(std::move(row));
    }
    batch.records.push_back(std::move(errors));
    batch.records.push_back(std::move(data));
    return batch;
}

/// A row as the reader gives it, and a plain look at it.
struct PlainRow {
    std::string place;
    std::vector<std::string> texts;
    std::optional<model::Level> level;
};

bool HasPlainly(const TextTerm& term, const std::string& text) {
    const bool ascii = std::all_of(term.text.begin(), term.text.end(), [](char c) { return c >= 0; });
    if (term.form == Form::kRegex) {
        RE2::Options options;
        options.set_case_sensitive(false);
        return RE2::PartialMatch(text, RE2(term.text, options));
    }
    if (!ascii) return FoldCase(text).contains(FoldCase(term.text));
    const auto lower = [](std::string folded) {
        for (char& c : folded)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
        return folded;
    };
    return lower(text).contains(lower(term.text));
}

bool FulfilsPlainly(const RowQuery& query, const PlainRow& row) {
    const auto& levels = query.levels;
    if (!levels.empty() && (!row.level || std::find(levels.begin(), levels.end(), *row.level) == levels.end()))
        return false;
    return std::all_of(query.terms.begin(), query.terms.end(), [&](const TextTerm& term) {
        const bool has = std::any_of(row.texts.begin(), row.texts.end(),
                                     [&](const std::string& text) { return HasPlainly(term, text); });
        return has != term.negated;
    });
}

class SearchTest : public LakeTest {
  protected:
    std::vector<PlainRow> PlainRows(Lake& lake, const std::vector<std::string>& phases) {
        std::vector<PlainRow> rows;
        for (const std::string& phase : phases) {
            const auto add = [&](const auto& slice) {
                for (const auto& row : slice) Add(phase, SearchRowOf(row), rows);
                return true;
            };
            lake.ReadLogs(Ref(phase), {}, add);
            lake.ReadErrors(Ref(phase), {}, add);
            lake.ReadData(Ref(phase), {}, add);
        }
        return rows;
    }
    void Add(const std::string& phase, const SearchRow& row, std::vector<PlainRow>& rows) {
        RowTexts texts;
        texts.Reset(row);
        PlainRow& plain = rows.emplace_back();
        plain.place = PlaceOf(phase, row.kind, row.row);
        plain.level = row.level;
        for (size_t i = 0; const RowText* text = texts.At(i); ++i) plain.texts.emplace_back(text->text);
    }
    static std::string PlaceOf(std::string_view phase, RecordKind kind, int64_t row) {
        return std::string(phase) + '/' + std::string(model::FileStem(kind)) + '/' + std::to_string(row);
    }

    std::vector<std::string> Search(Lake& lake, const RowQuery& query, const SearchScope& scope = {}) {
        std::vector<std::string> places;
        tally_ = lake.SearchRun(Ref().run_key, RowMatcher(query), scope, [&](const RowHit& hit) {
            EXPECT_LE(hit.at + hit.length, hit.text.size());
            places.push_back(PlaceOf(hit.phase, hit.kind, hit.row));
            return true;
        });
        EXPECT_TRUE(tally_.complete);
        EXPECT_EQ(tally_.hits, static_cast<int64_t>(places.size()));
        may_hold_ = lake.MayHold({Ref().run_key}, RowMatcher(query), scope).at(0).may_hold;
        if (!places.empty()) {
            EXPECT_TRUE(may_hold_) << "a run that has a row is never passed over";
        }
        if (!may_hold_) ++passed_over_;
        return places;
    }

    /// As many random queries, each compared with a plain look.
    void Compare(Lake& lake, const std::vector<std::string>& phases, int queries, unsigned seed) {
        const std::vector<PlainRow> rows = PlainRows(lake, phases);
        std::vector<std::string> texts;
        for (const PlainRow& row : rows) texts.insert(texts.end(), row.texts.begin(), row.texts.end());
        Hostile hostile(seed);
        for (int i = 0; i < queries; ++i) {
            const RowQuery query = RandomQuery(hostile, texts);
            std::vector<std::string> expected;
            for (const PlainRow& row : rows)
                if (FulfilsPlainly(query, row)) expected.push_back(row.place);
            ASSERT_EQ(Search(lake, query), expected)
                << "seed " << seed << " query " << i << ": " << query.levels.size() << " levels, '"
                << (query.terms.empty() ? "" : query.terms[0].text) << "'";
        }
    }

    static RowQuery RandomQuery(Hostile& hostile, const std::vector<std::string>& texts) {
        RowQuery query;
        for (size_t terms = 1 + hostile.Below(2); terms > 0; --terms) {
            TextTerm term{.text = hostile.Keyword(texts), .negated = hostile.Below(8) == 0};
            if (hostile.Below(4) == 0 && IsUtf8(term.text) && !term.text.contains('\0'))
                term = {Form::kRegex, RE2::QuoteMeta(term.text) + (hostile.Below(2) == 0 ? "|quick +brown" : "."),
                        term.negated};
            query.terms.push_back(std::move(term));
        }
        if (hostile.Below(3) == 0) {
            for (size_t levels = 1 + hostile.Below(2); levels > 0; --levels)
                query.levels.push_back(static_cast<model::Level>(hostile.Below(5)));
            if (hostile.Below(2) == 0) query.terms.clear();
        }
        return query;
    }

    void ForgetIndex(const std::string& phase) {
        std::vector<store::IndexMark> marks;
        for (const RecordKind kind : {RecordKind::kLog, RecordKind::kError, RecordKind::kData})
            for (const store::Chunk& chunk : ChunksOf(phase, kind)) marks.push_back({chunk.id, Indexed::kNo, {}});
        records().SetIndexed(marks);
    }
    void SettleAll() {
        while (lake().SettleSome(10) > 0) {
        }
    }

    void EndRun() {
        model::Batch batch = LogBatch({});
        batch.runs[0].state = model::RunState::kSucceeded;
        lake().Apply(batch);
    }

    SearchTally tally_;
    bool may_hold_ = true;
    int passed_over_ = 0;
};

TEST_F(SearchTest, AnswersAsAPlainLookDoesInEveryState) {
    Hostile hostile(1);
    const std::vector<std::string> phases{"extract", "load"};
    for (const std::string& phase : phases) lake().Apply(HostileBatch(hostile, 300, phase));
    Compare(lake(), phases, 60, 11);  // pending
    SettleAll();
    ASSERT_EQ(ChunksOf("load")[0].indexed, Indexed::kByFilter);
    Compare(lake(), phases, 60, 12);  // small chunks, by their filters
    for (const std::string& phase : phases) ForgetIndex(phase);
    ASSERT_EQ(ChunksOf("load")[0].indexed, Indexed::kNo);
    Compare(lake(), phases, 60, 13);  // without any index
    EXPECT_EQ(lake().IndexSome(10), 2U);
    EXPECT_EQ(lake().IndexSome(10), 0U);
    Compare(lake(), phases, 60, 14);  // indexed again, from the chunks
    for (const std::string& phase : phases) lake().Apply(HostileBatch(hostile, 200, phase));
    SettleAll();
    lake().Apply(HostileBatch(hostile, 100, "load"));
    Compare(lake(), phases, 60, 15);  // several chunks and pending rows
}

TEST_F(SearchTest, ARunThatCannotHoldTheWordsIsPassedOver) {
    Hostile hostile(3);
    const std::vector<std::string> phases{"extract", "load"};
    for (const std::string& phase : phases) lake().Apply(HostileBatch(hostile, 40, phase));
    EXPECT_EQ(lake().FilterSome(10), 0U) << "it goes on";
    EndRun();
    EXPECT_EQ(lake().FilterSome(10), 1U);
    EXPECT_EQ(lake().FilterSome(10), 0U);
    Compare(lake(), phases, 60, 31);  // pending
    SettleAll();
    Compare(lake(), phases, 60, 32);  // what describes the rows holds wherever they are
    EXPECT_GT(passed_over_, 0);
    EXPECT_TRUE(Search(lake(), {.terms = {{.text = "no such words here"}}}).empty());
    EXPECT_FALSE(may_hold_);
    Search(lake(), {.terms = {{.text = "no such words here", .negated = true}}});
    EXPECT_TRUE(may_hold_);

    lake().Apply(LogBatch({Log("no such words here")}));
    EXPECT_EQ(Search(lake(), {.terms = {{.text = "no such words here"}}}).size(), 1U) << "before the filter is made";
    EXPECT_TRUE(may_hold_);
    EXPECT_EQ(lake().FilterSome(10), 1U) << "from chunks and pending rows";
    Compare(lake(), phases, 60, 33);
    EXPECT_EQ(Search(lake(), {.terms = {{.text = "no such words here"}}}).size(), 1U);
}

TEST_F(SearchTest, ARunWithoutLinesOfALevelIsPassedOver) {
    lake().Apply(LogBatch({Log("fine"), Log("look here", model::Level::kWarning)}));
    EndRun();
    EXPECT_EQ(lake().FilterSome(10), 1U);
    EXPECT_TRUE(Search(lake(), {.levels = {model::Level::kError, model::Level::kCritical}}).empty());
    EXPECT_FALSE(may_hold_);
    EXPECT_EQ(Search(lake(), {.levels = {model::Level::kWarning, model::Level::kError}}).size(), 1U);
    EXPECT_TRUE(Search(lake(), {.terms = {{.text = "fine"}}, .levels = {model::Level::kWarning}}).empty());
    EXPECT_TRUE(may_hold_) << "both are there, though not in one row";
}

TEST_F(SearchTest, WhatHasNoLineOfALevelIsPassedOverInEveryState) {
    const RowQuery errors{.levels = {model::Level::kError, model::Level::kCritical}};
    const RowQuery warnings{.terms = {{.text = "look"}}, .levels = {model::Level::kWarning}};
    lake().Apply(LogBatch({Log("fine"), Log("look here", model::Level::kWarning)}, "extract"));
    lake().Apply(LogBatch({Log("fine"), Log("look out", model::Level::kError)}, "load"));
    for (const bool settled : {false, true}) {
        if (settled) SettleAll();
        EXPECT_EQ(Search(lake(), errors), std::vector<std::string>{"load/logs/1"});
        EXPECT_EQ(tally_.rows_skipped, settled ? 2 : 0);
        EXPECT_EQ(Search(lake(), warnings), std::vector<std::string>{"extract/logs/1"});
        EXPECT_EQ(tally_.rows_skipped, settled ? 2 : 0);
    }
    ForgetIndex("extract");
    EXPECT_EQ(Search(lake(), errors), std::vector<std::string>{"load/logs/1"});
    EXPECT_EQ(tally_.rows_skipped, 0);
}

/// A phase with chunks that are too big for a filter in the store, of several blocks.
class BigSearchTest : public SearchTest {
  protected:
    static constexpr size_t kRows = 20000;
    void Fill() {
        Hostile hostile(2);
        model::Batch batch = LogBatch({});
        for (size_t i = 0; i < kRows; ++i)
            batch.records[0].logs.push_back(Log(i % 8 == 0 ? hostile.Text() : "row number " + std::to_string(i)));
        batch.records[0].logs[kRows - 1].message = "the Nëedle in the last block";
        lake().Apply(batch);
        SettleAll();
    }
    std::string IndexKey() { return IndexKeyOf(ChunksOf()[0].object_key); }
};

TEST_F(BigSearchTest, AnswersAsAPlainLookDoesByTheFileOfTheIndex) {
    Fill();
    ASSERT_EQ(ChunksOf()[0].indexed, Indexed::kNo);
    EXPECT_EQ(Search(lake(), {.terms = {{.text = "nËedle"}}}), std::vector<std::string>{"load/logs/19999"});
    EXPECT_EQ(tally_.rows_skipped, 0);
    EXPECT_EQ(lake().IndexSome(10), 1U);
    ASSERT_EQ(ChunksOf()[0].indexed, Indexed::kInFile);
    Compare(lake(), {"load"}, 25, 21);
    EXPECT_EQ(Search(lake(), {.terms = {{.text = "nËedle"}}}), std::vector<std::string>{"load/logs/19999"});
    EXPECT_EQ(tally_.rows_skipped, 16384) << "one of the two blocks has it";
    EXPECT_TRUE(Search(lake(), {.terms = {{.text = "no such words"}}}).empty());
    EXPECT_EQ(tally_.rows_scanned, 0);
    EXPECT_TRUE(Search(lake(), {.terms = {{Form::kRegex, "no such +words (at all)?"}}}).empty());
    EXPECT_EQ(tally_.rows_scanned, 0);
    EXPECT_EQ(Search(lake(), {.terms = {{.text = "no such", .negated = true}}}).size(), kRows);
}

TEST_F(BigSearchTest, BlocksWithoutALevelAreSkipped) {
    model::Batch batch = LogBatch(std::vector<model::LogRow>(kRows, Log("a line")));
    batch.records[0].logs[kRows - 2].level = model::Level::kCritical;
    lake().Apply(batch);
    SettleAll();
    const RowQuery critical{.levels = {model::Level::kCritical}};
    const std::vector<std::string> found{"load/logs/19998"};
    EXPECT_EQ(Search(lake(), critical), found);
    EXPECT_EQ(tally_.rows_scanned, static_cast<int64_t>(kRows));
    lake().IndexSome(10);
    EXPECT_EQ(Search(lake(), critical), found);
    EXPECT_EQ(tally_.rows_skipped, 16384);
    EXPECT_TRUE(Search(lake(), {.levels = {model::Level::kDebug}}).empty());
    EXPECT_EQ(tally_.rows_scanned, 0);
}

TEST_F(BigSearchTest, AChunkOfAnotherWriterIsDuckDbsToRead) {
    Fill();
    const std::vector<PlainRow> before = PlainRows(lake(), {"load"});
    store::Chunk chunk = ChunksOf()[0];
    const std::filesystem::path file = folder_.path() / "other.parquet";
    {
        Database database({.memory_limit_bytes = int64_t{256} << 20, .threads = 1, .connections = 1});
        database.Lend().Execute("COPY (FROM read_parquet(" +
                                Quoted(here_.objects->LocalFile(chunk.object_key).native()) + ")) TO " +
                                Quoted(file.native()) + " (FORMAT parquet, COMPRESSION snappy)");
    }
    const std::vector<int64_t> old{chunk.id};
    chunk.object_key += ".other.parquet";
    chunk.bytes = static_cast<int64_t>(std::filesystem::file_size(file));
    chunk.sha256 = Sha256OfFile(file);
    here_.objects->PutFile(chunk.object_key, file);
    records().Replace(Ref(), RecordKind::kLog, old, chunk);
    EXPECT_EQ(PlainRows(lake(), {"load"}).size(), before.size());
    Compare(lake(), {"load"}, 10, 41);
    lake().IndexSome(10);
    Compare(lake(), {"load"}, 10, 42);
}

/// Chunks of so many rows that two threads look at them.
class ManyRowsTest : public SearchTest {
  protected:
    static constexpr size_t kRows = 80000;
    void Fill() {
        std::vector<model::LogRow> rows;
        for (size_t i = 0; i < 3 * kRows; ++i) rows.push_back(Log(i % 5 == 0 ? "a hit" : "nothing here"));
        for (size_t i = 0; i < 3; ++i)
            lake().Apply(LogBatch({rows.begin() + static_cast<std::ptrdiff_t>(i * kRows),
                                   rows.begin() + static_cast<std::ptrdiff_t>((i + 1) * kRows)}));
        ASSERT_EQ(ChunksOf().size(), 3U);
    }
    SearchTally Take(const std::function<bool(const RowHit&)>& take, std::stop_token stop = {}) {
        return lake().SearchRun(Ref().run_key, RowMatcher({.terms = {{.text = "A HIT"}}}), {}, take, std::move(stop));
    }
};

TEST_F(ManyRowsTest, HitsComeInOrderAndOnce) {
    Fill();
    lake().Apply(LogBatch({Log("nothing"), Log("a hit that is pending")}));
    for (const bool indexed : {false, true}) {
        if (indexed) lake().IndexSome(10);
        int64_t expected = 0;
        const SearchTally tally = Take([&](const RowHit& hit) {
            EXPECT_EQ(hit.row, expected);
            EXPECT_EQ(hit.text.substr(hit.at, hit.length), "a hit");
            expected = hit.row + 5 < static_cast<int64_t>(3 * kRows) ? hit.row + 5 : 3 * kRows + 1;
            return !HasFailure();
        });
        EXPECT_TRUE(tally.complete);
        EXPECT_EQ(tally.hits, static_cast<int64_t>(3 * kRows / 5 + 1));
        EXPECT_EQ(tally.rows_scanned + tally.rows_skipped, static_cast<int64_t>(3 * kRows + 2));
    }
}

TEST_F(ManyRowsTest, WhoHasEnoughOrLeavesEndsTheWork) {
    Fill();
    int taken = 0;
    SearchTally tally = Take([&](const RowHit&) { return ++taken < 20000; });
    EXPECT_EQ(taken, 20000);
    EXPECT_FALSE(tally.complete);
    EXPECT_LT(tally.rows_scanned, static_cast<int64_t>(2 * kRows));
    std::stop_source stop;
    taken = 0;
    tally = Take([&](const RowHit&) { return ++taken == 20000 ? stop.request_stop() : true; }, stop.get_token());
    EXPECT_EQ(taken, 20000);
    EXPECT_FALSE(tally.complete);
    EXPECT_LT(tally.rows_scanned, static_cast<int64_t>(2 * kRows));
}

TEST_F(ManyRowsTest, ADamagedChunkIsToldWhenItsTurnComes) {
    Fill();
    const std::string key = ChunksOf()[1].object_key;
    here_.objects->Put(key, "damaged");
    int64_t taken = 0;
    try {
        Take([&](const RowHit&) { return ++taken > 0; });
        FAIL();
    } catch (const Error& failed) {
        EXPECT_EQ(failed.code(), ErrorCode::kStorage);
        EXPECT_TRUE(failed.detail().contains(key)) << failed.detail();
    }
    EXPECT_EQ(taken, static_cast<int64_t>(kRows / 5)) << "all of the chunk before";
}

TEST_F(BigSearchTest, EveryKindIsInTheFile) {
    Hostile hostile(5);
    lake().Apply(HostileBatch(hostile, 5000, "load"));
    SettleAll();
    EXPECT_EQ(lake().IndexSome(10), 1U);
    for (const RecordKind kind : {RecordKind::kLog, RecordKind::kError, RecordKind::kData})
        ASSERT_EQ(ChunksOf("load", kind)[0].indexed, Indexed::kInFile);
    Compare(lake(), {"load"}, 20, 31);
    EXPECT_TRUE(Search(lake(), {.terms = {{.text = "there are no such words"}}}).empty());
    EXPECT_EQ(tally_.rows_skipped, 15000);
}

TEST_F(BigSearchTest, AnIndexThatIsGoneDamagedOrOfSomethingElseChangesNoAnswer) {
    Fill();
    lake().IndexSome(10);
    const std::string good = here_.objects->Get(IndexKey());
    const RowQuery needle{.terms = {{.text = "nËedle"}}};
    const std::vector<std::string> found{"load/logs/19999"};
    const auto search_anew = [&] {
        LakeOn fresh(folder_.path());
        return Search(*fresh.lake, needle);
    };
    EXPECT_EQ(search_anew(), found);
    EXPECT_GT(tally_.rows_skipped, 0);
    here_.objects->Delete(IndexKey());
    EXPECT_EQ(search_anew(), found);
    EXPECT_EQ(tally_.rows_skipped, 0);
    for (const std::string& bad : {std::string(), std::string("no parquet"), good.substr(0, good.size() / 2)}) {
        here_.objects->Put(IndexKey(), bad);
        EXPECT_EQ(search_anew(), found);
    }
    std::mt19937 random(3);
    for (int i = 0; i < 60; ++i) {
        std::string bad = good;
        const size_t at = i < 30 ? random() % bad.size() : bad.size() - 1 - random() % 600;  // the footer too
        bad[at] = static_cast<char>(bad[at] ^ (1 << random() % 8));
        here_.objects->Put(IndexKey(), bad);
        EXPECT_EQ(search_anew(), found) << at;
    }
    here_.objects->Put(IndexKey(), good);
    EXPECT_EQ(search_anew(), found);
    EXPECT_GT(tally_.rows_skipped, 0);
}

TEST_F(BigSearchTest, TheFileGrowsWithThePhaseAndIsMadeAnewWhenItIsLost) {
    Fill();
    lake().IndexSome(10);
    model::Batch more = LogBatch(std::vector<model::LogRow>(5000, Log("another pebble")));
    lake().Apply(more);
    SettleAll();
    EXPECT_EQ(lake().IndexSome(10), 1U) << "a quarter more";
    EXPECT_EQ(Search(lake(), {.terms = {{.text = "pebble"}}}).size(), 5000U);
    EXPECT_EQ(tally_.rows_skipped, static_cast<int64_t>(kRows));
    lake().Apply(more);
    SettleAll();
    EXPECT_EQ(lake().IndexSome(10), 0U) << "a fifth more can wait";
    EXPECT_EQ(Search(lake(), {.terms = {{.text = "pebble"}}}).size(), 10000U);
    here_.objects->Delete(IndexKey());
    model::Batch end = LogBatch({});
    end.phases.push_back({kRun, {.ref = {0, "load", 1}, .status = "success"}});
    lake().Apply(end);
    EXPECT_EQ(lake().IndexSome(10), 1U) << "it has ended, so it does not";
    EXPECT_EQ(lake().IndexSome(10), 1U) << "those whose entries were lost";
    EXPECT_EQ(lake().IndexSome(10), 0U);
    EXPECT_EQ(Search(lake(), {.terms = {{.text = "nËedle"}}}).size(), 1U);
    EXPECT_EQ(tally_.rows_skipped, 16384 + 10000);
}

TEST_F(BigSearchTest, APageWithAKeywordIsASearch) {
    Fill();
    const PageQuery query{.offset = 2, .limit = 3, .keyword = "NUMBER 1"};
    const std::string before = Shown(query);
    lake().IndexSome(10);
    EXPECT_EQ(Shown(query), before);
    EXPECT_TRUE(before.contains("row number 11\"")) << before;
}

TEST_F(SearchTest, ScopeNarrowsIt) {
    Hostile hostile(4);
    lake().Apply(HostileBatch(hostile, 10, "extract"));
    lake().Apply(HostileBatch(hostile, 10, "load"));
    EXPECT_EQ(Search(lake(), {}).size(), 60U);
    EXPECT_EQ(Search(lake(), {}, {.kinds = {RecordKind::kError}}).size(), 20U);
    EXPECT_EQ(Search(lake(), {}, {.phase = "load"}).size(), 30U);
    const std::vector<std::string> ordered = Search(lake(), {}, {.kinds = {RecordKind::kError, RecordKind::kLog}});
    ASSERT_EQ(ordered.size(), 40U);
    EXPECT_EQ(ordered[10], "load/errors/0") << "kinds in the order in which they are asked for";
    EXPECT_EQ(ordered[20], "extract/logs/0");
    EXPECT_EQ(Search(lake(), {}, {.attempt = 2}).size(), 0U);
    const std::vector<std::string> late =
        Search(lake(), {}, {.kinds = {RecordKind::kLog}, .phase = "load", .first_row = 8});
    EXPECT_EQ(late, (std::vector<std::string>{"load/logs/8", "load/logs/9"}));
    EXPECT_EQ(lake().SearchRun(12345, RowMatcher(RowQuery{}), {}, [](const RowHit&) { return true; }).hits, 0);
}

TEST_F(SearchTest, AHitSaysWhatItsRowIs) {
    model::Batch batch = LogBatch({Log("first"), Log("Second one", model::Level::kError)});
    model::RecordGroup errors{.run = kRun, .phase = "load", .kind = RecordKind::kError};
    errors.errors.push_back({.error_type = "T", .error_title = "title", .traceback = "a second", .signature = "sig"});
    batch.records.push_back(errors);
    lake().Apply(batch);
    for (const bool settled : {false, true}) {
        if (settled) SettleAll();
        std::vector<std::string> seen;
        lake().SearchRun(Ref().run_key, RowMatcher({.terms = {{.text = "SECOND"}}}), {}, [&](const RowHit& hit) {
            seen.push_back(std::string(hit.field) + "|" + std::string(hit.text.substr(hit.at, hit.length)) + "|" +
                           std::string(hit.task_id) + "|" + std::string(hit.signature) + "|" +
                           (hit.level ? std::string(model::Name(*hit.level)) : "") + "|" +
                           (hit.ts ? std::to_string(ToMicros(*hit.ts)) : ""));
            return true;
        });
        EXPECT_EQ(seen,
                  (std::vector<std::string>{"message|Second|load||ERROR|1700000000000000", "traceback|second||sig||"}));
    }
}

TEST_F(SearchTest, EndsWhenItHasEnoughOrIsStopped) {
    lake().Apply(LogBatch(std::vector<model::LogRow>(5000, Log("same"))));
    for (const bool settled : {false, true}) {
        if (settled) SettleAll();
        const RowMatcher matcher({.terms = {{.text = "same"}}});
        int taken = 0;
        SearchTally tally = lake().SearchRun(Ref().run_key, matcher, {}, [&](const RowHit&) { return ++taken < 3; });
        EXPECT_EQ(taken, 3);
        EXPECT_FALSE(tally.complete);
        std::stop_source stop;
        taken = 0;
        tally = lake().SearchRun(
            Ref().run_key, matcher, {},
            [&](const RowHit&) {
                stop.request_stop();
                return ++taken > 0;
            },
            stop.get_token());
        EXPECT_EQ(taken, 1);
        EXPECT_FALSE(tally.complete);
        EXPECT_LT(tally.rows_scanned, 5001);
    }
}

TEST_F(SearchTest, WhatATakerThrowsComesBack) {
    lake().Apply(LogBatch({Log("same")}));
    SettleAll();
    EXPECT_THROW(lake().SearchRun(Ref().run_key, RowMatcher(RowQuery{}), {},
                                  [](const RowHit&) -> bool { throw Error(ErrorCode::kStorage, "not the lake's"); }),
                 Error);
}

TEST_F(SearchTest, ADamagedChunkNamesItself) {
    lake().Apply(LogBatch({Log("a line")}));
    SettleAll();
    const std::string key = ChunksOf()[0].object_key;
    here_.objects->Put(key, "damaged");
    const auto search = [&](const char* text) {
        return lake().SearchRun(Ref().run_key, RowMatcher({.terms = {{.text = text}}}), {},
                                [](const RowHit&) { return true; });
    };
    try {
        search("line");
        FAIL();
    } catch (const Error& failed) {
        EXPECT_EQ(failed.code(), ErrorCode::kStorage);
        EXPECT_TRUE(failed.detail().contains(key)) << failed.detail();
    }
    EXPECT_EQ(search("no such thing").rows_skipped, 1) << "who need not read it is not bothered";
    ForgetIndex("load");
    EXPECT_THROW(lake().IndexSome(10), Error);
    EXPECT_EQ(lake().IndexSome(10), 0U) << "said once";
}

}  // namespace
}  // namespace dagy::lake
