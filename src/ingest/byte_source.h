/// Where bytes come from: a file, a text in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace dagy::ingest {

class ByteSource {
  public:
    virtual ~ByteSource() = default;
    /// Fills `into` with up to `bytes_max` bytes; 0 only at the end. Throws kStorage where reading fails.
    virtual size_t Read(char* into, size_t bytes_max) = 0;
};

class TextSource final : public ByteSource {
  public:
    /// `text` outlives the source.
    explicit TextSource(std::string_view text) : rest_(text) {}
    size_t Read(char* into, size_t bytes_max) override;

  private:
    std::string_view rest_;
};

class FileSource final : public ByteSource {
  public:
    /// Throws kNotFound where the file cannot be opened; `name` is what errors call it.
    FileSource(const std::filesystem::path& file, std::string name);
    size_t Read(char* into, size_t bytes_max) override;

  private:
    std::ifstream file_;
    std::string name_;
};

}  // namespace dagy::ingest
