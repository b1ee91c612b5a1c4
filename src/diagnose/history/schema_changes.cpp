#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "diagnose/history/changes.h"
#include "diagnose/history/source_scope.h"

namespace dagy::diagnose {

namespace {

/// One DDL statement or grant in a text.
struct Statement {
    std::string object;  ///< table or view as written, without quotes
    std::string text;
    bool takes_away = false;  ///< drop, rename, revoke: what was there is not there any more
};

std::string Lower(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

/// The next word from `at`: letters, digits, `_ . $` and quoted parts.
std::string NextWord(std::string_view text, size_t& at) {
    while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at]))) ++at;
    std::string word;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '$')
            word += c;
        else if (c != '"' && c != '`' && c != '[' && c != ']')
            break;
        else if (c == '"' && word.empty() && at > 0 && text[at - 1] == ' ')
            continue;
        else if (!word.empty())
            break;
    }
    return word;
}

std::string Rest(const std::string& text, size_t from) {
    size_t end = from;
    while (end < text.size() && text[end] != ';' && text[end] != '\n' && end - from < 300) ++end;
    std::string rest = text.substr(from, end - from);
    while (!rest.empty() && (rest.back() == '"' || rest.back() == '\'' || rest.back() == ',' || rest.back() == ')' ||
                             rest.back() == ' '))
        rest.pop_back();
    return rest;
}

std::vector<Statement> FindStatements(const std::string& text) {
    const std::string lower = Lower(text);
    std::vector<Statement> found;
    for (const std::string_view verb : {"alter ", "drop ", "rename ", "create ", "truncate ", "revoke "}) {
        for (size_t at = lower.find(verb); at != std::string::npos; at = lower.find(verb, at + 1)) {
            if (at > 0 && (std::isalnum(static_cast<unsigned char>(lower[at - 1])) || lower[at - 1] == '_')) continue;
            Statement statement;
            statement.text = Rest(text, at);
            const std::string head = Lower(statement.text);
            size_t word_at = at + verb.size();
            if (verb == "revoke ") {
                const size_t on = head.find(" on ");
                if (on == std::string::npos) continue;
                word_at = at + on + 4;
                size_t peek = word_at;
                if (NextWord(lower, peek) == "table") word_at = peek;
            } else {
                std::string word = NextWord(lower, word_at);
                while (word == "or" || word == "replace" || word == "materialized" || word == "foreign" ||
                       word == "external" || word == "unique")
                    word = NextWord(lower, word_at);
                if (verb == "create " &&
                    (word == "index" || word == "function" || word == "database" || word == "role" || word == "user"))
                    continue;
                // `rename column`, `drop column` inside an ALTER are told by the ALTER.
                if (word != "table" && word != "view" && word != "schema") continue;
                for (size_t peek = word_at;; word_at = peek) {
                    const std::string next = NextWord(lower, peek);
                    if (next != "if" && next != "exists" && next != "not" && next != "only") break;
                }
            }
            statement.object = NextWord(text, word_at);
            statement.takes_away = verb == "drop " || verb == "revoke " || verb == "truncate " ||
                                   head.find(" rename ") != std::string::npos ||
                                   head.find(" drop ") != std::string::npos;
            if (!statement.object.empty()) found.push_back(std::move(statement));
        }
    }
    return found;
}

bool CanComeFromSchema(std::string_view code) {
    for (const char* prefix : {"SQL_", "DATA_SCHEMA", "DATA_NULL", "DATA_OUT_OF", "DATA_FOREIGN", "DATA_DUPLICATE",
                               "DATA_MISSING", "AUTH_PERMISSION", "DBT_", "USER_CODE_PYTHON_KEY",
                               "USER_CODE_PYTHON_ATTRIBUTE", "USER_CODE_PYTHON_TYPE", "DATA_QUALITY", "SPARK_"})
        if (code.starts_with(prefix)) return true;
    return false;
}

/// A word of the statement beyond its object, such as the column that was renamed, that the error says.
std::string ColumnInError(const Statement& statement, const FailureView& view) {
    for (const std::string& word : Words(statement.text)) {
        const std::string lower = Lower(word);
        bool is_sql = false;
        for (const char* sql :
             {"alter",   "table",   "rename",  "column", "drop",   "create",     "add",     "view",    "type",
              "varchar", "text",    "integer", "revoke", "select", "insert",     "update",  "delete",  "not",
              "null",    "default", "from",    "set",    "exists", "constraint", "cascade", "truncate"})
            is_sql = is_sql || lower == sql;
        if (!is_sql && word != statement.object && view.InError(word)) return word;
    }
    return {};
}

/// Everything that a dag of that name would execute, by its newest source.
std::map<std::string, std::string> SourcesByDag(const CaseFile& file) {
    std::map<std::string, std::string> sources;
    if (const auto facts = file.facts.find("dag_source"); facts != file.facts.end())
        for (const auto& fact : facts->second)
            sources[StringOr(fact.body, "dag_id")] += StringOr(fact.body, "source") + "\n";
    for (const RelatedRun& related : file.related)
        sources.emplace(related.dag.version.dag_id, related.dag.version.source);
    return sources;
}

void Judge(const FailureView& view, const model::Run& run, const std::string& source,
           std::vector<ChangeSignal>& changes) {
    const Time at = run.started_at.value_or(run.queued_at.value_or(Time{}));
    for (const Statement& statement : FindStatements(source)) {
        const std::string bare = statement.object.substr(
            statement.object.rfind('.') == std::string::npos ? 0 : statement.object.rfind('.') + 1);
        const bool used = view.InError(bare) || Mentions(view.task_source, bare);
        ChangeSignal change;
        change.ts = at;
        change.kind = "schema";
        change.resource = statement.object;
        change.actor = run.dag_id;
        change.after = statement.text;
        const std::string column = ColumnInError(statement, view);
        if (!used || !CanComeFromSchema(view.code)) {
            change.score = used ? 0.25 : 0.05;
            change.why =
                used ? "the failing task uses it, but this error is not of a kind that a change of a table makes"
                     : "the failing task does not use it";
        } else if (!column.empty()) {
            change.score = 0.96;
            change.why = fmt::format("run {} of {} changed {}, and the error names {}", run.run_id, run.dag_id,
                                     statement.object, column);
        } else {
            change.score = statement.takes_away ? 0.8 : 0.45;
            change.why = fmt::format("run {} of {} changed {}, which the failing task uses", run.run_id, run.dag_id,
                                     statement.object);
        }
        if (change.score < 0.1) continue;
        change.proof = {.kind = Proof::Kind::kCode,
                        .dag_id = run.dag_id,
                        .run_id = run.run_id,
                        .task_id = {},
                        .attempt = 0,
                        .row = -1,
                        .ts = at,
                        .text = statement.text,
                        .event_id = {}};
        changes.push_back(std::move(change));
    }
}

}  // namespace

void AddSchemaChanges(const CaseFile& file, const FailureView& view, std::vector<ChangeSignal>& changes) {
    const auto sources = SourcesByDag(file);
    std::map<std::string, bool> seen;
    const auto consider = [&](const model::Run& run) {
        const Time at = run.started_at.value_or(run.queued_at.value_or(Time{}));
        if (run.dag_id == view.dag_id || !view.InWindow(at)) return;
        const auto source = sources.find(run.dag_id);
        if (source == sources.end() || !seen.emplace(run.dag_id, true).second) return;
        Judge(view, run, source->second, changes);
    };
    for (const model::Run& run : file.fleet) consider(run);
    for (const RelatedRun& related : file.related) consider(related.file.run);
}

}  // namespace dagy::diagnose
