/// What makes two errors the same error: the class, the function of the user's code in which it was raised, and what
/// the message says when values are taken out. Numbers, ids, paths and addresses are values, line numbers and packages
/// do not count; so the same error has one signature over runs, dags and versions of the code.
#pragma once

#include <string>
#include <string_view>

#include "model/record.h"

namespace dagy::lake {

struct ErrorParts {
    std::string_view type;      ///< class, dotted or not
    std::string_view file;      ///< of the innermost frame of the user's code; empty: none
    std::string_view function;  ///< of that frame
    std::string_view message;   ///< only its first line counts
};

/// 16 hex digits.
std::string ErrorSignature(const ErrorParts& parts);

/// Of a record: frames are taken from its traceback (Python, or Java and Scala), class and message from there where the
/// record has none of its own. Empty for a record that says nothing.
std::string ErrorSignature(const model::ErrorRow& error);

/// What is left of a message: its mask (template_mask.h) and the numbers that say what went wrong (`exit code 127`,
/// `[Errno 28]`, `status 503`, `SQLSTATE 23505`).
std::string MessageShape(std::string_view message);

}  // namespace dagy::lake
