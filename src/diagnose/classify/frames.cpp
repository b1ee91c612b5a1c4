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
                         {"_strptime",
                          "json/decoder",
                          "/dateutil/",
                          "pandas/_libs/tslibs",
                          "strptime.pyx",
                          "pandas/io/parsers",
                          "pandas/io/json",
                          "pandas/io/excel",
                          "pandas/core/tools/",
                          "pandas/core/arrays/datetimes",
                          "/xml/",
                          "/lxml/",
                          "/yaml/",
                          "zoneinfo",
                          "numpy/lib/npyio",
                          "pyarrow/parquet",
                          "pyarrow/csv",
                          "fastavro",
                          "openpyxl",
                          "xlrd",
                          "toml",
                          "configparser",
                          "csv.py",
                          "gzip.py",
                          "zipfile",
                          "tarfile",
                          "pendulum/",
                          "isodate",
                          "parsers.pyx",
                          "tslib.pyx",
                          "conversion.pyx",
                          "parsing.pyx"});
}

bool RaisedByEnvironment(const Exception& exception) {
    if (exception.frames.empty()) return false;
    const Frame& last = exception.frames.back();
    return last.file.ends_with("/os.py") || last.file.ends_with("\\os.py") || last.file == "<frozen os>" ||
           (last.is_user_code &&
            (last.code.find("os.environ[") != std::string::npos || last.code.find("environ[") != std::string::npos));
}

bool RaisedBySetting(const Exception& exception) {
    static const re2::RE2 kReads(
        R"(Variable\.get\(|os\.environ\b|\bgetenv\(|\bconf\.get(?:int|float|boolean|)\(|\.extra_dejson\b|BaseHook\.get_connection\()");
    static const re2::RE2 kReader(R"(_?get_(?:variable|connection))");
    const size_t count = exception.frames.size();
    for (size_t i = count > 6 ? count - 6 : 0; i < count; ++i) {
        const Frame& frame = exception.frames[i];
        const bool airflow = frame.file.find("/airflow/") != std::string::npos;
        if (airflow && re2::RE2::FullMatch(frame.function, kReader)) return true;
    }
    for (auto frame = exception.frames.rbegin(); frame != exception.frames.rend(); ++frame)
        if (frame->is_user_code) return re2::RE2::PartialMatch(frame->code, kReads);
    return false;
}

bool RaisedByConnect(const Exception& exception) {
    static const re2::RE2 kConnects(
        R"(_*(?:create_|open_|new_|get_|establish_|do_)?(?:connect|connection|conn)(?:_\w+)?)");
    const size_t count = exception.frames.size();
    for (size_t i = count > 3 ? count - 3 : 0; i < count; ++i)
        if (!exception.frames[i].is_user_code && re2::RE2::FullMatch(exception.frames[i].function, kConnects))
            return true;
    return false;
}

bool RaisedByLock(const Exception& exception) {
    if (exception.frames.empty()) return false;
    const std::string& code = exception.frames.back().code;
    return code.find("flock(") != std::string::npos || code.find("lockf(") != std::string::npos;
}

bool RaisedByFuture(const Exception& exception) {
    return LastFilesHave(exception, 2, {"concurrent/futures/", "multiprocessing/pool"});
}

bool RaisedAsOwnClass(const Exception& exception) {
    if (exception.frames.empty() || !exception.frames.back().is_user_code) return false;
    // A driver in C raises in the user's line too: only the line itself tells.
    const Frame& last = exception.frames.back();
    if (last.code.find("raise " + exception.ShortType()) == std::string::npos) return false;
    for (const std::string_view builtin : {"ConnectionRefusedError", "ConnectionResetError", "ConnectionAbortedError",
                                           "BrokenPipeError", "TimeoutError", "ConnectionError"})
        if (exception.type == builtin) return false;
    return exception.type.find('.') == std::string::npos || exception.type.starts_with("__main__.") ||
           exception.type.starts_with("unusual_prefix_");
}

