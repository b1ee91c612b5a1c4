#include "diagnose/compose/connections.h"

#include <re2/re2.h>

#include <algorithm>

#include "diagnose/code_place.h"

namespace dagy::diagnose {

std::vector<std::string> FindConnections(const DagFile& dag, const CaseFile& file, const TaskFinding* task,
                                         const Candidate& cause, const ChangeSignal* change) {
    std::vector<std::string> ids;
    const auto add = [&](const std::string& id) {
        if (!id.empty() && std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    };
    if (const auto named = cause.captures.find("conn_id"); named != cause.captures.end()) add(named->second);
    if (change != nullptr && change->kind == "connection") add(change->resource);
    if (task == nullptr) return ids;
    const std::string source = SourceOfTask(dag.version, task->base_task);
    static const RE2 kNamed(R"(conn(?:ection)?_id\w*\s*=\s*["']([^"']+)["'])");
    std::string_view rest = source;
    re2::StringPiece input(rest.data(), rest.size());
    for (std::string id; RE2::FindAndConsume(&input, kNamed, &id);) add(id);
    if (const Reading* reading = ReadingOf(*task, cause)) {
        for (const auto& id : reading->connection_ids) add(id);
    }
    // A hook made without a keyword names its connection as a plain string of the task's code.
    const auto known = file.facts.find("connection");
    if (known != file.facts.end()) {
        for (const auto& fact : known->second) {
            if (source.find('"' + fact.key + '"') != std::string::npos ||
                source.find('\'' + fact.key + '\'') != std::string::npos)
                add(fact.key);
        }
    }
    return ids;
}

}  // namespace dagy::diagnose
