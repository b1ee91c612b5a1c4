#include "store/sqlite/connections.h"

#include <algorithm>

#include "store/sqlite/migrations.h"

namespace dagy::store::sqlite {
namespace {

constexpr size_t kReadersMax = 6;
constexpr std::chrono::milliseconds kLookInterval{200};

Database OpenWriter(const std::filesystem::path& file) {
    Database writer(file, Database::Mode::kWrite);
    Migrate(writer);
    return writer;
}

}  // namespace

Connections::Connections(const std::filesystem::path& file)
    : file_(file), writer_(OpenWriter(file)), watcher_(file, Database::Mode::kRead) {
    data_version_ = Statement(watcher_, "PRAGMA data_version").Number();
}

Connections::Reader::Reader(Connections& owner) : owner_(owner) {
    std::unique_lock lock(owner_.readers_mutex_);
    owner_.reader_free_.wait(lock, [&] { return !owner_.idle_readers_.empty() || owner_.readers_ < kReadersMax; });
    if (owner_.idle_readers_.empty()) {
        database_ = std::make_unique<Database>(owner_.file_, Database::Mode::kRead);
        ++owner_.readers_;
        return;
    }
    database_ = std::move(owner_.idle_readers_.back());
    owner_.idle_readers_.pop_back();
}

Connections::Reader::~Reader() {
    {
        const std::lock_guard lock(owner_.readers_mutex_);
        owner_.idle_readers_.push_back(std::move(database_));
    }
    owner_.reader_free_.notify_one();
}

void Connections::Ring() {
    {
        const std::lock_guard lock(bell_mutex_);
        ++commits_;
    }
    bell_.notify_all();
}

uint64_t Connections::Commits() {
    const std::lock_guard lock(bell_mutex_);
    return commits_;
}

uint64_t Connections::OthersCommits() {
    const std::lock_guard lock(bell_mutex_);
    return others_commits_;
}

void Connections::WaitCommit(uint64_t seen, std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(bell_mutex_);
    const auto changed = [&] { return commits_ != seen; };
    while (!changed() && std::chrono::steady_clock::now() < deadline) {
        const auto look_at = std::max(looked_at_, std::chrono::steady_clock::now() - kLookInterval) + kLookInterval;
        if (bell_.wait_until(lock, std::min(deadline, look_at), changed)) return;
        // Whoever wakes first looks for all.
        const auto now = std::chrono::steady_clock::now();
        if (now - looked_at_ < kLookInterval) continue;
        looked_at_ = now;
        lock.unlock();
        LookForOthers();
        lock.lock();
    }
}

void Connections::LookForOthers() {
    bool changed = false;
    {
        const std::lock_guard lock(watcher_mutex_);
        const int64_t version = Statement(watcher_, "PRAGMA data_version").Number();
        changed = version != data_version_;
        data_version_ = version;
    }
    if (!changed) return;
    {
        const std::lock_guard lock(bell_mutex_);
        ++others_commits_;  // or our own: the watcher cannot tell, and once too often does no harm
    }
    Ring();
}

}  // namespace dagy::store::sqlite
