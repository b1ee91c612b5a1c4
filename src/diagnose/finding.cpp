#include "diagnose/finding.h"

namespace dagy::diagnose {

std::string_view Name(Role role) {
    switch (role) {
        case Role::kRootCause:
            return "root_cause";
        case Role::kVictim:
            return "victim";
        case Role::kIndependent:
            return "independent";
        case Role::kRecovered:
            return "recovered";
        case Role::kHealthy:
            return "healthy";
    }
    return "healthy";
}

}  // namespace dagy::diagnose
