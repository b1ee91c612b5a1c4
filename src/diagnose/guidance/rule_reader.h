/// One rule of an organization, from its YAML node.
#pragma once

#include <libfyaml.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/guidance/rule_text.h"

namespace dagy::diagnose {

/// The line where `node` begins, counted from 1.
int LineOf(fy_node* node);

class RuleReader {
  public:
    explicit RuleReader(FaultList& faults) : faults_(faults) {}

    /// The rule, or nothing where it has faults; all of them are listed.
    std::optional<OwnRule> Read(fy_node* node);

  private:
    void Take(const std::string& key, fy_node* value);
    void CheckWhole();
    void CheckHoles();

    void Fault(int line, std::string what, std::string way_out);
    /// A scalar of at most `bytes_max`, or a fault.
    std::string Text(fy_node* value, std::string_view key, size_t bytes_max);
    /// A scalar that `regex` matches as a whole, or a fault that says `form`.
    std::string Word(fy_node* value, std::string_view key, const char* regex, std::string_view form);
    std::vector<std::string> Texts(fy_node* value, std::string_view key, size_t items_max, size_t bytes_max);
    /// A text, or a list of texts and lists of texts (`depth` levels), as the advice book has them.
    json::value Lines(fy_node* value, std::string_view key, int depth);
    json::array Prevention(fy_node* value);
    void TakeScore(fy_node* value);
    void TakeTransience(fy_node* value);
    void TakeMatch(fy_node* value);

    FaultList& faults_;
    OwnRule rule_;
    int advice_line_ = 1;
    bool good_ = true;
};

}  // namespace dagy::diagnose
