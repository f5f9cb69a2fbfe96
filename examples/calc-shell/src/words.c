#include "words.h"

#include <math.h>

#define KEYWORD(name, usage, help) {name, CALC_KEYWORD, usage, help, CALC_VALUE, 0, NULL, NULL}
#define STATEMENT(name, kind, usage, help) {name, CALC_STATEMENT, usage, help, kind, 0, NULL, NULL}
#define CONSTANT(name, number, help) {name, CALC_CONSTANT, name, help, CALC_VALUE, number, NULL, NULL}
#define FUNCTION(name, usage, help, function) \
  {name, CALC_FUNCTION, usage, help, CALC_VALUE, 0, function, NULL}
#define FUNCTION_OF_TWO(name, usage, help, function) \
  {name, CALC_FUNCTION, usage, help, CALC_VALUE, 0, NULL, function}

const calc_word calc_words[] = {
    FUNCTION("abs", "abs(x)", "The distance of x from 0.", fabs),
    KEYWORD("and", "a and b", "1 when both are not 0, else 0. b is looked at only if it matters."),
    KEYWORD("as", "show a as name", "Gives what is shown a name, for update."),
    KEYWORD("ask", "ask text", "Asks the user: a number if the line is one, else a text."),
    FUNCTION("atan", "atan(x)", "The angle whose tangent is x, in radians.", atan),
    STATEMENT("background", CALC_BACKGROUND, "background",
              "Runs the rest of the cell on a thread of its own."),
    STATEMENT("clear", CALC_CLEAR, "clear", "Removes what the cell has shown so far."),
    FUNCTION("cos", "cos(x)", "The cosine of an angle in radians.", cos),
    KEYWORD("do", "for k = a to b do … end", "Begins the statements that end closes."),
    CONSTANT("e", 2.718281828459045235, "Euler's number, the base of natural logarithms."),
    KEYWORD("else", "if a then b else c", "What if is worth when a is 0."),
    KEYWORD("end", "for k = a to b do … end", "Ends the statements that do began."),
    FUNCTION("exp", "exp(x)", "e to the power of x.", exp),
    STATEMENT("fail", CALC_FAIL, "fail a", "Ends the cell with an error, UserError, that says a."),
    FUNCTION("floor", "floor(x)", "The largest whole number that is not above x.", floor),
    STATEMENT("for", CALC_FOR, "for k = a to b do … end",
              "Runs the statements with k = a, a + 1, … up to b."),
    STATEMENT("forget", CALC_FORGET, "forget name", "Removes a name that the user has defined."),
    KEYWORD("if", "if a then b else c", "b when a is not 0, else c."),
    KEYWORD("in", "let x = a in b", "Where a let is valid."),
    CONSTANT("inf", INFINITY, "More than any number: for sums and loops without an end."),
    STATEMENT("later", CALC_LATER, "later a do … end",
              "Runs the statements a seconds later, when the cell has ended."),
    KEYWORD("let", "let x = a in b", "b, in which x is a."),
    FUNCTION("ln", "ln(x)", "The natural logarithm of x.", log),
    FUNCTION("log", "log(x)", "The logarithm of x to the base 10.", log10),
    FUNCTION_OF_TWO("max", "max(a, b)", "The larger of two numbers.", fmax),
    FUNCTION_OF_TWO("min", "min(a, b)", "The smaller of two numbers.", fmin),
    KEYWORD("not", "not a", "1 when a is 0, else 0."),
    STATEMENT("note", CALC_LOG, "note a", "Writes a line to the log of the host."),
    KEYWORD("or", "a or b", "1 when one of both is not 0, else 0. b is looked at only if it matters."),
    CONSTANT("pi", 3.141592653589793238, "The ratio of a circle to its diameter."),
    STATEMENT("plot", CALC_PLOT, "plot f(x) for x = a to b", "Shows the graph of an expression."),
    STATEMENT("print", CALC_PRINT, "print a, b",
              "Writes values to the standard output, with blanks between."),
    FUNCTION("round", "round(x)", "The whole number next to x.", round),
    FUNCTION("program", "program(x)", "What the program that embeds this shell computes of x.", NULL),
    KEYWORD("secret", "secret text", "Asks the user as ask does, without showing what is typed."),
    STATEMENT("share", CALC_SHARE, "share", "Lets clients open comms to calc.watch, to watch and set names."),
    STATEMENT("show", CALC_SHOW, "show a as name",
              "Shows a value in rich form; under a name it can be updated."),
    FUNCTION("sin", "sin(x)", "The sine of an angle in radians.", sin),
    FUNCTION("sqrt", "sqrt(x)", "The number whose square is x.", sqrt),
    KEYWORD("sum", "sum(k, a, b, f(k))", "The sum of an expression for k = a, a + 1, … up to b."),
    FUNCTION("tan", "tan(x)", "The tangent of an angle in radians.", tan),
    KEYWORD("then", "if a then b else c", "What if is worth when a is not 0."),
    KEYWORD("to", "for k = a to b do … end", "Stands before the end of a range, or before what is new."),
    STATEMENT("unshare", CALC_UNSHARE, "unshare", "Ends share. Comms that are open stay open."),
    STATEMENT("unwatch", CALC_UNWATCH, "unwatch name", "Closes the comms that watch has opened."),
    STATEMENT("update", CALC_UPDATE, "update name to a", "Replaces what was shown under a name."),
    STATEMENT("wait", CALC_WAIT, "wait a", "Waits for a seconds, in which other cells may run."),
    STATEMENT("warn", CALC_WARN, "warn a, b", "Writes values to the standard error."),
    STATEMENT("watch", CALC_WATCH, "watch name", "Opens a comm that tells the client each value of a name."),
};

const size_t calc_word_count = sizeof calc_words / sizeof calc_words[0];

const calc_word *calc_find_word(hermit_text name) {
  for (size_t i = 0; i < calc_word_count; ++i) {
    if (calc_is(name, calc_words[i].word)) return &calc_words[i];
  }
  return NULL;
}
