# dagy_library(store SOURCES a.cpp b.cpp LINK dagy::model SQLite::SQLite3)   -> target dagy_store, alias dagy::store
# dagy_test(store SOURCES a_test.cpp LINK dagy::store)                       -> one gtest binary store_test, each TEST a ctest
include(GoogleTest)

function(dagy_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion -Wshadow -Wno-missing-field-initializers)
endfunction()

function(dagy_library name)
  cmake_parse_arguments(A "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  add_library(dagy_${name} STATIC ${A_SOURCES})
  add_library(dagy::${name} ALIAS dagy_${name})
  target_include_directories(dagy_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(dagy_${name} PUBLIC ${A_LINK} PRIVATE ${A_PRIVATE_LINK})
  dagy_warnings(dagy_${name})
endfunction()

function(dagy_test name)
  cmake_parse_arguments(A "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name}_test ${A_SOURCES})
  target_link_libraries(${name}_test PRIVATE ${A_LINK} GTest::gmock GTest::gtest_main)
  target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
  dagy_warnings(${name}_test)
  gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
    PROPERTIES ENVIRONMENT "DAGY_SOURCE_DIR=${PROJECT_SOURCE_DIR}" TIMEOUT 120)  # `./dev` sets TZ=UTC
endfunction()
