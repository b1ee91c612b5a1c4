#include "net/client.h"

#include <curl/curl.h>

#include <algorithm>
#include <exception>
#include <memory>

#include "base/error.h"

namespace dagy::net {

namespace {

struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct FreeUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

std::string Lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

std::string_view Trim(std::string_view text) {
    while (!text.empty() && (text.back() == '\r' || text.back() == '\n' || text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    return text;
}

std::string UrlPart(CURLU* url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
    std::string out(text);
    curl_free(text);
    return out;
}

/// Where a request goes, without path, query and user: those hold secrets (webhooks, presigned URLs).
struct Place {
    std::string host;
    std::string shown;
};

Place PlaceOf(const std::string& url) {
    const std::unique_ptr<CURLU, FreeUrl> parsed(curl_url());
    if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
        throw Error(ErrorCode::kInvalidInput, "The URL cannot be read.",
                    "Give one that begins with http:// or https:// and has no spaces.");
    }
    const std::string scheme = UrlPart(parsed.get(), CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https") {
        throw Error(ErrorCode::kInvalidInput, "The URL's scheme is '" + scheme + "'.",
                    "Only http and https are spoken.");
    }
    Place place;
    place.host = UrlPart(parsed.get(), CURLUPART_HOST);
    const std::string port = UrlPart(parsed.get(), CURLUPART_PORT);
    place.shown = scheme + "://" + place.host + (port.empty() ? "" : ":" + port);
    return place;
}

bool IsLoopback(const std::string& host) {
    return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

/// One transfer and what its callbacks fill.
class Transfer {
  public:
    Transfer(const ClientRequest& request, const std::function<bool(std::string_view)>* take)
        : request_(request), take_(take), place_(PlaceOf(request.url)) {}

    ClientResponse Run(CURL* handle) {
        handle_ = handle;
        SetOptions();
        SetMethodAndBody();
        const auto headers = MakeHeaders();
        Set(CURLOPT_HTTPHEADER, headers.get());
        const CURLcode code = curl_easy_perform(handle_);
        if (thrown_) std::rethrow_exception(thrown_);
        if (too_large_)
            throw Error(ErrorCode::kTooLarge,
                        place_.shown + " answered with more than " +
                            std::to_string(header_bytes_ > request_.header_bytes_max ? request_.header_bytes_max
                                                                                     : request_.body_bytes_max) +
                            " bytes.");
        if (code != CURLE_OK && !ended_by_caller_) ThrowFor(code);
        long status = 0;
        curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
        response_.status = static_cast<int>(status);
        return std::move(response_);
    }

  private:
    template <typename T>
    void Set(CURLoption option, T value) {
        if (curl_easy_setopt(handle_, option, value) != CURLE_OK)
            throw Error(ErrorCode::kInternal, "The HTTP client cannot be set up.");
    }

    void SetOptions() {
        Set(CURLOPT_URL, request_.url.c_str());
        Set(CURLOPT_NOSIGNAL, 1L);
        Set(CURLOPT_PROTOCOLS_STR, "http,https");
        Set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        Set(CURLOPT_TCP_KEEPALIVE, 1L);
        Set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request_.connect_timeout.count()));
        Set(CURLOPT_TIMEOUT_MS, static_cast<long>(request_.timeout.count()));
        Set(CURLOPT_ERRORBUFFER, fault_text_);
        // A proxy of the environment is for the world outside, never for this machine.
        if (IsLoopback(place_.host)) Set(CURLOPT_PROXY, "");
        Set(CURLOPT_WRITEFUNCTION, &Transfer::OnBody);
        Set(CURLOPT_WRITEDATA, this);
        Set(CURLOPT_HEADERFUNCTION, &Transfer::OnHeader);
        Set(CURLOPT_HEADERDATA, this);
        if (!request_.stop.stop_possible()) return;
        Set(CURLOPT_NOPROGRESS, 0L);
        Set(CURLOPT_XFERINFOFUNCTION, &Transfer::OnProgress);
        Set(CURLOPT_XFERINFODATA, this);
    }

    void SetMethodAndBody() {
        if (request_.method == "HEAD") return Set(CURLOPT_NOBODY, 1L);
        const bool sends = !request_.body.empty() || request_.method == "POST" || request_.method == "PUT" ||
                           request_.method == "PATCH";
        if (sends) {
            Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
            Set(CURLOPT_POSTFIELDS, request_.body.data());
        }
        Set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    }

    std::unique_ptr<curl_slist, FreeList> MakeHeaders() {
        std::unique_ptr<curl_slist, FreeList> list;
        const auto add = [&list](const std::string& line) {
            list.reset(curl_slist_append(list.release(), line.c_str()));
        };
        bool has_type = false;
        for (const auto& [name, value] : request_.headers) {
            if (name.empty() || name.find_first_of("\r\n:") != std::string::npos ||
                value.find_first_of("\r\n") != std::string::npos) {
                throw Error(ErrorCode::kInvalidInput, "A request header has a line end in its name or value.",
                            "Remove it.");
            }
            has_type = has_type || Lower(name) == "content-type";
            add(value.empty() ? name + ";" : name + ": " + value);
        }
        // libcurl would add a form's type, and wait a second for servers that know no 100-continue.
        if (!has_type) add("Content-Type:");
        add("Expect:");
        return list;
    }

    static size_t OnHeader(char* data, size_t size, size_t count, void* self) {
        return static_cast<Transfer*>(self)->TakeHeader({data, size * count}) ? size * count : size * count + 1;
    }

    static int OnProgress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
        return static_cast<Transfer*>(self)->request_.stop.stop_requested() ? 1 : 0;
    }

