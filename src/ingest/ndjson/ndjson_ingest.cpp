#include "ingest/ndjson/ndjson_ingest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <unordered_set>

#include "base/crash_point.h"
#include "ingest/ndjson/line_parser.h"

namespace dagy::ingest::ndjson {
namespace {

constexpr size_t kPieceBytes = size_t{256} << 10;

/// A line of the batch, kept as text until the batch is durable: if an event id turns out to be known, the others are
/// read again without it.
struct HeldLine {
    size_t begin = 0;
    size_t bytes = 0;
};

/// What goes to one deployment in one transaction.
struct Pending {
    explicit Pending(const model::Scope& scope) : builder(std::make_unique<BatchBuilder>(scope)), of(scope) {}

    void Hold(HeldLine line, model::EventId event) {
        lines.push_back(line);
        if (event.id.empty()) return;
        event_ids.insert(event.id);
        event_lines.push_back(lines.size() - 1);
        builder->batch().event_ids.push_back(std::move(event));
    }
    void Clear() { *this = Pending(of); }

    std::unique_ptr<BatchBuilder> builder;
    model::Scope of;
    std::vector<HeldLine> lines;
    std::vector<size_t> event_lines;  ///< by index into the batch's event_ids: which line
    std::unordered_set<std::string> event_ids;
};

}  // namespace

class NdjsonIngest::Body {
  public:
    Body(lake::Lake& lake, const model::Scope& scope, IngestOptions options)
        : lake_(lake),
          scope_(scope),
          options_(std::move(options)),
          parser_(options_.knows_deployment, scope.deployment, options_.line_bytes_max) {}

    void Feed(std::string_view bytes) {
        while (!bytes.empty()) {
            const std::string_view piece = bytes.substr(0, kPieceBytes);
            bytes.remove_prefix(piece.size());
            Append(piece);
            TakeLines();
            // Bytes of rejected lines count too: they stay in the buffer as long as the others.
            if (held_lines_ >= options_.batch_lines || done_ >= options_.batch_bytes)
                Flush();
            else
                DropDone();
        }
    }

    IngestReport Finish() {
        if (used_ > done_ || dropping_) {
            ends_inside_ = true;
            TakeLine(used_);
        }
        Flush();
        return report_;
    }

    IngestReport report_;
    uint64_t lines_ = 0;

  private:
    void Append(std::string_view piece) {
        if (buffer_.size() < used_ + piece.size() + kPadding)
            buffer_.resize(std::max(used_ + piece.size() + kPadding, buffer_.size() * 2));
        std::memcpy(buffer_.data() + used_, piece.data(), piece.size());
        used_ += piece.size();
    }

    void TakeLines() {
        while (true) {
            const void* found =
                scanned_ < used_ ? std::memchr(buffer_.data() + scanned_, '\n', used_ - scanned_) : nullptr;
            if (found == nullptr) break;
            const auto end = static_cast<size_t>(static_cast<const char*>(found) - buffer_.data());
            TakeLine(end);
            done_ = scanned_ = end + 1;
        }
        scanned_ = used_;
        if (used_ - done_ > options_.line_bytes_max) DropOpenLine();
    }

    /// The line is too long already: its bytes are not kept, only counted.
    void DropOpenLine() {
        dropping_ = true;
        used_ = scanned_ = done_;
    }

    void TakeLine(size_t end) {
        ++lines_;
        std::string_view line(buffer_.data() + done_, end - done_);
        if (std::exchange(dropping_, false) || line.size() > options_.line_bytes_max)
            return Reject({}, fmt::format("is longer than {} bytes; cut its texts or send them as several lines",
                                          options_.line_bytes_max));
        const size_t first = line.find_first_not_of(" \t\r\n");
        if (first == std::string_view::npos) return;
        Add({.begin = done_, .bytes = line.size()});
    }

