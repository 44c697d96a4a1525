# make try and make test are all that a fresh machine with Go needs; make help lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.NOTPARALLEL:
.DEFAULT_GOAL := build

export CGO_ENABLED ?= 0
FUZZTIME ?= 60s

# -trimpath and the empty build id take the folder and the machine out of the binary. The tag leaves a renderer of manual pages out of
# urfave/cli, which each start of the program would pay for. The profile (make pgo) makes reading xz a fifth faster.
GOBUILD := go build -trimpath -buildvcs=auto -pgo=hack/xz.pgo -tags=urfave_cli_no_docs -ldflags='-s -w -buildid='

.PHONY: build
build: ## build/sigtool: one static binary
	@mkdir -p build
	$(GOBUILD) -o build/sigtool ./cmd/sigtool

.PHONY: try
try: ## the whole way on real input: key, paper, ceremony, signed module; results in build/try
	@hack/try.sh

.PHONY: test
test: oracles format vet staticcheck unit-and-reproducible test-kernel test-live race lint-man ## everything that CI runs
	@echo "make test: all passed"

.PHONY: oracles
oracles: ## install the tools, and fetch the kernel modules and packages that tests compare with
	@hack/oracles.sh

.PHONY: format
format: ## fail where gofmt would change a file
	@echo "== gofmt"
	@bad=$$(find . -name '*.go' -not -path './build/*' -not -path './dist/*' -exec gofmt -l {} +); \
	 if [ -n "$$bad" ]; then echo "gofmt would change:"; echo "$$bad"; exit 1; fi

.PHONY: vet
vet: ## go vet
	@echo "== go vet"
	@go vet -tags live ./...

.PHONY: staticcheck
staticcheck: ## staticcheck, at a fixed version
	@hack/staticcheck.sh

# One package more at a time than there are cores: some wait for a terminal's screen. make vet has looked at the tests too, and closer.
.PHONY: unit
unit: ## all tests: units, laws, end-to-end scripts, oracles
	@echo "== go test"
	@go test -vet=off -p $$(($$(nproc) + 1)) -timeout 10m ./...

# Tests wait for terminals, tokens and disks; the builds that are compared take what that leaves of the processor, and no more.
.PHONY: unit-and-reproducible
unit-and-reproducible:
	@mkdir -p build
	@nice -n 19 hack/reproducible.sh >build/reproducible.log 2>&1 & builds=$$!; status=0; \
	 $(MAKE) -s unit || status=1; wait $$builds || status=1; cat build/reproducible.log; exit $$status

.PHONY: test-kernel
test-kernel: build ## a Debian kernel under QEMU decides what of sigtool's work it loads; FULL=1: a second kernel as well
	@hack/test-kernel.sh

.PHONY: test-live
test-live: build ## the live system under QEMU: people hold ceremonies at its serial line and its screen; pictures in build/live/screens
	@hack/test-live.sh

.PHONY: race
race: ## the packages that use goroutines, under the race detector
	@hack/race.sh

.PHONY: lint-man
lint-man: build ## mandoc on the man pages
	@hack/lint-man.sh

.PHONY: reproducible
reproducible: ## two clones in two folders make the same bytes
	@hack/reproducible.sh

.PHONY: live
live: build ## build/live/ceremony.img: a stick that is nothing but the ceremony, of Debian's kernel
	@hack/live.sh

.PHONY: bench
bench: build ## 1,000 kernel modules against sign-file, packages against apksigner, and the cost of starting
	@hack/bench.sh

.PHONY: pgo
pgo: ## hack/xz.pgo anew: where the time goes when payloads are unpacked
	@mkdir -p build/pgo
	go test -trimpath -run '^$$' -bench Unpack -benchtime 10s -cpuprofile cpu.prof -outputdir build/pgo ./formats/mender
	go tool pprof -proto build/pgo/cpu.prof >hack/xz.pgo

.PHONY: damage
damage: ## a million random damages of each paper code, beside paperkey and bare BIP-39
	@hack/damage.sh

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME each (60s)
	@hack/fuzz.sh $(FUZZTIME)

.PHONY: release-check
release-check: ## a release without publishing it, looked into
	@hack/release-check.sh

.PHONY: clean
clean: ## remove build and dist
	rm -rf build dist

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' Makefile
