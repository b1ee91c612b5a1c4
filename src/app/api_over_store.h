/// The API over a data folder: what `serve` puts behind sockets and the command line calls directly.
#pragma once

#include <memory>
#include <string>

#include "api/api.h"
#include "app/data_folder.h"
#include "base/time.h"
#include "diagnose/service.h"

namespace dagy::app {

class ApiOverStore {
  public:
    enum class Use {
        kServer,  ///< takes up diagnoses that an earlier server left unfinished
        kLocal,   ///< one command: investigates for itself, leaves what others have under way alone
    };

    ApiOverStore(DataFolder& data, const Clock& clock, Use use, api::ApiOptions options);
    ~ApiOverStore();

    api::Api& api() { return *api_; }
    /// Closes streams and ends diagnoses soon.
    void Stop();

  private:
    store::Store& store_;
    std::unique_ptr<diagnose::WordingModel> wording_;  ///< nullptr: none is set up
    diagnose::DiagnosisService service_;
    std::unique_ptr<api::Api> api_;
};

}  // namespace dagy::app
