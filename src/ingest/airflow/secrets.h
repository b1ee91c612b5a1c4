/// What must not be kept of an Airflow export, whatever it holds.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace dagy::ingest::airflow {

/// Airflow's own list of words (secrets_masker): `password`, `token`, `api_key` … anywhere in the name, any case.
bool LooksSecret(std::string_view name);

/// Replaces by `***` the values of members whose name looks secret, at any depth, and passwords inside URLs
/// (`scheme://user:…@`).
void MaskSecrets(json::value& value);

}  // namespace dagy::ingest::airflow
