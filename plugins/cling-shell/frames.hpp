// Where code of cells is: functions and lines, found by addresses.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "clang.hpp"

namespace hermit::cling_shell {

// A place in the code of a cell.
struct Frame {
  std::string function;  // as C++ has it
  std::string file;      // the name of the cell, or the path of a header
  unsigned line = 0;     // 0 when it is not known
};

// The functions of cells, by their addresses. Used under the lock of the session.
class Frames {
 public:
  // Keeps an object file that was linked, for its tables of lines. `addresses` are those of its functions.
  void add(std::unique_ptr<llvm::MemoryBuffer> object, const std::map<std::string, void*>& addresses);

  // Forgets functions that are gone, and what was kept for them alone.
  void remove(const std::map<std::string, void*>& addresses);

  // The place of an address, if it is in a cell.
  std::optional<Frame> find(const void* address) const;

 private:
  struct Object;
  struct Function {
    std::shared_ptr<const Object> object;
    std::string symbol;
    uint64_t section;
    uint64_t offset;  // in its section
    uint64_t size;
  };

  std::map<const char*, Function> functions_;
};

// The addresses from which the exception was thrown that this thread threw last in a cell; the innermost
// first.
const std::vector<void*>& thrown_from();

// What the code of cells calls to throw.
extern "C" [[noreturn]] void hermit_cpp_throw(void* exception, void* type, void (*destroy)(void*));

}  // namespace hermit::cling_shell
