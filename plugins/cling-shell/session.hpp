// A C++ session: the compiler with all that the cells so far have declared, and what runs their code. The
// parts of the shell work on this.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "hermit/hermit.h"
#include "host.hpp"
#include "interrupts.hpp"

namespace hermit::cling_shell {

class Compiler;
class Emitter;
class Linker;

// What the code of cells has registered for a comm target.
struct Listener {
  void (*call)(void* context, int what, const char* id, const char* data, size_t size);
  void* context;
};

struct Session {
  // Opens a session. Returns null and says in `why` what is missing when it cannot.
  static std::unique_ptr<Session> open(const hermit_host* table, std::string& why);

  explicit Session(const hermit_host* table);
  ~Session();

  // Forgets everything that cells have declared. Returns why that cannot be done, or "".
  std::string restart();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Host host;
  Interrupts interrupts;

  std::string standard;  // as -std= has it

  // Held while something is compiled or looked up, never while a cell's code runs.
  std::mutex compiling;
  std::unique_ptr<Compiler> compiler;  // guarded by compiling
  std::unique_ptr<Emitter> emitter;    // guarded by compiling
  std::unique_ptr<Linker> linker;      // guarded by compiling
  int optimisation = 0;                // guarded by compiling

  // What came before a restart: its code may still run, and its objects may still be known to somebody.
  std::vector<std::unique_ptr<Linker>> retired;  // guarded by compiling

  // The text of each cell, by the name it has in diagnostics.
  std::unordered_map<std::string, std::string> sources;  // guarded by compiling
  // A line of it, the first being 1, without the white space around it; called with `compiling` held.
  std::string line_of(const std::string& name, unsigned line) const;

  std::mutex comms;
  std::unordered_map<std::string, Listener> listeners;  // by target; guarded by comms

  std::atomic<unsigned> subshells = 0;

 private:
  // Fills the parts. Returns false and says why when it cannot.
  bool fill(std::string& why);
};

}  // namespace hermit::cling_shell
