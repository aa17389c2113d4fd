# Everything a fresh machine needs is installed here, into .venv: only Python >= 3.11, make and git are assumed.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
# The generators call ruff by name.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONDONTWRITEBYTECODE = 1

.PHONY: $(shell grep -oE "^[a-z0-9-]+:" $(MAKEFILE_LIST) | tr -d :)

help:  ## Say what there is to make.
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

install: .venv/.installed  ## The virtual environment alone, from requirements-dev.txt with hashes.

.venv/.installed: requirements-dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Resolve requirements-dev.txt anew from pyproject.toml.
lock: install
	uv pip compile pyproject.toml --all-extras --group dev --universal --generate-hashes --no-strip-extras --python-version 3.11 --quiet --upgrade \
		--custom-compile-command "make lock" --output-file requirements-dev.txt

CONTRACT := openapi/palomma.yaml
OLD ?= $(shell git describe --tags --abbrev=0 2>/dev/null)

generate: install  ## Write generated/ and what else is made from openapi/palomma.yaml, or say what can't be.
	$(BIN)/python openapi/generate.py
	$(BIN)/python openapi/provenance.py > docs/provenance.md
	$(BIN)/cog -r -I . README.md README.es.md docs/guides/exactly-once.md docs/guides/statuses.md

demo: install  ## The main job: a customer, a debit and a payout against the mock.
	$(BIN)/python examples/demo.py

mock: install  ## Run palomma-mock on port 8080.
	$(BIN)/palomma-mock --port 8080 --control

# What the tests of the pages and of the inbox use. Where it can't be installed they say so and are skipped.
system:
	@if command -v chromium chromedriver >/dev/null && ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Debian's chromium, chromium-driver and postgresql, which some tests use"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -qq --no-install-recommends chromium chromium-driver postgresql >/dev/null; \
	else echo "Without Debian's chromium, chromium-driver and postgresql some tests are skipped"; fi

test: install system  ## Everything that must hold.
	$(BIN)/python -m pytest -n auto --cov

check: install lint types budget lint-contract drift announced  ## Style, types, the contract's lint, and generated/ as it must be.

budget:
	$(BIN)/python tools/budget.py

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy
	$(BIN)/pyright

# redocly's is the second opinion: it needs Node, which nothing else here does.
lint-contract:
	$(BIN)/openapi-spec-validator $(CONTRACT)
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory redocly; else echo "No Node: redocly not asked"; fi

NODE := tools/node_modules

redocly: $(NODE)/.package-lock.json
	REDOCLY_TELEMETRY=off $(NODE)/.bin/redocly lint $(CONTRACT) --config openapi/redocly.yaml

$(NODE)/.package-lock.json: tools/package-lock.json
	npm ci --prefix tools --ignore-scripts --no-audit --no-fund --silent

# A breaking change of the contract since the last release has to stand in the changelog.
announced:
	@if [ -n "$(OLD)" ]; then $(BIN)/python -m contract --diff $(OLD) --check; fi

drift:
	$(BIN)/python openapi/generate.py --check
	$(BIN)/python openapi/provenance.py | diff -q - docs/provenance.md || \
		(echo "docs/provenance.md is not what make generate writes" && exit 1)
	$(BIN)/cog --check -I . README.md README.es.md docs/guides/exactly-once.md docs/guides/statuses.md

changes: install  ## What becomes of each plausible change of the contract, as a table.
	$(BIN)/python -m tests.generated.changes $(NAMES)

# The client's tests with httpx2, the maintained fork, in httpx's place.
test-httpx2: install
	$(BIN)/python -m pytest -n auto -p tests.httpx2_alias tests/client tests/faults

bench: install  ## Measure client, webhooks and mock on a quiet machine, and write docs/performance.md.
	$(BIN)/python bench/run.py
	$(BIN)/python bench/webhook_verify.py
	$(BIN)/python bench/mock_load.py

mutate: install  ## Change each decision, and see a test fail (mutmut); NAMES: some, as 'palomma._sansio*'.
	mkdir -p build/mutate
	cp -Rp overrides/palomma tests openapi docs examples README.md README.es.md pyproject.toml build/mutate
	cd build/mutate && $(CURDIR)/$(BIN)/mutmut run $(NAMES) | tail -c 200 && $(CURDIR)/$(BIN)/mutmut results

contract: install  ## Try the mock, or with BASE_URL a sandbox with care; ARGS: --deep, --report, --patch, --diff REF.
	BASE_URL="$(BASE_URL)" IDS="$(IDS)" $(BIN)/python -m contract $(ARGS)

# The wheel and the source distribution, into dist/.
build: install
	$(BIN)/python -m build --no-isolation --outdir dist .

SPHINX := --quiet --fail-on-warning --keep-going --nitpicky -b html

docs: install  ## The site, into build/site: warnings, dead links and names that don't exist are errors.
	rm -rf build/site build/doctrees
	$(BIN)/python -m sphinx $(SPHINX) -d build/doctrees/en docs build/site
	$(BIN)/python -m sphinx $(SPHINX) -d build/doctrees/es -c docs -D language=es docs/es build/site/es
	$(BIN)/python docs/check.py build/site

# The contract rendered, for the site (needs Node).
docs-contract: $(NODE)/.package-lock.json
	mkdir -p build/contract
	$(NODE)/.bin/redocly build-docs $(CONTRACT) --config openapi/redocly.yaml --inlineBundle \
		--title "Palomma API" --output build/contract/contract.html
	sed -i 's#https://cdn\.redoc[a-z.]*/[^"`]*#data:,#g' build/contract/contract.html

shop: install  ## The example shop, with a mock of its own, on port 8000.
	$(BIN)/python -m examples.shop

release-check: install dependencies audit  ## Changelog, files that come out the same twice, lowest and highest dependencies, known holes.
	$(BIN)/python tools/release.py

# A smoke test with the lowest and the highest dependencies.
dependencies: install
	$(BIN)/python tools/dependencies.py lowest
	$(BIN)/python tools/dependencies.py highest

# Workflows, and known vulnerabilities of the tools (asks PyPI).
audit: install
	$(BIN)/zizmor --offline --persona=pedantic .github
	$(BIN)/pip-audit --disable-pip --require-hashes -r requirements-dev.txt

# Pictures of the site and the shop in Chromium, into build/screenshots.
screenshots: docs
	$(BIN)/python -m tools.screenshots

clean:  ## Remove what make targets made.
	rm -rf .venv build dist
