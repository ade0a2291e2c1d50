# Build of nursery(1).  GNU make; no configure step.
#
#   make                 build/nursery
#   make check           the tests (TESTS='tests/run/tty.bats' FILTER=regex JOBS=4)
#   make check-slurm     the tests that need a cluster of Slurm, which they start
#   make attack          single faults and storms (SECONDS=120 for a sample)
#   make install         PREFIX=/usr/local DESTDIR=
#   make install-parallel  the same, and the names parallel and sem
#   make help            every target
#
# CC, CFLAGS, CPPFLAGS, LDFLAGS and LDLIBS are the user's: they come after ours.

VERSION = 0.1.0

PREFIX = /usr/local
BINDIR = $(PREFIX)/bin
DATADIR = $(PREFIX)/share
MANDIR = $(DATADIR)/man
BASHCOMPDIR = $(DATADIR)/bash-completion/completions
ZSHCOMPDIR = $(DATADIR)/zsh/site-functions
FISHCOMPDIR = $(DATADIR)/fish/vendor_completions.d

CFLAGS = -O2 -g
INSTALL = install
PKG_CONFIG = pkg-config
BUILD = build

PACKAGES = popt libbsd-overlay
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wwrite-strings \
	-Wpointer-arith -Wformat=2 -Wvla -Wundef -Wswitch-enum -fno-common

# Hardening.  Fortified functions need an optimiser and get in the way of the
# sanitizers; a static program is not linked as a PIE.
user_flags := $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)
optimised := $(filter-out -O0,$(filter -O%,$(CFLAGS)))
ifeq ($(optimised)$(findstring _FORTIFY_SOURCE,$(user_flags)),$(optimised))
ifneq ($(optimised),)
ifeq ($(findstring -fsanitize,$(user_flags)),)
fortify = -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif
endif
endif
ifeq ($(filter -static -no-pie,$(user_flags)),)
pie_compile = -fPIE
pie_link = -pie
endif
HARDEN_CFLAGS = -fstack-protector-strong $(pie_compile)
HARDEN_LDFLAGS = $(pie_link) -Wl,-z,relro,-z,now

ifneq ($(MAKECMDGOALS),clean)
package_cflags := $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>&1)
package_libs := $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>&1)
endif

all_cppflags = -D_GNU_SOURCE -DNURSERY_VERSION='"$(VERSION)"' -Isrc \
	$(package_cflags) $(fortify) $(CPPFLAGS)
all_cflags = -std=gnu17 $(WARNINGS) $(HARDEN_CFLAGS) $(CFLAGS)
all_ldflags = $(HARDEN_LDFLAGS) $(CFLAGS) $(LDFLAGS)
all_libs = $(package_libs) $(LDLIBS)
COMPILE = $(CC) $(all_cppflags) $(all_cflags) -MMD -MP

