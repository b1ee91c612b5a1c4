#include "lake/data_cursor.h"

#include "lake/data_table.h"

namespace dagy::lake {

DataCursor::DataCursor(Rows& rows) : rows_(rows) {
    for (size_t i = 0; i < rows.ColumnCount(); ++i) {
        const std::string name = rows.ColumnName(i);
        columns_.push_back({name, TypeInFile(rows, i), name == "_row", name == "_extras", std::nullopt});
    }
}

void DataCursor::Begin() {
    for (size_t i = 0; i < columns_.size(); ++i) columns_[i].view.emplace(rows_.column(i));
}

bool DataCursor::MayBeIn(const TermMatcher& term, const Column& column, size_t row) {
    if (column.view->IsNull(row)) return false;
    switch (column.type) {
        case DataType::kVarchar:
            return term.In(column.view->Text(row));
        case DataType::kJson:
            return term.MayBeInNumber() || term.MayBeInJson(column.view->Text(row));
        default:
            return term.MayBeInNumber();
    }
}

void DataCursor::MayMatch(const TermMatcher& term, std::vector<bool>& rows) const {
    rows.assign(rows_.size(), false);
    for (const Column& column : columns_)
        for (size_t i = 0; i < rows.size() && !column.is_row; ++i)
            if (!rows[i] && MayBeIn(term, column, i)) rows[i] = true;
}

const model::DataRow& DataCursor::At(size_t i) {
    row_ = {};
    for (const Column& column : columns_) {
        if (column.view->IsNull(i)) continue;
        if (column.is_row)
            row_.row = column.view->Int64(i);
        else if (column.is_extras)
            TakeExtras(column.view->Text(i), row_.columns);
        else
            row_.columns.emplace(column.name, ValueAt(*column.view, column.type, i));
    }
    row_.columns = Canonical(std::move(row_.columns));
    return row_;
}

}  // namespace dagy::lake
