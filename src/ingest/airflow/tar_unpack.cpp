#include "ingest/airflow/tar_unpack.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "base/compress.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/tar_reader.h"
#include "ingest/byte_source.h"

namespace dagy::ingest::airflow {
namespace {

namespace fs = std::filesystem;

class FileSink final : public TarSink {
  public:
    FileSink(fs::path folder, UnpackLimits limits, std::vector<std::string>& warnings)
        : folder_(std::move(folder)), limits_(limits), warnings_(warnings) {}

    void Begin(const TarMember& member) override {
        path_ = member.path;
        Check(member);
        if (member.type != '0' && member.type != '5' && warnings_.size() < 50)
            warnings_.push_back(fmt::format("{} in the archive is no regular file: left out", path_));
        const fs::path target = folder_ / path_;
        std::error_code failed;
        if (member.type == '5') fs::create_directories(target, failed);
        if (member.type != '0') return;
        fs::create_directories(target.parent_path(), failed);
        file_.open(target, std::ios::binary | std::ios::trunc);
        if (!file_) Fail();
    }

    void Bytes(std::string_view bytes) override {
        if (!file_.is_open()) return;
        bytes_ += static_cast<int64_t>(bytes.size());
        if (bytes_ > limits_.bytes_max)
            throw Error(ErrorCode::kTooLarge, fmt::format("the archive holds more than {} bytes", limits_.bytes_max),
                        "unpack it and import the folder");
        if (!file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()))) Fail();
    }

    void End() override {
        if (!file_.is_open()) return;
        file_.close();
        if (!file_) Fail();
    }

  private:
    void Check(const TarMember& member) {
        const fs::path path(member.path);
        const bool leaves =
            path.is_absolute() || std::ranges::any_of(path, [](const fs::path& part) { return part == ".."; });
        if (leaves || member.path.empty() || member.path.find('\0') != std::string::npos)
            throw Error(ErrorCode::kInvalidInput,
                        fmt::format("the archive's member '{}' would leave the folder", member.path),
                        "pack the export again");
        if (++files_ > limits_.files_max)
            throw Error(ErrorCode::kTooLarge, fmt::format("the archive has more than {} members", limits_.files_max),
                        "unpack it and import the folder");
    }

    [[noreturn]] void Fail() const {
        if (errno == ENOSPC || errno == EDQUOT)
            throw Error(ErrorCode::kStorageFull, "no space is left to unpack the archive",
                        "free some space in the temporary folder (TMPDIR)");
        throw Error(ErrorCode::kStorage, fmt::format("{} of the archive cannot be unpacked", path_),
                    "unpack it and import the folder", std::generic_category().message(errno));
    }

    fs::path folder_;
    UnpackLimits limits_;
    std::vector<std::string>& warnings_;
    std::string path_;
    std::ofstream file_;
    int64_t bytes_ = 0;
    int64_t files_ = 0;
};

}  // namespace

UnpackedTar::UnpackedTar(const fs::path& archive, UnpackLimits limits)
    : folder_(fs::temp_directory_path() / ("dagy-import-" + RandomHex(8))) {
    fs::create_directory(folder_);
    fs::permissions(folder_, fs::perms::owner_all);
    try {
        Unpack(archive, limits);
    } catch (...) {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
        throw;
    }
}

UnpackedTar::~UnpackedTar() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

void UnpackedTar::Unpack(const fs::path& archive, UnpackLimits limits) {
    FileSource source(archive, archive.string());
    FileSink sink(folder_, limits, warnings_);
    TarReader tar(sink, "give the folder of an export, or a whole .tar, .tar.gz or .tar.zst of it");
    std::string block(size_t{256} << 10, '\0');
    size_t got = source.Read(block.data(), block.size());
    const auto compression = DetectCompression(std::string_view(block).substr(0, got));
    const auto unpack =
        compression ? MakeDecompressor(*compression, {.bytes_max = INT64_MAX, .window_log_max = 27}) : nullptr;
    const auto take = [&](std::string_view bytes) { tar.Feed(bytes); };
    for (; got > 0; got = source.Read(block.data(), block.size())) {
        const std::string_view bytes = std::string_view(block).substr(0, got);
        if (unpack)
            unpack->Feed(bytes, take);
        else
            take(bytes);
    }
    if (unpack) unpack->Finish();
    tar.Finish();
}

fs::path UnpackedTar::ExportPath() const {
    fs::path path = folder_;
    for (int depth = 0; depth < 4 && !fs::exists(path / "dag_runs.json") && !fs::exists(path / "task_instances.json");
         ++depth) {
        if (fs::is_directory(path / "airflow")) {
            path /= "airflow";
            continue;
        }
        const fs::directory_iterator entries(path);
        const auto only =
            std::ranges::find_if(entries, [](const fs::directory_entry& entry) { return entry.is_directory(); });
        if (only == fs::directory_iterator()) break;
        path = only->path();
    }
    return path;
}

}  // namespace dagy::ingest::airflow
