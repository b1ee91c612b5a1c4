#include "ingest/airflow/python_traceback.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

namespace dagy::ingest::airflow {
namespace {

// Python's own bounds for exception groups.
constexpr size_t kGroupWidthMax = 15;
constexpr int kGroupDepthMax = 10;
constexpr std::string_view kCause = "\nThe above exception was the direct cause of the following exception:\n\n";
constexpr std::string_view kContext = "\nDuring handling of the above exception, another exception occurred:\n\n";

/// Follows CPython's TracebackException.format: what is inside a group stands behind a margin.
class Printer {
  public:
    void Chain(const json::array& stacks) {
        std::vector<const json::object*> parts;
        for (const json::value& stack : stacks)
            if (stack.is_object()) parts.push_back(&stack.get_object());
        for (size_t i = parts.size(); i-- > 0;) {
            Exception(*parts[i]);
            if (i > 0) Emit(GetBool(*parts[i], "is_cause").value_or(false) ? kCause : kContext);
        }
    }

    std::string Take() {
        if (text_.ends_with('\n')) text_.pop_back();
        return std::move(text_);
    }

  private:
    std::string Indent() const { return std::string(static_cast<size_t>(2 * depth_), ' '); }

    /// Every line of `text` behind the margin of the group that it is in.
    void Emit(std::string_view text, char margin = '|') {
        const std::string front = depth_ > 0 ? Indent() + margin + ' ' : std::string();
        while (!text.empty()) {
            const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
            text_.append(front).append(text.substr(0, end));
            text.remove_prefix(end);
        }
        if (!text_.ends_with('\n')) text_.push_back('\n');
    }

    void Exception(const json::object& stack) {
        const json::array* inner = GetArray(stack, "exceptions");
        if (inner != nullptr && !inner->empty()) {
            Group(stack, *inner);
            return;
        }
        Frames(stack, "Traceback (most recent call last):\n", '|');
        Only(stack);
    }

    void Frames(const json::object& stack, std::string_view head, char margin) {
        const json::array* frames = GetArray(stack, "frames");
        if (frames == nullptr || frames->empty()) return;
        Emit(head, margin);
        for (const json::value& value : *frames) {
            const json::object* frame = value.if_object();
            if (frame == nullptr) continue;
            const std::string name = StringOr(*frame, "name", "?");
            const std::string file = StringOr(*frame, "filename", "?");
            // structlog leaves the middle of a long stack out and says so in a frame without a file.
            if (file.empty() && name.starts_with("Skipped frames"))
                Emit(fmt::format("  [{}]\n", name));
            else
                Emit(fmt::format("  File \"{}\", line {}, in {}\n", file, IntOr(*frame, "lineno", 0), name));
        }
    }

    /// Class, value and notes, without frames.
    void Only(const json::object& stack) {
        const std::string type = StringOr(stack, "exc_type", "Exception");
        std::string value = StringOr(stack, "exc_value");
        if (const json::object* syntax = GetObject(stack, "syntax_error")) {
            value = StringOr(*syntax, "msg", value);
            Emit(SyntaxPlace(*syntax));
        }
        Emit(value.empty() ? type + "\n" : fmt::format("{}: {}\n", type, value));
        if (const json::array* notes = GetArray(stack, "exc_notes"))
            for (const json::value& note : *notes)
                if (note.is_string()) Emit(std::string(note.get_string()) + "\n");
    }

    static std::string SyntaxPlace(const json::object& syntax) {
        std::string place = fmt::format("  File \"{}\", line {}\n", StringOr(syntax, "filename", "<string>"),
                                        IntOr(syntax, "lineno", 0));
        const std::string line = StringOr(syntax, "line");
        const size_t first = line.find_first_not_of(" \t\n\f");
        if (first == std::string::npos) return place;
        const size_t last = line.find_last_not_of(" \t\r\n");
        place += fmt::format("    {}\n", std::string_view(line).substr(first, last + 1 - first));
        const int64_t column = IntOr(syntax, "offset", 0) - 1 - static_cast<int64_t>(first);
        if (column >= 0 && column <= static_cast<int64_t>(line.size()))
            place += fmt::format("    {}^\n", std::string(static_cast<size_t>(column), ' '));
        return place;
    }

    void Group(const json::object& stack, const json::array& inner) {
        if (depth_ > kGroupDepthMax) {
            Emit(fmt::format("... (max_group_depth is {})\n", kGroupDepthMax));
            return;
        }
        const bool outermost = depth_ == 0;
        if (outermost) ++depth_;
        Frames(stack, "Exception Group Traceback (most recent call last):\n", outermost ? '+' : '|');
        Only(stack);
        const size_t shown = std::min(inner.size(), kGroupWidthMax + 1);
        close_ = false;
        for (size_t i = 0; i < shown; ++i) Member(inner, i, i + 1 == shown);
        if (outermost) depth_ = 0;
    }

    void Member(const json::array& inner, size_t i, bool last) {
        if (last) close_ = true;
        const bool cut = i >= kGroupWidthMax;
        text_ += fmt::format("{}{}+---------------- {} ----------------\n", Indent(), i == 0 ? "+-" : "  ",
                             cut ? "..." : std::to_string(i + 1));
        ++depth_;
        const size_t rest = inner.size() - i;
        if (cut)
            Emit(fmt::format("and {} more exception{}\n", rest, rest > 1 ? "s" : ""));
        else
            Inner(inner[i]);
        // An inner group may have drawn the closing line already.
        if (last && close_) {
            text_ += Indent() + "+------------------------------------\n";
            close_ = false;
        }
        --depth_;
    }

    /// structlog writes a list of stacks; older ones an object with `stacks`, or the one stack itself.
    void Inner(const json::value& member) {
        if (const json::array* stacks = member.if_array()) return Chain(*stacks);
        const json::object* object = member.if_object();
        if (object == nullptr) return;
        if (const json::array* stacks = GetArray(*object, "stacks")) return Chain(*stacks);
        Exception(*object);
    }

    std::string text_;
    int depth_ = 0;
    bool close_ = false;
};

}  // namespace

std::string FormatTraceback(const json::array& stacks) {
    Printer printer;
    printer.Chain(stacks);
    return printer.Take();
}

}  // namespace dagy::ingest::airflow
