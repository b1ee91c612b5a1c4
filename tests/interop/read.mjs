// Rows of Parquet files as hyparquet reads them: one JSON line a file, {file, schema, rows}.
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from "hyparquet"
import { compressors } from "hyparquet-compressors"

const plain = (_, value) => (typeof value === "bigint" ? value.toString() : value)

for (const name of process.argv.slice(2)) {
  const file = await asyncBufferFromFile(name)
  const metadata = await parquetMetadataAsync(file)
  const columns = parquetSchema(metadata).children.map(({ element }) => [element.name, element.type, element.converted_type ?? null])
  const rows = await parquetReadObjects({ file, metadata, compressors })
  console.log(JSON.stringify({ file: name, columns, rows }, plain))
}
