/* Random numbers that need not be secret. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stdint.h>

/*
 * A random number from 0 to bound - 1; bound is not 0.  It cannot fail, unlike
 * arc4random(3bsd), which ends the process without a word when it finds no
 * memory for its state.
 */
uint32_t random_below(uint32_t bound);

#endif
