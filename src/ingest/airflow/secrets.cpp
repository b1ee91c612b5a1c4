#include "ingest/airflow/secrets.h"

#include <algorithm>
#include <array>

namespace dagy::ingest::airflow {
namespace {

constexpr std::array<std::string_view, 14> kWords{
    "access_token", "api_key",     "apikey", "authorization", "keyfile_dict", "passphrase", "passwd",
    "password",     "private_key", "secret", "token",         "credential",   "access_key", "account_key"};

/// `scheme://user:password@host` → `scheme://user:***@host`
void MaskUrl(json::string& text) {
    const std::string_view view(text.data(), text.size());
    const size_t scheme = view.find("://");
    if (scheme == std::string_view::npos) return;
    const size_t begin = scheme + 3;
    const size_t end = std::min(view.find_first_of("/?# \n", begin), view.size());
    const size_t at = view.substr(0, end).rfind('@');
    const size_t colon = view.substr(0, end).find(':', begin);
    if (at == std::string_view::npos || colon == std::string_view::npos || colon > at) return;
    text.replace(colon + 1, at - colon - 1, "***");
}

}  // namespace

bool LooksSecret(std::string_view name) {
    std::string lower(name);
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return std::ranges::any_of(kWords, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

void MaskSecrets(json::value& value) {
    if (json::string* text = value.if_string()) MaskUrl(*text);
    if (json::array* elements = value.if_array())
        for (json::value& element : *elements) MaskSecrets(element);
    if (json::object* members = value.if_object())
        for (auto& member : *members) {
            const bool holds_value = !member.value().is_null() && !member.value().is_bool();
            if (holds_value && LooksSecret({member.key().data(), member.key().size()}))
                member.value() = "***";
            else
                MaskSecrets(member.value());
        }
}

}  // namespace dagy::ingest::airflow
