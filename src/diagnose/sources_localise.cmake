list(APPEND DIAGNOSE_SOURCES
  case_file.cpp graph.cpp
  localise/audit.cpp localise/capacity.cpp localise/cross_dag.cpp localise/dag_file.cpp localise/find_tasks.cpp localise/lifecycle.cpp
  localise/localise.cpp localise/log_line.cpp localise/longest_chain.cpp localise/run_graph.cpp localise/same_cause.cpp
  checks.cpp history/changes.cpp history/code_changes.cpp history/fleet.cpp history/health.cpp history/history.cpp history/schema_changes.cpp
  history/setting_changes.cpp history/setting_event.cpp history/source_scope.cpp history/statistics.cpp history/timeline.cpp
  history/transience.cpp)
list(APPEND DIAGNOSE_TEST_SOURCES
  graph_test.cpp history/history_test.cpp history/source_scope_test.cpp history/statistics_test.cpp localise/localise_test.cpp)
