#include "lake/exporter.h"

#include <fstream>
#include <set>

#include "base/error.h"
#include "lake/object_keys.h"
#include "lake/run_list.h"
#include "lake/tar_writer.h"

namespace dagy::lake {
namespace {

constexpr size_t kPieceBytes = size_t{256} << 10;

}  // namespace

class Exporter::Round {
  public:
    Round(Exporter& owner, const UpkeepScope& scope, const Write& write)
        : owner_(owner), scope_(scope), write_(write) {}

    ExportReport Run() {
        bool whole = true;
        ForEachRun(owner_.runs_, scope_, [&](const model::Run& run) {
            ++report_.runs;
            return whole = One(run);
        });
        if (whole) End();
        return report_;
    }

  private:
    bool One(const model::Run& run) {
        std::set<model::PhaseRef> pending;
        for (const store::PhaseRecords& records : owner_.records_.ViewOfRun(run.key, 0))
            if (!records.view.blocks.empty()) pending.insert(records.ref);
        for (const model::PhaseRef& ref : pending) owner_.settler_.Settle(ref);
        std::set<std::string> folders;
        for (const store::Chunk& chunk : owner_.records_.ChunksOfRun(run.key)) {
            folders.emplace(RunFolderOf(chunk.object_key));
            if (!Chunk(chunk)) return false;
        }
        for (const std::string& folder : folders)
            for (const objects::ObjectInfo& object : owner_.objects_.List(folder))
                if (object.key.ends_with("/metadata.parquet") && !Metadata(object)) return false;
        return true;
    }

    bool Chunk(const store::Chunk& chunk) {
        std::filesystem::path file;
        try {
            file = owner_.files_.Open(chunk);
        } catch (const Error& failed) {
            if (failed.code() != ErrorCode::kStorage) throw;
            report_.damaged.push_back(chunk.object_key);
            return true;
        }
        report_.rows += chunk.rows;
        return Member(chunk.object_key, chunk.bytes, file);
    }

    // Overwritten in place now and then: what was read at once is of one piece.
    bool Metadata(const objects::ObjectInfo& object) {
        const std::string bytes = owner_.objects_.Get(object.key);
        const auto size = static_cast<int64_t>(bytes.size());
        ++report_.objects;
        report_.bytes += size;
        return write_(TarHead(object.key, size, object.modified) + bytes + TarPadding(size));
    }

    bool Member(const std::string& key, int64_t bytes, const std::filesystem::path& file) {
        ++report_.objects;
        report_.bytes += bytes;
        if (!write_(TarHead(key, bytes, SystemClock().Now()))) return false;
        std::ifstream in(file, std::ios::binary);
        int64_t left = bytes;
        while (left > 0) {
            std::string piece(std::min(kPieceBytes, static_cast<size_t>(left)), '\0');
            if (!in.read(piece.data(), static_cast<std::streamsize>(piece.size())))
                throw Error(ErrorCode::kStorage, "object '" + key + "' ended while it was copied");
            left -= static_cast<int64_t>(piece.size());
            if (!write_(std::move(piece))) return false;
        }
        return write_(TarPadding(bytes));
    }

    void End() {
        json::array damaged;
        for (const std::string& key : report_.damaged) damaged.push_back(json::value(key));
        const std::string text = json::serialize(json::object{{"runs", report_.runs},
                                                              {"objects", report_.objects},
                                                              {"rows", report_.rows},
                                                              {"bytes", report_.bytes},
                                                              {"damaged", std::move(damaged)}});
        const auto size = static_cast<int64_t>(text.size());
        write_(TarHead("_dagy_export.json", size, SystemClock().Now()) + text + TarPadding(size) + TarEnd());
    }

    Exporter& owner_;
    const UpkeepScope& scope_;
    const Write& write_;
    ExportReport report_;
};

ExportReport Exporter::Export(const UpkeepScope& scope, const Write& write) {
    return Round(*this, scope, write).Run();
}

}  // namespace dagy::lake
