/// A language model behind an OpenAI-compatible URL.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "diagnose/wording.h"

namespace dagy::app {

struct ChatSettings {
    std::string url;  ///< of `…/v1/chat/completions`
    std::string model;
    std::string api_key;  ///< may be empty
    std::chrono::seconds timeout{10};
};

/// From `DAGY_LLM_URL`, `DAGY_LLM_MODEL`, `DAGY_LLM_API_KEY` or `DAGY_LLM_API_KEY_FILE`, `DAGY_LLM_TIMEOUT_SECONDS`.
/// nullptr without a URL: nothing ever leaves the machine. Throws kInvalidInput that names the variable.
std::unique_ptr<diagnose::WordingModel> ReadChatModel();

/// One request an answer, bounded in time and size; redirects are not followed. After three failures in a row it is
/// left alone for a minute, so that an ailing model does not hold up every diagnosis.
class ChatModel final : public diagnose::WordingModel {
  public:
    explicit ChatModel(ChatSettings settings) : settings_(std::move(settings)) {}

    const std::string& name() const override { return settings_.model; }
    std::string Answer(const diagnose::WordingPrompt& prompt, std::stop_token stop) override;

  private:
    void CheckRest();
    void Count(bool failed);
    std::string Ask(const diagnose::WordingPrompt& prompt, std::stop_token stop) const;

    const ChatSettings settings_;
    std::mutex mutex_;
    int failures_ = 0;
    std::chrono::steady_clock::time_point rests_until_{};
};

}  // namespace dagy::app
