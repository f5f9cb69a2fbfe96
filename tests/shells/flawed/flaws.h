/*
 * The flaws of the flawed shells, those of flaws.def. What each does stands where it does it. CMake makes
 * libhermit-flawed_NAME.so for each of them, `none` included; a test holds the list against `hermit check --list`.
 */
#ifndef HERMIT_TESTS_SHELLS_FLAWS_H
#define HERMIT_TESTS_SHELLS_FLAWS_H

#define FLAW(name) FLAW_##name,
typedef enum flaw {
#include "flaws.def"
  FLAW_COUNT
} flaw;
#undef FLAW

#endif
