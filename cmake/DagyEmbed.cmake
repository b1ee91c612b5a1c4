# dagy_embed(TARGET NAMESPACE [BASE folder] FILES a b …)
#
# Puts files, of any bytes, into TARGET. `dagy_embed(dagy_api dagy::api::web_files FILES …)` makes the header "api/web_files.h" with
#   namespace dagy::api::web_files { struct File { std::string_view name, content; };  std::span<const File> Files();  std::string_view Get(std::string_view name); }
# `name` is the path relative to BASE (default: the current source folder); Files() is sorted by it. A changed file is embedded anew at the next build.
function(dagy_embed target namespace)
  cmake_parse_arguments(A "" "BASE" "FILES" ${ARGN})
  if(NOT A_BASE)
    set(A_BASE ${CMAKE_CURRENT_SOURCE_DIR})
  endif()
  string(REGEX REPLACE "^dagy::" "" path ${namespace})
  string(REPLACE "::" "/" path ${path})
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  set(stem ${folder}/${path})

  set(files)
  set(names)
  foreach(file ${A_FILES})
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${A_BASE} NORMALIZE)
    cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${A_BASE} OUTPUT_VARIABLE name)
    list(APPEND names ${name})
  endforeach()
  list(SORT names)
  foreach(name ${names})
    list(APPEND files ${A_BASE}/${name})
  endforeach()

  file(WRITE ${stem}.in "${A_BASE}\n${names}\n")
  add_custom_command(OUTPUT ${stem}.cpp ${stem}.h
    COMMAND ${CMAKE_COMMAND} -DSTEM=${stem} -DHEADER=${path}.h -DNAMESPACE=${namespace} -P ${PROJECT_SOURCE_DIR}/cmake/WriteEmbedded.cmake
    DEPENDS ${files} ${stem}.in ${PROJECT_SOURCE_DIR}/cmake/WriteEmbedded.cmake
    COMMENT "Embedding ${namespace}" VERBATIM)
  target_sources(${target} PRIVATE ${stem}.cpp ${stem}.h)
  target_include_directories(${target} PUBLIC ${folder})
endfunction()
