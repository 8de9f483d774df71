# make demo         a real simulation in another process, drawn as it runs
# make test         everything that is checked: style, lints, tests, the loom models, documents, benches run once
# make torture      the long version of what kills do: 10,000 producers, twice over, 2,000 consumers, 100 windows, 12 s of pushing
# make screenshots  the pictures of README.md anew, by the program itself, on streams of other processes
# make bench-ring   what the ring costs: against its limits, push by push, to another process, and beside its peers
# make bench-plot   what history and pictures cost, and whole pictures beside matplotlib, pyqtgraph, egui_plot and uPlot
# make bench-pipe   what `ringplot pipe` costs, beside wc, awk, feedgnuplot and cat
# make bench-tui    what `ringplot tui` costs: processor, losses, bytes to the terminal
# make fuzz         the fuzz targets of tests/fuzz, FUZZ_SECONDS (600) each; takes nightly and cargo-fuzz (cargo install cargo-fuzz)
#
# All but fuzz install what a fresh Debian or Ubuntu with Rust lacks (see .ci/setup), and say so.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# What the tests build is exactly what Cargo.lock says.
CARGO := cargo --locked
# Feature sets: what a simulation links with, what a program that reads streams links with, what one that draws does, everything
# but `plot-off`.
STREAM := --no-default-features
HISTORY := --no-default-features --features history
CLI := --no-default-features --features cli
SERVE := --no-default-features --features serve
TUI := --no-default-features --features tui
RENDER := --no-default-features --features render
ALL := --features full
# A display of the tests' own; a window must not open on yours.
DISPLAY_OF_ITS_OWN := env -u WAYLAND_DISPLAY -u WAYLAND_SOCKET xvfb-run -a -s "-screen 0 1280x800x24"
# Most crates that a simulation may have to build.
MOST_CRATES := 30

say = @printf '\n== %s\n' "$(1)"

BENCH_RING := ring_throughput channels ring_stall ring_latency
BENCH_PLOT := history ingest columns sweeps frame frame_by_history density waterfall panels
PLOT_PEERS := benches/plot_peers
# What compiles, and is not run.
TARGETS := aarch64-unknown-linux-gnu aarch64-apple-darwin x86_64-pc-windows-gnu
# What is checked there: the library alone on 64-bit ARM Linux, the default features on the others.
PORTABLE_FEATURES ?=
FUZZ_SECONDS ?= 600
PYTHON := python
FUZZ := tests/fuzz
FUZZ_TARGETS ?= header registry ring $(addprefix pipe_,columns arduino teleplot logfmt json labelled recognised binary) serve_message

.PHONY: python machine-code help demo test screenshots torture bench-ring bench-plot bench-pipe bench-tui fuzz setup-demo setup-test style lint unit window loom sabotage portability documents benches crates

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

demo: setup-demo
	cargo run --release -- demo

# One after the other, and cheap before dear: each builds on what the one before built.
test:
	@$(MAKE) --no-print-directory setup-test
	@$(MAKE) --no-print-directory style
	@$(MAKE) --no-print-directory crates
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory unit
	@$(MAKE) --no-print-directory window
	@$(MAKE) --no-print-directory benches
	@$(MAKE) --no-print-directory machine-code
	@$(MAKE) --no-print-directory loom
	@$(MAKE) --no-print-directory sabotage
	@$(MAKE) --no-print-directory portability
	@$(MAKE) --no-print-directory documents
	@$(MAKE) --no-print-directory python
	$(call say,all is well)

# First with readers alone, then with a viewer that follows every producer. Prints its figures; RINGPLOT_SEED sets what is
# drawn, RINGPLOT_TORTURE how many producers are killed at random.
torture:
	@$(MAKE) --no-print-directory setup-test
	$(call say,torture: streams alone)
	RINGPLOT_TORTURE=$${RINGPLOT_TORTURE:-10000} $(CARGO) test --release $(STREAM) --test torture
	$(call say,torture: the data path and the stress, for longer)
	RINGPLOT_QUIET_SECONDS=12 RINGPLOT_STRESS_SECONDS=20 $(CARGO) test --release $(STREAM) --test data_path --test stress \
		-- --nocapture
	$(call say,torture: with viewers)
	RINGPLOT_TORTURE=$${RINGPLOT_TORTURE:-10000} RINGPLOT_REQUIRE_GPU=1 $(DISPLAY_OF_ITS_OWN) \
		$(CARGO) test --release $(ALL) --test torture

