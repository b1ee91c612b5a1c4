#include "lake/user_code.h"

#include <algorithm>
#include <array>

namespace dagy::lake {

bool IsUserFile(std::string_view file) {
    static constexpr std::array<std::string_view, 12> kOthers{
        "site-packages", "dist-packages", "/lib/python", "\\lib\\",          "<frozen",         "<string>",
        "pyspark.zip",   "/pyspark/",     "py4j",        "/airflow/models/", "/airflow/utils/", "/opt/spark/"};
    return !file.empty() && std::ranges::none_of(kOthers, [&](std::string_view part) { return file.contains(part); });
}

bool IsUserMethod(std::string_view method) {
    static constexpr std::array<std::string_view, 18> kLibraries{"java.",
                                                                 "javax.",
                                                                 "sun.",
                                                                 "jdk.",
                                                                 "scala.",
                                                                 "org.apache.",
                                                                 "com.sun.",
                                                                 "py4j.",
                                                                 "org.springframework.",
                                                                 "io.netty.",
                                                                 "akka.",
                                                                 "com.google.",
                                                                 "com.mysql.",
                                                                 "java.base/",
                                                                 "org.postgresql.",
                                                                 "com.amazonaws.",
                                                                 "software.amazon.",
                                                                 "com.fasterxml."};
    return std::ranges::none_of(kLibraries, [&](std::string_view library) { return method.starts_with(library); });
}

}  // namespace dagy::lake
