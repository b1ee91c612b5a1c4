list(APPEND DIAGNOSE_SOURCES
  advise.cpp code_place.cpp compose.cpp diagnose.cpp evidence.cpp finding.cpp impact.cpp investigate.cpp markdown.cpp narrative.cpp severity.cpp verify.cpp
  advise/extract.cpp advise/template.cpp advise/vendor.cpp advise/words.cpp advise/yaml.cpp
  compose/claims.cpp compose/connections.cpp compose/gaps.cpp compose/last_sign.cpp compose/parts.cpp compose/story.cpp compose/timeline.cpp compose/wording.cpp
  gather/criticality.cpp gather/evidence_hash.cpp gather/gather.cpp gather/lake_logs.cpp gather/related.cpp
  guidance.cpp guidance/rule_reader.cpp guidance/rule_text.cpp
  service/event_writer.cpp service/guidance_book.cpp service/guidance_trial.cpp service/service.cpp
  wording/brief.cpp wording/judge.cpp wording/redactor.cpp wording/reword.cpp)
list(APPEND DIAGNOSE_TEST_SOURCES
  advise_test.cpp diagnose_test.cpp evidence_test.cpp
  advise/template_test.cpp compose/wording_test.cpp fields_test.cpp gather/criticality_test.cpp gather/gather_test.cpp guidance_test.cpp service/guidance_trial_test.cpp service/service_test.cpp
  wording/redactor_test.cpp wording/reword_test.cpp)
list(APPEND DIAGNOSE_KNOWLEDGE severity.yaml vendors.yaml
  advice/access.yaml advice/change.yaml advice/code.yaml advice/config.yaml advice/data.yaml advice/database.yaml advice/dependency.yaml
  advice/engine.yaml advice/network.yaml advice/platform.yaml advice/resource.yaml advice/service.yaml advice/storage.yaml)
