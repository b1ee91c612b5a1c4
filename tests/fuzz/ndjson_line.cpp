// Lines of an NDJSON body: each is taken or rejected with a reason, and a rejected one leaves no record behind.
#include <string>

#include "fuzz/target.h"
#include "ingest/ndjson/line_parser.h"

namespace {

size_t RecordsOf(dagy::model::Batch& batch) {
    size_t records = batch.runs.size() + batch.attempts.size() + batch.dags.size() + batch.phases.size() +
                     batch.source_events.size();
    for (const auto& group : batch.records) records += group.logs.size() + group.errors.size() + group.data.size();
    return records;
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    dagy::ingest::ndjson::BatchBuilder batch({"org_1", "dep_1"});
    static dagy::ingest::ndjson::LineParser parser([](const std::string& deployment) { return deployment == "dep_2"; },
                                                   "dep_1", size_t{1} << 20);
    std::string_view rest = dagy::fuzz::Text(data, size);
    while (!rest.empty()) {
        std::string line(dagy::fuzz::TakeLine(rest));
        const size_t length = line.size();
        line.resize(length + dagy::ingest::ndjson::kPadding);
        const size_t before = RecordsOf(batch.batch());
        const auto outcome =
            parser.Add({line.data(), length}, [&](const std::string&, std::string_view) { return &batch; });
        const size_t added = RecordsOf(batch.batch()) - before;
        dagy::fuzz::Require(added == (outcome.fault ? 0 : 1), "a line is one record, a rejected one none");
        dagy::fuzz::Require(!outcome.fault || !outcome.fault->reason.empty(), "a rejected line is told why");
    }
    return 0;
}