sources := $(sort $(wildcard src/*.c src/*/*.c))
objects := $(sources:src/%.c=$(BUILD)/obj/%.o)
library := $(BUILD)/libnursery.a
library_objects := $(filter-out $(BUILD)/obj/main.o,$(objects))
helpers := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/drivers/*.c tests/programs/*.c))
gate := $(BUILD)/tests/attack/gate.so
bench_tools := $(BUILD)/bench/bare $(BUILD)/bench/measure
nothing := $(BUILD)/bench/nothing

all: $(BUILD)/nursery

$(BUILD)/nursery: $(BUILD)/obj/main.o $(library) $(BUILD)/flags
	$(CC) $(all_ldflags) -o $@ $(BUILD)/obj/main.o $(library) $(all_libs)

$(library): $(library_objects) $(BUILD)/flags
	rm -f $@
	$(AR) rc $@ $(library_objects)

$(BUILD)/obj/%.o: src/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

# The C programs of the tests: drivers exercise the library, jobs run programs.
$(BUILD)/tests/%: tests/%.c $(library) $(BUILD)/flags
	@mkdir -p $(@D)
	$(COMPILE) -Itests/include -MF $@.d $(all_ldflags) -o $@ $< $(library) $(all_libs)

# Without the library: what is measured is not its start-up.
$(nothing): bench/nothing.c
	@mkdir -p $(@D)
	$(CC) -O2 -ffreestanding -fno-stack-protector -fno-pie -nostdlib -static \
	  -no-pie -o $@ $<

$(BUILD)/bench/%: bench/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(COMPILE) -MF $@.d $(all_ldflags) -o $@ $< $(all_libs)

# Rebuild when the compiler, a flag or the list of sources changes.
flags := $(strip $(COMPILE) $(all_ldflags) $(all_libs) $(sources))
ifneq ($(flags),$(file <$(BUILD)/flags))
.PHONY: $(BUILD)/flags
endif
$(BUILD)/flags:
	@mkdir -p $(@D)
	@$(PKG_CONFIG) --exists $(PACKAGES) || { \
	  echo 'make: needs $(PKG_CONFIG), popt and libbsd' \
	    '(Debian: apt-get install pkg-config libpopt-dev libbsd-dev)' >&2; \
	  exit 1; }
	@printf '%s\n' '$(subst ','\'',$(flags))' >$@

# Tests.  bats runs files side by side where GNU parallel is installed, the
# longest first; they wait as much as they compute.
LONGEST = $(patsubst %,tests/%.bats,run/progress run/spawn machines/faults \
	cli/messages attack/attack run/output run/signals \
	cli/differential cli/habits run/retries run/misbehaving run/shortage \
	run/cancel run/sigkill cli/docs run/agent run/timeouts unit/template \
	unit/direct-command run/record-files run/record-results unit/ready \
	ssh/machines ssh/login run/resume run/pace)
TESTS = $(LONGEST) $(filter-out $(LONGEST),$(sort $(filter-out \
	$(SLURM_TESTS),$(wildcard tests/*/*.bats))))