# The pictures of README.md. Nothing of yours is touched: registry, layouts and home are temporary folders.
screenshots: setup-test
	$(CARGO) build $(ALL) --bin ringplot --example test_stand
	$(DISPLAY_OF_ITS_OWN) tests/gallery/make.sh target/debug/ringplot target/debug/examples/test_stand

setup-demo:
	@.ci/setup demo

setup-test:
	@.ci/setup test

style:
	$(call say,style)
	cargo fmt --all --check

# A simulation's side stays small: these crates are all that it builds, ringplot included. The program without a window has
# no GPU and no toolkit.
crates:
	$(call say,crates that a simulation builds)
	@count=$$($(CARGO) tree -e normal $(STREAM) --prefix none | sed 's/ (.*//' | sort -u | wc -l); \
	echo "$$count of at most $(MOST_CRATES)"; \
	test "$$count" -le $(MOST_CRATES)
	@! $(CARGO) tree -e normal $(CLI) --prefix none | grep -E "^(wgpu|egui|winit) "

lint:
	$(call say,lints: streams alone)
	$(CARGO) clippy $(STREAM) --all-targets -- -D warnings
	$(call say,lints: with histories)
	$(CARGO) clippy $(HISTORY) --all-targets -- -D warnings
	$(call say,lints: the program without a window)
	$(CARGO) clippy $(CLI) --all-targets -- -D warnings
	$(call say,lints: the page without a window)
	$(CARGO) clippy $(SERVE) --all-targets -- -D warnings
	$(call say,lints: a terminal without a window)
	$(CARGO) clippy $(TUI) --all-targets -- -D warnings
	$(call say,lints: with the renderer)
	$(CARGO) clippy $(RENDER) --all-targets -- -D warnings
	$(call say,lints: everything)
	$(CARGO) clippy $(ALL) --all-targets -- -D warnings
	$(call say,lints: the widget in a window of eframe)
	$(CARGO) clippy --manifest-path examples/egui_app/Cargo.toml --target-dir target/egui_app -- -D warnings
	$(call say,lints: plotting turned off)
	$(CARGO) clippy $(STREAM) --features plot-off --lib --test plot_off -- -D warnings

# Without the renderer and the window: what a simulation links with. Shows what the tests say of what this machine cannot do.
# A missing compiler of include/ringplot.h is a failure here.
unit:
	$(call say,tests: streams alone)
	RINGPLOT_REQUIRE_COMPILERS=1 $(CARGO) test $(STREAM) -- --show-output
	$(CARGO) test $(STREAM) --features plot-off --test plot_off

# Everything, examples built too. A missing Vulkan driver is a failure here, and not a skipped test.
window:
	$(call say,tests: everything)
	RINGPLOT_REQUIRE_GPU=1 $(DISPLAY_OF_ITS_OWN) $(CARGO) test $(ALL)

# Each bench checks its results and runs once, on little data; nothing is measured.
benches:
	$(call say,benches run once)
	RINGPLOT_BENCH_QUICK=1 $(CARGO) test $(ALL) --bench '*'

# The tables of BENCHMARKS.md; best on a machine that does nothing else. The peers are a package of their own.
bench-ring:
	@for bench in $(BENCH_RING); do $(CARGO) bench $(STREAM) --bench $$bench; done
	$(call say,peers)
	$(CARGO) run --release --manifest-path benches/peers/Cargo.toml --target-dir target/peers

