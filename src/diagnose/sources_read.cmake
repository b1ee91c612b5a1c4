list(APPEND DIAGNOSE_KNOWLEDGE root_causes.tsv)
