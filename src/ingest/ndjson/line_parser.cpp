#include "ingest/ndjson/line_parser.h"

#include <fmt/format.h>

#include "ingest/ndjson/line_kinds.h"
#include "ingest/ndjson/wide_numbers.h"

namespace dagy::ingest::ndjson {
namespace {

constexpr size_t kDepthMax = 64;

std::string ReasonOf(simdjson::error_code failed) {
    switch (failed) {
        case simdjson::UTF8_ERROR:
            return "is not valid UTF-8";
        case simdjson::DEPTH_ERROR:
            return fmt::format("is nested deeper than {}", kDepthMax);
        case simdjson::UNCLOSED_STRING:
            return "is not valid JSON: a text in it does not end";
        case simdjson::NUMBER_ERROR:
            return "is not valid JSON: a number in it is wrong or has more than 64 bits";
        default:
            return fmt::format("is not valid JSON: {}", simdjson::error_message(failed));
    }
}

// Whoever takes the member says what is wrong with it.
std::string TextOf(const LineMembers& members, Field field) {
    const auto value = members.Peek(field);
    return value && value->is_string() ? std::string(std::string_view(*value)) : std::string();
}

}  // namespace

LineParser::LineParser(std::function<bool(const std::string&)> knows_deployment, std::string own_deployment,
                       size_t line_bytes_max)
    : knows_deployment_(std::move(knows_deployment)), own_deployment_(std::move(own_deployment)) {
    if (parser_.allocate(line_bytes_max, kDepthMax) != simdjson::SUCCESS) throw std::bad_alloc();
}

bool LineParser::Knows(const std::string& deployment) {
    if (deployment == own_deployment_) return true;
    const auto [known, added] = known_.try_emplace(deployment, false);
    if (added) known->second = knows_deployment_ && knows_deployment_(deployment);
    return known->second;
}

LineOutcome LineParser::Add(std::string_view line, const BatchOf& batch_of) {
    LineOutcome outcome;
    simdjson::dom::element root;
    auto failed = parser_.parse(line.data(), line.size(), false).get(root);
    const bool quoted = failed == simdjson::NUMBER_ERROR;
    if (quoted) {
        quoted_ = QuoteWideNumbers(line);
        quoted_.reserve(quoted_.size() + kPadding);
        failed = parser_.parse(quoted_.data(), quoted_.size(), false).get(root);
    }
    if (failed) {
        outcome.fault = Rejected{{}, ReasonOf(failed)};
        return outcome;
    }
    simdjson::dom::object object;
    if (root.get(object) != simdjson::SUCCESS) {
        outcome.fault = Rejected{{}, "is not a JSON object"};
        return outcome;
    }
    try {
        members_.Reset(object, line, quoted);
        const std::string_view kind = members_.Id(Field::kKind);
        // Only what a task's own rows and messages hold may be wider than what a line can say elsewhere.
        if (quoted && kind != "data" && kind != "queue_data" && kind != "event")
            throw Rejected{{}, ReasonOf(simdjson::NUMBER_ERROR)};
        outcome.event.id = members_.OptionalId(Field::kEventId).value_or("");
        if (!outcome.event.id.empty())
            outcome.event.run = {TextOf(members_, Field::kDagId), TextOf(members_, Field::kRunId)};
        outcome.deployment = members_.OptionalId(Field::kDeployment).value_or(own_deployment_);
        if (!Knows(outcome.deployment)) throw Rejected{"deployment", "no such deployment in this organization"};
        BatchBuilder* batch = batch_of(outcome.deployment, outcome.event.id);
        outcome.duplicate = batch == nullptr;
        if (batch != nullptr) AddLine(kind, members_, outcome.event.id, line, *batch);
    } catch (Rejected& rejected) {
        outcome.fault = std::move(rejected);
    }
    return outcome;
}

}  // namespace dagy::ingest::ndjson