SLURM_TESTS = $(sort $(wildcard tests/slurm/*.bats))
JOBS_PER_CPU = 3
JOBS = $(shell echo $$(($(JOBS_PER_CPU) * $$(nproc 2>/dev/null || echo 1))))
FILTER =
BATS = bats
CHECK = $(BUILD)/check
CHECK_ENV =

check: all helpers
	@CHECK='$(CHECK)' BATS='$(BATS)' JOBS='$(JOBS)' FILTER='$(FILTER)' \
	  NURSERY='$(abspath $(BUILD))/nursery' \
	  NURSERY_HELPERS='$(abspath $(BUILD))/tests' $(CHECK_ENV) \
	  bash tests/check $(TESTS)

# They are skipped where Slurm is not installed: .ci/install-deps slurm.
check-slurm:
	$(MAKE) check CHECK=$(CHECK)-slurm TESTS='$(SLURM_TESTS)' JOBS=1

helpers: $(helpers) $(gate)

# Attacks: all of them, or CASE='fault/keep/worker/pipe2/3/EMFILE' (TIMES=10), or
# a random sample of SECONDS=120, which SEED repeats.
CASE =
SECONDS =
SEED =
TIMES =
attack: all helpers
	@BUILD='$(abspath $(BUILD))' SECONDS='$(SECONDS)' SEED='$(SEED)' TIMES='$(TIMES)' \
	  $(if $(filter command,$(firstword $(origin JOBS))),JOBS='$(JOBS)') \
	  python3 tests/attack/run $(CASE)

$(gate): tests/attack/gate.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(COMPILE) -fPIC -shared -MF $@.d -o $@ $<

sanitize = -fsanitize=address,undefined
asan:
	$(MAKE) check BUILD=$(BUILD)/asan JOBS_PER_CPU=2 LDFLAGS='$(LDFLAGS)' \
	  CFLAGS='-O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all $(sanitize)' \
	  CHECK_ENV='NURSERY_BUILD=asan ASAN_OPTIONS=detect_leaks=1:abort_on_error=0'

# The jobs are exec'd and not traced; front and worker are, each with a log of
# its own, since what they say must not appear on a standard error under test.
valgrind_command = valgrind -q --error-exitcode=99 --leak-check=full \
	--suppressions=$(abspath tests/valgrind.supp) \
	--trace-children=no --child-silent-after-fork=no --vgdb=no \
	--log-file=$(abspath $(BUILD))/valgrind/log.%p
valgrind:
	rm -rf $(BUILD)/valgrind
	mkdir -p $(BUILD)/valgrind
	$(MAKE) check CHECK=$(BUILD)/valgrind \
	  CHECK_ENV='NURSERY_BUILD=valgrind NURSERY_WRAPPER="$(valgrind_command)"'
	@! find $(BUILD)/valgrind -name 'log.*' -size +0 -exec cat {} + | \
	  grep -v '^--[0-9]*-- ' # what it says of system calls that it lacks

FUZZ_SECONDS = 60
fuzzers := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
FUZZ = $(fuzzers)
fuzz_build = $(BUILD)/fuzz
fuzz:
	$(MAKE) $(fuzz_build)/libnursery.a $(FUZZ:%=fuzz-%) BUILD=$(fuzz_build) \
	  CC=clang LDFLAGS='$(LDFLAGS)' \
	  CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all'

# Each line of a .seeds file is an input to begin with, written as for printf(1).
fuzz-%: $(BUILD)/fuzzers/%
	@rm -rf $(BUILD)/seeds/$*
	@mkdir -p $(BUILD)/corpus/$* $(BUILD)/seeds/$*
	@n=0; while IFS= read -r line; do n=$$((n + 1)); \
	  printf %b "$$line" >$(BUILD)/seeds/$*/$$n; done <tests/fuzz/$*.seeds
	$< -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 -verbosity=0 \
	  $(if $(wildcard tests/fuzz/$*.dict),-dict=tests/fuzz/$*.dict) \
	  -artifact_prefix=$(BUILD)/$*- $(BUILD)/corpus/$* $(BUILD)/seeds/$*

$(BUILD)/fuzzers/%: tests/fuzz/%.c $(library) $(BUILD)/flags
	@mkdir -p $(@D)
	$(COMPILE) -fsanitize=fuzzer -MF $@.d $(all_ldflags) -fsanitize=fuzzer \
	  -o $@ $< $(library) $(all_libs)

# nursery leaves by _exit(2) and by signals; gcov_exit.c saves the counts then.
coverage:
	@mkdir -p $(BUILD)/coverage
	@find $(BUILD)/coverage -name '*.gcda' -delete
	-$(MAKE) check BUILD=$(BUILD)/coverage LDFLAGS='$(LDFLAGS)' \
	  CFLAGS='-O0 -g --coverage -fprofile-update=atomic' \
	  LDLIBS='tests/coverage/gcov_exit.c -Wl,--wrap=_exit,--wrap=raise,--wrap=kill,--wrap=__gcov_execve' \
	  CHECK_ENV='NURSERY_BUILD=coverage'
	@sh tests/coverage/report $(BUILD)/coverage $(sources)

# Random mutants of the source, see tests/mutate/run.
MUTANTS = 40
SEED =
MUTANT =
mutate: JOBS = 1
mutate: all helpers
	@BUILD='$(BUILD)' MUTANTS='$(MUTANTS)' SEED='$(SEED)' JOBS='$(JOBS)' \
	  MUTANT='$(MUTANT)' bash tests/mutate/run

# LINT='layers size': only these checks.  One of them reads the objects.
LINT =
lint: all
	@CC='$(CC)' OBJECTS='$(BUILD)/obj' NURSERY='$(BUILD)/nursery' \
	  FLAGS='$(subst ','\'',-std=gnu17 $(WARNINGS) $(all_cppflags))' \
	  bash tests/lint/run $(LINT)

bench: all $(bench_tools)
	@BUILD='$(BUILD)' bash bench/run $(BENCH)

# bench/speed.svg, which README.md shows.  PLOT='nursery make': only these.
plot: all $(bench_tools) $(nothing)
	@BUILD='$(BUILD)' bash bench/curves $(PLOT) >$(BUILD)/speed.data
	@awk -f bench/plot.awk $(BUILD)/speed.data >bench/speed.svg

install: all
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 \
	  $(DESTDIR)$(BASHCOMPDIR) $(DESTDIR)$(ZSHCOMPDIR) $(DESTDIR)$(FISHCOMPDIR)
	$(INSTALL) -m 755 $(BUILD)/nursery $(DESTDIR)$(BINDIR)/nursery
	$(INSTALL) -m 644 man/nursery.1 $(DESTDIR)$(MANDIR)/man1/nursery.1
	$(INSTALL) -m 644 completions/nursery.bash $(DESTDIR)$(BASHCOMPDIR)/nursery
	$(INSTALL) -m 644 completions/_nursery $(DESTDIR)$(ZSHCOMPDIR)/_nursery
	$(INSTALL) -m 644 completions/nursery.fish $(DESTDIR)$(FISHCOMPDIR)/nursery.fish

# Never by default: it hides GNU parallel where that comes later in PATH.
install-parallel: install
	ln -sf nursery $(DESTDIR)$(BINDIR)/parallel
	ln -sf nursery $(DESTDIR)$(BINDIR)/sem
	$(INSTALL) -m 644 completions/parallel.bash $(DESTDIR)$(BASHCOMPDIR)/parallel
	$(INSTALL) -m 644 completions/_parallel $(DESTDIR)$(ZSHCOMPDIR)/_parallel
	$(INSTALL) -m 644 completions/parallel.fish $(DESTDIR)$(FISHCOMPDIR)/parallel.fish
	ln -sf parallel $(DESTDIR)$(BASHCOMPDIR)/sem
	ln -sf parallel.fish $(DESTDIR)$(FISHCOMPDIR)/sem.fish

uninstall:
	@if [ "$$(readlink $(DESTDIR)$(BINDIR)/sem)" = nursery ]; then \
	  rm -f $(DESTDIR)$(BINDIR)/sem $(DESTDIR)$(BASHCOMPDIR)/sem \
	    $(DESTDIR)$(FISHCOMPDIR)/sem.fish; fi
	@if [ "$$(readlink $(DESTDIR)$(BINDIR)/parallel)" = nursery ]; then \
	  rm -f $(DESTDIR)$(BINDIR)/parallel \
	    $(DESTDIR)$(BASHCOMPDIR)/parallel $(DESTDIR)$(ZSHCOMPDIR)/_parallel \
	    $(DESTDIR)$(FISHCOMPDIR)/parallel.fish; fi
	rm -f $(DESTDIR)$(BINDIR)/nursery $(DESTDIR)$(MANDIR)/man1/nursery.1 \
	  $(DESTDIR)$(BASHCOMPDIR)/nursery $(DESTDIR)$(ZSHCOMPDIR)/_nursery \
	  $(DESTDIR)$(FISHCOMPDIR)/nursery.fish

dist_files = .ci .clang-format .gitignore HACKING.md LICENSE Makefile NEWS.md \
	README.md bench completions man src tests
dist:
	tar -czf nursery-$(VERSION).tar.gz --sort=name --owner=0 --group=0 \
	  --numeric-owner --transform='s,^,nursery-$(VERSION)/,' $(dist_files)

clean:
	rm -rf $(BUILD)

help:
	@echo 'all check check-slurm attack install install-parallel uninstall dist clean lint asan valgrind fuzz coverage mutate bench plot'

.PHONY: all check check-slurm helpers attack asan valgrind fuzz coverage mutate lint bench plot install \
	install-parallel uninstall dist clean help
.DELETE_ON_ERROR:
.SECONDARY:

-include $(objects:.o=.d) $(helpers:=.d) $(bench_tools:=.d) \
	$(fuzzers:%=$(BUILD)/fuzzers/%.d)
