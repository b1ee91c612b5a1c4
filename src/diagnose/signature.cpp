#include <fmt/format.h>

#include "base/hash.h"
#include "diagnose/classify.h"
#include "diagnose/read/template.h"

namespace dagy::diagnose {
namespace {

/// The chain that the candidate was taken from, or nullptr.
const ExceptionChain* ChainOf(const Candidate& cause, const Reading& reading) {
    for (auto chain = reading.chains.rbegin(); chain != reading.chains.rend(); ++chain)
        for (const auto& exception : chain->exceptions)
            if (exception.message == cause.exception_message && exception.row == cause.proof.row) return &*chain;
    return nullptr;
}

}  // namespace

std::string Signature(const std::vector<Candidate>& candidates, const Reading& last) {
    if (candidates.empty()) return {};
    const Candidate& cause = candidates.front();
    std::string key =
        cause.code + "\n" + cause.exception_class.substr(cause.exception_class.find_last_of('.') + 1) + "\n";
    if (const auto* chain = ChainOf(cause, last)) {
        for (const auto& exception : chain->exceptions)
            for (const auto& frame : exception.frames)
                if (frame.is_user_code)
                    key += frame.file.substr(frame.file.find_last_of("/\\") + 1) + ":" + frame.function + "\n";
    }
    const std::string_view words = cause.exception_message.empty() ? std::string_view(cause.proof.text)
                                                                   : std::string_view(cause.exception_message);
    key += TemplateText(words.substr(0, words.find('\n')));
    return fmt::format("{:016x}", Hash64(key));
}

}  // namespace dagy::diagnose
