# A thin door: every target is a command of make.py, which needs Python 3 alone.
# CORPUS, OUT, CATALOGUE, ACTORS and ENV are read from this command line only, never from the environment.
PYTHON := $(firstword $(foreach name,python3 python3.13 python3.12 python3.11 python,$(shell command -v $(name) 2>/dev/null)))
given = $(if $(findstring command,$(origin $(1))),'$(1)=$(subst ','\'',$(value $(1)))')
TARGETS := run test lab figures report test-browser stress bench clean lock help

.PHONY: $(TARGETS)
.DEFAULT_GOAL := run

$(TARGETS):
	@$(if $(PYTHON),$(PYTHON),$(error Install Python 3.11, 3.12 or 3.13 with venv first)) make.py $@ $(foreach name,CORPUS OUT CATALOGUE ACTORS ENV corpus out catalogue actors env,$(call given,$(name)))
