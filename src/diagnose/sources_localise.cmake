list(APPEND DIAGNOSE_SOURCES
  case_file.cpp graph.cpp
  localise/audit.cpp localise/capacity.cpp localise/cross_dag.cpp localise/dag_file.cpp localise/find_tasks.cpp localise/lifecycle.cpp
  localise/localise.cpp localise/log_line.cpp localise/longest_chain.cpp localise/run_graph.cpp localise/same_cause.cpp)
list(APPEND DIAGNOSE_TEST_SOURCES
  graph_test.cpp localise/localise_test.cpp)
