/// `./dev bench templates`: lines of a file through the miner, once over each; the first `argv[1]` lines are not timed.
/// Prints the template's number of each line, and on standard error the seconds of processor time on the one thread:
/// the miner's (with its merge at the end), and those of masks alone, where nothing is remembered.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <string>
#include <vector>

#include "lake/template_miner.h"

namespace {

double ThreadSeconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

int main(int count, char** words) {
    std::ios::sync_with_stdio(false);
    const size_t warm = count > 1 ? static_cast<size_t>(std::atoll(words[1])) : 0;
    std::vector<std::string> lines;
    for (std::string line; std::getline(std::cin, line);) lines.push_back(line);
    dagy::lake::TemplateMiner miner;
    std::vector<int64_t> ids;
    ids.reserve(lines.size());
    double begin = ThreadSeconds();
    for (const std::string& line : lines) {
        if (ids.size() == warm) begin = ThreadSeconds();
        ids.push_back(miner.Add(line));
    }
    miner.Finish();
    const double seconds = ThreadSeconds() - begin;
    dagy::lake::TemplateMask mask;
    int64_t differing = 0;
    begin = ThreadSeconds();
    for (size_t i = warm; i < lines.size(); ++i) differing += mask.Id(lines[i]) != ids[i];
    const double plain_seconds = ThreadSeconds() - begin;
    for (const int64_t id : ids) std::cout << miner.TemplateOf(id) << '\n';
    std::fprintf(stderr, "%.6f %.6f\n", seconds, plain_seconds);
    return differing == 0 ? 0 : 1;
}
