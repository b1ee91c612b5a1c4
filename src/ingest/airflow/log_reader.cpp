#include "ingest/airflow/log_reader.h"

#include "ingest/utf8.h"

namespace dagy::ingest::airflow {

LogReader::LogReader(ByteSource& source, LineContext context)
    : splitter_(source, kLineBytesMax, kRowBytesMax), context_(std::move(context)) {}

bool LogReader::Next(LogLine& line) {
    PhysicalLine physical;
    if (!splitter_.Next(physical)) return false;
    last_ = physical;
    line = ParseLogLine(ValidUtf8(physical.text, scratch_), physical.cut_bytes, context_);
    line.row.row = rows_++;
    if (line.error) line.error->log_row = line.row.row;
    return true;
}

LogRecords ReadLog(ByteSource& source) {
    LogRecords all;
    LogReader reader(source);
    LogLine line;
    while (reader.Next(line)) {
        all.logs.push_back(std::move(line.row));
        if (!line.error) continue;
        line.error->row = static_cast<int64_t>(all.errors.size());
        all.errors.push_back(std::move(*line.error));
    }
    return all;
}

LogRecords ReadLogText(std::string_view text) {
    TextSource source(text);
    return ReadLog(source);
}

LogRecords ReadLogFile(const std::filesystem::path& file) {
    FileSource source(file, file.filename().string());
    return ReadLog(source);
}

}  // namespace dagy::ingest::airflow
