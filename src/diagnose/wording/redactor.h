/// Takes out of text what must not leave the machine.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace dagy::diagnose {

/// Passwords, tokens, keys, cookies, what connection strings hold, e-mail and IP addresses become `‹secret-1›`,
/// `‹email-1›`, `‹ip-1›`; the same value is the same mark wherever it stands. Loopback addresses stay.
/// Errs towards taking out.
class Redactor {
  public:
    std::string Redact(std::string_view text);
    /// Addresses come back; secrets stay out.
    std::string Restore(std::string text) const;
    /// Different values that were taken out.
    size_t count() const { return marks_.size(); }

  private:
    std::string MarkOf(std::string_view kind, std::string_view value);

    std::map<std::string, std::string, std::less<>> marks_;  ///< value → mark
    std::map<std::string, size_t, std::less<>> last_;        ///< kind → number given last
};

}  // namespace dagy::diagnose
