# The same commands run here, on your machine and in CI. `make help` lists them.
.DEFAULT_GOAL := help
SWIFT_BUILD := swift build -c release --static-swift-stdlib

.PHONY: help up down build install uninstall dist images test check fmt features bench freeze setup

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: ## Builds everything, starts an aggregator with an agent or a simulated fleet, shows the first answer
	@scripts/up

down: ## Stops what `make up` started
	@scripts/down

build: ## Leaves the release binaries in .build/release
	@scripts/setup build
	$(SWIFT_BUILD)

install: ## Installs programs, units and configuration of `make build` (as root; DESTDIR, PREFIX)
	@scripts/install

uninstall: ## Takes away what `make install` brought; data and changed configuration stay
	@scripts/install uninstall

dist: ## Packs everything for machines without a toolchain: .build/dist/bayplan-*.tar.gz
	@scripts/setup build
	@scripts/dist

images: ## Builds the container images of aggregator and agent (DOCKER_HOST, TAG)
	@scripts/setup build
	@scripts/images

test: ## Builds and runs every test, with real Engines too (as root)
	@scripts/test

check: ## Format, layers, documentation comments, file sizes
	@scripts/setup build
	@scripts/check

fmt: ## Formats all Swift code
	swift format --in-place --parallel --recursive --configuration .swift-format Package.swift Sources Tests agent aggregator proto Benchmarks

features: ## Makes docs/FEATURES.md anew of scripts/features.table and the tests
	@python3 scripts/features.py

bench: ## Measures, with each peer or limit beside it
	@scripts/setup bench
	$(SWIFT_BUILD)
	@scripts/bench

freeze: ## Keeps what this release says on the wire, for the tests of every later one
	@scripts/freeze
