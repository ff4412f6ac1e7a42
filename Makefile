# The front door. Every target sets up what it needs: a private .venv in this folder, installed once,
# and again only when pyproject.toml changed. ARGS go through: make test ARGS="tests/core -k pkce".

.DEFAULT_GOAL := help
.PHONY: demo test test-clients lint docs bench help
PYTHON := .venv/bin/python

demo: ## start the authorization server, a single-page app and the fault lab on this machine
	@sh scripts/setup.sh demo
	@exec $(PYTHON) -m proofkey demo $(ARGS)

test: ## run every test but those against third-party clients and servers (minutes)
	@sh scripts/setup.sh test
	@exec $(PYTHON) -m scripts.run_tests $(ARGS)

test-clients: ## run the tests against third-party clients, servers and browsers (up to 30 minutes)
	@sh scripts/setup.sh test
	@exec $(PYTHON) -m scripts.run_tests --clients $(ARGS)

lint: ## ruff, formatting, mypy --strict, import contracts, generated pages up to date
	@sh scripts/setup.sh test
	@exec $(PYTHON) -m scripts.lint

docs: ## write docs/faults/*.md, docs/cli.md and docs/conformance.md anew from the sources
	@sh scripts/setup.sh test
	@exec $(PYTHON) -m scripts.generate_docs

bench: ## full logins per second beside other servers (minutes; ARGS="--help", "--quick", or a file of bench/)
	@sh scripts/setup.sh bench
	@exec $(PYTHON) -m scripts.run_bench $(ARGS)

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | while IFS='|' read -r name text; do \
	    printf '  %-20s %s\n' "$$name" "$$text"; done
