#include "api/head_keywords.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/exact_json.h"
#include "base/time.h"

namespace dagy::api {
namespace {

constexpr size_t kWordMin = 3;
/// Every word that a phase's own text and path have beside names, numbers and message.
constexpr std::string_view kWordsOfAll =
    "success true false null message total status missing running error attempt log_count error_log_count "
    "s3_data_path org dag date run phase event extract transform load";
/// Longer names may be cut in a path, and end in a hash (lake/object_keys.h).
constexpr size_t kWholeNameBytesMax = 66;

bool IsDigit(char c) {
    return c >= '0' && c <= '9';
}

// The longest word of ASCII letters and digits. In a path, a name's letters may follow an escape like %3A, so what may
// be hex at its front does not count. Of a keyword with other letters nothing is said: they fold in ways of their own.
std::string WordOf(const std::string& keyword) {
    const auto in_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c); };
    const auto is_hex = [](char c) { return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || IsDigit(c); };
    if (!std::ranges::all_of(keyword, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return {};
    std::string longest;
    for (size_t at = 0; at < keyword.size();) {
        size_t end = at;
        while (end < keyword.size() && in_word(keyword[end])) ++end;
        size_t from = at;
        while (from < end && from < at + 2 && is_hex(keyword[from])) ++from;
        if (end - from > longest.size()) longest = keyword.substr(from, end - from);
        at = end + 1;
    }
    return longest;
}

bool InNumber(const lake::TextPattern& digits, int64_t number) {
    std::array<char, 24> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    return digits.In({text.data(), static_cast<size_t>(end - text.data())});
}

}  // namespace

HeadKeywords::HeadKeywords(const std::vector<PhaseFilter>& filters, lake::Lake& lake, const RunSearchQuery& query,
                           std::string default_deployment)
    : lake_(lake), query_(query), default_deployment_(std::move(default_deployment)) {
    const bool cut = query.org.size() > kWholeNameBytesMax || query.dag_id.size() > kWholeNameBytesMax;
    for (const PhaseFilter& filter : filters) {
        phases_.push_back(filter.phase);
        keywords_.push_back({lake::TextPattern(filter.keyword), std::nullopt});
        const std::string word = WordOf(filter.keyword);
        const lake::TextPattern pattern(word);
        const bool told_by_all = pattern.In(kWordsOfAll) || pattern.In(query.org) || pattern.In(query.dag_id);
        if (word.size() < kWordMin || told_by_all || cut) continue;
        keywords_.back().word = pattern;
        keywords_.back().is_number = std::ranges::all_of(word, IsDigit);
    }
}

bool HeadKeywords::MayBeIn(const store::HeadGlance& head) const {
    if (!head.text) return true;
    for (size_t i = 0; i < phases_.size(); ++i)
        if (phases_[i] == head.phase && !keywords_[i].text.In(*head.text) && !MayBeSaid(head, keywords_[i]))
            return false;
    return true;
}

bool HeadKeywords::In(const store::RunHeads& run) const {
    for (size_t i = 0; i < keywords_.size(); ++i)
        if (!In(run, i)) return false;
    return true;
}

bool HeadKeywords::In(const store::RunHeads& run, size_t filter) const {
    const auto head = std::ranges::find(run.phases, phases_[filter], &store::PhaseHead::phase);
    return head != run.phases.end() && InHead(run, *head, keywords_[filter]);
}

bool HeadKeywords::InHead(const store::RunHeads& run, const store::PhaseHead& head, const Keyword& keyword) const {
    return keyword.text.In(head.text) || InSaid(run, head, keyword) || (!head.whole && InRows(head, keyword));
}

// A message has escapes that a word may follow: it is always looked at.
bool HeadKeywords::MayBeSaid(const store::HeadGlance& head, const Keyword& keyword) const {
    if (!keyword.word || !head.message.empty()) return true;
    const lake::TextPattern& word = *keyword.word;
    if (keyword.is_number) {
        for (const int64_t number :
             {int64_t{head.attempt}, head.total.value_or(0), head.log_count, head.error_log_count})
            if (InNumber(word, number)) return true;
    }
    if (head.data_count == 0) return false;  // it has no path
    if (head.run_id.size() > kWholeNameBytesMax || head.deployment.size() > kWholeNameBytesMax) return true;
    return word.In(head.run_id) || word.In(head.deployment) || (keyword.is_number && word.In(head.date));
}

bool HeadKeywords::InSaid(const store::RunHeads& run, const store::PhaseHead& head, const Keyword& keyword) const {
    if (keyword.text.In(head.summary.status)) return true;  // stands there as it is; most that ask for it find it
    std::string path;
    if (head.summary.data_count > 0) {
        const model::Run names{.scope = {query_.org, run.deployment},
                               .dag_id = query_.dag_id,
                               .run_id = run.run_id,
                               .logical_date = ParseTime(run.date + "T00:00:00Z")};
        path = lake::PhaseFolder(names, head.summary.ref.phase, head.summary.ref.attempt, default_deployment_);
    }
    return keyword.text.In(json::serialize(PhaseShape(head.summary, path)));
}

// Rows that came before heads were kept, or that are too long for one.
bool HeadKeywords::InRows(const store::PhaseHead& head, const Keyword& keyword) const {
    lake::PageQuery first_rows{.ref = head.summary.ref, .limit = store::kHeadRows};
    std::vector<model::RecordKind> kinds = {model::RecordKind::kData};
    if (head.phase == model::EtlPhase::kEvent)
        kinds = {model::RecordKind::kQueueData, model::RecordKind::kEvent, kinds.front()};
    return std::ranges::any_of(kinds, [&](model::RecordKind kind) {
        first_rows.kind = kind;
        const lake::Page page = lake_.ReadPage(first_rows);
        return std::ranges::any_of(page.items,
                                   [&](const json::object& row) { return keyword.text.In(SerializeExact(row)); });
    });
}

}  // namespace dagy::api
