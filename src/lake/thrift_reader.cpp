#include "lake/thrift_reader.h"

namespace dagy::lake {
namespace {

constexpr int kDepthMax = 16;
enum Type {
    kTrue = 1,
    kFalse = 2,
    kByte = 3,
    kI16 = 4,
    kI32 = 5,
    kI64 = 6,
    kDouble = 7,
    kBinary = 8,
    kList = 9,
    kSet = 10,
    kStruct = 12
};

}  // namespace

uint8_t ThriftReader::Byte() {
    if (bytes_.empty()) throw ThriftError("it ends too early");
    const auto byte = static_cast<uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
}

uint64_t ThriftReader::Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        const uint8_t byte = Byte();
        value |= static_cast<uint64_t>(byte & 0x7F) << shift;
        if (byte < 0x80) return value;
    }
    throw ThriftError("a number is too long");
}

int64_t ThriftReader::Number() {
    const uint64_t zigzag = Varint();
    return static_cast<int64_t>(zigzag >> 1) ^ -static_cast<int64_t>(zigzag & 1);
}

std::string_view ThriftReader::Bytes() {
    const uint64_t size = Varint();
    if (size > bytes_.size()) throw ThriftError("it ends too early");
    const std::string_view bytes = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return bytes;
}

void ThriftReader::Struct(const TakeField& take) {
    if (++depth_ > kDepthMax) throw ThriftError("it is too deep");
    int field = 0;
    while (const uint8_t head = Byte()) {
        field = head >> 4 != 0 ? field + (head >> 4) : static_cast<int>(Number());
        take(field, head & 0x0F);
    }
    --depth_;
}

void ThriftReader::List(const std::function<void(int type)>& take) {
    const uint8_t head = Byte();
    const uint64_t size = head >> 4 == 15 ? Varint() : head >> 4;
    if (size > bytes_.size()) throw ThriftError("a list is too long");
    for (uint64_t i = 0; i < size; ++i) take(head & 0x0F);
}

void ThriftReader::Skip(int type) {
    switch (type) {
        case kTrue:
        case kFalse:
            return;  // the type of a field is its value
        case kByte:
            Byte();
            return;
        case kI16:
        case kI32:
        case kI64:
            Varint();
            return;
        case kDouble:
            for (int i = 0; i < 8; ++i) Byte();
            return;
        case kBinary:
            Bytes();
            return;
        case kList:
        case kSet:
            return List([this](int each) { each <= kFalse ? static_cast<void>(Byte()) : Skip(each); });
        case kStruct:
            return Struct([this](int, int each) { Skip(each); });
        default:
            throw ThriftError("a type is unknown");
    }
}

}  // namespace dagy::lake
