/// The little of Thrift's compact protocol that a Parquet file's own description needs.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string_view>

namespace dagy::lake {

/// Reads values from the front of `bytes`. Throws ThriftError where they end too early or make no sense.
class ThriftError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

class ThriftReader {
  public:
    explicit ThriftReader(std::string_view bytes) : bytes_(bytes) {}

    /// Calls `take` with each field's number and type; it reads the value or skips it.
    using TakeField = std::function<void(int field, int type)>;
    void Struct(const TakeField& take);
    /// Calls `take` once for each element.
    void List(const std::function<void(int type)>& take);
    int64_t Number();
    std::string_view Bytes();
    void Skip(int type);

    /// What is not yet read.
    std::string_view rest() const { return bytes_; }

  private:
    uint8_t Byte();
    uint64_t Varint();

    std::string_view bytes_;
    int depth_ = 0;
};

}  // namespace dagy::lake