# The tables and the curve of BENCHMARKS.md; best on a machine that does nothing else. The peers install themselves, and one
# that cannot be had is named with the reason.
bench-plot: setup-demo
	@for bench in $(BENCH_PLOT); do RINGPLOT_BENCH_SOFTWARE=1 $(CARGO) bench $(ALL) --bench $$bench; done
	$(call say,peers)
	@.ci/setup bench-plot || echo "NOT ALL PEERS: their packages cannot be installed"
	$(CARGO) build --release --bin ringplot
	$(CARGO) build --release --manifest-path $(PLOT_PEERS)/Cargo.toml --target-dir target/plot_peers
	python3 $(PLOT_PEERS)/run.py

# What reading costs alone, and the whole program beside others.
bench-pipe:
	$(CARGO) bench --no-default-features --features pipe --bench pipe
	$(CARGO) build --release $(CLI) --bin ringplot
	benches/pipe.sh

# What a terminal costs beside a producer of 10 million points a second.
bench-tui:
	$(CARGO) build --release $(TUI) --bin ringplot
	benches/tui.sh

# What a push is on the machine, of an optimised build as a simulation has it.
machine-code:
	$(call say,machine code)
	$(CARGO) test --release --manifest-path tests/machine_code/Cargo.toml --target-dir target/machine_code -- --show-output

loom:
	$(call say,loom models)
	RUSTFLAGS="--cfg loom" $(CARGO) test $(STREAM) --test loom --release --target-dir target/loom

# Faults put into the protocol: real processes under stress must see each. RINGPLOT_SABOTAGE_RUNS=50 repeats.
sabotage:
	$(call say,sabotages under stress)
	RUSTFLAGS="--cfg ringplot_sabotage" $(CARGO) test $(STREAM) --test stress --target-dir target/sabotage -- --nocapture --test-threads=1

# Other systems compile; nothing runs there. The window's crates take several minutes the first time for each system;
# PORTABLE_FEATURES=--no-default-features leaves them out.
portability:
	$(call say,other systems: compiled and not run)
	@for target in $(TARGETS); do \
		if rustup target add $$target >/dev/null 2>&1; then \
			features="$(PORTABLE_FEATURES)"; \
			case $$target in *-linux-*) features="$(STREAM)"; echo "NOT CHECKED on $$target: render, viewer";; esac; \
			echo "$$target $${features:-default features}; NOT CHECKED: tests, benches, examples"; \
			$(CARGO) clippy --target $$target $$features --target-dir target/portability -- -D warnings; \
		else \
			echo "NOT CHECKED: the standard library for $$target is not to be had here"; \
		fi; \
	done

# The package for Python, in an environment of its own: pip fetches what builds and tests it.
python:
	$(call say,python)
	python3 -m venv target/venv
	target/venv/bin/pip install -q 'maturin>=1.5,<2' pytest hypothesis numpy mypy
	$(CARGO) fmt --manifest-path $(PYTHON)/Cargo.toml --check
	VIRTUAL_ENV=$(CURDIR)/target/venv CARGO_TARGET_DIR=$(CURDIR)/target/python \
		target/venv/bin/maturin develop -q --release --locked -m $(PYTHON)/Cargo.toml
	target/venv/bin/mypy --strict $(PYTHON)/ringplot
	target/venv/bin/pytest -q -p no:cacheprovider $(PYTHON)/tests

documents:
	$(call say,documents)
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc $(ALL) --no-deps

# Not part of the tests: it wants a nightly compiler, for AddressSanitizer. Its short twins are tests/fuzzed.rs,
# tests/fuzzed_pipe.rs and tests/serve/fuzzed.rs.
fuzz:
	$(call say,seeds)
	RINGPLOT_FUZZ_CORPUS=$(CURDIR)/$(FUZZ)/corpus $(CARGO) test $(STREAM) --test fuzzed what_is_valid_passes
	@for target in $(FUZZ_TARGETS); do \
	    printf '\n== fuzz target %s, %s s\n' "$$target" "$(FUZZ_SECONDS)"; \
	    cargo +nightly fuzz run -O --debug-assertions --fuzz-dir $(FUZZ) "$$target" -- \
	        -max_total_time=$(FUZZ_SECONDS) -timeout=20 -print_final_stats=1; \
	done
