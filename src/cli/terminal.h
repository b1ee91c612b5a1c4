/// What a command shows: tables, colour where a person looks, progress on a terminal only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace dagy::cli {

enum class Style { kPlain, kBold, kDim, kRed, kGreen, kYellow, kCyan };

/// Colour and progress only on a terminal, and not with NO_COLOR or --no-color.
class Terminal {
  public:
    Terminal(bool color_allowed, bool quiet);

    bool color() const { return color_; }
    /// Progress belongs on standard error when a person watches it.
    bool progress() const { return progress_; }

    std::string Paint(Style style, std::string_view text) const;
    /// `FAILED` red, `SUCCEEDED` green …
    std::string PaintState(std::string_view state) const;

    /// Overwrites the progress line on standard error; `Done` ends it.
    void Progress(const std::string& text);
    void ProgressDone();

    /// Text that came from logs: control characters shown, never obeyed.
    static std::string Safe(std::string_view text);

  private:
    bool color_;
    bool progress_;
    size_t progress_width_ = 0;
};

/// Columns as wide as their widest cell (in characters); header underlined by case, no frames, so that it can be cut
/// and grepped.
std::string RenderTable(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);

/// Breaks at spaces to `width` columns, further lines behind `indent`.
std::string Wrap(std::string_view text, size_t width, std::string_view indent = {});

}  // namespace dagy::cli