    bool TakeHeader(std::string_view line) {
        header_bytes_ += line.size();
        too_large_ = header_bytes_ > request_.header_bytes_max;
        if (!too_large_) KeepHeader(line);
        return !too_large_;
    }

    void KeepHeader(std::string_view line) {
        if (line.starts_with("HTTP/")) return response_.headers.clear();  // a 100 Continue came before
        const size_t colon = line.find(':');
        if (colon == std::string_view::npos) return;
        response_.headers.emplace_back(Lower(line.substr(0, colon)), Trim(line.substr(colon + 1)));
    }

    static size_t OnBody(char* data, size_t size, size_t count, void* self) {
        return static_cast<Transfer*>(self)->TakeBody({data, size * count}) ? size * count : size * count + 1;
    }

    bool TakeBody(std::string_view bytes) {
        long status = 0;
        curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
        if (take_ == nullptr || status >= 400) {
            too_large_ = response_.body.size() + bytes.size() > request_.body_bytes_max;
            if (!too_large_) response_.body.append(bytes);
            return !too_large_;
        }
        // An exception must not pass through libcurl's C frames.
        try {
            ended_by_caller_ = !(*take_)(bytes);
        } catch (...) {
            thrown_ = std::current_exception();
        }
        return !ended_by_caller_ && !thrown_;
    }

    [[noreturn]] void ThrowFor(CURLcode code) const {
        const std::string internal = std::string(curl_easy_strerror(code)) + ": " + fault_text_;
        switch (code) {
            case CURLE_URL_MALFORMAT:
            case CURLE_UNSUPPORTED_PROTOCOL:
                throw Error(ErrorCode::kInvalidInput, "The URL cannot be read.",
                            "Give one that begins with http:// or https://.", internal);
            case CURLE_ABORTED_BY_CALLBACK:
                throw Error(ErrorCode::kTimeout, "The request to " + place_.shown + " was given up.", {}, internal);
            case CURLE_OPERATION_TIMEDOUT:
                throw Error(ErrorCode::kTimeout, place_.shown + " did not answer in time.",
                            "Try again, or look whether it is up.", internal);
            case CURLE_COULDNT_RESOLVE_HOST:
            case CURLE_COULDNT_RESOLVE_PROXY:
                throw Error(ErrorCode::kUnavailable, "The name in " + place_.shown + " cannot be resolved.",
                            "Check the host name and this machine's DNS.", internal);
            case CURLE_COULDNT_CONNECT:
                throw Error(ErrorCode::kUnavailable, "Cannot connect to " + place_.shown + ".",
                            "Check that it runs and that host and port are right.", internal);
            case CURLE_PEER_FAILED_VERIFICATION:
            case CURLE_SSL_CONNECT_ERROR:
            case CURLE_SSL_CACERT_BADFILE:
                throw Error(ErrorCode::kUnavailable, "No trusted TLS connection to " + place_.shown + ".",
                            "Check its certificate and this machine's CA store.", internal);
            default:
                throw Error(ErrorCode::kUnavailable, "The connection to " + place_.shown + " broke off.", "Try again.",
                            internal);
        }
    }

    const ClientRequest& request_;
    const std::function<bool(std::string_view)>* take_;
    const Place place_;
    CURL* handle_ = nullptr;
    ClientResponse response_;
    std::exception_ptr thrown_;
    size_t header_bytes_ = 0;
    bool too_large_ = false;
    bool ended_by_caller_ = false;
    char fault_text_[CURL_ERROR_SIZE] = {};
};

using Handle = std::unique_ptr<CURL, FreeHandle>;

Handle MakeHandle() {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    Handle handle(ready == CURLE_OK ? curl_easy_init() : nullptr);
    if (!handle) throw Error(ErrorCode::kInternal, "The HTTP client cannot be set up.");
    return handle;
}

}  // namespace

ClientResponse Fetch(const ClientRequest& request) {
    Transfer transfer(request, nullptr);
    // A handle a thread: its connections are used again. Taken out meanwhile, so that a failing request leaves a fresh
    // one.
    thread_local Handle kept;
    Handle handle = kept ? std::move(kept) : MakeHandle();
    curl_easy_reset(handle.get());
    ClientResponse response = transfer.Run(handle.get());
    kept = std::move(handle);
    return response;
}

ClientResponse FetchStream(const ClientRequest& request, const std::function<bool(std::string_view)>& take) {
    Transfer transfer(request, &take);
    const Handle handle = MakeHandle();
    return transfer.Run(handle.get());
}

}  // namespace dagy::net
