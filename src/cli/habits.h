/*
 * Options that people know from other programs, and misspelt ones: what to say
 * when nursery does not have an option.
 */
#ifndef CLI_HABITS_H
#define CLI_HABITS_H

/*
 * Says in one line that there is no such option, and what to type instead if
 * that can be told: what another program's option is called here, or the option
 * whose name is the most similar.  The word is as it was given: "--bar", "-c",
 * "-xvf" or "--bar=3".
 */
void habits_say_unknown(const char *word);

#endif
