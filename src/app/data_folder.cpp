#include "app/data_folder.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "app/settings.h"
#include "base/error.h"
#include "identity/bootstrap.h"
#include "ingest/airflow/log_mark.h"
#include "objects/folder/folder_store.h"
#include "store/sqlite/open.h"

namespace dagy::app {
namespace {

void MakeFolder(const std::filesystem::path& path) {
    std::error_code failed;
    std::filesystem::create_directories(path, failed);
    if (failed)
        throw Error(ErrorCode::kStorage,
                    fmt::format("cannot make the data folder {}: {}", path.string(), failed.message()),
                    "set DAGY_LOCAL_DIR to a folder that you may write");
}

/// In no log: whoever started this process is the one to keep them.
void Show(const identity::FirstStart& first) {
    fmt::print(stderr,
               "This is the first start. Keep these; they are shown only now.\n"
               "  organization  {}\n  deployment    {}\n  owner         {}\n  password      {}\n  API key       {}\n",
               first.org, first.deployment, first.owner_email, first.owner_password, first.api_key);
}

lake::LakeOptions OptionsOver(store::Store& store, const Clock& clock) {
    lake::LakeOptions options;
    options.orphan_age_s = WholeNumber("DAGY_LAKE_ORPHAN_SECONDS", options.orphan_age_s, 0, 31'536'000);
    options.garbage_age_s = WholeNumber("DAGY_LAKE_GRACE_SECONDS", options.garbage_age_s, 0, 31'536'000);
    options.settle_bytes_min = WholeNumber("DAGY_SETTLE_BYTES_MIN", options.settle_bytes_min, 0, int64_t{64} << 20);
    options.upkeep = &store.upkeep();
    options.runs = &store.runs();
    options.now = [&clock] { return clock.Now(); };
    // All marks that an import keeps of a run begin with what stands before the name of the task.
    options.marks_of = [](const model::RunName& run) {
        const std::string key = ingest::airflow::AttemptKey(run, "", 0, "");
        return std::vector<std::string>{key.substr(0, key.rfind("|0:"))};
    };
    options.default_deployment_of = [&store](const std::string& org) {
        const auto found = store.identity().FindOrganization(org);
        return found ? found->default_deployment : std::string();
    };
    options.find_run = [&store](const model::Scope& scope, const model::RunName& name) {
        return store.runs().FindRun(scope.org, scope.deployment, name.dag_id, name.run_id);
    };
    options.phases_of = [&store](int64_t run_key) { return store.runs().Phases(run_key); };
    return options;
}

}  // namespace

std::filesystem::path DataFolderPath() {
    if (const char* path = std::getenv("DAGY_LOCAL_DIR"); path != nullptr && *path != '\0') return path;
    if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
        return std::filesystem::path(home) / ".dagy";
    throw Error(ErrorCode::kInvalidInput, "there is no place for data: neither DAGY_LOCAL_DIR nor HOME is set",
                "set DAGY_LOCAL_DIR to a folder");
}

DataFolder::DataFolder(std::filesystem::path path, const Clock& clock) : path_(std::move(path)) {
    MakeFolder(path_ / "lake");
    store_ = store::OpenSqlite(path_ / "dagy.db", clock);
    objects_ = objects::OpenFolder(path_ / "lake", path_ / "url_secret");
    lake_ = lake::OpenLake(
        *objects_, store_->ingest(), store_->records(), [this](int64_t key) { return store_->runs().RunByKey(key); },
        OptionsOver(*store_, clock));
}

model::Scope DataFolder::HomeScope(const Clock& clock) {
    if (const auto first = identity::Bootstrap(store_->identity(), clock)) Show(*first);
    const identity::LocalOwner owner = identity::FindLocalOwner(store_->identity());
    return {owner.identity.org, owner.deployment};
}

}  // namespace dagy::app
