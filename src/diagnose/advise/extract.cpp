#include "diagnose/advise/extract.h"

#include <re2/re2.h>

#include <memory>
#include <string>
#include <vector>

namespace dagy::diagnose {
namespace {

struct Extractor {
    const char* regex;
    std::vector<const char*> names;  ///< of its groups
};

// From the most telling wording to the least: the first that matches names the word.
const std::vector<Extractor> kExtractors{
    {R"re(host='([^']+)', port=(\d+))re", {"host", "port"}},
    {R"re(server at "([^"]+)"(?: \([^)]*\))?, port (\d+))re", {"host", "port"}},
    {R"re(Failed to resolve '([^']+)')re", {"host"}},
    {R"re(could not translate host name "([^"]+)")re", {"host"}},
    {R"re(UnknownHostException: ([\w.-]+))re", {"host"}},
    {R"re(Could not resolve host: ([\w.-]+))re", {"host"}},
    {R"re((https?://[^\s'"<>)\]]+[^\s'"<>)\].,;]))re", {"url"}},
    {R"re(https?://(?:[^/\s'"@]+@)?([^/:\s'"]+)(?::(\d+))?)re", {"host", "port"}},
    {R"re(Failed to connect to ([\w.-]+) port (\d+))re", {"host", "port"}},
    {R"re(onnect(?:ion)? to ([\w.-]+)[: ](?:port )?(\d{2,5}))re", {"host", "port"}},
    {R"re(with url: (\S+))re", {"url_path"}},
    {R"re(\b([45]\d\d)(?: (?:Client|Server) Error|:[A-Z ]))re", {"status"}},
    {R"re((?i)(?:status(?:[ _]code)?|HTTP(?:/[\d.]+)?)[ :='"(]*([45]\d\d)\b)re", {"status"}},
    {R"re(relation "([^"]+)" does not exist)re", {"table"}},
    {R"re(column "?([\w.]+)"? of relation "([^"]+)")re", {"column", "table"}},
    {R"re(column "?([\w.]+)"?)re", {"column"}},
    {R"re(Unknown column '([^']+)')re", {"column"}},
    {R"re((?:relation|table) "([^"]+)")re", {"table"}},
    {R"re(permission denied for (?:table|relation|view) (\w+))re", {"table"}},
    {R"re(Table '([^']+)')re", {"table"}},
    {R"re(no such table: (\w+))re", {"table"}},
    {R"re(constraint "([^"]+)")re", {"constraint"}},
    {R"re(Key \(([^)]+)\)=\(([^)]*)\))re", {"key_columns", "key_values"}},
    {R"re(near "([^"]+)")re", {"near"}},
    {R"re(name '(\w+)' is not defined)re", {"name"}},
    {R"re(No module named '?([\w.]+))re", {"module"}},
    {R"re(cannot import name '(\w+)' from '([\w.]+)')re", {"name", "module"}},
    {R"re((?:No such file or directory|Permission denied|Operation not permitted|No space left on device|not found|File exists|Is a directory)[^']{0,40}'([^']+)')re",
     {"path"}},
    {R"re(\] [^']{0,60}: '(/[^']+)')re", {"path"}},
    {R"re((?:file:)?(/[^\s'"]+) (?:does not exist|not found))re", {"path"}},
    {R"re('(/(?:[\w.@%+=-]+/)*[\w.@%+=-]+)')re", {"path"}},
    {R"re(user "([^"]+)")re", {"user"}},
    {R"re(for user '([^']+)')re", {"user"}},
    {R"re(database "([^"]+)")re", {"database"}},
    {R"re((?i)bucket(?:[:=] ?['"]?| ['"])([a-z0-9][a-z0-9.-]{2,62}))re", {"bucket"}},
    {R"re((?:line \d+: )([\w./-]+): (?:command not found|not found|No such file))re", {"command"}},
    {R"re(\b([\w./-]+): command not found)re", {"command"}},
    {R"re((?:read timeout|timeout)=([\d.]+))re", {"timeout"}},
    {R"re((?i)exceeds the specified timeout of ([\d.]+))re", {"timeout"}},
    {R"re((?i)timeout of ([\d.]+))re", {"timeout"}},
    {R"re(conn_id [`'"]?([\w.-]+))re", {"conn_id"}},
    {R"re(Variable ([\w.-]+) does not exist)re", {"variable"}},
    {R"re(VARIABLE_NOT_FOUND[^'"]*'key': '([^']+)')re", {"variable"}},
    {R"re('([\w-]+)' codec)re", {"encoding"}},
    {R"re(Failure in test (\w+))re", {"test"}},
    {R"re(Got (\d+) results?)re", {"rows"}},
    {R"re((?:Database|Runtime|Compilation) Error in (?:sql )?model (\w+))re", {"model"}},
    {R"re(external DAG ([\w.-]+))re", {"external_dag"}},
    {R"re((?i)dag(?:_id)? ['"]?([\w.-]+)['"]? (?:has failed|not found|could not be found|does not exist))re",
     {"target"}},
    {R"re(cause(?:d)? by signal (SIG[A-Z]+))re", {"signal"}},
};

class Set {
  public:
    Set() {
        RE2::Options options;
        options.set_log_errors(false);
        for (const auto& extractor : kExtractors) regexes_.push_back(std::make_unique<RE2>(extractor.regex, options));
    }
    void Add(std::string_view text, Words& words) const {
        for (size_t i = 0; i < regexes_.size(); ++i) {
            const auto& names = kExtractors[i].names;
            std::string first, second;
            const bool found = names.size() == 1
                                   ? RE2::PartialMatch({text.data(), text.size()}, *regexes_[i], &first)
                                   : RE2::PartialMatch({text.data(), text.size()}, *regexes_[i], &first, &second);
            if (!found || words.contains(names[0])) continue;
            words.emplace(names[0], first);
            if (names.size() == 2 && !second.empty()) words.emplace(names[1], second);
        }
    }

  private:
    std::vector<std::unique_ptr<RE2>> regexes_;
};

}  // namespace

void ExtractWords(std::string_view text, Words& words) {
    static const Set set;
    constexpr size_t kTextMax = 16384;
    set.Add(text.substr(0, kTextMax), words);
}

}  // namespace dagy::diagnose
