/// `./dev bench templates`: lines of a file through the miner; prints the template's number of each line, then the time
/// on standard error.
#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "lake/template_miner.h"

int main() {
    std::vector<std::string> lines;
    for (std::string line; std::getline(std::cin, line);) lines.push_back(line);
    dagy::lake::TemplateMiner miner;
    std::vector<uint64_t> ids;
    ids.reserve(lines.size());
    const auto begin = std::chrono::steady_clock::now();
    for (const std::string& line : lines) ids.push_back(miner.Add(line));
    miner.Finish();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    for (const uint64_t id : ids) std::cout << miner.TemplateOf(id) << '\n';
    std::fprintf(stderr, "%.6f\n", seconds);
    return 0;
}
