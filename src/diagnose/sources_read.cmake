list(APPEND DIAGNOSE_SOURCES
  knowledge.cpp knowledge_claims.cpp knowledge_claims_reader.cpp knowledge_literals.cpp knowledge_patterns.cpp knowledge_rules.cpp knowledge_tables.cpp
  read.cpp read_attempt.cpp contrast.cpp classify.cpp signature.cpp
  classify/assess.cpp classify/attempt.cpp classify/frames.cpp judge.cpp judge/confidence.cpp judge/roots.cpp
  read/collector.cpp read/jvm_trace.cpp read/lifecycle.cpp read/line.cpp read/memory_track.cpp read/python_trace.cpp read/template.cpp read/told_exception.cpp)
list(APPEND DIAGNOSE_TEST_SOURCES
  knowledge_test.cpp knowledge_literals_test.cpp assess_cases_test.cpp classify_logs_test.cpp read/traces_test.cpp read_attempt_test.cpp judge_test.cpp)
list(APPEND DIAGNOSE_KNOWLEDGE
  root_causes.tsv claims.yaml exceptions.tsv sqlstates.tsv vendor_errors.tsv cloud_errors.tsv http_statuses.tsv errnos.tsv exit_codes.tsv signals.tsv
  patterns/access.yaml patterns/code.yaml patterns/config.yaml patterns/data.yaml patterns/database.yaml patterns/engines.yaml patterns/harmless.yaml
  patterns/http.yaml patterns/locales.yaml patterns/network.yaml patterns/platform.yaml patterns/storage.yaml)
