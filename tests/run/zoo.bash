# For tests of the zoo (tests/programs/zoo.c), programs that try to survive.
#
#	each_animal COMMAND [ARG...]	runs COMMAND ANIMAL ARG... for each of them,
#				which has to end nursery; the FIFO ready is for
#				the animal to say that it is in its place
#
# Every process of an animal holds the FIFO life open: the end of the file
# proves that none lives; leakcheck proves that nursery left none.

load ../helper

each_animal() {
	local command=$1 animal forbidden=
	shift
	for animal in $(zoo -L); do
		echo "--- animal: $animal" # seen if it fails
		if ! zoo -c "$animal"; then
			forbidden+=" $animal"
			continue
		fi
		gate ready
		lifeline life
		"$command" "$animal" "$@"
		lifeline_cut
		start_over
	done
	[ -z "$forbidden" ] || skip "all but what this machine forbids:$forbidden"
}
