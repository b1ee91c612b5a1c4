#include "diagnose/advise/yaml.h"

#include <fmt/format.h>
#include <libfyaml.h>

#include <memory>
#include <string>

#include "base/error.h"

namespace dagy::diagnose {
namespace {

std::string_view Scalar(fy_node* node) {
    size_t size = 0;
    const char* text = fy_node_get_scalar(node, &size);
    return text ? std::string_view(text, size) : std::string_view();
}

json::value Convert(fy_node* node) {
    if (node == nullptr) return nullptr;
    void* at = nullptr;
    switch (fy_node_get_type(node)) {
        case FYNT_MAPPING: {
            json::object object;
            while (fy_node_pair* pair = fy_node_mapping_iterate(node, &at)) {
                object[Scalar(fy_node_pair_key(pair))] = Convert(fy_node_pair_value(pair));
            }
            return object;
        }
        case FYNT_SEQUENCE: {
            json::array array;
            while (fy_node* item = fy_node_sequence_iterate(node, &at)) array.push_back(Convert(item));
            return array;
        }
        default:
            return json::value(Scalar(node));
    }
}

std::string Complaint(fy_diag* diag) {
    void* at = nullptr;
    if (const fy_diag_error* error = fy_diag_errors_iterate(diag, &at))
        return fmt::format("line {}: {}", error->line, error->msg);
    return "not valid YAML";
}

}  // namespace

json::value ParseYaml(std::string_view text, std::string_view what) {
    fy_diag_cfg diag_cfg;
    fy_diag_cfg_default(&diag_cfg);
    diag_cfg.fp = nullptr;
    const std::unique_ptr<fy_diag, decltype(&fy_diag_destroy)> diag(fy_diag_create(&diag_cfg), fy_diag_destroy);
    fy_diag_set_collect_errors(diag.get(), true);
    fy_parse_cfg cfg{};
    cfg.flags = static_cast<fy_parse_cfg_flags>(FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_RESOLVE_DOCUMENT);
    cfg.diag = diag.get();
    const std::unique_ptr<fy_document, decltype(&fy_document_destroy)> document(
        fy_document_build_from_string(&cfg, text.data(), text.size()), fy_document_destroy);
    if (!document) throw Error(ErrorCode::kInvalidInput, fmt::format("{}: {}", what, Complaint(diag.get())));
    return Convert(fy_document_root(document.get()));
}

}  // namespace dagy::diagnose
