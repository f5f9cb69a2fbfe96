// Brings a cell's code into the process: resolves what it refers to, and remembers what it defines.
//
// Each cell is linked by itself. What it refers to is looked up among the newest definitions of earlier
// cells, the shell's own functions and the libraries of the process; what is nowhere is found out before
// anything is changed.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "clang.hpp"
#include "frames.hpp"

namespace hermit::cling_shell {

// Code that has been brought into the process.
struct Linked {
  std::vector<void (*)()> starts;    // what runs the cell, in order
  unsigned passing = 0;              // what leave() wants to be told when it has run; 0 when it has to stay
  std::vector<std::string> missing;  // symbols that are nowhere; nothing was linked then
  std::string trouble;               // anything else that went wrong
};

// What prepare() has found out about a module.
struct Outline {
  std::vector<std::string> starts;  // the names of what runs the cell, in order
  // Whether nobody can have got hold of anything in it once it has run: it defines no function and no object,
  // and has no text in quotes.
  bool is_passing = false;
};

// Used under the lock of the session, but for leave().
class Linker {
 public:
  // Returns NULL and says why when LLVM cannot link here.
  static std::unique_ptr<Linker> open(std::string& why);

  // Whether there is code of cells that somebody may still run.
  bool holds_code() const { return holds_code_; }
  ~Linker();

  // Gives code of cells a function or object of the shell's.
  void offer(const std::string& symbol, void* address);

  // Prepares a module, before machine code is made of it: what earlier cells have defined already and does
  // not need to be there twice is only referred to, and what runs the cell gets names. Of what has a symbol
  // with one of the `renewed` in it, the module's own definition counts.
  Outline prepare(llvm::Module& module, const std::vector<std::string>& renewed);

  // Links the object file.
  Linked link(std::unique_ptr<llvm::MemoryBuffer> object, const Outline& outline);

  // The code of a cell that passes has run and is not needed any more. It is freed when the next cell is
  // linked. [any-thread]
  void leave(unsigned passing);

  // A thread-local object of a library, in place of the record that emulated ones have.
  struct Native {
    uint64_t mark;
    std::string name;
  };
  // Takes the place of __emutls_get_address for the code of cells.
  static void* thread_local_address(void* control);

  // The address of a symbol, or NULL.
  void* find(std::string_view symbol) const;

  // Where the code of cells is.
  const Frames& frames() const { return frames_; }

 private:
  struct Jit;
  struct Passing;
  Linker();
  void free_what_was_left();
  void* find_thread_local(const std::string& symbol);

  std::unique_ptr<Jit> jit_;
  std::unordered_map<std::string, void*> defined_;  // by cells and by the shell
  Frames frames_;
  unsigned cells_ = 0;
  std::unordered_map<unsigned, Passing> passing_;  // by the number of the cell
  std::mutex left_mutex_;
  std::vector<unsigned> left_;  // guarded by left_mutex_
  std::list<Native> natives_;   // what cells hold pointers to
  bool holds_code_ = false;
};

// A name of C++ as people write it: std::string in place of what it stands for, and no tags.
std::string readable(std::string name);

// A symbol as C++ has it.
std::string demangled(const std::string& symbol);

}  // namespace hermit::cling_shell
