// From a module to machine code in an object file.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "clang.hpp"

namespace llvm {
class TargetMachine;
}

namespace hermit::cling_shell {

// Used under the lock of the session.
class Emitter {
 public:
  // Code for this machine, as far as `instance` was told to use it.
  explicit Emitter(clang::CompilerInstance& instance);
  ~Emitter();

  // Optimises the module as for -O`level`. Passes that can be done without are left out once `stops` says so.
  void optimise(llvm::Module& module, int level, const std::function<bool()>& stops);
  // Makes it an object file.
  std::unique_ptr<llvm::MemoryBuffer> object(llvm::Module& module, int level);

 private:
  std::unique_ptr<llvm::TargetMachine> machine_;
};

}  // namespace hermit::cling_shell
