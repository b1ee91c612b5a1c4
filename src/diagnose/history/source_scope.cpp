#include "diagnose/history/source_scope.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

namespace dagy::diagnose {

namespace {

bool IsWord(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

/// A piece of the file by its bytes.
struct Piece {
    size_t from = 0, to = 0;
    auto operator<=>(const Piece&) const = default;
};

/// Names of the file and where they are made; brackets with strings and comments left out.
class File {
  public:
    explicit File(const std::string& text) : text_(text) {
        SplitLines();
        MatchBrackets();
        FindDefinitions();
    }

    std::vector<Piece> CallsWithTaskId(const std::string& name) const {
        std::vector<Piece> calls;
        for (size_t at = text_.find("task_id"); at != std::string::npos; at = text_.find("task_id", at + 7)) {
            size_t quote = at + 7;
            while (quote < text_.size() && (text_[quote] == ' ' || text_[quote] == '=')) ++quote;
            if (quote >= text_.size() || (text_[quote] != '"' && text_[quote] != '\'')) continue;
            if (text_.compare(quote + 1, name.size(), name) != 0 || quote + 1 + name.size() >= text_.size()) continue;
            if (text_[quote + 1 + name.size()] != text_[quote]) continue;
            calls.push_back(CallAround(at));
        }
        return calls;
    }

    const std::map<std::string, std::vector<Piece>>& definitions() const { return definitions_; }
    std::string_view Text(Piece piece) const {
        return std::string_view(text_).substr(piece.from, piece.to - piece.from);
    }

    /// From the word before the bracket at `open` to its close, decorators of a function below it included.
    Piece Call(size_t open) const {
        size_t from = open;
        while (from > 0 && (IsWord(text_[from - 1]) || text_[from - 1] == '.' || text_[from - 1] == '@')) --from;
        const auto close = closes_.find(open);
        size_t to = close == closes_.end() ? text_.size() : close->second + 1;
        // `.partial(task_id=…).expand(…)`: the second half belongs to it.
        while (to < text_.size() && text_[to] == '.') {
            size_t next = to + 1;
            while (next < text_.size() && IsWord(text_[next])) ++next;
            const auto chained = next < text_.size() && text_[next] == '(' ? closes_.find(next) : closes_.end();
            if (chained == closes_.end()) break;
            to = chained->second + 1;
        }
        return {from, to};
    }

  private:
    void SplitLines() {
        lines_.push_back(0);
        for (size_t at = 0; at < text_.size(); ++at)
            if (text_[at] == '\n') lines_.push_back(at + 1);
    }

    size_t EndOfLine(size_t line) const { return line + 1 < lines_.size() ? lines_[line + 1] : text_.size(); }

    // A string's brackets are text. Only its quotes and backslashes are followed, which is all that Python needs for
    // this.
    void MatchBrackets() {
        std::vector<size_t> open;
        for (size_t at = 0; at < text_.size(); ++at) {
            const char c = text_[at];
            if (c == '#') {
                at = std::min(text_.find('\n', at), text_.size());
            } else if (c == '"' || c == '\'') {
                at = EndOfString(at);
            } else if (c == '(' || c == '[' || c == '{') {
                open.push_back(at);
            } else if ((c == ')' || c == ']' || c == '}') && !open.empty()) {
                closes_[open.back()] = at;
                open.pop_back();
            }
        }
    }

    size_t EndOfString(size_t at) const {
        const char quote = text_[at];
        const bool triple = text_.compare(at, 3, std::string(3, quote)) == 0;
        const std::string end(triple ? 3 : 1, quote);
        for (size_t next = at + end.size(); next < text_.size(); ++next) {
            if (text_[next] == '\\') {
                ++next;
            } else if (!triple && text_[next] == '\n') {
                return next;
            } else if (text_.compare(next, end.size(), end) == 0) {
                return next + end.size() - 1;
            }
        }
        return text_.size();
    }

    Piece CallAround(size_t at) const {
        size_t best = std::string::npos;
        for (const auto& [open, close] : closes_) {
            if (open > at) break;
            if (close > at && text_[open] == '(') best = open;
        }
        return best == std::string::npos ? Piece{at, at} : Call(best);
    }

    size_t Indent(size_t line) const {
        const size_t first = text_.find_first_not_of(" \t", lines_[line]);
        return first == std::string::npos ? std::string::npos : first - lines_[line];
    }

    bool IsBlank(size_t line) const {
        const size_t first = text_.find_first_not_of(" \t\r", lines_[line]);
        return first == std::string::npos || text_[first] == '\n' || text_[first] == '#';
    }

    void FindDefinitions() {
        for (size_t line = 0; line < lines_.size(); ++line) {
            if (IsBlank(line)) continue;
            const size_t start = lines_[line] + Indent(line);
            std::string_view rest = std::string_view(text_).substr(start, EndOfLine(line) - start);
            if (rest.starts_with("async ")) rest.remove_prefix(6);
            for (const std::string_view word : {"def ", "class "}) {
                if (!rest.starts_with(word)) continue;
                std::string name;
                for (size_t at = word.size(); at < rest.size() && IsWord(rest[at]); ++at) name += rest[at];
                definitions_[name].push_back(Block(line));
            }
            if (Indent(line) == 0) Assignment(line);
        }
    }

    /// Decorators above, then every line that is blank, deeper, or inside the signature's brackets.
    Piece Block(size_t line) const {
        size_t first = line;
        while (first > 0 && !IsBlank(first - 1) && Indent(first - 1) == Indent(line) &&
               text_[lines_[first - 1] + Indent(first - 1)] == '@')
            --first;
        const size_t bracket = text_.find('(', lines_[line]);
        size_t body = EndOfLine(line);
        if (const auto close = closes_.find(bracket); close != closes_.end() && bracket < EndOfLine(line))
            body = std::max(body, close->second + 1);
        size_t last = line + 1;
        while (last < lines_.size() && (lines_[last] < body || IsBlank(last) || Indent(last) > Indent(line))) ++last;
        return {lines_[first], last < lines_.size() ? lines_[last] : text_.size()};
    }

    void Assignment(size_t line) {
        size_t at = lines_[line];
        std::string name;
        while (at < text_.size() && IsWord(text_[at])) name += text_[at++];
        const size_t equals = text_.find_first_not_of(" \t", at);
        if (name.empty() || equals == std::string::npos || text_[equals] != '=' || text_.compare(equals, 2, "==") == 0)
            return;
        size_t to = EndOfLine(line);
        for (auto open = closes_.lower_bound(equals); open != closes_.end() && open->first < to; ++open)
            to = std::max(to, open->second + 1);
        definitions_[name].push_back({lines_[line], to});
    }

    const std::string& text_;
    std::vector<size_t> lines_;
    std::map<size_t, size_t> closes_;  ///< of a bracket, by its opening
    std::map<std::string, std::vector<Piece>> definitions_;
};

std::set<std::string> Identifiers(std::string_view text) {
    std::set<std::string> names;
    for (size_t at = 0; at < text.size();) {
        if (!IsWord(text[at]) || std::isdigit(static_cast<unsigned char>(text[at]))) {
            ++at;
            continue;
        }
        size_t end = at;
        while (end < text.size() && IsWord(text[end])) ++end;
        names.insert(std::string(text.substr(at, end - at)));
        at = end;
    }
    return names;
}

/// A dag's own function holds all tasks; what it mentions is everything.
bool IsDagFunction(std::string_view text) {
    const size_t body = text.find("def ");
    const std::string_view head = text.substr(0, body);
    return head.find("@dag") != std::string_view::npos || head.find("@task_group") != std::string_view::npos;
}

}  // namespace

std::string TaskSource(const std::string& source, const std::string& task_id) {
    const File file(source);
    const std::string name = task_id.substr(task_id.rfind('.') == std::string::npos ? 0 : task_id.rfind('.') + 1);
    std::set<Piece> pieces;
    std::vector<Piece> open = file.CallsWithTaskId(name);
    if (open.empty()) open = file.CallsWithTaskId(task_id);
    if (const auto function = file.definitions().find(name); function != file.definitions().end() && open.empty())
        for (const Piece& piece : function->second)
            if (!IsDagFunction(file.Text(piece))) open.push_back(piece);
    // `@task(task_id="x")` stands above its function.
    for (const Piece& call : std::vector<Piece>(open))
        if (call.from < source.size() && source[call.from] == '@')
            for (const auto& [other, blocks] : file.definitions())
                for (const Piece& block : blocks)
                    if (block.from <= call.from && call.to <= block.to && !IsDagFunction(file.Text(block)))
                        open.push_back(block);
    constexpr size_t kPiecesAtMost = 60;
    while (!open.empty() && pieces.size() < kPiecesAtMost) {
        const Piece piece = open.back();
        open.pop_back();
        if (!pieces.insert(piece).second) continue;
        for (const std::string& word : Identifiers(file.Text(piece)))
            if (const auto found = file.definitions().find(word); found != file.definitions().end())
                for (const Piece& used : found->second)
                    if (!IsDagFunction(file.Text(used)) && file.Text(used).find("DAG(") == std::string_view::npos)
                        open.push_back(used);
    }
    std::string text;
    for (const Piece& piece : pieces) {
        text += file.Text(piece);
        if (!text.ends_with('\n')) text += '\n';
    }
    return text;
}

std::string SharedSource(const std::string& source) {
    const File file(source);
    std::string text;
    for (const std::string_view call : {"DAG(", "@dag("})
        for (size_t at = source.find(call); at != std::string::npos; at = source.find(call, at + call.size())) {
            text += file.Text(file.Call(at + call.size() - 1));
            text += '\n';
        }
    for (const char* name : {"default_args", "DEFAULT_ARGS", "args"})
        if (const auto found = file.definitions().find(name); found != file.definitions().end())
            for (const Piece& piece : found->second) text += file.Text(piece);
    return text;
}

bool Mentions(std::string_view text, std::string_view name) {
    if (name.empty()) return false;
    for (size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
        const bool starts = at == 0 || (!IsWord(text[at - 1]) && text[at - 1] != '-');
        const size_t end = at + name.size();
        const bool ends = end >= text.size() || (!IsWord(text[end]) && text[end] != '-');
        if (starts && ends) return true;
    }
    return false;
}

std::vector<std::string> ChangedLines(const std::string& before, const std::string& after) {
    const auto lines = [](const std::string& text) {
        std::vector<std::string> all;
        for (size_t at = 0; at < text.size();) {
            const size_t end = std::min(text.find('\n', at), text.size());
            const size_t first = std::min(text.find_first_not_of(" \t", at), end);
            if (first < end) all.push_back(text.substr(first, end - first));
            at = end + 1;
        }
        return all;
    };
    const auto old_lines = lines(before), new_lines = lines(after);
    std::map<std::string, int> count;
    for (const auto& line : old_lines) --count[line];
    for (const auto& line : new_lines) ++count[line];
    std::vector<std::string> changed;
    for (const auto& [line, n] : count)
        if (n != 0) changed.push_back(line);
    return changed;
}

std::vector<std::string> Words(std::string_view text) {
    std::set<std::string> words;
    std::string word;
    const auto keep = [&] {
        while (!word.empty() && (word.back() == '.' || word.back() == '-')) word.pop_back();
        const auto add = [&](const std::string& one) {
            if (one.size() >= 3 && !std::isdigit(static_cast<unsigned char>(one[0]))) words.insert(one);
        };
        add(word);
        // `package.module.name` is known by each of its parts too.
        for (size_t from = 0, dot = 0; word.find('.') != std::string::npos && dot != std::string::npos;
             from = dot + 1) {
            dot = word.find('.', from);
            add(word.substr(from, dot == std::string::npos ? dot : dot - from));
        }
        word.clear();
    };
    for (const char c : text) {
        if (IsWord(c) || ((c == '.' || c == '-') && !word.empty()))
            word += c;
        else
            keep();
    }
    keep();
    return {words.begin(), words.end()};
}

}  // namespace dagy::diagnose
