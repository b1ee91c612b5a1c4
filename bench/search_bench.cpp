/// Search of one run's logs, ours beside DuckDB's ILIKE over the same Parquet:
/// `search_bench FOLDER [GB] [FIGURE]` makes a run of so much text in FOLDER (once), then prints one JSON line a
/// figure; of those searches and scans whose name has FIGURE in it, if it is there.
#include <duckdb.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "base/time.h"
#include "lake/lake.h"
#include "objects/folder/folder_store.h"
#include "store/sqlite/open.h"

namespace {

using namespace dagy;

constexpr int64_t kChunkRows = 131072;
const model::Scope kScope{"org_bench", "dep_bench"};
const model::RunName kRun{"sales", "r1"};
const std::string kNeedle = "0bad1dea-0000-4000-8000-c0ffee123456";

/// Lines of a pipeline: few templates, many ids.
class Lines {
  public:
    std::string Next() {
        switch (random_() % 6) {
            case 0:
                return fmt::format("Task instance sales.load_{} [scheduled] succeeded in {}.{:03} s, trace {}",
                                   Number(40), Number(300), Number(1000), Uuid());
            case 1:
                return fmt::format("GET https://api.example.com/v2/orders/{}?page={} -> 200 in {} ms (request {})",
                                   Number(10000000), Number(50), Number(900), Uuid());
            case 2:
                return fmt::format("Inserted {} rows into warehouse.fact_orders_{:02}, batch {}, checksum {:016x}",
                                   Number(5000), Number(30), Number(100000), random_());
            case 3:
                return fmt::format(
                    "Retrying upload of s3://lake/part-{:05}.parquet after connection reset by peer ({} of 5)",
                    Number(100000), Number(5));
            case 4:
                return fmt::format(
                    "Heartbeat from worker-{}.pool-{}.svc.cluster.local: {} slots free, {} MiB used, load {}.{:02}",
                    Number(200), Number(8), Number(32), Number(16000), Number(16), Number(100));
            default:
                return fmt::format(
                    "Row {} rejected: column amount holds '{}.{:02}', customer {} in region eu-west-{} is unknown",
                    Number(6000000), Number(10000), Number(100), Number(2000000), Number(4));
        }
    }

