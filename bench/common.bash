# What run and curves share; they include this file.  BUILD is the folder of the
# tools, NURSERY the binary, QUICK=1 measures less.
: "${BUILD:=build}" "${NURSERY:=$BUILD/nursery}" "${QUICK:=}"
locale=${LC_ALL-}
export LC_ALL=C # our own numbers; what is measured gets $locale
nursery=$NURSERY

for tool in "$nursery" "$BUILD/bench/bare" "$BUILD/bench/measure"; do
	command -v "$tool" >/dev/null || {
		echo "bench: no $tool" >&2
		exit 125
	}
done
ulimit -n "$(ulimit -H -n)"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

measure() { LC_ALL=$locale "$BUILD/bench/measure" "$@"; }
bare() { measure "$BUILD/bench/bare" "$@"; }
say() { printf 'bench: %s\n' "$*" >&2; }
calc() { awk "BEGIN { printf \"$1\", $2 }"; }
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
is_gnu_parallel() { parallel --version 2>/dev/null </dev/null | grep -q '^GNU'; }

# lines N TEXT: a file of N lines TEXT; prints its name.
lines()
{
	local file="$work/lines.$1.${2//[^a-z]/_}"

	[ -e "$file" ] || yes "$2" | head -n "$1" >"$file"
	echo "$file"
}

# makefile N RECIPE: a makefile of N targets; prints its name.
makefile()
{
	local file="$work/make.$1.${2//[^a-z]/_}"

	[ -e "$file" ] || {
		echo "all: $(seq -s ' ' -f 'job%.0f' "$1")"
		printf 'job%%:\n\t@%s\n' "$2"
	} >"$file"
	echo "$file"
}

# Where and when this was measured.
machine()
{
	local model

	model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
	echo "$(nproc) CPUs (${model:-unknown}), Linux $(uname -r)," \
		"$(date +%Y-%m-%d)"
}
