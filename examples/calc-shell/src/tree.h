/*
 * The tree: what the parser makes of code, and what runs. All of it lies in the arena that the parser was
 * given, and its texts are parts of the code, which has to live as long.
 */
#ifndef CALC_TREE_H
#define CALC_TREE_H

#include "text.h"

/* Expressions. */
typedef enum calc_node_kind {
  CALC_NUMBER, /* number */
  CALC_TEXT,   /* text */
  CALC_NAME,   /* text is the name */
  CALC_NEGATE, /* - first */
  CALC_NOT,    /* not first */
  CALC_BINARY, /* first sign second */
  CALC_LET,    /* let text = first in second */
  CALC_IF,     /* if first then second else third */
  CALC_SUM,    /* sum(text = first to second, third) */
  CALC_ASK,    /* ask first: a line of the user's */
  CALC_SECRET, /* secret first: the same without echo */
  CALC_CALL    /* text(first), whose arguments are linked by `next` */
} calc_node_kind;

/* What stands between two expressions. */
typedef enum calc_sign {
  CALC_ADD,
  CALC_SUBTRACT,
  CALC_MULTIPLY,
  CALC_DIVIDE,
  CALC_MODULO,
  CALC_POWER,
  CALC_EQUAL,
  CALC_UNEQUAL,
  CALC_LESS,
  CALC_LESS_EQUAL,
  CALC_MORE,
  CALC_MORE_EQUAL,
  CALC_AND,
  CALC_OR
} calc_sign;

typedef struct calc_node {
  calc_node_kind kind;
  calc_sign sign;
  size_t at; /* offset in the code, for errors */
  double number;
  hermit_text text;
  struct calc_node *first, *second, *third;
  struct calc_node *next; /* the next argument or item of a list */
} calc_node;

/* Statements. */
typedef enum calc_statement_kind {
  CALC_VALUE,      /* first: the value of the cell, if it is the last */
  CALC_ASSIGN,     /* name = first */
  CALC_DEFINE,     /* name(…) = first; the code of it all is `code` */
  CALC_PRINT,      /* print first, … */
  CALC_WARN,       /* warn first, … */
  CALC_FAIL,       /* fail first */
  CALC_LOG,        /* log first */
  CALC_SHOW,       /* show first [as name] */
  CALC_UPDATE,     /* update name to first */
  CALC_PLOT,       /* plot first for name = second to third */
  CALC_CLEAR,      /* clear */
  CALC_WAIT,       /* wait first, in seconds */
  CALC_BACKGROUND, /* background: the rest of the cell runs on a thread of its own */
  CALC_LATER,      /* later first do body end; the code of the body is `code` */
  CALC_FOR,        /* for name = first to second do body end */
  CALC_FORGET,     /* forget name */
  CALC_SHARE,      /* share: clients may open comms to watch names */
  CALC_UNSHARE,    /* unshare: they may no longer */
  CALC_WATCH,      /* watch name: opens a comm that tells a client of it */
  CALC_UNWATCH     /* unwatch name */
} calc_statement_kind;

typedef struct calc_statement {
  calc_statement_kind kind;
  size_t at; /* offset in the code */
  hermit_text name;
  hermit_text code;
  hermit_text *parameters; /* of a definition */
  size_t parameter_count;
  calc_node *first, *second, *third;
  struct calc_statement *body;
  struct calc_statement *next;
} calc_statement;

#endif
