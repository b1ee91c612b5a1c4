#include "diagnose/contrast.h"

#include "diagnose/read/line.h"
#include "diagnose/read/template.h"

namespace dagy::diagnose {

bool Contrast::IsUsual(std::string_view line) const {
    if (Empty()) return false;
    std::string scratch;
    const auto text = WithoutAnsi(line, scratch);
    return templates.contains(TemplateHash(TakeInnerHead(text).body)) || templates.contains(TemplateHash(text));
}

Contrast BuildContrast(const std::vector<Reading>& good) {
    Contrast contrast;
    for (const auto& reading : good) {
        if (!reading.has_log) continue;
        ++contrast.good_readings;
        for (const auto& [hash, count] : reading.templates) ++contrast.templates[hash];
        for (const auto& chain : reading.chains)
            for (const auto& exception : chain.exceptions)
                ++contrast.templates[TemplateHash(exception.type + ": " + exception.message)];
    }
    return contrast;
}

}  // namespace dagy::diagnose
