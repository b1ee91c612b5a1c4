#include "diagnose/classify/frames.h"

#include <re2/re2.h>

#include <algorithm>
#include <initializer_list>

namespace dagy::diagnose {
namespace {

bool LastFilesHave(const Exception& exception, size_t frames, std::initializer_list<std::string_view> parts) {
    const size_t count = exception.frames.size();
    for (size_t i = count > frames ? count - frames : 0; i < count; ++i)
        for (const auto part : parts)
            if (exception.frames[i].file.find(part) != std::string::npos) return true;
    return false;
}

}  // namespace

bool RaisedByParser(const Exception& exception) {
    return LastFilesHave(exception, 2,
                         {"_strptime", "json/decoder", "/dateutil/", "pandas/_libs/tslibs", "strptime.pyx", "pandas/io/parsers", "pandas/io/json", "pandas/io/excel", "pandas/core/tools/", "pandas/core/arrays/datetimes",
                          "/xml/", "/lxml/", "/yaml/", "zoneinfo", "numpy/lib/npyio", "pyarrow/parquet", "pyarrow/csv", "fastavro", "openpyxl", "xlrd", "toml", "configparser", "csv.py", "gzip.py", "zipfile", "tarfile",
                          "pendulum/", "isodate", "parsers.pyx", "tslib.pyx", "conversion.pyx", "parsing.pyx"});
}

bool RaisedByEnvironment(const Exception& exception) {
    if (exception.frames.empty()) return false;
    const Frame& last = exception.frames.back();
    return last.file.ends_with("/os.py") || last.file.ends_with("\\os.py") || last.file == "<frozen os>" ||
           (last.is_user_code && (last.code.find("os.environ[") != std::string::npos || last.code.find("environ[") != std::string::npos));
}

bool RaisedByDatabase(const Exception& exception) {
    for (const std::string_view module : {"psycopg", "asyncpg", "sqlalchemy", "pymysql", "MySQLdb", "sqlite3", "snowflake", "duckdb", "cx_Oracle", "oracledb", "pyodbc", "clickhouse", "trino", "databricks"})
        if (exception.type.find(module) != std::string::npos) return true;
    return LastFilesHave(exception, 2, {"/psycopg", "/asyncpg/", "/sqlalchemy/", "/pymysql/", "/MySQLdb/", "/snowflake/", "/duckdb/", "/oracledb/", "/clickhouse", "/trino/"});
}

bool RaisedByUser(const Exception& exception) { return exception.frames.empty() || exception.frames.back().is_user_code; }

bool IsInputPath(std::string_view path) {
    static const re2::RE2 kDated(R"((?:19|20)\d\d[-_./]?(?:0[1-9]|1[0-2])(?:[-_./]?(?:[0-2]\d|3[01]))?)");
    static const re2::RE2 kPlace(R"((?i)(?:^|[/\\_.-])(?:incoming|inbox|inbound|landing|arrivals?|dropzone|drop|deliver\w*|feeds?|uploads?|downloads?|received|imports?)(?:[/\\_.-]|$))");
    static const re2::RE2 kData(R"((?i)\.(?:csv|tsv|json|jsonl|ndjson|parquet|xlsx?|xml|avro|orc|dat|txt|gz|zip|zst|bz2|log|feather|nc|tiff?|geojson)['"]?$)");
    const re2::StringPiece piece(path.data(), path.size());
    return re2::RE2::PartialMatch(piece, kData) && (re2::RE2::PartialMatch(piece, kDated) || re2::RE2::PartialMatch(piece, kPlace));
}

}  // namespace dagy::diagnose
