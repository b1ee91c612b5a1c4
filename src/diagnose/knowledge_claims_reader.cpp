#include "diagnose/knowledge_claims_reader.h"

#include <charconv>

#include "base/error.h"
#include "diagnose/advise/yaml.h"

namespace dagy::diagnose {
namespace {

std::string Text(const json::value& value) {
    return value.is_string() ? std::string(value.as_string()) : std::string();
}

std::vector<std::string> Texts(const json::object& object, std::string_view key) {
    std::vector<std::string> texts;
    const json::value* list = object.if_contains(key);
    if (list == nullptr || !list->is_array()) return texts;
    for (const auto& item : list->get_array()) texts.push_back(Text(item));
    return texts;
}

class ClaimsReader {
  public:
    ClaimsReader(Knowledge::Tables& tables, std::string_view name, bool checks, std::vector<KnowledgeFault>& faults)
        : tables_(tables), name_(name), checks_(checks), faults_(faults) {}

    void Read(const json::value& root) {
        if (!root.is_object()) return Fault("is no mapping of things, states and claims");
        for (const auto& [key, value] : root.get_object()) {
            if (key == "things" && value.is_object())
                for (const auto& [word, regex] : value.get_object())
                    Note(tables_.claims.AddThing(word, Text(regex), checks_), "things: ");
            else if (key == "states" && value.is_object())
                for (const auto& [word, regex] : value.get_object())
                    Note(tables_.claims.AddState(word, Text(regex), checks_), "states: ");
            else if (key == "claims" && value.is_array())
                for (const auto& claim : value.get_array()) ReadClaim(claim);
            else
                Fault("has the unknown member '" + std::string(key) + "'");
        }
    }

  private:
    void ReadClaim(const json::value& value) {
        const std::string place = "claim " + std::to_string(++number_) + ": ";
        if (!value.is_object()) return Fault(place + "is no mapping");
        const auto& object = value.get_object();
        Claim claim{.things = Texts(object, "things"),
                    .states = Texts(object, "states"),
                    .code = Text(object.contains("code") ? object.at("code") : json::value()),
                    .yes = Texts(object, "yes"),
                    .no = Texts(object, "no")};
        if (const json::value* score = object.if_contains("score")) {
            const std::string text = Text(*score);
            const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), claim.score);
            if (failed != std::errc() || end != text.data() + text.size() || claim.score < 0 || claim.score > 1)
                Fault(place + "has a score that is no number from 0 to 1");
        }
        if (!tables_.cause_index.contains(claim.code)) Fault(place + "names the unknown code '" + claim.code + "'");
        if (claim.yes.empty()) Fault(place + "has no example");
        Note(tables_.claims.AddClaim(std::move(claim)), place);
    }

    void Note(const std::string& fault, const std::string& place) {
        if (!fault.empty()) Fault(place + fault);
    }
    void Fault(std::string what) { faults_.push_back({std::string(name_), 1, std::move(what)}); }

    Knowledge::Tables& tables_;
    std::string_view name_;
    bool checks_;
    std::vector<KnowledgeFault>& faults_;
    int number_ = 0;
};

}  // namespace

void LoadClaims(Knowledge::Tables& tables, std::string_view name, std::string_view content, bool checks_regexes,
                std::vector<KnowledgeFault>& faults) {
    try {
        ClaimsReader(tables, name, checks_regexes, faults).Read(ParseYaml(content, name));
    } catch (const Error& error) {
        faults.push_back({std::string(name), 1, error.detail()});
    }
}

}  // namespace dagy::diagnose
