#include "lake/duckdb_api.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"

namespace dagy::lake {
namespace {

std::vector<std::string> Places() {
    std::error_code unknown;
    const auto folder = std::filesystem::read_symlink("/proc/self/exe", unknown).parent_path();
    return {folder / "libduckdb.so", folder / "deps/duckdb/libduckdb.so", DAGY_DUCKDB_LIBRARY, "libduckdb.so"};
}

void* LoadLibrary() {
    std::string why;
    for (const std::string& place : Places()) {
        if (void* library = dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
        why += fmt::format("{}\n", dlerror());
    }
    throw Error(ErrorCode::kStorage, "Parquet records cannot be read or written: libduckdb.so is missing",
                "put libduckdb.so beside the dagy binary, or run ./dev setup", why);
}

void* Find(void* library, const char* name) {
    void* function = dlsym(library, name);
    if (function == nullptr)
        throw Error(ErrorCode::kStorage, fmt::format("libduckdb.so is of another version: it lacks {}", name),
                    "run ./dev setup");
    return function;
}

// The library stays loaded until the process ends: DuckDB's threads may run its code to the last moment.
DuckdbApi Load() {
    void* library = LoadLibrary();
    DuckdbApi api;
#define DAGY_DUCKDB_LOAD(name) api.name = reinterpret_cast<decltype(api.name)>(Find(library, "duckdb_" #name));
    DAGY_DUCKDB_FUNCTIONS(DAGY_DUCKDB_LOAD)
#undef DAGY_DUCKDB_LOAD
    return api;
}

}  // namespace

const DuckdbApi& Duckdb() {
    static const DuckdbApi kApi = Load();
    return kApi;
}

}  // namespace dagy::lake
