// The shell of the program in these tests: a few words that a test needs, and where they run.
#include <atomic>
#include <string>
#include <string_view>
#include <thread>

#define HERMIT_SHELL_ENTRY_NAME toy_shell_entry
#include <hermit/hermit.h>

#include "embed/program.hpp"

struct hermit_shell {
  const hermit_host* host;
  const hermit_host_output* output;
  const hermit_host_input* input;
  const hermit::tests::ToyContext* context;  // may be NULL
  std::atomic<bool> interrupted{false};
};

namespace hermit::tests {
namespace {

hermit_text text_of(std::string_view text) { return {text.data(), text.size()}; }

template <class Table>
const Table* find(const hermit_host* host, const char* id) {
  return static_cast<const Table*>(host->extension(host, text_of(id)));
}

hermit_status create(const hermit_host_info*, const hermit_host* host, hermit_shell** shell,
                     const hermit_text_sink* why) {
  const auto* embedding = find<hermit_host_embedding>(host, HERMIT_EXT_EMBEDDING);
  const auto* context =
      embedding == nullptr ? nullptr : static_cast<const ToyContext*>(embedding->context(host));
  if (context != nullptr && context->lane == std::thread::id()) {
    why->put(why->context, text_of("the program has no thread"));
    return HERMIT_FAILED;
  }
  *shell = new hermit_shell{host, find<hermit_host_output>(host, HERMIT_EXT_OUTPUT),
                            find<hermit_host_input>(host, HERMIT_EXT_INPUT), context};
  return HERMIT_OK;
}

void destroy(hermit_shell* shell) { delete shell; }

void print(hermit_shell& shell, hermit_request request, const std::string& text) {
  shell.output->stream(shell.host, request, HERMIT_STDOUT, text_of(text));
}

void keep(void* context, hermit_text text) {
  static_cast<std::string*>(context)->assign(text.data == nullptr ? "" : text.data, text.size);
}

hermit_status fail(hermit_shell& shell, hermit_request request) {
  const hermit_error error = {text_of("ToyError"), text_of("it failed"), nullptr, 0};
  shell.host->fail(shell.host, request, &error);
  return HERMIT_USER_ERROR;
}

hermit_status ask(hermit_shell& shell, hermit_request request) {
  std::string line;
  const hermit_text_sink sink = {&line, keep};
  const hermit_status status = shell.input->read(shell.host, request, text_of("name? "), 0, &sink);
  if (status == HERMIT_OK) print(shell, request, "hello " + line);
  return status;
}

hermit_status spin(hermit_shell& shell, hermit_request request) {
  print(shell, request, "spinning");
  while (!shell.interrupted) std::this_thread::yield();
  return HERMIT_INTERRUPTED;
}

hermit_status execute(hermit_shell* shell, hermit_request request, const hermit_cell* cell) {
  const std::string_view code(cell->code.data, cell->code.size);
  shell->interrupted = false;
  if (code.starts_with("print ")) print(*shell, request, std::string(code.substr(6)));
  if (code == "fail") return fail(*shell, request);
  if (code == "ask") return ask(*shell, request);
  if (code == "spin") return spin(*shell, request);
  if (code == "stop") hermit_stop(hermit_instance());
  if (code == "end") {
    print(*shell, request,
          std::to_string(hermit_end(hermit_instance())) + " " +
              std::to_string(hermit_pump(hermit_instance(), 0)) + " " +
              std::to_string(hermit_wait(hermit_instance(), 0)));
  }
  if (code == "thread")
    print(*shell, request, shell->context->lane == std::this_thread::get_id() ? "same" : "other");
  return HERMIT_OK;
}

hermit_status interrupt(hermit_shell* shell, hermit_request) {
  shell->interrupted = true;
  return HERMIT_OK;
}

constexpr hermit_shell_interrupt interrupt_table = {interrupt};

const void* extension(hermit_shell*, hermit_text id) {
  return std::string_view(id.data, id.size) == HERMIT_EXT_INTERRUPT ? &interrupt_table : nullptr;
}

constexpr hermit_shell_table table = {create, destroy, execute, extension};

constexpr char manifest[] = R"({
  "name": "toy", "display_name": "Toy", "version": "1",
  "language_info": {"name": "toy", "version": "1", "mimetype": "text/plain", "file_extension": ".toy"},
  "settings": [{"name": "Toy.colour", "type": "text", "default": "red", "help": "Its colour"}]
})";

}  // namespace

const hermit_shell_entry_type toy_shell = {
    sizeof(hermit_shell_entry_type), HERMIT_ABI_MAJOR, HERMIT_ABI_MINOR, 0, manifest, &table};

}  // namespace hermit::tests
