#include <algorithm>

#include "diagnose/classify.h"
#include "lake/error_signature.h"

namespace dagy::diagnose {
namespace {

/// The frame of the user's code in which the candidate's exception was raised; of one that has none (a driver's, inside
/// the chain), that of the exception nearest around it. nullptr if there is no such frame.
const Frame* RaisedIn(const Candidate& cause, const Reading& reading) {
    for (auto chain = reading.chains.rbegin(); chain != reading.chains.rend(); ++chain) {
        const auto raised = std::ranges::find_if(chain->exceptions, [&](const Exception& exception) {
            return exception.message == cause.exception_message && exception.row == cause.proof.row;
        });
        if (raised == chain->exceptions.end()) continue;
        for (auto at = std::make_reverse_iterator(std::next(raised)); at != chain->exceptions.rend(); ++at) {
            const auto mine = std::ranges::find_if(at->frames.rbegin(), at->frames.rend(), &Frame::is_user_code);
            if (mine != at->frames.rend()) return &*mine;
        }
        return nullptr;
    }
    return nullptr;
}

}  // namespace

std::string Signature(const std::vector<Candidate>& candidates, const Reading& last) {
    if (candidates.empty()) return {};
    const Candidate& cause = candidates.front();
    if (cause.exception_class.empty()) return lake::ErrorSignature({.type = cause.code, .message = cause.proof.text});
    lake::ErrorParts parts{.type = cause.exception_class, .message = cause.exception_message};
    if (parts.message.empty()) parts.message = cause.proof.text;
    if (const Frame* frame = RaisedIn(cause, last)) {
        parts.file = frame->file;
        parts.function = frame->function;
    }
    return lake::ErrorSignature(parts);
}

}  // namespace dagy::diagnose
