/* --doctor: what this machine offers, and what is therefore promised. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include <stdio.h>

#include "scope/scope.h"

/*
 * Probes the machine and prints what was found, in lines of 80 columns. Returns
 * 0, or -1 if what contain asks for cannot be had.  Nothing of what it starts
 * is left.
 */
int doctor_print(FILE *out, enum containment contain);

#endif
