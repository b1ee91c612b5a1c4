/// The members of one line, looked up once.
#pragma once

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "ingest/ndjson/line_fault.h"

namespace dagy::ingest::ndjson {

/// Members that the format knows; the names are in kFieldNames.
enum class Field : uint8_t {
    kKind,
    kDagId,
    kRunId,
    kEventId,
    kDeployment,
    kTaskId,
    kMapIndex,
    kPhase,
    kAttempt,
    kState,
    kTs,
    kLevel,
    kLogger,
    kMessage,
    kSourceFile,
    kSourceLine,
    kErrorType,
    kErrorTitle,
    kErrorStatus,
    kErrorDetail,
    kTraceback,
    kRow,
    kPayload,
    kChange,
    kResource,
    kActor,
    kBefore,
    kAfter,
    kStatus,
    kTotal,
    kVersion,
    kSchedule,
    kSource,
    kTasks,
    kCreatedAt,
    kLogicalDate,
    kQueuedAt,
    kScheduledAt,
    kStartedAt,
    kEndedAt,
    kParameters,
    kTriggeredBy,
    kRunType,
    kExitCode,
    kSignal,
    kReason,
    kOperator,
    kHost,
    kPool,
    kQueue,
    kMaxAttempts,
    kDagVersion,
    kCount
};
std::string_view Name(Field field);

/// Throws itself out of the reading of a line; caught where the line was begun.
struct Rejected {
    std::string member;
    std::string reason;
};

/// Each getter takes its member: what nobody took is in Extras at the end. A member that is null counts as absent. A
/// wrong type throws Rejected.
class LineMembers {
  public:
    /// `line` and its `text` live as long as the members are used. The last of several members of one name counts.
    /// `quoted`: numbers of the text that are too wide for `line` are texts there; only ExactValue has them.
    void Reset(const simdjson::dom::object& line, std::string_view text, bool quoted);

    std::optional<std::string_view> Text(Field field);
    std::string_view TextOr(Field field, std::string_view otherwise) { return Text(field).value_or(otherwise); }
    /// Not empty, at most kIdBytesMax.
    std::string_view Id(Field field);
    std::optional<std::string_view> OptionalId(Field field);
    std::optional<int64_t> Whole(Field field, int64_t least, int64_t most);
    std::optional<Time> At(Field field);
    std::optional<json::value> Value(Field field);
    std::optional<json::object> Object(Field field);
    /// As Value, but no number in it loses a digit (base/exact_json.h).
    std::optional<json::value> ExactValue(Field field);
    std::optional<simdjson::dom::element> Raw(Field field);
    /// Without taking it.
    std::optional<simdjson::dom::element> Peek(Field field) const { return value_[static_cast<size_t>(field)]; }

    /// The rest as a JSON object's text, or empty.
    std::string ExtrasText();
    json::object Extras();

    static constexpr size_t kIdBytesMax = 1024;

  private:
    std::string_view text_;
    bool quoted_ = false;
    std::array<std::optional<simdjson::dom::element>, static_cast<size_t>(Field::kCount)> value_;
    std::vector<std::pair<std::string_view, simdjson::dom::element>> unknown_;
};

/// Depth is bounded by the parser's.
json::value ToJson(const simdjson::dom::element& element);

}  // namespace dagy::ingest::ndjson
