/// An audit row or `change` line that says that a setting was changed.
#pragma once

#include <optional>
#include <string>

#include "base/json.h"
#include "model/run.h"

namespace dagy::diagnose {

struct SettingEvent {
    std::string kind;           ///< connection | variable | config | dag_version | deploy | package | schema
    std::string resource;       ///< its id, key or name
    std::string action;         ///< created | changed | deleted
    json::value before, after;  ///< what the row itself says, without method and masked values; null if nothing
};

/// Nothing for rows that are no change of a setting.
std::optional<SettingEvent> ReadSettingEvent(const model::SourceEvent& event);

}  // namespace dagy::diagnose
