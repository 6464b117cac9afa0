# Every habit of the project in one list. `make up` and `make test` are all a newcomer needs.
PYTHON ?= python3
RUN := .venv/bin/python
# The environment is remade when the lock changes; the stamp is written last.
STAMP := .venv/.installed-$(shell cksum < requirements/dev.txt | cut -d ' ' -f 1)

.PHONY: up job down clean check unit test soak bench requirements lock format help

up: $(STAMP) ## the embedded cloud with the stack `local` on it
	@$(RUN) -m local up

job: $(STAMP) ## a job with real Spark: `make job JOB=pi TENANT=analytics`, or another of examples/jobs
	@$(RUN) -m local job $(or $(JOB),pi) --tenant $(or $(TENANT),analytics)

down: ## stop all that `make up` started; what it built is kept for the next `make up`
	@if [ -d .venv ]; then $(RUN) -m local down; else echo "nothing to stop: there is no .venv"; fi

clean: ## stop, and remove all state of the embedded cloud
	@if [ -d .venv ]; then $(RUN) -m local clean; else rm -rf .local; fi

check: $(STAMP) ## format, lint, types, layers, unit tests: before every commit
	@$(RUN) -m tools.stages check

unit: $(STAMP) ## unit tests only
	@$(RUN) -m tools.stages unit

test: $(STAMP) ## check, and all on an embedded cloud of its own
	@$(RUN) -m tools.stages test

soak: $(STAMP) ## every kill point, tenant and size
	@$(RUN) -m tools.stages soak

bench: $(STAMP) ## speed, memory and growth
	@$(RUN) -m benchmarks

requirements: $(STAMP) ## rows of docs/requirements.md without a test
	@$(RUN) -m tools.requirements

format: $(STAMP) ## rewrite the code in the project's format
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

lock: $(STAMP) ## compile requirements/*.in into hashed requirements/*.txt
	@for name in program dev spark; do .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --output-file requirements/$$name.txt requirements/$$name.in; done

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 22

$(STAMP): requirements/dev.txt pyproject.toml
	@$(PYTHON) local/environment.py --requirements requirements/dev.txt --stamp $@
