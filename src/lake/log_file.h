/// A chunk of logs, read column by column and row group by row group: what a search does not ask for is not unpacked.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "lake/column_pages.h"
#include "store/record_store.h"

namespace dagy::lake {

/// Immutable, so free to share between threads. Throws ThriftError for a file that is not as our chunks are.
class LogFile {
  public:
    /// `file` holds the chunk's bytes, and they are known to be sound.
    LogFile(const std::filesystem::path& file, const store::Chunk& chunk, std::shared_ptr<PageMemory> memory);
    ~LogFile();
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;

    struct Group {
        int64_t first_row = 0, rows = 0;
        GroupPlace place;

        /// Of the columns that a search may need, unpacked.
        int64_t bytes() const;
    };
    /// In order, the rows of the chunk.
    const std::vector<Group>& groups() const { return groups_; }

    TextColumn Texts(const Group& group, std::string_view column) const;
    NumberColumn Numbers(const Group& group, std::string_view column) const;

  private:
    PageMemory::Buffer Read(int64_t offset, int64_t bytes, int64_t bytes_max) const;
    template <class Column>
    Column ReadColumn(const Group& group, std::string_view column) const;

    const std::shared_ptr<PageMemory> memory_;
    int file_ = -1;
    int64_t size_ = 0;
    std::vector<Group> groups_;
};

}  // namespace dagy::lake
