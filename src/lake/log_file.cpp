#include "lake/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

namespace dagy::lake {
namespace {

constexpr int64_t kFooterBytesMax = int64_t{16} << 20;
constexpr int64_t kColumnBytesMax = int64_t{64} << 20;

}  // namespace

LogFile::LogFile(const std::filesystem::path& file, const store::Chunk& chunk, std::shared_ptr<PageMemory> memory)
    : memory_(std::move(memory)), file_(open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (file_ < 0) throw ThriftError("it cannot be opened");
    try {
        struct stat about{};
        if (fstat(file_, &about) != 0) throw ThriftError("it cannot be read");
        size_ = about.st_size;
        const PageMemory::Buffer tail_bytes = Read(size_ - 8, 8, 8);
        const std::string_view tail(tail_bytes.data(), 8);
        if (tail.substr(4) != "PAR1") throw ThriftError("it is not Parquet");
        uint32_t footer = 0;
        std::memcpy(&footer, tail.data(), sizeof(footer));
        int64_t row = chunk.first_row;
        const PageMemory::Buffer bytes = Read(size_ - 8 - int64_t{footer}, footer, kFooterBytesMax);
        for (GroupPlace& place : ReadFooter({bytes.data(), footer})) {
            const int64_t rows = place.rows;
            groups_.push_back({row, rows, std::move(place)});
            row += rows;
        }
        if (row != chunk.first_row + chunk.rows) throw ThriftError("it has another number of rows");
    } catch (...) {
        close(file_);
        throw;
    }
}

LogFile::~LogFile() {
    close(file_);
}

int64_t LogFile::Group::bytes() const {
    int64_t bytes = 0;
    for (const ColumnPlace& column : place.columns)
        if (column.name != "_row" && column.name != "template_id") bytes += column.bytes + column.packed_bytes;
    return bytes;
}

PageMemory::Buffer LogFile::Read(int64_t offset, int64_t bytes, int64_t bytes_max) const {
    if (offset < 0 || bytes < 0 || bytes > bytes_max || offset > size_ - bytes)
        throw ThriftError("a place is out of the file");
    const auto size = static_cast<size_t>(bytes);
    PageMemory::Buffer into = memory_->Take(size);
    for (size_t done = 0; done < size;) {
        const ssize_t read = pread(file_, into.data() + done, size - done, offset + static_cast<int64_t>(done));
        if (read <= 0) throw ThriftError("it cannot be read");
        done += static_cast<size_t>(read);
    }
    return into;
}

template <class Column>
Column LogFile::ReadColumn(const Group& group, std::string_view column) const {
    const ColumnPlace* place = group.place.Find(column);
    if (place == nullptr || place->values != group.rows) throw ThriftError("a column is missing");
    if (place->AllNull()) return Column(static_cast<size_t>(group.rows));
    const PageMemory::Buffer packed = Read(place->offset, place->packed_bytes, kColumnBytesMax);
    return Column(*place, {packed.data(), static_cast<size_t>(place->packed_bytes)}, *memory_);
}

TextColumn LogFile::Texts(const Group& group, std::string_view column) const {
    return ReadColumn<TextColumn>(group, column);
}

NumberColumn LogFile::Numbers(const Group& group, std::string_view column) const {
    return ReadColumn<NumberColumn>(group, column);
}

}  // namespace dagy::lake
