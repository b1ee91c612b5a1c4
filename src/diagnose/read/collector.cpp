#include "diagnose/read/collector.h"

#include <algorithm>

#include "diagnose/read/template.h"

namespace dagy::diagnose {
namespace {

constexpr size_t kTemplatesMax = 4096;
constexpr size_t kSignalsMax = 600;
constexpr size_t kChainsMax = 60;
constexpr size_t kHeadsMax = 1000;
constexpr size_t kTextBytesMax = 8192;

std::string Bounded(std::string_view text) {
    if (text.size() <= kTextBytesMax) return std::string(text);
    size_t end = kTextBytesMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return std::string(text.substr(0, end));
}

bool SameFailure(const ExceptionChain& a, const ExceptionChain& b) {
    if (a.exceptions.size() != b.exceptions.size()) return false;
    for (size_t i = 0; i < a.exceptions.size(); ++i)
        if (a.exceptions[i].ShortType() != b.exceptions[i].ShortType() ||
            a.exceptions[i].message != b.exceptions[i].message)
            return false;
    return true;
}

}  // namespace

void Collector::Note(const Line& line, std::string_view recorded) {
    const uint64_t hash = TemplateHash(line.body);
    if (const auto known = templates_.find(hash); known != templates_.end())
        ++known->second;
    else if (templates_.size() < kTemplatesMax)
        templates_.emplace(hash, 1);
    if (!line.is_output || line.text.empty()) return;
    Words& words = last_[next_++ % last_.size()];
    words.row = line.row;
    words.text.assign(recorded.substr(0, 512));
    words.logger.assign(line.stream);
    words.ts = line.ts;
    words.level = line.level;
}

void Collector::AddSignal(std::string name, std::string value, const Line& line, std::string_view recorded,
                          model::Level level) {
    const uint64_t key = TemplateHash(line.body) ^ (std::hash<std::string>{}(name) << 1);
    Signal signal{.name = std::move(name),
                  .value = std::move(value),
                  .text = Bounded(recorded),
                  .row = line.row,
                  .level = level,
                  .logger = std::string(line.stream),
                  .is_orchestrator = line.is_orchestrator,
                  .ts = line.ts};
    if (const auto known = signal_index_.find(key); known != signal_index_.end()) {
        signals_[known->second] = std::move(signal);
        return;
    }
    if (signals_.size() >= kSignalsMax) {
        // The oldest third that is least severe makes room: ends tell more than beginnings.
        const auto least = std::min_element(signals_.begin(), signals_.begin() + kSignalsMax / 3,
                                            [](const Signal& a, const Signal& b) { return a.level < b.level; });
        const auto slot = static_cast<size_t>(least - signals_.begin());
        std::erase_if(signal_index_, [slot](const auto& entry) { return entry.second == slot; });
        signals_[slot] = std::move(signal);
        signal_index_[key] = slot;
        return;
    }
    signal_index_[key] = signals_.size();
    signals_.push_back(std::move(signal));
}

void Collector::AddChain(ExceptionChain chain) {
    if (chain.exceptions.empty()) return;
    // The same failure told again (Airflow 2 prints it twice) is one; the earlier place and the weightier voice stay.
    for (auto& known : chains_)
        if (SameFailure(known, chain)) {
            if (known.where != "task" && chain.where == "task") known.where = "task";
            known.last_row = std::max(known.last_row, chain.last_row);
            return;
        }
    if (chains_.size() >= kChainsMax) chains_.erase(chains_.begin() + kChainsMax / 3);
    chains_.push_back(std::move(chain));
}

void Collector::NoteHead(const Line& line) {
    if (heads_.size() < kHeadsMax)
        heads_[line.row] = {Bounded(line.text), std::string(line.stream), line.level, line.is_orchestrator};
}

const Collector::Head* Collector::FindHead(int64_t row) const {
    const auto found = heads_.find(row);
    return found == heads_.end() ? nullptr : &found->second;
}

void Collector::Finish() {
    for (size_t i = 0; i < last_.size(); ++i) {
        const Words& words = last_[(next_ + i) % last_.size()];
        if (words.row >= 0 && !words.text.empty())
            signals_.push_back({.name = "last_output",
                                .text = words.text,
                                .row = words.row,
                                .level = words.level,
                                .logger = words.logger,
                                .ts = words.ts});
    }
    std::ranges::stable_sort(signals_, {}, &Signal::row);
    std::ranges::stable_sort(chains_, {}, &ExceptionChain::first_row);
    reading_.signals = std::move(signals_);
    reading_.chains = std::move(chains_);
    reading_.templates.assign(templates_.begin(), templates_.end());
    std::ranges::sort(reading_.templates);
}

}  // namespace dagy::diagnose
