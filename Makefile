# `make demo` and `make test` do everything from a fresh Debian 12 with Swift 6.3.
SHELL := /bin/bash
READERS := Scripts/with-virtual-readers 4 --
SOURCES := Sources Tests Examples Package.swift $(wildcard Benchmarks/Package.swift Benchmarks/Sources Benchmarks/Benchmarks Fuzz/Package.swift Fuzz/Sources)
# Our own warnings are errors in CI; packages fetched from elsewhere are built without theirs.
STRICT := $(if $(CI),-Xswiftc -warnings-as-errors)

# What has to have the machine for itself.
PRODUCTION := (CollectedBatch|KilledCard|KilledFile|FullDisk|DatabaseServer|RacingStations|ManyReaders|Leak|OperatorStop|Hostile|HostileMatrix|DamagedFileMatrix|FaultsOverPCSC|IndependentFault)Tests
# No library is looked for beside the program before the system's.
LINKING := --disable-local-rpath
# What the agent needs of the network is fetched and built for the agent, and for tests.
WITHOUT_AGENT := --disable-default-traits
# Tests see what is internal. What is delivered is built apart from that, in .build.
TESTING := -c release --scratch-path .build-tests -Xswiftc -enable-testing $(LINKING)
RUN_TESTS := HEALTHCARD_BINARY=$(CURDIR)/.build-tests/release/healthcard \
    HEALTHCARD_C_INTERFACE=$(CURDIR)/.build-tests/c-interface $(READERS) swift test $(TESTING) $(STRICT) --skip-build

.PHONY: help setup build agent c-interface test test-production lint docs pages demo bench fuzz mutate clean

help:
	@echo "make demo    set up, build, make a batch on virtual readers, read a card, update it, write a visit"
	@echo "make test    set up, lint, build and run every test (brings its own pcscd)"
	@echo "make test-production   after make test: production runs killed at every step, disks full, servers dead"
	@echo "make build   the release binary, .build/release/healthcard"
	@echo "make agent   the local service for hospital programs, .build/release/healthcard-agent"
	@echo "make c-interface   libMHC_CardInterface.so and its header, in .build/c-interface"
	@echo "make bench   our speed beside the peers', as ratios"
	@echo "make fuzz    every parser under the fuzzer, a minute each"
	@echo "make mutate  damaged files: 200 to each command that takes one, 3,000 to each parser in one process"
	@echo "make docs    the libraries' documentation as HTML and the generated pages of Docs, after make test"
	@echo "make lint    formatting and the house rules"
	@echo "make setup   install what is missing from Debian"
	@echo "make clean   remove what was built"

setup:
	@Scripts/setup

build: setup
	swift build -c release --product healthcard $(LINKING) $(WITHOUT_AGENT)

agent: setup
	swift build -c release --product healthcard-agent $(LINKING)

c-interface: setup
	swift build -c release --product MHC_CardInterface $(LINKING) $(WITHOUT_AGENT)
	Scripts/link-c-interface

demo: build
	@Scripts/with-virtual-readers 5 -- .build/release/healthcard demo

lint:
	swift format lint --strict --recursive $(SOURCES)
	Scripts/check-rules

docs: pages
	Scripts/docs

# The pages that tests compare, from what `make test` has built.
pages:
	HEALTHCARD_WRITE_PAGES=1 swift test $(TESTING) --skip-build --filter CodesPageTests
	.build-tests/release/healthcard testcards list --markdown >Docs/checks.md
	.build-tests/release/healthcard testcards faults --batch Samples/sample-batch --markdown >Docs/fault-matrix.md

test: setup lint
	swift build $(TESTING) $(STRICT) --build-tests
	Scripts/check-packages .build-tests
	swift build $(TESTING) $(STRICT) --product MHC_CardInterface
	Scripts/link-c-interface .build-tests/c-interface .build-tests
	Scripts/validators
	Scripts/docs .build-tests
	$(RUN_TESTS) --skip EndToEndTests
	@# By themselves: programs they start must not wait behind the others' work.
	$(RUN_TESTS) --filter EndToEndTests --skip '$(PRODUCTION)'

# Many runs that are killed, starved and raced: one after the other, after `make test` has built everything.
test-production: setup
	$(RUN_TESTS) --no-parallel --filter '$(PRODUCTION)'
	@# Each command of the reference dialect, lied about in every way.
	HEALTHCARD_EVERY_ANSWER=1 $(RUN_TESTS) --filter LyingReaderTests
	@# The agent against its own description, with cards coming and going.
	HEALTHCARD_BINARY=$(CURDIR)/.build-tests/release/healthcard $(READERS) Scripts/agent-requests

bench: build
	Benchmarks/run

fuzz: setup
	Fuzz/run

mutate: build c-interface
	Fuzz/mutate
	Fuzz/run --build
	Fuzz/mutate --in-process --inputs 3000 --guided 2000

clean:
	rm -rf .build .build-tests Benchmarks/.build Fuzz/.build
