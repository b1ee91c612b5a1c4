/// DuckDB's C API, loaded when it is first called. Measured: linked, its 70 MB cost every start of every command 14 ms
/// and 12 MB, and most commands never touch Parquet; a process that does pays them, and 25 ms for opening the database,
/// once.
#pragma once

#include <duckdb.h>

namespace dagy::lake {

// Every function of the C API that lake uses, without its `duckdb_` prefix.
// clang-format off
#define DAGY_DUCKDB_FUNCTIONS(X) \
    X(create_config) X(set_config) X(destroy_config) X(open_ext) X(close) X(connect) X(disconnect) X(free) \
    X(library_version) X(query) X(destroy_result) X(result_error) X(column_count) X(column_name) \
    X(column_logical_type) X(prepare) X(prepare_error) X(destroy_prepare) X(bind_int64) X(bind_varchar_length) \
    X(pending_prepared_streaming) X(pending_error) X(destroy_pending) X(execute_pending) X(fetch_chunk) \
    X(destroy_data_chunk) X(data_chunk_get_size) X(data_chunk_set_size) X(data_chunk_get_vector) X(vector_get_data) \
    X(vector_get_validity) X(vector_ensure_validity_writable) X(vector_assign_string_element_len) X(vector_size) \
    X(create_logical_type) X(destroy_logical_type) X(logical_type_set_alias) X(logical_type_get_alias) \
    X(get_type_id) X(create_table_function) X(destroy_table_function) X(table_function_set_name) \
    X(table_function_add_parameter) X(table_function_set_bind) X(table_function_set_init) \
    X(table_function_set_function) X(register_table_function) X(bind_get_parameter) X(bind_add_result_column) \
    X(bind_set_bind_data) X(bind_set_cardinality) X(get_int64) X(destroy_value) X(init_set_max_threads) \
    X(function_get_bind_data) X(function_set_error)
// clang-format on

struct DuckdbApi {
#define DAGY_DUCKDB_MEMBER(name) decltype(&::duckdb_##name) name = nullptr;
    DAGY_DUCKDB_FUNCTIONS(DAGY_DUCKDB_MEMBER)
#undef DAGY_DUCKDB_MEMBER
};

/// Loads the library on the first call: beside the binary, in `deps/duckdb` beside it, where the build found it, or
/// wherever the system keeps it. Throws kStorage where there is none. Thread-safe.
const DuckdbApi& Duckdb();

}  // namespace dagy::lake
