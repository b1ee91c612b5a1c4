#include "lake/statement.h"

namespace dagy::lake {

Rows::~Rows() {
    if (chunk_ != nullptr) Duckdb().destroy_data_chunk(&chunk_);
    Duckdb().destroy_result(&result_);
}

bool Rows::Next() {
    if (chunk_ != nullptr) Duckdb().destroy_data_chunk(&chunk_);
    chunk_ = Duckdb().fetch_chunk(result_);
    if (chunk_ != nullptr) return size() > 0;
    // The end and a failure in the middle of a stream look alike, but for the message.
    if (const char* why = Duckdb().result_error(&result_); why != nullptr && *why != '\0') throw DatabaseError(why);
    return false;
}

size_t Rows::size() const {
    return Duckdb().data_chunk_get_size(chunk_);
}

duckdb_type Rows::ColumnType(size_t index, bool* is_json) {
    duckdb_logical_type type = Duckdb().column_logical_type(&result_, index);
    char* alias = Duckdb().logical_type_get_alias(type);
    *is_json = alias != nullptr && std::string_view(alias) == "JSON";
    if (alias != nullptr) Duckdb().free(alias);
    const duckdb_type id = Duckdb().get_type_id(type);
    Duckdb().destroy_logical_type(&type);
    return id;
}

Statement::Statement(Connection& connection, const std::string& sql) {
    if (Duckdb().prepare(connection.handle(), sql.c_str(), &statement_) == DuckDBSuccess) return;
    const char* said = Duckdb().prepare_error(statement_);
    const std::string why = said != nullptr ? said : "cannot prepare";
    Duckdb().destroy_prepare(&statement_);
    throw DatabaseError(why);
}

Statement::~Statement() {
    Duckdb().destroy_prepare(&statement_);
}

Rows Statement::Run() {
    duckdb_pending_result pending = nullptr;
    duckdb_result result{};
    std::string why;
    if (Duckdb().pending_prepared_streaming(statement_, &pending) == DuckDBError) {
        why = Duckdb().pending_error(pending);
    } else if (Duckdb().execute_pending(pending, &result) == DuckDBError) {
        why = Duckdb().result_error(&result);
        Duckdb().destroy_result(&result);
    }
    Duckdb().destroy_pending(&pending);
    if (!why.empty()) throw DatabaseError(why);
    return Rows(result);
}

}  // namespace dagy::lake
