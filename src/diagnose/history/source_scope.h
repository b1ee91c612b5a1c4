/// Which part of a dag's Python file one task runs: its function or operator call, and what of the same file these use.
///
///   @task                                  TaskSource(source, "pull") =
///   def pull():                              the decorator, the function, fetch(), and the line BASE = …
///       return fetch(BASE)
///
/// By names alone, without running or fully parsing anything: good enough to tell what a task uses from what its
/// neighbours use.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dagy::diagnose {

/// Its text, in file order; empty where nothing in the file carries the task's name. `task_id` may have groups:
/// `store.write`.
std::string TaskSource(const std::string& source, const std::string& task_id);

/// Lines that every task shares: imports apart, what stands in `default_args` and the dag's own call.
std::string SharedSource(const std::string& source);

/// `name` stands in `text` as a whole word or quoted string: `fx_feed` is in `"fx_feed"`, not in `fx_feed_b`.
bool Mentions(std::string_view text, std::string_view name);

/// Lines that are in one text and not in the other, in both directions, without their indent.
std::vector<std::string> ChangedLines(const std::string& before, const std::string& after);

/// Words of code in a text: identifiers and dotted or dashed names of three letters or more, a dotted one's parts too;
/// sorted.
std::vector<std::string> Words(std::string_view text);

}  // namespace dagy::diagnose
