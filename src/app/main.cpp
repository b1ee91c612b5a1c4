#include "app/api_over_store.h"
#include "app/data_folder.h"
#include "app/import.h"
#include "app/serve.h"
#include "app/settings.h"
#include "base/ids.h"
#include "cli/cli.h"
#include "identity/bootstrap.h"

namespace {

using namespace dagy;

/// The API over the local store in this process, for one command.
class LocalApi final : public cli::Connection {
  public:
    explicit LocalApi(const Clock& clock)
        : data_(app::DataFolderPath(), clock),
          over_(data_, clock, app::ApiOverStore::Use::kLocal, Unlimited()),
          calls_(cli::ConnectLocal(over_.api(), bearer_)) {
        // Whoever may read the data folder is its owner; the bearer is made up for this process and known to no store.
        data_.HomeScope(clock);
        over_.api().sign_in().Lend(bearer_, identity::FindLocalOwner(data_.store().identity()).identity);
    }

    cli::Answer Call(const std::string& method, const std::string& target, const std::string& body,
                     const std::vector<std::pair<std::string, std::string>>& headers) override {
        return calls_->Call(method, target, body, headers);
    }
    cli::Answer StreamFrom(const std::string& method, const std::string& target,
                           const std::vector<std::pair<std::string, std::string>>& headers,
                           const std::function<bool(std::string_view)>& take) override {
        return calls_->StreamFrom(method, target, headers, take);
    }

  private:
    static api::ApiOptions Unlimited() {
        api::ApiOptions options = app::ReadApiOptions();
        options.rate.per_minute = 0;
        return options;
    }

    std::string bearer_ = RandomHex(16);
    app::DataFolder data_;
    app::ApiOverStore over_;
    std::unique_ptr<cli::Connection> calls_;
};

}  // namespace

int main(int argc, char** argv) {
    const SystemClock clock;
    cli::Environment environment;
    environment.version = DAGY_VERSION;
    environment.local = [&] { return std::make_unique<LocalApi>(clock); };
    environment.import_airflow = [&](const cli::ImportOptions& options) { return app::ImportAirflow(options, clock); };
    environment.serve = [&](const cli::ServeOptions& options) { return app::Serve(options, clock); };
    environment.sign_in_link = [&](const std::string& url) { return app::SignInLink(url, clock); };
    return cli::Run(argc, argv, environment);
}