  private:
    size_t Number(size_t end) { return random_() % end; }
    std::string Uuid() {
        const uint64_t a = random_(), b = random_();
        return fmt::format("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", a >> 32, (a >> 16) & 0xFFFF, a & 0xFFF,
                           (b >> 48) & 0xFFF, b & 0xFFFFFFFFFFFF);
    }
    std::mt19937_64 random_{1};
};

/// Of all threads of the process: what a machine that others use too tells without noise.
double CpuSeconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

double Seconds(const std::function<void()>& work, double* cpu = nullptr) {
    const auto begin = std::chrono::steady_clock::now();
    const double cpu_begin = CpuSeconds();
    work();
    if (cpu != nullptr) *cpu = std::min(*cpu, CpuSeconds() - cpu_begin);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

class Bench {
  public:
    Bench(const std::filesystem::path& folder, std::string asked)
        : folder_(folder),
          asked_(std::move(asked)),
          store_(store::OpenSqlite(folder / "dagy.db", clock_)),
          objects_(objects::OpenFolder(folder / "records")) {
        Open();
    }

    void Fill(int64_t text_bytes) {
        Lines lines;
        std::ofstream plain(folder_ / "lines.txt");
        const Time start = *ParseTime("2026-05-13T00:00:00Z");
        int64_t bytes = 0, number = 0;
        double seconds = 0;
        while (bytes < text_bytes) {
            model::Batch batch{
                .scope = kScope,
                .runs = {{.scope = kScope, .dag_id = kRun.dag_id, .run_id = kRun.run_id, .logical_date = start}}};
            model::RecordGroup& group = batch.records.emplace_back();
            group.run = kRun;
            group.phase = "load";
            for (int64_t i = 0; i < kChunkRows; ++i, ++number) {
                model::LogRow row{.ts = start + std::chrono::milliseconds(number), .logger = "etl.load"};
                row.level = number % 97 == 0 ? model::Level::kError : model::Level::kInfo;
                row.message = number == 3000017 % (kChunkRows * 3) ? "lost " + kNeedle : lines.Next();
                row.task_id = "load";
                bytes += static_cast<int64_t>(row.message.size()) + 1;
                plain << row.message << '\n';
                group.logs.push_back(std::move(row));
            }
            seconds += Seconds([&] { lake_->Apply(batch); });
        }
        std::printf("{\"figure\": \"apply\", \"rows\": %ld, \"text_bytes\": %ld, \"rows_per_s\": %.0f}\n", number,
                    bytes, static_cast<double>(number) / seconds);
    }

    void Index() {
        if (asked_.contains("unindexed")) return;
        double cpu = 1e9;
        const double seconds = Seconds(
            [&] {
                while (lake_->IndexSome(16) > 0) {
                }
            },
            &cpu);
        int64_t parquet = 0, index = 0;
        for (const objects::ObjectInfo& object : objects_->List("org="))
            (object.key.ends_with("index.parquet") ? index : parquet) += object.bytes;
        std::printf(
            "{\"figure\": \"index\", \"seconds\": %.2f, \"cpu_s\": %.2f, \"parquet_bytes\": %ld, \"index_bytes\": %ld, "
            "\"share\": "
            "%.3f}\n",
            seconds, cpu, parquet, index, static_cast<double>(index) / static_cast<double>(parquet));
    }

    void Unindex() {
        std::vector<store::IndexMark> marks;
        for (const store::Chunk& chunk : store_->records().ChunksOfRun(RunKey()))
            marks.push_back({chunk.id, store::Chunk::Indexed::kNo, {}});
        store_->records().SetIndexed(marks);
    }

    void Search(const char* figure, lake::TextTerm term, size_t hits_max = SIZE_MAX) {
        Search(figure, lake::RowQuery{.terms = {std::move(term)}}, hits_max);
    }

    void Search(const char* figure, lake::RowQuery query, size_t hits_max = SIZE_MAX) {
        if (!Asked(figure)) return;
        const lake::RowMatcher matcher(std::move(query));
        lake::SearchTally tally;
        double best = 1e9, first = 0, cpu = 1e9;
        for (int i = 0; i < 3; ++i) {
            const double seconds = Seconds(
                [&] {
                    size_t hits = 0;
                    tally =
                        lake_->SearchRun(RunKey(), matcher, {}, [&](const lake::RowHit&) { return ++hits < hits_max; });
                },
                &cpu);
            if (i == 0) first = seconds;
            best = std::min(best, seconds);
        }
        std::printf(
            "{\"figure\": \"%s\", \"first_ms\": %.1f, \"best_ms\": %.1f, \"cpu_ms\": %.1f, \"hits\": %ld, \"scanned\": "
            "%ld, \"skipped\": "
            "%ld}\n",
            figure, first * 1e3, best * 1e3, cpu * 1e3, tally.hits, tally.rows_scanned, tally.rows_skipped);
        std::fflush(stdout);
    }

    void Ilike(const char* figure, const std::string& text) {
        if (!Asked(fmt::format("ilike {}", figure))) return;
        duckdb_database database;
        duckdb_connection connection;
        duckdb_open(nullptr, &database);
        duckdb_connect(database, &connection);
        const std::string sql =
            fmt::format("SELECT _row FROM read_parquet('{}/**/logs_*.parquet') WHERE message ILIKE '%{}%'",
                        (folder_ / "records").string(), text);
        double best = 1e9, cpu = 1e9;
        for (int i = 0; i < 2; ++i)
            best = std::min(best, Seconds(
                                      [&] {
                                          duckdb_result result;
                                          if (duckdb_query(connection, sql.c_str(), &result) == DuckDBError)
                                              std::fprintf(stderr, "%s\n", duckdb_result_error(&result));
                                          duckdb_destroy_result(&result);
                                      },
                                      &cpu));
        std::printf("{\"figure\": \"ilike %s\", \"best_ms\": %.1f, \"cpu_ms\": %.1f}\n", figure, best * 1e3, cpu * 1e3);
        duckdb_disconnect(&connection);
        duckdb_close(&database);
    }

    void Open() {
        lake::LakeOptions options;
        options.find_run = [this](const model::Scope& scope, const model::RunName& name) {
            return store_->runs().FindRun(scope.org, scope.deployment, name.dag_id, name.run_id);
        };
        lake_ = lake::OpenLake(
            *objects_, store_->ingest(), store_->records(),
            [this](int64_t key) { return store_->runs().RunByKey(key); }, options);
    }

  private:
    int64_t RunKey() { return store_->runs().FindRun(kScope.org, kScope.deployment, kRun.dag_id, kRun.run_id)->key; }

    bool Asked(std::string_view figure) const { return figure.contains(asked_); }

    std::filesystem::path folder_;
    std::string asked_;
    SystemClock clock_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<objects::ObjectStore> objects_;
    std::unique_ptr<lake::Lake> lake_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "search_bench FOLDER [GB] [FIGURE]\n");
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    const bool is_new = !std::filesystem::exists(folder / "dagy.db");
    std::filesystem::create_directories(folder);
    Bench bench(folder, argc > 3 ? argv[3] : "");
    if (is_new) bench.Fill(static_cast<int64_t>((argc > 2 ? std::atof(argv[2]) : 1) * 1e9));
    using Form = lake::TextTerm::Form;
    bench.Unindex();
    bench.Search("unindexed needle", {.text = kNeedle});
    bench.Search("unindexed rare", {.text = "12345.parquet"});
    bench.Search("unindexed no match", {.text = "no such words here"});
    bench.Search("unindexed common", {.text = "rejected"});
    bench.Search("unindexed regex", {Form::kRegex, "lost [0-9a-f]+-0000-4"});
    bench.Search("unindexed level", lake::RowQuery{.levels = {model::Level::kError}});
    bench.Search("unindexed level without rows", lake::RowQuery{.levels = {model::Level::kCritical}});
    bench.Index();
    bench.Open();  // nothing is cached
    bench.Search("needle", {.text = kNeedle});
    bench.Search("needle, 12 letters of it", {.text = kNeedle.substr(24)});
    bench.Search("rare", {.text = "12345.parquet"});
    bench.Search("no match", {.text = "no such words here"});
    bench.Search("common, first 50", {.text = "rejected"}, 50);
    bench.Search("common, all", {.text = "rejected"});
    bench.Search("regex", {Form::kRegex, "lost [0-9a-f]+-0000-4"});
    bench.Search("level", lake::RowQuery{.levels = {model::Level::kError}});
    bench.Search("level without rows", lake::RowQuery{.levels = {model::Level::kCritical}});
    bench.Ilike("needle", kNeedle);
    bench.Ilike("rare", "12345.parquet");
    bench.Ilike("no match", "no such words here");
    bench.Ilike("common", "rejected");
}
