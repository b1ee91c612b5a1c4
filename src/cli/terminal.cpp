#include "cli/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace dagy::cli {
namespace {

std::string_view CodeOf(Style style) {
    switch (style) {
        case Style::kPlain:
            return "0";
        case Style::kBold:
            return "1";
        case Style::kDim:
            return "2";
        case Style::kRed:
            return "31";
        case Style::kGreen:
            return "32";
        case Style::kYellow:
            return "33";
        case Style::kCyan:
            return "36";
    }
    return "0";
}

/// Columns on a terminal: continuation bytes of UTF-8 and our own colour codes take none.
size_t Columns(std::string_view text) {
    size_t columns = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\x1b') {
            i = std::min(text.find('m', i), text.size() - 1);
        } else if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) {
            ++columns;
        }
    }
    return columns;
}

/// Bytes at the front of `text` that are a C1 control or turn the direction of writing: terminals obey both. 0: none.
size_t HiddenLength(std::string_view text) {
    const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto within = [](unsigned value, unsigned low, unsigned high) { return low <= value && value <= high; };
    if (byte(0) < 0xc2) return 0;
    if (byte(0) == 0xc2 && within(byte(1), 0x80, 0x9f)) return 2;
    if (byte(0) == 0xd8 && byte(1) == 0x9c) return 2;
    if (byte(0) != 0xe2) return 0;
    const bool turns = (byte(1) == 0x80 && (within(byte(2), 0x8e, 0x8f) || within(byte(2), 0xa8, 0xae))) ||
                       (byte(1) == 0x81 && within(byte(2), 0xa6, 0xa9));
    return turns ? 3 : 0;
}

/// Its code point, as one would look it up.
std::string Shown(std::string_view hidden) {
    unsigned point = static_cast<unsigned char>(hidden[0]) & (hidden.size() == 2 ? 0x1fU : 0x0fU);
    for (const char c : hidden.substr(1)) point = point << 6 | (static_cast<unsigned char>(c) & 0x3fU);
    return fmt::format("<U+{:04X}>", point);
}

}  // namespace

Terminal::Terminal(bool color_allowed, bool quiet)
    : color_(color_allowed && isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr),
      progress_(!quiet && isatty(STDERR_FILENO) != 0) {}

std::string Terminal::Paint(Style style, std::string_view text) const {
    if (!color_ || style == Style::kPlain) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", CodeOf(style), text);
}

std::string Terminal::PaintState(std::string_view state) const {
    if (state == "FAILED" || state == "TIMED_OUT") return Paint(Style::kRed, state);
    if (state == "SUCCEEDED") return Paint(Style::kGreen, state);
    if (state == "UPSTREAM_FAILED" || state == "CANCELLED") return Paint(Style::kYellow, state);
    if (state == "RUNNING" || state == "QUEUED") return Paint(Style::kCyan, state);
    return std::string(state);
}

void Terminal::Progress(const std::string& text) {
    if (!progress_) return;
    const size_t width = Columns(text);
    const std::string padding(progress_width_ > width ? progress_width_ - width : 0, ' ');
    fmt::print(stderr, "\r{}{}", text, padding);
    std::fflush(stderr);
    progress_width_ = width;
}

void Terminal::ProgressDone() {
    if (progress_width_ == 0) return;
    Progress("");
    fmt::print(stderr, "\r");
    progress_width_ = 0;
}

std::string Terminal::Safe(std::string_view text) {
    std::string safe;
    safe.reserve(text.size());
    for (size_t at = 0; at < text.size();) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (const size_t length = HiddenLength(text.substr(at)); length > 0) {
            safe += Shown(text.substr(at, length));
            at += length;
            continue;
        }
        if (byte >= 0x20 || byte == '\n' || byte == '\t') {
            if (byte != 0x7f) safe += text[at];
        } else if (byte != '\r') {
            safe += fmt::format("^{}", static_cast<char>(byte + 0x40));
        }
        ++at;
    }
    return safe;
}

std::string RenderTable(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows) {
    std::vector<size_t> widths(header.size());
    for (size_t i = 0; i < header.size(); ++i) {
        widths[i] = Columns(header[i]);
        for (const auto& row : rows) widths[i] = std::max(widths[i], Columns(row[i]));
    }
    std::string out;
    const auto line = [&](const std::vector<std::string>& cells) {
        for (size_t i = 0; i < cells.size(); ++i) {
            out += cells[i];
            if (i + 1 < cells.size()) out.append(widths[i] - Columns(cells[i]) + 2, ' ');
        }
        out += '\n';
    };
    line(header);
    for (const auto& row : rows) line(row);
    return out;
}

std::string Wrap(std::string_view text, size_t width, std::string_view indent) {
    std::string out;
    size_t column = 0;
    while (!text.empty()) {
        const size_t end = std::min(text.find_first_of(" \n"), text.size());
        const std::string_view word = text.substr(0, end);
        if (column > 0 && column + 1 + Columns(word) > width) {
            out += '\n';
            out += indent;
            column = 0;
        } else if (column > 0) {
            out += ' ';
            ++column;
        }
        out += word;
        column += Columns(word);
        if (end < text.size() && text[end] == '\n') {
            out += '\n';
            out += indent;
            column = 0;
        }
        text.remove_prefix(std::min(text.size(), end + 1));
    }
    return out;
}

}  // namespace dagy::cli
