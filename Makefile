# Two commands do everything on a fresh Debian or Ubuntu machine: `make demo` and `make test`.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
CARGO := $(shell command -v cargo 2>/dev/null || echo $$HOME/.cargo/bin/cargo)
PGOCTL := target/release/pgoctl
PREFIX ?= /usr/local
SKIPPED := $(abspath target/skipped-tests)

.PHONY: help setup functions build demo test lint evaluate bench-load completions install clean

help: ## Show this
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## Install what is missing: a JDK, a C compiler, zlib headers; Rust only if there is no cargo
	@.ci/setup.sh

functions: setup ## Build the JARs of the three sample functions
	@fixtures/functions/build.sh

build: setup ## Build pgoctl
	@$(CARGO) build --release --locked

demo: build functions ## From a JAR to a comparison, with what this machine has
	@fixtures/demo/run.sh $(abspath $(PGOCTL))

# What a machine lacks skips tests; each skip is said, and counted at the end. PGOCTL_TEST_REQUIRE makes skips failures: a list
# of what has to be there (functions, jdk, jdk17, jdk24, jdk25, graalvm, shared, chromium, git, make, mount, nobody, shm, ipv6, python, s3, kubernetes), or `all`.
test: setup functions ## The whole test suite; PGOCTL_TEST_REQUIRE=all: fails where a test is skipped
	@mkdir -p target && rm -f $(SKIPPED)
	@PGOCTL_TEST_SKIPPED=$(SKIPPED) $(CARGO) test --locked || status=$$?; .ci/skipped.sh $(SKIPPED); exit $${status:-0}

lint: setup ## Formatting and clippy, as CI does it
	@$(CARGO) fmt --check
	@$(CARGO) clippy --locked --all-targets --all-features -- -D warnings

# PROFILES=1,10 scales it down; EVALUATE='--rounds 6 --requests 200' goes to the command; GRAALVM_HOME chooses the GraalVM.
PROFILES ?= 1,10,100,1000
evaluate: build functions ## The evaluation of the thesis on the sample functions (hours); PROFILES=1,10 scales it down
	@$(PGOCTL) --config fixtures/functions/pgoctl.toml evaluate --profiles $(PROFILES) $(EVALUATE)

bench-load: ## The load generator beside wrk, oha and hyperfine, in under ten minutes
	@benches/load.sh

completions: build ## Write the completion scripts again
	@for shell in bash zsh fish; do $(PGOCTL) completions $$shell > completions/pgoctl.$$shell; done

install: build ## Install pgoctl with its completions and man pages below PREFIX [/usr/local]
	@install -D -m 755 $(PGOCTL) $(DESTDIR)$(PREFIX)/bin/pgoctl
	@install -D -m 644 completions/pgoctl.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/pgoctl
	@install -D -m 644 completions/pgoctl.zsh $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_pgoctl
	@install -D -m 644 completions/pgoctl.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/pgoctl.fish
	@$(PGOCTL) --quiet man $(DESTDIR)$(PREFIX)/share/man/man1

clean: ## Remove what was built
	@rm -rf target fixtures/functions/target fixtures/functions/.pgoctl fixtures/functions/*/.pgoctl fixtures/demo/.pgoctl
