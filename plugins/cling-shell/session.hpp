// A C++ session: the compiler with all that the cells so far have declared, and what runs their code. The
// parts of the shell work on this.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "hermit/host.hpp"
#include "include/hermit/runtime.hpp"
#include "interrupts.hpp"

namespace hermit::cling_shell {

class Compiler;
class Emitter;
class Linker;

// What the code of cells has registered for a comm target.
struct Listener {
  void (*call)(void* context, int what, const char* id, const hermit_cpp_message* message);
  void* context;
};

struct Session {
  // Opens a session; throws a Refusal when it cannot.
  static std::unique_ptr<Session> open(const sdk::Host& host);

  explicit Session(const sdk::Host& to);
  ~Session();

  // Forgets everything that cells have declared, and goes on in the standard `wanted`, as -std= has it; ""
  // stands for the one that is spoken. Returns why that cannot be done, or "".
  std::string restart(const std::string& wanted = "");
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  sdk::Host host;
  Interrupts interrupts;

  std::string standard;  // as -std= has it

  // Held while something is compiled or looked up, never while a cell's code runs.
  std::timed_mutex compiling;
  std::unique_ptr<Compiler> compiler;  // guarded by compiling
  std::unique_ptr<Emitter> emitter;    // guarded by compiling
  std::unique_ptr<Linker> linker;      // guarded by compiling
  int optimisation = 0;                // guarded by compiling

  // Takes the lock for a lane. The result does not own it when the lane was asked to end, or when `end` came.
  std::unique_lock<std::timed_mutex> turn(const Lane& lane, std::chrono::steady_clock::time_point end =
                                                                std::chrono::steady_clock::time_point::max());

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
  // Fills the parts, for the standard `wanted` or, if that is empty, for the one of the settings. Returns
  // false and says why when it cannot.
  bool fill(const std::string& wanted, std::string& why);
};

}  // namespace hermit::cling_shell
