/// A diagnosis as Markdown, fit for a ticket.
#pragma once

#include <string>

#include "base/json.h"

namespace dagy::diagnose {

/// Title, verdict, evidence, what it reached, fix, steps, and what was not found. Log text stands in code blocks;
/// nothing in it can end one or make markup.
std::string ToMarkdown(const json::object& diagnosis);

}  // namespace dagy::diagnose
