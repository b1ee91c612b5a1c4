#include "diagnose/case_file.h"

namespace dagy::diagnose {

std::vector<const model::TaskAttempt*> RunFile::LastAttempts() const {
    std::map<std::string_view, const model::TaskAttempt*> last;
    for (const auto& attempt : attempts) {
        const model::TaskAttempt*& kept = last[attempt.task_id];
        if (!kept || attempt.attempt >= kept->attempt) kept = &attempt;
    }
    std::vector<const model::TaskAttempt*> found;
    found.reserve(last.size());
    for (const auto& [task_id, attempt] : last) found.push_back(attempt);
    return found;
}

}  // namespace dagy::diagnose
