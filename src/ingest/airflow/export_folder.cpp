#include "ingest/airflow/export_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"

namespace dagy::ingest::airflow {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 2> kRequired{"dag_runs.json", "task_instances.json"};

bool IsFile(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

bool LooksLikeExport(const fs::path& folder) {
    return std::ranges::any_of(kRequired, [&](std::string_view file) { return IsFile(folder / file); });
}

/// What somebody who gave `folder` may have meant: the export in it, or the one it belongs to.
std::optional<fs::path> Meant(const fs::path& folder) {
    if (LooksLikeExport(folder / "airflow")) return folder / "airflow";
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed))
        if (entry.is_directory(failed) && LooksLikeExport(entry.path())) return entry.path();
    fs::path up = fs::absolute(folder, failed).lexically_normal();
    while (up.has_relative_path()) {
        if (LooksLikeExport(up)) return up;
        up = up.parent_path();
    }
    return std::nullopt;
}

void CheckFolder(const fs::path& folder) {
    const std::string name = folder.string();
    std::error_code failed;
    if (!fs::exists(folder, failed))
        throw Error(ErrorCode::kNotFound, fmt::format("{} does not exist", name),
                    "give the folder that airflow-export wrote");
    if (!fs::is_directory(folder, failed))
        throw Error(ErrorCode::kInvalidInput, fmt::format("{} is no folder", name),
                    "give an export's folder, or a .tar.gz or .tar.zst of it");
    if (LooksLikeExport(folder)) return;
    const auto meant = Meant(folder);
    throw Error(ErrorCode::kInvalidInput,
                fmt::format("{} is no Airflow export: it holds neither dag_runs.json nor task_instances.json", name),
                meant ? fmt::format("did you mean {}?", meant->string())
                      : "give the folder that airflow-export wrote (its --out)");
}

/// A part of a log's path: ids are written raw, so that a slash in them makes folders. `..` would lead out.
bool LeadsOut(const fs::path& relative) {
    return relative.is_absolute() || std::ranges::any_of(relative, [](const fs::path& part) { return part == ".."; });
}

bool IsBelow(const fs::path& root, const fs::path& path) {
    const auto [end, ignored] = std::ranges::mismatch(root, path);
    return end == root.end();
}

}  // namespace

ExportFolder::ExportFolder(fs::path folder) : folder_(std::move(folder)) {
    CheckFolder(folder_);
    for (const std::string_view file : kRequired)
        if (!Has(file))
            throw Error(ErrorCode::kInvalidInput, fmt::format("{} is missing in {}", file, folder_.string()),
                        "the export is not complete: make it again, or copy the file to its place");
    std::error_code failed;
    if (fs::is_directory(folder_ / "logs", failed)) logs_ = fs::canonical(folder_ / "logs", failed);
}

bool ExportFolder::Has(std::string_view file) const {
    std::error_code ignored;
    return fs::exists(folder_ / file, ignored);
}

void ExportFolder::Read(std::string_view file, const std::function<void(JsonItem&)>& take) const {
    if (!Has(file)) return;
    if (!IsFile(folder_ / file))
        throw Error(ErrorCode::kInvalidInput, fmt::format("{} is a folder, not a JSON file", file),
                    "make the export again");
    const std::string list(file.substr(0, file.find('.')));
    FileSource source(folder_ / file, std::string(file));
    JsonItems items(source, std::string(file));
    JsonItem item;
    while (items.Next(item)) {
        if (item.key == "total_entries") continue;
        if (item.key != list || !item.value.is_array()) {
            take(item);
            continue;
        }
        for (json::value& element : item.value.get_array()) {
            JsonItem one{.key = {}, .value = std::move(element)};
            take(one);
        }
    }
}

json::object ExportFolder::ReadObject(std::string_view file) const {
    json::object object;
    Read(file, [&](JsonItem& item) { object[item.key] = std::move(item.value); });
    return object;
}

LogFiles ExportFolder::Logs(const LogPlace& place) const {
    LogFiles found;
    if (logs_.empty()) return found;
    std::string relative = fmt::format("dag_id={}/run_id={}/task_id={}/", place.dag_id, place.run_id, place.task_id);
    if (place.map_index >= 0) relative += fmt::format("map_index={}/", place.map_index);
    const fs::path folder = logs_ / relative;
    const std::string file = fmt::format("attempt={}.log", place.attempt);
    if (LeadsOut(relative) || relative.find('\0') != std::string::npos) {
        found.refused = true;
        return found;
    }
    // Too long a name and the like: such a folder cannot be there.
    std::error_code failed;
    const fs::path real = fs::canonical(folder, failed);
    if (failed) return found;
    if (!IsBelow(logs_, real)) {
        found.refused = true;
        return found;
    }
    for (const auto& entry : fs::directory_iterator(real, failed)) {
        const std::string name = entry.path().filename().string();
        if (name != file && !name.starts_with(file + ".trigger.")) continue;
        const fs::path target = fs::canonical(entry.path(), failed);
        if (failed || !IsFile(target)) continue;
        if (!IsBelow(logs_, target)) {
            found.refused = true;
            continue;
        }
        found.files.push_back({.name = relative + name, .path = target, .bytes = fs::file_size(target, failed)});
    }
    std::ranges::sort(found.files, {}, &LogFile::name);
    return found;
}

size_t ExportFolder::CountAttemptLogs() const {
    size_t logs = 0;
    std::error_code failed;
    if (logs_.empty()) return 0;
    for (auto entry = fs::recursive_directory_iterator(logs_, failed);
         !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with("attempt=") && name.ends_with(".log") && !name.contains(".trigger.") &&
            entry->is_regular_file(failed))
            ++logs;
    }
    return logs;
}

}  // namespace dagy::ingest::airflow