bool RaisedByDatabase(const Exception& exception) {
    for (const std::string_view module :
         {"psycopg", "asyncpg", "sqlalchemy", "pymysql", "MySQLdb", "sqlite3", "snowflake", "duckdb", "cx_Oracle",
          "oracledb", "pyodbc", "clickhouse", "trino", "databricks"})
        if (exception.type.find(module) != std::string::npos) return true;
    return LastFilesHave(exception, 2,
                         {"/psycopg", "/asyncpg/", "/sqlalchemy/", "/pymysql/", "/MySQLdb/", "/snowflake/", "/duckdb/",
                          "/oracledb/", "/clickhouse", "/trino/"});
}

bool RaisedByCleanUp(const Exception& exception) {
    static const re2::RE2 kUnbound(
        R"(cannot access local variable|referenced before assignment|cannot access free variable)");
    static const re2::RE2 kNeverOpened(
        R"('NoneType' object has no attribute '(?:close|rollback|commit|disconnect|quit|stop|shutdown|release|terminate|kill|cleanup|clean_up|unlock|logout|delete|remove|drop)\w*')");
    static const re2::RE2 kGone(
        R"((?i)(?:connection|cursor|session|client|file|handle|pool|transport) (?:is |was |has been |already )*closed|closed (?:file|connection|cursor)|rollback|cannot operate on a closed)");
    static const re2::RE2 kScratch(
        R"((?i)(?:\.(?:lock|lck|pid|tmp|temp|part|partial|swp|bak|done|running)\b|[/\\._-](?:scratch|tmp|temp|staging|workdir|work|cache|locks?|tmp\w{6,8})(?:[/\\._'"-]|$)))");
    static const re2::RE2 kTidying(
        R"((?:\b(?:os\.(?:unlink|remove|rmdir|removedirs)|shutil\.rmtree|\w+\.(?:unlink|rmdir|close|rollback|cleanup|release|disconnect|quit|logout|shutdown|terminate))\())");
    const std::string type = exception.ShortType();
    const auto has = [](const re2::RE2& what, const std::string& where) { return re2::RE2::PartialMatch(where, what); };
    if (type == "UnboundLocalError" || type == "NameError") return has(kUnbound, exception.message);
    if (type == "AttributeError" && has(kNeverOpened, exception.message)) return true;
    if (!exception.frames.empty() && has(kTidying, exception.frames.back().code)) return true;
    for (size_t i = exception.frames.size() > 3 ? exception.frames.size() - 3 : 0; i < exception.frames.size(); ++i)
        for (const std::string_view name : {"rmtree", "cleanup", "clean_up", "tear_down", "teardown", "rollback"})
            if (exception.frames[i].function == name) return true;
    if (type == "FileNotFoundError" || type == "PermissionError" || type == "OSError" || type == "FileExistsError")
        return has(kScratch, exception.message);
    return (type == "InterfaceError" || type == "ProgrammingError" || type == "OperationalError" ||
            type == "RuntimeError" || type == "ValueError") &&
           has(kGone, exception.message);
}

bool RaisedByUser(const Exception& exception) {
    return exception.frames.empty() || exception.frames.back().is_user_code;
}

bool IsInputPath(std::string_view path) {
    static const re2::RE2 kDated(R"((?:19|20)\d\d[-_./]?(?:0[1-9]|1[0-2])(?:[-_./]?(?:[0-2]\d|3[01]))?)");
    static const re2::RE2 kPlace(
        R"((?i)(?:^|[/\\_.-])(?:incoming|inbox|inbound|landing|arrivals?|dropzone|drop|deliver\w*|feeds?|uploads?|downloads?|received|imports?)(?:[/\\_.-]|$))");
    static const re2::RE2 kData(
        R"((?i)\.(?:csv|tsv|json|jsonl|ndjson|parquet|xlsx?|xml|avro|orc|dat|txt|gz|zip|zst|bz2|log|feather|nc|tiff?|geojson)['"]?$)");
    const re2::StringPiece piece(path.data(), path.size());
    return re2::RE2::PartialMatch(piece, kData) &&
           (re2::RE2::PartialMatch(piece, kDated) || re2::RE2::PartialMatch(piece, kPlace));
}

}  // namespace dagy::diagnose
