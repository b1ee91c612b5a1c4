#include "diagnose/guidance/rule_text.h"

#include <fmt/format.h>
#include <libfyaml.h>

#include <memory>

#include "diagnose/guidance/rule_reader.h"
#include "lake/utf8.h"

namespace dagy::diagnose {
namespace {

/// Parser, its diagnostics and documents, freed in the right order.
class Parser {
  public:
    explicit Parser(std::string_view text) {
        fy_diag_cfg config;
        fy_diag_cfg_default(&config);
        config.fp = nullptr;
        diag_.reset(fy_diag_create(&config));
        fy_diag_set_collect_errors(diag_.get(), true);
        fy_parse_cfg parse{};
        parse.diag = diag_.get();
        parse.flags = static_cast<fy_parse_cfg_flags>(FYPCF_QUIET | FYPCF_COLLECT_DIAG);
        parser_.reset(fy_parser_create(&parse));
        fy_parser_set_string(parser_.get(), text.data(), text.size());
    }

    /// nullptr: no further document, or the text is broken.
    fy_document* Next() {
        documents_.emplace_back(fy_parse_load_document(parser_.get()), &fy_document_destroy);
        return documents_.back().get();
    }

    const fy_diag_error* Complaint() {
        void* at = nullptr;
        return fy_diag_errors_iterate(diag_.get(), &at);
    }

  private:
    std::unique_ptr<fy_diag, decltype(&fy_diag_destroy)> diag_{nullptr, &fy_diag_destroy};
    std::unique_ptr<fy_parser, decltype(&fy_parser_destroy)> parser_{nullptr, &fy_parser_destroy};
    std::vector<std::unique_ptr<fy_document, decltype(&fy_document_destroy)>> documents_;
};

}  // namespace

std::vector<OwnRule> ReadRuleText(std::string_view yaml, FaultList& faults) {
    std::vector<OwnRule> rules;
    if (yaml.size() > kGuidanceBytesMax) {
        faults.Add(1, "", fmt::format("the text has {} bytes, more than {}", yaml.size(), kGuidanceBytesMax),
                   "join rules that mean the same, and drop old ones");
        return rules;
    }
    if (!lake::IsUtf8(yaml) || yaml.find('\0') != std::string_view::npos) {
        faults.Add(1, "", "the text is not UTF-8, or holds a NUL", "save it as UTF-8");
        return rules;
    }
    Parser parser(yaml);
    fy_document* document = parser.Next();
    fy_document* second = document == nullptr ? nullptr : parser.Next();
    if (const fy_diag_error* complaint = parser.Complaint()) {
        faults.Add(std::max(1, complaint->line), "", fmt::format("this is no YAML: {}", complaint->msg),
                   "correct the line; a text with : # or quotes goes into 'single quotes'");
        return rules;
    }
    if (second != nullptr) {
        faults.Add(LineOf(fy_document_root(second)), "", "there is a second YAML document",
                   "put all rules into one list, without ---");
        return rules;
    }
    fy_node* root = document == nullptr ? nullptr : fy_document_root(document);
    if (root == nullptr) return rules;  // nothing, or comments alone: no rules
    if (!fy_node_is_sequence(root) || fy_node_is_alias(root)) {
        faults.Add(LineOf(root), "", "the text is not a list of rules", "begin each rule with `- id: name`");
        return rules;
    }
    const int count = fy_node_sequence_item_count(root);
    if (count > static_cast<int>(kGuidanceRulesMax)) {
        faults.Add(LineOf(root), "", fmt::format("there are {} rules, more than {}", count, kGuidanceRulesMax),
                   "give one rule several matches: match may be a list");
        return rules;
    }
    void* at = nullptr;
    while (fy_node* node = fy_node_sequence_iterate(root, &at)) {
        if (auto rule = RuleReader(faults).Read(node)) rules.push_back(*std::move(rule));
    }
    return rules;
}

}  // namespace dagy::diagnose
