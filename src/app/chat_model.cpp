#include "app/chat_model.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <fstream>

#include "app/settings.h"
#include "base/error.h"
#include "base/json.h"
#include "net/client.h"

namespace dagy::app {
namespace {

constexpr int kFailuresMax = 3;
constexpr std::chrono::seconds kRest{60};
constexpr size_t kAnswerBytesMax = 256 << 10;
constexpr int kAnswerTokensMax = 1000;

[[noreturn]] void ThrowSetting(const std::string& detail, const std::string& hint = {}) {
    throw Error(ErrorCode::kInvalidInput, detail, hint);
}

std::string KeyFromFile(const std::string& path) {
    std::ifstream file(path);
    std::string key;
    if (!std::getline(file, key) || key.empty())
        ThrowSetting("DAGY_LLM_API_KEY_FILE names a file that cannot be read or is empty",
                     "its first line is the key; the server's user must be able to read it");
    while (!key.empty() && (key.back() == '\r' || key.back() == ' ')) key.pop_back();
    return key;
}

/// `http://host/v1` and `http://host` name the same endpoint as `http://host/v1/chat/completions`.
std::string Endpoint(std::string url) {
    while (url.ends_with('/')) url.pop_back();
    if (url.ends_with("/chat/completions")) return url;
    return url + (url.ends_with("/v1") ? "/chat/completions" : "/v1/chat/completions");
}

bool IsLoopback(std::string_view url) {
    const std::string_view rest = url.substr(url.find("://") + 3);
    const std::string_view host =
        rest.starts_with('[') ? rest.substr(0, rest.find(']') + 1) : rest.substr(0, rest.find_first_of(":/?"));
    return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

void CheckStatus(int status) {
    if (status == 200) return;
    std::string said = fmt::format("the model answered with status {}", status);
    if (status == 401 || status == 403) said = fmt::format("the model refused the key (status {})", status);
    if (status == 429) said = "the model has too much to do (status 429)";
    if (status >= 300 && status < 400)
        said = fmt::format("the model answered with a redirect (status {}), which is not followed", status);
    throw Error(ErrorCode::kUnavailable, said);
}

/// What the first choice says.
std::string ContentOf(const std::string& body) {
    const json::value answer = ParseJson(body, "the model's answer");
    const json::array* choices = answer.is_object() ? GetArray(answer.as_object(), "choices") : nullptr;
    const json::object* choice = choices != nullptr && !choices->empty() ? choices->front().if_object() : nullptr;
    const json::object* message = choice != nullptr ? GetObject(*choice, "message") : nullptr;
    const auto content = message != nullptr ? GetString(*message, "content") : std::nullopt;
    if (!content) throw Error(ErrorCode::kBadRequest, "");
    return *content;
}

}  // namespace

std::unique_ptr<diagnose::WordingModel> ReadChatModel() {
    ChatSettings settings{
        .url = Text("DAGY_LLM_URL"), .model = Text("DAGY_LLM_MODEL"), .api_key = Text("DAGY_LLM_API_KEY")};
    if (settings.url.empty()) return nullptr;
    if (!settings.url.starts_with("http://") && !settings.url.starts_with("https://"))
        ThrowSetting("DAGY_LLM_URL does not begin with http:// or https://",
                     "give the address of an OpenAI-compatible server, such as http://localhost:11434/v1");
    if (settings.model.empty())
        ThrowSetting("DAGY_LLM_URL is set, but DAGY_LLM_MODEL is not", "give the name of the model to ask");
    if (const std::string file = Text("DAGY_LLM_API_KEY_FILE"); settings.api_key.empty() && !file.empty())
        settings.api_key = KeyFromFile(file);
    if (!settings.api_key.empty() && settings.url.starts_with("http://") && !IsLoopback(settings.url))
        ThrowSetting("DAGY_LLM_URL is http:// to another machine, and a key is set: anybody between could read it",
                     "use https://, or no key");
    settings.timeout = std::chrono::seconds(WholeNumber("DAGY_LLM_TIMEOUT_SECONDS", 10, 1, 60));
    settings.url = Endpoint(std::move(settings.url));
    return std::make_unique<ChatModel>(std::move(settings));
}

std::string ChatModel::Answer(const diagnose::WordingPrompt& prompt, std::stop_token stop) {
    CheckRest();
    try {
        std::string answer = Ask(prompt, stop);
        Count(false);
        return answer;
    } catch (const Error& error) {
        if (!stop.stop_requested()) Count(true);
        spdlog::warn("wording by {}: {} {}", settings_.model, error.detail(), error.internal());
        throw;
    }
}

void ChatModel::CheckRest() {
    const std::lock_guard lock(mutex_);
    if (std::chrono::steady_clock::now() < rests_until_)
        throw Error(ErrorCode::kUnavailable,
                    fmt::format("the model failed {} times in a row and is left alone for a minute", kFailuresMax));
}

void ChatModel::Count(bool failed) {
    const std::lock_guard lock(mutex_);
    failures_ = failed ? failures_ + 1 : 0;
    if (failures_ < kFailuresMax) return;
    failures_ = 0;
    rests_until_ = std::chrono::steady_clock::now() + kRest;
}

std::string ChatModel::Ask(const diagnose::WordingPrompt& prompt, std::stop_token stop) const {
    const json::object body{{"model", settings_.model},
                            {"messages", json::array{json::object{{"role", "system"}, {"content", prompt.rules}},
                                                     json::object{{"role", "user"}, {"content", prompt.evidence}}}},
                            {"temperature", 0},
                            {"max_tokens", kAnswerTokensMax},
                            {"stream", false}};
    net::ClientRequest request{.method = "POST",
                               .url = settings_.url,
                               .headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}},
                               .body = json::serialize(body),
                               .timeout = settings_.timeout,
                               .body_bytes_max = kAnswerBytesMax,
                               .header_bytes_max = 64 << 10,
                               .stop = std::move(stop)};
    if (!settings_.api_key.empty()) request.headers.emplace_back("Authorization", "Bearer " + settings_.api_key);
    net::ClientResponse response;
    try {
        response = net::Fetch(request);
    } catch (const Error& error) {
        // Readers of a diagnosis need not learn where the model stands.
        std::string said = "the model cannot be reached";
        if (error.code() == ErrorCode::kTimeout)
            said = fmt::format("the model did not answer within {} s", settings_.timeout.count());
        if (error.code() == ErrorCode::kTooLarge)
            said = fmt::format("the model answered with more than {} KiB", kAnswerBytesMax >> 10);
        throw Error(error.code(), said, {}, error.detail() + " " + error.internal());
    }
    CheckStatus(response.status);
    try {
        return ContentOf(response.body);
    } catch (const Error&) {
        throw Error(ErrorCode::kBadRequest, "what answered does not speak as an OpenAI-compatible model does");
    }
}

}  // namespace dagy::app
