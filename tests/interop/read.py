"""What DuckDB and pyarrow read of a copy of the lake by its Hive partitions: `read.py FOLDER STEM PHASE`, as JSON."""

import json
import pathlib
import sys

import duckdb
import pyarrow.dataset as dataset
import pyarrow.parquet as parquet

folder, stem, phase = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
files = sorted(folder.glob(f"org=*/dag=*/date=*/run=*/phase={phase}/attempt=*/{stem}_*.parquet"))


def with_duckdb():
    found = duckdb.sql(
        f"SELECT * FROM read_parquet('{folder}/*/*/*/*/*/*/{stem}_*.parquet', hive_partitioning = true, union_by_name = true) "
        f"WHERE phase = '{phase}' ORDER BY run, _row"
    )
    return {"columns": dict(zip(found.columns, map(str, found.types))), "rows": [dict(zip(found.columns, row)) for row in found.fetchall()]}


def with_pyarrow():
    partitions = dataset.partitioning(flavor="hive")
    table = dataset.dataset([str(f) for f in files], format="parquet", partitioning=partitions, partition_base_dir=str(folder)).to_table()
    table = table.sort_by([("run", "ascending"), ("_row", "ascending")])
    return {"columns": {field.name: str(field.type) for field in table.schema}, "rows": table.to_pylist()}


def codecs():
    groups = [parquet.read_metadata(f).row_group(0) for f in files]
    return sorted({group.column(c).compression for group in groups for c in range(group.num_columns)})


def same_schema():
    return len({str(parquet.read_schema(f)) for f in files}) == 1


seen = {"files": len(files), "duckdb": with_duckdb(), "codecs": codecs()}
if same_schema():  # pyarrow unites no column that is a number in one file and a text in another
    seen["pyarrow"] = with_pyarrow()
json.dump(seen, sys.stdout, default=str)
