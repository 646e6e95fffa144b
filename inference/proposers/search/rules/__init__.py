"""The goal-directed rules of the search; `driver` says what a rule is, docs/rules.md how to add one."""
