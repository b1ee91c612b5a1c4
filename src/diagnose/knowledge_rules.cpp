#include "diagnose/knowledge_rules.h"

#include <libfyaml.h>

#include <charconv>
#include <memory>
#include <set>

namespace dagy::diagnose {
namespace {

struct Document {
    explicit Document(fy_document* document_in) : document(document_in) {}
    ~Document() { fy_document_destroy(document); }
    fy_document* document;
};

std::string Scalar(fy_node* node) {
    size_t size = 0;
    const char* text = fy_node_get_scalar(node, &size);
    return text == nullptr ? std::string() : std::string(text, size);
}

int LineOf(fy_node* node) {
    fy_token* token = fy_node_get_scalar_token(node);
    const fy_mark* mark = token == nullptr ? nullptr : fy_token_start_mark(token);
    return mark == nullptr ? 0 : mark->line + 1;
}

/// One rule on its way from YAML to a pattern.
class RuleReader {
  public:
    RuleReader(Knowledge::Tables& tables, std::string_view file, std::vector<KnowledgeFault>& faults)
        : tables_(tables), faults_(faults) {
        pattern_.file = file;
    }

    void Read(fy_node* rule) {
        void* at = nullptr;
        while (fy_node_pair* pair = fy_node_mapping_iterate(rule, &at))
            Take(Scalar(fy_node_pair_key(pair)), fy_node_pair_key(pair), fy_node_pair_value(pair));
        if (pattern_.id.empty()) Fault("has no id");
        if (pattern_.regex.empty()) Fault("has no match");
        if (pattern_.code.empty() == pattern_.table.empty()) Fault("needs either a code or a table");
        if (!pattern_.code.empty() && pattern_.code != "NONE" && !tables_.cause_index.contains(pattern_.code))
            Fault("names the unknown code '" + pattern_.code + "'");
        if (pattern_.yes.empty()) Fault("has no example");
    }

    bool good() const { return good_; }
    Pattern& pattern() { return pattern_; }
    void Fault(const std::string& what) {
        good_ = false;
        faults_.push_back({pattern_.file, pattern_.line, "rule '" + pattern_.id + "' " + what});
    }

  private:
    void Take(const std::string& key, fy_node* key_node, fy_node* value) {
        if (pattern_.line == 0) pattern_.line = LineOf(key_node);
        if (key == "id")
            pattern_.id = Scalar(value);
        else if (key == "code")
            pattern_.code = Scalar(value);
        else if (key == "table")
            pattern_.table = Scalar(value);
        else if (key == "class")
            pattern_.classification = Scalar(value);
        else if (key == "case")
            pattern_.keeps_case = Scalar(value) == "true";
        else if (key == "score")
            TakeScore(Scalar(value));
        else if (key == "match")
            pattern_.regex = Joined(value);
        else if (key == "yes")
            pattern_.yes = List(value);
        else if (key == "no")
            pattern_.no = List(value);
        else
            Fault("has the unknown member '" + key + "'");
    }

    void TakeScore(const std::string& text) {
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), pattern_.score);
        if (failed != std::errc() || end != text.data() + text.size() || pattern_.score < 0 || pattern_.score > 1)
            Fault("has a score that is no number from 0 to 1");
    }

    static std::vector<std::string> List(fy_node* value) {
        if (!fy_node_is_sequence(value)) return {Scalar(value)};
        std::vector<std::string> items;
        void* at = nullptr;
        while (fy_node* item = fy_node_sequence_iterate(value, &at)) items.push_back(Scalar(item));
        return items;
    }

    /// A list of regexes is one that matches where any does.
    static std::string Joined(fy_node* value) {
        std::string joined;
        for (const auto& part : List(value)) joined += joined.empty() ? part : "|" + part;
        return joined;
    }

    Knowledge::Tables& tables_;
    std::vector<KnowledgeFault>& faults_;
    Pattern pattern_;
    bool good_ = true;
};

std::string WhyNotYaml(std::string_view content) {
    // Diagnostics are kept by the parser, not printed; the place is what helps.
    fy_diag_cfg config;
    fy_diag_cfg_default(&config);
    config.fp = nullptr;
    std::unique_ptr<fy_diag, decltype(&fy_diag_destroy)> diag(fy_diag_create(&config), &fy_diag_destroy);
    fy_diag_set_collect_errors(diag.get(), true);
    fy_parse_cfg parse{};
    parse.diag = diag.get();
    parse.flags = static_cast<fy_parse_cfg_flags>(FYPCF_QUIET | FYPCF_COLLECT_DIAG);
    const Document document(fy_document_build_from_string(&parse, content.data(), content.size()));
    void* at = nullptr;
    const fy_diag_error* error = fy_diag_errors_iterate(diag.get(), &at);
    return error == nullptr ? "is no YAML" : "is no YAML: line " + std::to_string(error->line) + ": " + error->msg;
}

}  // namespace

void LoadRules(Knowledge::Tables& tables, std::string_view name, std::string_view content, bool checks_regexes,
               std::vector<KnowledgeFault>& faults) {
    fy_parse_cfg config{};
    config.flags = FYPCF_QUIET;
    const Document document(fy_document_build_from_string(&config, content.data(), content.size()));
    fy_node* root = document.document == nullptr ? nullptr : fy_document_root(document.document);
    if (root == nullptr || !fy_node_is_sequence(root)) {
        faults.push_back({std::string(name), 1, root == nullptr ? WhyNotYaml(content) : "is not a list of rules"});
        return;
    }
    std::set<std::string> ids;
    for (const auto& pattern : tables.patterns.patterns()) ids.insert(pattern.id);
    void* at = nullptr;
    while (fy_node* rule = fy_node_sequence_iterate(root, &at)) {
        RuleReader reader(tables, name, faults);
        reader.Read(rule);
        if (!ids.insert(reader.pattern().id).second) reader.Fault("repeats the id of another");
        if (!reader.good()) continue;
        const std::string fault = checks_regexes ? PatternSet::FaultOf(reader.pattern()) : std::string();
        if (fault.empty())
            tables.patterns.Add(std::move(reader.pattern()));
        else
            reader.Fault(fault);
    }
}

}  // namespace dagy::diagnose
