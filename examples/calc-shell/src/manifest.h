/*
 * The manifest: all that is fixed about the shell, as JSON. What the keys mean stands in hermit/shell.h, and
 * what those under "check" are for in docs/check.md.
 */
#ifndef CALC_MANIFEST_H
#define CALC_MANIFEST_H

#include <hermit/hermit.h>

static const char calc_manifest[] =
    "{\"name\": \"calc\", \"display_name\": \"Calculator\", \"version\": \"1.0\",\n"
    " \"banner\": \"A calculator. Try: f(x) = x^2, plot f(x) for x = -1 to 1, sum(k, 1, 10, 1/k).\",\n"
    " \"line_comment\": \"#\",\n"
    " \"language_info\": {\"name\": \"calc\", \"version\": \"1.0\", \"mimetype\": \"text/x-calc\",\n"
    "                   \"file_extension\": \".calc\"},\n"
    " \"abilities\": {\"concurrent_introspection\": true, \"concurrent_cells\": true,\n"
    "               \"concurrent_comms\": true, \"tasks\": true, \"subshells\": true, \"fork_safe\": true},\n"
    " \"requires\": [\"" HERMIT_EXT_OUTPUT
    "\"],\n"
    " \"settings\": [\n"
    "   {\"name\": \"CalcShell.digits\", \"type\": \"integer\", \"default\": 15, \"minimum\": 1,\n"
    "    \"maximum\": 17, \"help\": \"How many significant digits a number is shown with.\"},\n"
    "   {\"name\": \"CalcShell.history_size\", \"type\": \"integer\", \"default\": 1000, \"minimum\": 1,\n"
    "    \"maximum\": 1000000, \"help\": \"How many cells the shell remembers.\"}],\n"
    " \"check\": {\n"
    "   \"prints\": {\"code\": \"print 6 * 7\", \"stdout\": \"42\\n\"},\n"
    "   \"prints_text\": \"print \\\"$TEXT\\\"\",\n"
    "   \"prints_lines\": \"for k = 1 to 1000 do print k end\",\n"
    "   \"complains\": {\"code\": \"warn \\\"careful\\\"\", \"stderr\": \"careful\\n\"},\n"
    "   \"value\": {\"code\": \"6 * 7\", \"text\": \"42\"}, \"displays\": \"show 6 * 7\",\n"
    "   \"remembers\": {\"set\": \"kept = 42\", \"get\": \"kept\", \"text\": \"42\"},\n"
    "   \"fails\": {\"code\": \"1 / 0\", \"name\": \"MathError\"}, \"malformed\": \"1 + )\",\n"
    "   \"incomplete\": \"for k = 1 to 3 do\", \"reads\": \"print ask \\\"line: \\\"\",\n"
    "   \"loops\": \"sum(k, 1, inf, 1)\", \"sleeps\": \"wait 3600\", \"waits\": \"wait 0.02\",\n"
    "   \"prints_late\": \"later 0.02 do print \\\"late\\\" end\",\n"
    "   \"completes\": {\"code\": \"sq\", \"match\": \"sqrt\"}, \"inspects\": \"sqrt\",\n"
    "   \"evaluates\": {\"before\": \"kept = 21\", \"code\": \"kept * 2\", \"text\": \"42\"},\n"
    "   \"hears_comms\": {\"code\": \"share\", \"target\": \"calc.watch\"},\n"
    "   \"opens_comm\": \"watch kept\"}}\n";

#endif
