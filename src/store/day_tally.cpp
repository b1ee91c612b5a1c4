#include "store/day_tally.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace dagy::store {
namespace {

std::optional<int64_t> Micros(const std::optional<Time>& from, const std::optional<Time>& to) {
    if (!from || !to || *to < *from) return std::nullopt;
    return (*to - *from).count();
}

bool Began(model::AttemptState state) {
    return state != model::AttemptState::kQueued && state != model::AttemptState::kSkipped &&
           state != model::AttemptState::kUpstreamFailed;
}

void PutNumber(std::string& out, uint64_t number) {
    for (; number >= 0x80; number >>= 7) out += static_cast<char>(0x80 | (number & 0x7f));
    out += static_cast<char>(number);
}

template <typename... Numbers>
void PutNumbers(std::string& out, Numbers... numbers) {
    (PutNumber(out, static_cast<uint64_t>(numbers)), ...);
}

void PutText(std::string& out, std::string_view text) {
    PutNumber(out, text.size());
    out += text;
}

// What lasts about as long as the one before costs a byte or three.
void PutAscending(std::string& out, const std::vector<int64_t>& numbers) {
    PutNumber(out, numbers.size());
    int64_t before = 0;
    for (const int64_t number : numbers) PutNumber(out, static_cast<uint64_t>(number - std::exchange(before, number)));
}

class TallyReader {
  public:
    explicit TallyReader(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

    uint64_t Number() {
        uint64_t number = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (at_ == end_) Refuse();
            const auto byte = static_cast<uint8_t>(*at_++);
            number |= uint64_t{byte & 0x7fU} << shift;
            if (byte < 0x80) return number;
        }
        Refuse();
    }
    template <typename... Numbers>
    void Read(Numbers&... numbers) {
        ((numbers = static_cast<Numbers>(Number())), ...);
    }
    std::string Text() {
        const size_t size = Count();
        std::string text(at_, size);
        at_ += size;
        return text;
    }
    std::vector<int64_t> Ascending() {
        std::vector<int64_t> numbers(Count());
        uint64_t before = 0;
        for (int64_t& number : numbers) number = static_cast<int64_t>(before += Number());
        return numbers;
    }
    /// Of things of a byte at least, so that no damage asks for more memory than the bytes that are there.
    size_t Count() {
        const uint64_t count = Number();
        if (count > static_cast<size_t>(end_ - at_)) Refuse();
        return static_cast<size_t>(count);
    }
    void End() const {
        if (at_ != end_) Refuse();
    }

  private:
    [[noreturn]] static void Refuse() {
        throw Error(ErrorCode::kStorage, "the metadata store is damaged: what it kept of a day cannot be read",
                    "restore the data folder from a backup");
    }

    const char* at_;
    const char* end_;
};

}  // namespace

void DayTallier::Add(const RunSample& run) {
    switch (run.state) {
        case model::RunState::kSucceeded:
            ++day_.success;
            if (const auto took = Micros(run.started_at, run.ended_at)) day_.micros.push_back(*took);
            break;
        case model::RunState::kFailed:
            ++day_.failed;
            day_.failed_runs.push_back(run.run_id);
            break;
        case model::RunState::kCancelled:
            ++day_.cancelled;
            break;
        case model::RunState::kQueued:
        case model::RunState::kRunning:
            ++day_.running;
            break;
    }
}

void DayTallier::Add(const AttemptSample& attempt) {
    const auto known = tasks_.find(attempt.task_id);
    TaskTally& task = known != tasks_.end() ? known->second : tasks_[attempt.task_id];
    if (!Began(attempt.state)) return;
    ++task.attempts;
    if (attempt.attempt > 1) ++task.retried;
    if (attempt.state == model::AttemptState::kFailed || attempt.state == model::AttemptState::kTimedOut) ++task.failed;
    if (attempt.state != model::AttemptState::kSucceeded) return;
    ++task.success;
    if (const auto took = Micros(attempt.started_at, attempt.ended_at)) task.micros.push_back(*took);
}

DayTally DayTallier::Take(std::string date) {
    day_.date = std::move(date);
    std::ranges::sort(day_.micros);
    for (auto& [id, task] : tasks_) {
        task.task_id = id;
        std::ranges::sort(task.micros);
        day_.tasks.push_back(std::move(task));
    }
    tasks_.clear();
    return std::exchange(day_, {});
}

std::string EncodeTally(const DayTally& day) {
    std::string out;
    PutNumbers(out, day.success, day.failed, day.cancelled, day.running);
    PutAscending(out, day.micros);
    PutNumber(out, day.failed_runs.size());
    for (const std::string& run_id : day.failed_runs) PutText(out, run_id);
    PutNumber(out, day.tasks.size());
    for (const TaskTally& task : day.tasks) {
        PutText(out, task.task_id);
        PutNumbers(out, task.attempts, task.success, task.failed, task.retried);
        PutAscending(out, task.micros);
    }
    return out;
}

DayTally DecodeTally(std::string_view bytes, std::string date) {
    TallyReader in(bytes);
    DayTally day{.date = std::move(date)};
    in.Read(day.success, day.failed, day.cancelled, day.running);
    day.micros = in.Ascending();
    day.failed_runs.resize(in.Count());
    for (std::string& run_id : day.failed_runs) run_id = in.Text();
    day.tasks.resize(in.Count());
    for (TaskTally& task : day.tasks) {
        task.task_id = in.Text();
        in.Read(task.attempts, task.success, task.failed, task.retried);
        task.micros = in.Ascending();
    }
    in.End();
    return day;
}

}  // namespace dagy::store
