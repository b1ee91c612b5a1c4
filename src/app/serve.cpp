#include "app/serve.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <csignal>

#include "app/api_over_store.h"
#include "app/background.h"
#include "app/data_folder.h"
#include "app/settings.h"
#include "base/error.h"
#include "base/file_lock.h"
#include "identity/bootstrap.h"
#include "net/http.h"

namespace dagy::app {
namespace {

constexpr std::chrono::milliseconds kGrace{5000};

/// Signals that end the server, taken by `Wait` alone. Made before any thread, so that every thread inherits the mask.
class EndSignals {
  public:
    EndSignals() {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGINT);
        sigaddset(&signals_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
        std::signal(SIGPIPE, SIG_IGN);
    }
    void Wait() const {
        int signal = 0;
        sigwait(&signals_, &signal);
    }

  private:
    sigset_t signals_{};
};

std::string UrlOf(const std::string& host, uint16_t port) {
    const bool local = host == "127.0.0.1" || host == "0.0.0.0" || host == "::1" || host == "::";
    return fmt::format("http://{}:{}", local ? "localhost" : host, port);
}

}  // namespace

int Serve(const cli::ServeOptions& options, const Clock& clock) {
    const EndSignals signals;
    spdlog::set_default_logger(spdlog::stderr_color_mt("dagy"));
    DataFolder data(DataFolderPath(), clock);
    FileLock lock(data.path());
    data.HomeScope(clock);

    ApiOverStore served(data, clock, ApiOverStore::Use::kServer, ReadApiOptions());
    net::ServerOptions sockets;
    sockets.host = options.host;
    sockets.port = options.port;
    const auto server = net::MakeServer(served.api(), sockets);
    server->Start();
    const std::string url = UrlOf(options.host, server->port());
    lock.SetUrl(url);
    fmt::print("listening on {}\n", url);
    if (isatty(STDOUT_FILENO) != 0)
        fmt::print("open {} (signed in; works once)\nstop with Ctrl-C\n", SignInLink(url, clock));
    std::fflush(stdout);
    {
        const Housekeeper housekeeper(data.lake(), data.store().events(), data.store().upkeep(),
                                      ReadApiOptions().retention_days);
        signals.Wait();
    }
    served.Stop();
    server->Stop(kGrace);
    return 0;
}

std::string SignInLink(const std::string& url, const Clock& clock) {
    DataFolder data(DataFolderPath(), clock);
    data.HomeScope(clock);
    identity::SignIn sign_in(data.store().identity(), clock);
    return fmt::format("{}/signin?link={}", url,
                       sign_in.NewLink(identity::FindLocalOwner(data.store().identity()).identity));
}

}  // namespace dagy::app
