#include "ingest/airflow/log_mark.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace dagy::ingest::airflow {
namespace {

std::string Escaped(std::string_view id) {
    std::string text;
    for (const char c : id) {
        if (c == '|' || c == '%')
            text += c == '|' ? "%7C" : "%25";
        else
            text.push_back(c);
    }
    return text;
}

FileMark FileMarkOf(const json::object& from) {
    FileMark mark;
    mark.name = StringOr(from, "name");
    mark.bytes = static_cast<uint64_t>(IntOr(from, "bytes", 0));
    mark.sha256 = StringOr(from, "sha256");
    if (const auto ts = GetInt(from, "ts")) mark.context.ts = FromMicros(*ts);
    mark.context.level = model::ParseLevel(StringOr(from, "level")).value_or(model::Level::kInfo);
    return mark;
}

}  // namespace

std::string LogMark::Encode() const {
    json::array list;
    for (const FileMark& file : files) {
        json::object one{{"name", file.name},
                         {"bytes", file.bytes},
                         {"sha256", file.sha256},
                         {"level", model::Name(file.context.level)}};
        if (file.context.ts) one["ts"] = ToMicros(*file.context.ts);
        list.push_back(std::move(one));
    }
    return json::serialize(json::object{{"files", std::move(list)}, {"rows", rows}});
}

LogMark LogMark::Decode(const std::string& text) {
    LogMark mark;
    const json::value value = ParseJson(text, "the mark of an imported log");
    const json::array* list = value.is_object() ? GetArray(value.get_object(), "files") : nullptr;
    if (list == nullptr) throw Error(ErrorCode::kStorage, "the mark of an imported log is broken", {}, text);
    mark.rows = IntOr(value.get_object(), "rows", 0);
    for (const json::value& file : *list)
        if (file.is_object()) mark.files.push_back(FileMarkOf(file.get_object()));
    return mark;
}

const FileMark* LogMark::Find(const std::string& name) const {
    const auto file = std::ranges::find(files, name, &FileMark::name);
    return file != files.end() ? &*file : nullptr;
}

std::string AttemptKey(const model::RunName& run, const std::string& task, int attempt, std::string_view what) {
    return fmt::format("airflow:{}|{}|{}|{}:{}", Escaped(run.dag_id), Escaped(run.run_id), Escaped(task), attempt,
                       what);
}

}  // namespace dagy::ingest::airflow
