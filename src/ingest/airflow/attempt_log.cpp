#include "ingest/airflow/attempt_log.h"

#include <algorithm>
#include <array>

#include "ingest/byte_source.h"

namespace dagy::ingest::airflow {
namespace {

std::string FileName(const LogFile& file) {
    return file.path.filename().string();
}

}  // namespace

/// One file of the attempt, at most one line ahead of what was handed out.
class AttemptLog::Side {
  public:
    Side(const LogFile& file, const FileMark* taken, bool ended)
        : name_(FileName(file)), source_(file.path, file.name), begin_(taken != nullptr ? *taken : FileMark{}) {
        begin_.name = name_;
        as_before_ = SkipTaken();
        reader_.emplace(source_, begin_.context);
        reader_->HashInto(hash_);
        if (!ended) reader_->LeaveUnfinished();
    }

    /// The bytes that were taken in before are still there.
    bool as_before() const { return as_before_; }

    /// The line that comes next, without taking it.
    const LogLine* Ahead() {
        if (!ahead_ && !at_end_) {
            before_ahead_ = Here();
            ahead_.emplace();
            at_end_ = !reader_->Next(*ahead_);
            if (at_end_) ahead_.reset();
        }
        return ahead_ ? &*ahead_ : nullptr;
    }

    /// Saves the mark that Ahead needs, which is a hash a line.
    bool Take(LogLine& line) {
        if (ahead_) {
            line = std::move(*ahead_);
            ahead_.reset();
            return true;
        }
        return !at_end_ && reader_->Next(line);
    }

    FileMark Mark() const { return ahead_ ? before_ahead_ : Here(); }

  private:
    bool SkipTaken() {
        std::array<char, 65536> block;
        for (uint64_t rest = begin_.bytes; rest > 0;) {
            const size_t got = source_.Read(block.data(), std::min<uint64_t>(block.size(), rest));
            if (got == 0) return false;
            hash_.Add({block.data(), got});
            rest -= got;
        }
        return begin_.bytes == 0 || hash_.HexSoFar() == begin_.sha256;
    }

    FileMark Here() const {
        return {.name = name_,
                .bytes = begin_.bytes + reader_->offset(),
                .sha256 = hash_.HexSoFar(),
                .context = reader_->context()};
    }

    std::string name_;
    FileSource source_;
    FileMark begin_;
    Sha256 hash_;
    std::optional<LogReader> reader_;
    std::optional<LogLine> ahead_;
    FileMark before_ahead_;
    bool as_before_ = false;
    bool at_end_ = false;
};

AttemptLog::AttemptLog(const LogFiles& files, LogMark taken, bool ended)
    : taken_(std::move(taken)), rows_(taken_.rows) {
    for (const LogFile& file : files.files) {
        auto side = std::make_unique<Side>(file, taken_.Find(FileName(file)), ended);
        if (side->as_before())
            sides_.push_back(std::move(side));
        else
            changed_.push_back(file.name);
    }
}

AttemptLog::~AttemptLog() = default;

/// A line without a time goes with what stands before it in its own file.
AttemptLog::Side* AttemptLog::Earliest() {
    if (sides_.size() == 1) return sides_.front().get();
    Side* first = nullptr;
    for (const auto& side : sides_) {
        const LogLine* ahead = side->Ahead();
        if (ahead == nullptr) continue;
        if (!ahead->row.ts) return side.get();
        if (first == nullptr || ahead->row.ts < first->Ahead()->row.ts) first = side.get();
    }
    return first;
}

bool AttemptLog::Next(LogLine& line) {
    Side* side = Earliest();
    if (side == nullptr || !side->Take(line)) return false;
    line.row.row = rows_++;
    if (line.error) line.error->log_row = line.row.row;
    return true;
}

LogMark AttemptLog::Mark() {
    LogMark mark = taken_;
    mark.rows = rows_;
    for (const auto& side : sides_) {
        FileMark now = side->Mark();
        const auto known = std::ranges::find(mark.files, now.name, &FileMark::name);
        if (known != mark.files.end())
            *known = std::move(now);
        else
            mark.files.push_back(std::move(now));
    }
    return mark;
}

}  // namespace dagy::ingest::airflow
