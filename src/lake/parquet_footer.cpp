#include "lake/parquet_footer.h"

#include <algorithm>

namespace dagy::lake {
namespace {

// The numbers are those of Parquet's own definition, ColumnMetaData and Statistics.
ColumnPlace ReadPlace(ThriftReader& reader) {
    ColumnPlace place;
    int64_t data = 0, dictionary = 0;
    reader.Struct([&](int field, int type) {
        switch (field) {
            case 1:
                return static_cast<void>(place.type = reader.Number());
            case 3:
                return reader.List([&](int) { place.name = reader.Bytes(); });
            case 4:
                return static_cast<void>(place.codec = reader.Number());
            case 5:
                return static_cast<void>(place.values = reader.Number());
            case 6:
                return static_cast<void>(place.bytes = reader.Number());
            case 7:
                return static_cast<void>(place.packed_bytes = reader.Number());
            case 9:
                return static_cast<void>(data = reader.Number());
            case 11:
                return static_cast<void>(dictionary = reader.Number());
            case 12:
                return reader.Struct([&](int statistic, int kind) {
                    statistic == 3 ? static_cast<void>(place.nulls = reader.Number()) : reader.Skip(kind);
                });
            default:
                return reader.Skip(type);
        }
    });
    place.offset = dictionary > 0 ? std::min(dictionary, data) : data;
    return place;
}

void ReadColumn(ThriftReader& reader, GroupPlace& group) {
    reader.Struct([&](int field, int type) {
        field == 3 ? static_cast<void>(group.columns.push_back(ReadPlace(reader))) : reader.Skip(type);
    });
}

GroupPlace ReadGroup(ThriftReader& reader) {
    GroupPlace group;
    reader.Struct([&](int field, int type) {
        if (field == 1)
            reader.List([&](int) { ReadColumn(reader, group); });
        else if (field == 3)
            group.rows = reader.Number();
        else
            reader.Skip(type);
    });
    return group;
}

}  // namespace

const ColumnPlace* GroupPlace::Find(std::string_view name) const {
    const auto at = std::ranges::find(columns, name, &ColumnPlace::name);
    return at == columns.end() ? nullptr : &*at;
}

std::vector<GroupPlace> ReadFooter(std::string_view footer) {
    std::vector<GroupPlace> groups;
    ThriftReader reader(footer);
    reader.Struct([&](int field, int type) {
        field == 4 ? reader.List([&](int) { groups.push_back(ReadGroup(reader)); }) : reader.Skip(type);
    });
    return groups;
}

}  // namespace dagy::lake
