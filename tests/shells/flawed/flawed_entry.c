/*
 * The manifest and the entry of a flawed shell: compiled once for each flaw, with FLAWED_AS, the enumerator, and
 * FLAW_NAME, the text. FLAWED_FILE_... are the flaws that a file has before any of its code runs.
 */
#include <stdio.h>

#include "flawed.h"

const flaw flawed_as = FLAWED_AS;

#ifdef FLAWED_name_is_that_of_the_file
#define NAME "somebody_else"
#else
#define NAME FLAW_NAME
#endif

#ifdef FLAWED_language_is_described
#define EXTENSION "txt"
#else
#define EXTENSION ".txt"
#endif

#ifdef FLAWED_manifest_keys_are_known
#define KEY_MORE "\"colour\": 1,"
#else
#define KEY_MORE ""
#endif

#ifdef FLAWED_requirements_are_met
#define REQUIRED "hermit.nothing/1"
#else
#define REQUIRED HERMIT_EXT_OUTPUT
#endif

#ifdef FLAWED_settings_are_described
#define SETTING_MORE ", {\"name\": \"Flawed.two\", \"type\": \"bool\", \"default\": false}"
#else
#define SETTING_MORE ""
#endif

#ifdef FLAWED_help_links_are_links
#define LINK "{\"text\": \"Nothing\"}"
#else
#define LINK "{\"text\": \"Jupyter\", \"url\": \"https://jupyter.org\"}"
#endif

#ifdef FLAWED_samples_are_whole
#define SAMPLE_MORE "\"printz\": \"print x\","
#else
#define SAMPLE_MORE ""
#endif

#ifdef FLAWED_manifest_is_valid
#define LANGUAGE_INFO "language"
#else
#define LANGUAGE_INFO "language_info"
#endif

static const char manifest[] =
#ifdef FLAWED_manifest_is_json
    "this is no JSON"
#endif
    "{\"name\": \"" NAME "\", \"display_name\": \"Flawed\", \"version\": \"1.0\", \"line_comment\": \"#\","
    " \"" LANGUAGE_INFO "\": {\"name\": \"flawed\", \"version\": \"1.0\", \"mimetype\": \"text/plain\","
    "   \"file_extension\": \"" EXTENSION "\"},"
    " \"help_links\": [" LINK "],"
    " " KEY_MORE " \"abilities\": {\"concurrent_introspection\": true, \"concurrent_cells\": true,"
    "   \"concurrent_comms\": true, \"tasks\": true, \"subshells\": true},"
    " \"requires\": [\"" REQUIRED "\"],"
    " \"settings\": [{\"name\": \"Flawed.one\", \"type\": \"bool\", \"default\": true, \"help\": \"Nothing.\"}"
    SETTING_MORE "],"
    " \"check\": {" SAMPLE_MORE
    "   \"prints\": {\"code\": \"print hello\", \"stdout\": \"hello\\n\"},"
    "   \"prints_text\": \"print $TEXT\", \"prints_lines\": \"lines\","
    "   \"complains\": {\"code\": \"complain hello\", \"stderr\": \"hello\\n\"},"
    "   \"value\": {\"code\": \"value 42\", \"text\": \"42\"}, \"displays\": \"show it\","
    "   \"remembers\": {\"set\": \"set forty\", \"get\": \"get\", \"text\": \"forty\"},"
    "   \"fails\": {\"code\": \"fail\", \"name\": \"Failure\"}, \"malformed\": \"(\","
    "   \"incomplete\": \"print \\\\\", \"reads\": \"read\", \"loops\": \"loop\", \"sleeps\": \"sleep\","
    "   \"waits\": \"wait\", \"prints_late\": \"late hello\","
    "   \"completes\": {\"code\": \"pri\", \"match\": \"print\"}, \"inspects\": \"print\","
    "   \"evaluates\": {\"code\": \"42\", \"text\": \"42\"},"
    "   \"hears_comms\": {\"code\": \"hear somebody\", \"target\": \"somebody\"},"
    "   \"opens_comm\": \"open somebody\"}}";

#ifdef FLAWED_loading_is_quiet
__attribute__((constructor)) static void greet(void) {
  puts("hello, I am being loaded");
  fflush(stdout);
}
#endif

#ifdef FLAWED_exports_nothing_else
HERMIT_EXPORT int flawed_helper(void);
int flawed_helper(void) { return 42; }
#endif

#ifdef FLAWED_library_loads
void nobody_has_this(void);
HERMIT_EXPORT void flawed_helper(void);
void flawed_helper(void) { nobody_has_this(); }
#endif

#if defined FLAWED_table_is_whole
static const hermit_shell_table table = {NULL, NULL, NULL, NULL};
#define TABLE &table
#else
#define TABLE &flawed_table
#endif

#if defined FLAWED_was_built_for_this_abi
HERMIT_EXPORT extern const hermit_shell_entry_type hermit_shell_entry;
const hermit_shell_entry_type hermit_shell_entry = {
    (uint32_t)sizeof(hermit_shell_entry_type), HERMIT_ABI_MAJOR, HERMIT_ABI_MINOR + 1, 0, manifest, TABLE};
#elif defined FLAWED_entry_is_whole
HERMIT_EXPORT extern const hermit_shell_entry_type hermit_shell_entry;
const hermit_shell_entry_type hermit_shell_entry = {16, HERMIT_ABI_MAJOR, HERMIT_ABI_MINOR, 0, manifest, TABLE};
#elif defined FLAWED_exports_the_entry
HERMIT_EXPORT extern const hermit_shell_entry_type my_entry;
const hermit_shell_entry_type my_entry = {
    (uint32_t)sizeof(hermit_shell_entry_type), HERMIT_ABI_MAJOR, HERMIT_ABI_MINOR, 0, manifest, TABLE};
#else
HERMIT_SHELL_EXPORT(manifest, TABLE)
#endif
