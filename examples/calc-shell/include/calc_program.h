/*
 * What a program that embeds Hermit passes to calc-shell, as the shell's context: a function of the
 * program's, which cells call as program(x).
 */
#ifndef CALC_PROGRAM_H
#define CALC_PROGRAM_H

#include <hermit/shell.h>

#ifdef __cplusplus
extern "C" {
#endif

/* It has to live as long as the kernel. */
typedef struct calc_program {
  void *context; /* passed back unchanged */
  /* Computes something of a number. Called on any thread that runs a cell, possibly on several at a time. */
  double (*compute)(void *context, double number);
} calc_program;

/* The shell, for hermit_options.shell of a program that links it. */
extern HERMIT_EXPORT const hermit_shell_entry_type hermit_shell_entry;

#ifdef __cplusplus
}
#endif
#endif