    void Add(HeldLine held) {
        const std::string_view line(buffer_.data() + held.begin, held.bytes);
        auto outcome = parser_.Add(line, [this](const std::string& deployment, const std::string& event_id) {
            return BatchOf(deployment, event_id);
        });
        if (outcome.fault) {
            if (ends_inside_ && outcome.fault->member.empty())
                return Reject({}, "the text ends inside this line: it was cut; send the line again");
            return Reject(std::move(outcome.fault->member), std::move(outcome.fault->reason));
        }
        if (outcome.duplicate) {
            ++report_.duplicates;
            return;
        }
        pending_.at(outcome.deployment).Hold(held, std::move(outcome.event));
        ++held_lines_;
    }

    BatchBuilder* BatchOf(const std::string& deployment, const std::string& event_id) {
        Pending& pending = pending_.try_emplace(deployment, model::Scope{scope_.org, deployment}).first->second;
        if (pending.event_ids.contains(event_id)) return nullptr;
        return pending.builder.get();
    }

    void Reject(std::string member, std::string reason) {
        ++report_.rejected;
        if (report_.errors.size() < options_.faults_max)
            report_.errors.push_back({.line = lines_, .member = std::move(member), .reason = std::move(reason)});
    }

    void Flush() {
        for (auto& [deployment, pending] : pending_)
            if (!pending.lines.empty()) Apply(pending);
        held_lines_ = 0;
        DropDone();
    }

    void Apply(Pending& pending) {
        while (!pending.lines.empty()) {
            CrashPoint("ingest.before");
            const store::ApplyResult result = lake_.Apply(pending.builder->batch());
            CrashPoint("ingest.after");
            if (result.seen.empty()) break;
            report_.duplicates += result.seen.size();
            Rebuild(pending, result.seen);
        }
        report_.accepted += pending.lines.size();
        pending.Clear();
    }

    /// The batch without the lines whose event ids are known.
    void Rebuild(Pending& pending, const std::vector<size_t>& seen) {
        std::vector<bool> drop(pending.lines.size());
        for (const size_t index : seen) drop[pending.event_lines.at(index)] = true;
        const std::vector<HeldLine> lines = std::move(pending.lines);
        pending.Clear();
        for (size_t i = 0; i < lines.size(); ++i) {
            if (drop[i]) continue;
            const std::string_view line(buffer_.data() + lines[i].begin, lines[i].bytes);
            auto outcome =
                parser_.Add(line, [&](const std::string&, const std::string&) { return pending.builder.get(); });
            pending.Hold(lines[i], std::move(outcome.event));
        }
    }

    /// Moves the open line to the front once nothing of what stands before it is needed any more.
    void DropDone() {
        if (held_lines_ > 0 || done_ == 0) return;
        std::memmove(buffer_.data(), buffer_.data() + done_, used_ - done_);
        used_ -= done_;
        scanned_ -= done_;
        done_ = 0;
    }

    lake::Lake& lake_;
    model::Scope scope_;
    IngestOptions options_;
    LineParser parser_;
    std::map<std::string, Pending> pending_;
    size_t held_lines_ = 0;
    std::string buffer_;
    size_t used_ = 0;     ///< bytes in the buffer
    size_t done_ = 0;     ///< bytes of lines that were taken
    size_t scanned_ = 0;  ///< no line end in [done_, scanned_)
    bool dropping_ = false;
    bool ends_inside_ = false;
};

NdjsonIngest::NdjsonIngest(lake::Lake& lake, const model::Scope& scope, IngestOptions options)
    : body_(std::make_unique<Body>(lake, scope, std::move(options))) {}
NdjsonIngest::~NdjsonIngest() = default;

void NdjsonIngest::Feed(std::string_view bytes) {
    body_->Feed(bytes);
}
IngestReport NdjsonIngest::Finish() {
    return body_->Finish();
}
const IngestReport& NdjsonIngest::report() const {
    return body_->report_;
}
uint64_t NdjsonIngest::lines() const {
    return body_->lines_;
}

}  // namespace dagy::ingest::ndjson
