#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "diagnose/wording.h"
#include "diagnose/wording/brief.h"
#include "diagnose/wording/judge.h"

namespace dagy::diagnose {
namespace {

constexpr std::string_view kFields[] = {"summary", "root_cause", "suggested_fix"};

/// `The port is wrong.` → `The port is wrong [c1] [e1].`
std::string WithRefs(const WordedSentence& sentence, const Redactor& redactor) {
    std::string text = redactor.Restore(sentence.text);
    const char end = text.back() == '!' || text.back() == '?' ? text.back() : '.';
    while (!text.empty() && (text.back() == '.' || text.back() == '!' || text.back() == '?')) text.pop_back();
    return fmt::format("{} [{}]{}", text, fmt::join(sentence.refs, "] ["), end);
}

json::object Kept(const WordingModel& model, const std::string& reason) {
    json::object wording = NotWorded(reason);
    wording["model"] = model.name();
    return wording;
}

}  // namespace

json::object NotWorded(const std::string& reason) {
    return {{"status", "kept"}, {"reason", reason}};
}

json::object Reword(const json::object& diagnosis, WordingModel& model, std::stop_token stop) {
    try {
        const WordingBrief brief = BriefOf(diagnosis);
        if (brief.by_ref.empty()) return Kept(model, "there is no evidence that words could stand on");
        json::array kept, dropped;
        json::object fields;
        for (const WordedSentence& sentence : ReadAnswer(model.Answer(brief.prompt, stop))) {
            if (const std::string fault = FaultOf(sentence, brief); !fault.empty()) {
                const bool known = std::ranges::find(kFields, sentence.field) != std::end(kFields);
                dropped.push_back({{"field", known ? sentence.field : ""}, {"why", fault}});
                continue;
            }
            const std::string text = WithRefs(sentence, brief.redactor);
            std::string said = StringOr(fields, sentence.field);
            said += (said.empty() ? "" : " ") + text;
            fields[sentence.field] = said;
            kept.push_back({{"field", sentence.field},
                            {"text", text},
                            {"refs", json::array(sentence.refs.begin(), sentence.refs.end())}});
        }
        json::object wording{{"status", "worded"}, {"model", model.name()}};
        if (kept.empty()) wording = Kept(model, "no sentence of the model stands on the evidence that it cites");
        for (const std::string_view field : kFields)
            if (const auto* said = fields.if_contains(field)) wording[field] = *said;
        wording["sentences"] = std::move(kept);
        wording["dropped"] = std::move(dropped);
        wording["redacted"] = brief.redactor.count();
        return wording;
    } catch (const Error& error) {
        return Kept(model, error.detail());
    } catch (const std::exception&) {
        return Kept(model, "the model's answer could not be used");
    }
}

}  // namespace dagy::diagnose
