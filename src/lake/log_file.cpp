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

LogFile::LogFile(const std::filesystem::path& file, const store::Chunk& chunk)
    : file_(open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (file_ < 0) throw ThriftError("it cannot be opened");
    try {
        struct stat about{};
        if (fstat(file_, &about) != 0) throw ThriftError("it cannot be read");
        size_ = about.st_size;
        std::string bytes;
        const std::string_view tail = Read(size_ - 8, 8, 8, bytes);
        if (tail.substr(4) != "PAR1") throw ThriftError("it is not Parquet");
        uint32_t footer = 0;
        std::memcpy(&footer, tail.data(), sizeof(footer));
        int64_t row = chunk.first_row;
        for (GroupPlace& place : ReadFooter(Read(size_ - 8 - footer, footer, kFooterBytesMax, bytes))) {
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

std::string_view LogFile::Read(int64_t offset, int64_t bytes, int64_t bytes_max, std::string& into) const {
    if (offset < 0 || bytes < 0 || bytes > bytes_max || offset > size_ - bytes)
        throw ThriftError("a place is out of the file");
    into.resize(static_cast<size_t>(bytes));
    for (size_t done = 0; done < into.size();) {
        const ssize_t read = pread(file_, into.data() + done, into.size() - done, offset + static_cast<int64_t>(done));
        if (read <= 0) throw ThriftError("it cannot be read");
        done += static_cast<size_t>(read);
    }
    return into;
}

template <class Column>
Column LogFile::ReadColumn(const Group& group, std::string_view column, std::string& packed) const {
    const ColumnPlace* place = group.place.Find(column);
    if (place == nullptr || place->values != group.rows) throw ThriftError("a column is missing");
    if (place->AllNull()) return Column(static_cast<size_t>(group.rows));
    return Column(*place, Read(place->offset, place->packed_bytes, kColumnBytesMax, packed));
}

TextColumn LogFile::Texts(const Group& group, std::string_view column, std::string& packed) const {
    return ReadColumn<TextColumn>(group, column, packed);
}

NumberColumn LogFile::Numbers(const Group& group, std::string_view column, std::string& packed) const {
    return ReadColumn<NumberColumn>(group, column, packed);
}

}  // namespace dagy::lake
