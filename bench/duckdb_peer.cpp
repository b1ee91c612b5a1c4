/// The peer of `./dev bench ingest`: the same log rows, already parsed and in memory, through DuckDB's appender and
/// COPY to Parquet. Prints {"rows": …, "seconds": …}. What it leaves out (parsing, checking, dedup, durability) is
/// dagy's work on top.
#include <duckdb.h>
#include <simdjson.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

struct Row {
    std::string ts, level, logger, message, task;
};

std::vector<Row> ReadRows(const char* path) {
    std::vector<Row> rows;
    simdjson::dom::parser parser;
    simdjson::dom::document_stream lines;
    simdjson::padded_string text;
    if (simdjson::padded_string::load(path).get(text) != simdjson::SUCCESS) std::exit(2);
    if (parser.parse_many(text, 1 << 20).get(lines) != simdjson::SUCCESS) std::exit(2);
    for (const auto line : lines) {
        std::string_view kind;
        if (line["kind"].get(kind) != simdjson::SUCCESS || kind != "log") continue;
        const auto text_of = [&](const char* key) {
            std::string_view value;
            return line[key].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
        };
        rows.push_back({text_of("ts"), text_of("level"), text_of("logger"), text_of("message"), text_of("task_id")});
    }
    return rows;
}

void Run(duckdb_connection connection, const std::string& sql) {
    duckdb_result result;
    if (duckdb_query(connection, sql.c_str(), &result) == DuckDBError) {
        std::fprintf(stderr, "%s\n", duckdb_result_error(&result));
        std::exit(1);
    }
    duckdb_destroy_result(&result);
}

void Append(duckdb_connection connection, const std::vector<Row>& rows) {
    duckdb_appender appender;
    duckdb_appender_create(connection, nullptr, "logs", &appender);
    int64_t number = 0;
    for (const Row& row : rows) {
        duckdb_append_int64(appender, number++);
        for (const std::string* text : {&row.ts, &row.level, &row.logger, &row.message, &row.task})
            duckdb_append_varchar_length(appender, text->data(), text->size());
        duckdb_appender_end_row(appender);
    }
    duckdb_appender_destroy(&appender);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: duckdb_peer ROWS.ndjson OUT.parquet\n");
        return 2;
    }
    const std::vector<Row> rows = ReadRows(argv[1]);
    duckdb_database database;
    duckdb_connection connection;
    if (duckdb_open(nullptr, &database) == DuckDBError || duckdb_connect(database, &connection) == DuckDBError)
        return 1;
    Run(connection, "SET threads=2");
    const auto begin = std::chrono::steady_clock::now();
    Run(connection,
        "CREATE TABLE logs(_row BIGINT, ts VARCHAR, level VARCHAR, logger VARCHAR, message VARCHAR, task_id VARCHAR)");
    Append(connection, rows);
    Run(connection, std::string("COPY logs TO '") + argv[2] + "' (FORMAT parquet, COMPRESSION zstd)");
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::printf("{\"rows\": %zu, \"seconds\": %.4f}\n", rows.size(), seconds);
    duckdb_disconnect(&connection);
    duckdb_close(&database);
    return 0;
}
