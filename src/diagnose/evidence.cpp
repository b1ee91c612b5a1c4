#include "diagnose/evidence.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"

namespace dagy::diagnose {
namespace {

char PrefixOf(const Proof& proof) {
    switch (proof.kind) {
        case Proof::Kind::kAudit:
            return 'c';
        case Proof::Kind::kCode:
            return 's';
        case Proof::Kind::kHistory:
            return proof.event_id == "runs" ? 'h' : 't';
        default:
            return 'e';
    }
}

std::string PlaceOf(const Proof& proof) {
    // Two claims may quote two parts of one record; code and history have no row of their own, so their text tells them
    // apart.
    const bool by_row = proof.row >= 0 && proof.kind != Proof::Kind::kCode;
    const bool by_event = proof.kind == Proof::Kind::kAudit && !proof.event_id.empty();
    return fmt::format("{}\x1f{}\x1f{}\x1f{}\x1f{}\x1f{}\x1f{}\x1f{}", static_cast<int>(proof.kind), proof.dag_id,
                       proof.run_id, proof.task_id, proof.attempt, proof.row, proof.event_id,
                       by_row || by_event ? std::string_view() : std::string_view(proof.text));
}

size_t BackToBoundary(std::string_view text, size_t at) {
    while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
    return at;
}

std::string_view Trim(std::string_view text) {
    while (!text.empty() && (text.front() == '\n' || text.front() == '\r')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
    return text;
}

std::string_view Head(std::string_view text) {
    if (text.size() <= kRefTextMax) return text;
    const size_t line = text.rfind('\n', kRefTextMax);
    return text.substr(0, line != std::string_view::npos && line > 0 ? line : BackToBoundary(text, kRefTextMax));
}

std::string_view Tail(std::string_view text) {
    if (text.size() <= kRefTextMax) return text;
    const size_t line = text.find('\n', text.size() - kRefTextMax);
    if (line != std::string_view::npos && line + 1 < text.size()) return text.substr(line + 1);
    return Head(text.substr(text.rfind('\n') + 1));
}

/// "Traceback (most recent call last):" is our rendering's own line where the source keeps frames as data.
std::string_view WithoutHeadline(std::string_view text) {
    if (!text.starts_with("Traceback (most recent call last)")) return text;
    const size_t line = text.find('\n');
    return line == std::string_view::npos ? text : text.substr(line + 1);
}

}  // namespace

std::string PieceOf(std::string_view text, Proof::Kind kind) {
    text = Trim(text);
    if (kind == Proof::Kind::kError) return std::string(Tail(WithoutHeadline(text)));
    const bool is_traceback = text.starts_with("Traceback (most recent call last)");
    return std::string(is_traceback ? Tail(text) : Head(text));
}

namespace {

/// `shown` lists every line of `wanted`, about the same run (or runs of the same dag).
bool Shows(const Proof& shown, const Proof& wanted) {
    if (shown.kind != wanted.kind || shown.dag_id != wanted.dag_id || shown.run_id != wanted.run_id ||
        shown.event_id != wanted.event_id)
        return false;
    const std::string lines = "\n" + shown.text + "\n";
    for (std::string_view rest = Trim(wanted.text); !rest.empty();) {
        const size_t end = rest.find('\n');
        if (lines.find(fmt::format("\n{}\n", rest.substr(0, end))) == std::string::npos) return false;
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return true;
}

}  // namespace

bool IsCitable(const Proof& proof) {
    return !Trim(proof.text).empty() &&
           (proof.row >= 0 || !proof.event_id.empty() || proof.kind == Proof::Kind::kAudit ||
            proof.kind == Proof::Kind::kHistory || proof.kind == Proof::Kind::kCode);
}

std::string RefBook::Cite(const Proof& proof) {
    // Of states and runs that another ref shows already, one ref is enough.
    if (proof.kind == Proof::Kind::kHistory) {
        for (const auto& [ref, shown] : refs_)
            if (Shows(shown, proof)) return ref;
    }
    const auto [place, is_new] = by_place_.emplace(PlaceOf(proof), refs_.size());
    if (is_new) {
        const char prefix = PrefixOf(proof);
        refs_.push_back({fmt::format("{}{}", prefix, ++count_[prefix]), proof});
        refs_.back().proof.text = PieceOf(proof.text, proof.kind);
    }
    return refs_[place->second].ref;
}

std::string RefBook::Mark(const std::vector<Proof>& proofs) {
    std::vector<std::string> names;
    for (const auto& proof : proofs) {
        if (!IsCitable(proof)) continue;
        std::string ref = Cite(proof);
        if (std::find(names.begin(), names.end(), ref) == names.end()) names.push_back(std::move(ref));
    }
    return names.empty() ? std::string() : fmt::format(" [{}]", fmt::join(names, ", "));
}

bool RefBook::HasLine() const {
    return std::any_of(refs_.begin(), refs_.end(), [](const Entry& entry) {
        return entry.proof.kind == Proof::Kind::kLog || entry.proof.kind == Proof::Kind::kError;
    });
}

json::array RefBook::ToJson() const {
    json::array out;
    for (const auto& [ref, proof] : refs_) {
        json::object entry{{"ref", ref}, {"kind", Name(proof.kind)}};
        if (!proof.dag_id.empty()) entry["dag_id"] = proof.dag_id;
        if (!proof.run_id.empty()) entry["run_id"] = proof.run_id;
        if (!proof.task_id.empty()) entry["task_id"] = proof.task_id;
        if (proof.attempt > 0) entry["attempt"] = proof.attempt;
        if (proof.row >= 0) entry["row"] = proof.row;
        if (proof.kind == Proof::Kind::kCode)
            entry["source"] = proof.event_id;
        else if (!proof.event_id.empty())
            entry["event_id"] = proof.event_id;
        if (proof.ts) entry["ts"] = FormatTime(*proof.ts);
        entry["text"] = proof.text;
        entry["sha256"] = Sha256Hex(proof.text);
        out.push_back(std::move(entry));
    }
    return out;
}

std::string_view Name(Proof::Kind kind) {
    switch (kind) {
        case Proof::Kind::kLog:
            return "log";
        case Proof::Kind::kError:
            return "error";
        case Proof::Kind::kData:
            return "data";
        case Proof::Kind::kAudit:
            return "audit";
        case Proof::Kind::kHistory:
            return "history";
        case Proof::Kind::kCode:
            return "code";
    }
    return "log";
}

}  // namespace dagy::diagnose
