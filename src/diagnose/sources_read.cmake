list(APPEND DIAGNOSE_SOURCES knowledge.cpp)
list(APPEND DIAGNOSE_TEST_SOURCES knowledge_test.cpp)
list(APPEND DIAGNOSE_KNOWLEDGE root_causes.tsv)
