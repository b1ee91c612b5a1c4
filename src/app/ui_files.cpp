#include "app/ui_files.h"

#include <map>
#include <string>
#include <string_view>

#include "app/web_files.h"
#include "base/hash.h"

namespace dagy::app {
namespace {

std::string TypeOf(std::string_view path) {
    static const std::map<std::string_view, std::string_view> kTypes{{"html", "text/html; charset=utf-8"},
                                                                     {"js", "text/javascript; charset=utf-8"},
                                                                     {"css", "text/css; charset=utf-8"},
                                                                     {"svg", "image/svg+xml"},
                                                                     {"json", "application/json"},
                                                                     {"wasm", "application/wasm"},
                                                                     {"png", "image/png"},
                                                                     {"txt", "text/plain; charset=utf-8"}};
    const auto found = kTypes.find(path.substr(path.rfind('.') + 1));
    return std::string(found == kTypes.end() ? "application/octet-stream" : found->second);
}

}  // namespace

api::StaticFiles UiFiles() {
    std::map<std::string, api::StaticFile, std::less<>> files;
    for (const web_files::File& file : web_files::Files()) {
        if (file.name.ends_with(".gz")) continue;
        api::StaticFile served{.bytes = file.content,
                               .content_type = TypeOf(file.name),
                               .etag = '"' + Sha256Hex(file.content).substr(0, 32) + '"',
                               .immutable = file.name.starts_with("assets/")};
        const std::string_view packed = web_files::Get(std::string(file.name) + ".gz");
        if (!packed.empty()) served.gzip = packed;
        files.emplace("/" + std::string(file.name), std::move(served));
    }
    return api::StaticFiles(std::move(files));
}

}  // namespace dagy::app
