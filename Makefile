# Every command goes through tools/bootstrap.sh, which works on a machine that
# has no Python yet. Variables given on the command line (PORT=8070) reach the
# command as environment variables.

COMMANDS := run stop reset shell setup test e2e mutants bench lint format i18n docs \
	readme production-check backup restore lock release-data help

.DEFAULT_GOAL := help
.PHONY: $(COMMANDS)

$(COMMANDS):
	@tools/bootstrap.sh $@
