/// Step 2 of the schema: organizations' own rules, and diagnoses that list the rules that fired.
#pragma once

namespace dagy::store::sqlite {

inline constexpr const char* kSchema2 = R"sql(
CREATE TABLE guidance (
    org TEXT NOT NULL, version INTEGER NOT NULL,
    yaml TEXT NOT NULL, author TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (org, version)
) STRICT, WITHOUT ROWID;
ALTER TABLE diagnoses ADD COLUMN explain INTEGER NOT NULL DEFAULT 0;
)sql";

}  // namespace dagy::store::sqlite
