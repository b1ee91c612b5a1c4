// Runs a fuzz target over files and folders of inputs, in every preset and without clang: a crash that was found once
// stays found.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "fuzz/target.h"

namespace {

size_t Replay(const std::filesystem::path& place) {
    if (std::filesystem::is_directory(place)) {
        size_t inputs = 0;
        for (const auto& entry : std::filesystem::directory_iterator(place)) inputs += Replay(entry.path());
        return inputs;
    }
    std::ifstream file(place, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    std::fprintf(stderr, "%s\n", place.c_str());
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    size_t inputs = 0;
    for (int i = 1; i < argc; ++i) inputs += Replay(argv[i]);
    std::fprintf(stderr, "%zu inputs\n", inputs);
    return inputs > 0 ? 0 : 1;
}
