#include <memory>

#include "api/call.h"
#include "api/log_stream.h"
#include "api/parameter_list.h"
#include "api/phase_finder.h"
#include "api/record_routes.h"

namespace dagy::api {

void AddLogStreamRoutes(RouteTable& table, RunFinder& finder, store::RunStore& runs, LogStreamHub& hub) {
    Route stream{.method = "GET",
                 .path = "/api/v1/dags/{dag_id}/runs/{date}/{run_id}/phases/{phase}/logs/stream",
                 .operation_id = "followPhaseLogs",
                 .summary = "Phase logs as they are written (server-sent events)",
                 .description =
                     "`event: log` for each row (`id`: its number, `data`: the row as a page of logs has it; a message "
                     "over 256 KiB is cut and `message_bytes` says how long it is), `heartbeat` in silence, `end` when "
                     "the attempt is over, `error` when the storage fails, `reset` where Last-Event-ID is no row.",
                 .tag = "runs"};
    stream.parameters = Join(
        PhasePath(), {LevelParameter(),
                      QueryText("keyword", "Only lines with this text in the message, whatever its case."),
                      QueryInteger("from_row", 0, 0, int64_t{1} << 53, "The first row to send."),
                      {.name = "Last-Event-ID", .in = In::kHeader, .description = "The last row received; wins."}});
    stream.answers = {
        {.status = 200, .description = "The stream.", .schema = "StreamEvent", .content_type = "text/event-stream"}};
    stream.handle = [&finder, &runs, &hub](Call& call) {
        const auto level = call.Find("level");
        return hub.Open({.ref = FindPhaseToFollow(call, finder, runs),
                         .identity = call.who.credential,
                         .from_row = call.Int("from_row"),
                         .level = level ? model::ParseLevel(*level) : std::nullopt,
                         .keyword = call.Find("keyword"),
                         .last_event_id = call.Find("Last-Event-ID")});
    };
    table.Add(std::move(stream));
}

}  // namespace dagy::api
