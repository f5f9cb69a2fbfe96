// Ending a compilation that nobody wants to wait for any longer, so that the session survives it.
//
// Clang cannot be stopped from outside. But it comes by here for each token, macro, file, instance of a
// template and pass of the optimiser; and once the wish is known, it finds none of these any more, and gets
// to its end as with a cell that ends there. What it does in one go stays: the evaluation of one constant
// expression, which has a limit of steps, and the translation of one function into machine code.
#pragma once

#include <llvm/IR/OptBisect.h>

#include <atomic>
#include <vector>

#include "clang.hpp"

namespace hermit::cling_shell {

// Used under the lock of the session.
class Halt : public llvm::OptPassGate {
 public:
  // Comes to stand in the way of a compiler, which has its Sema and outlives this.
  explicit Halt(clang::CompilerInstance& instance);

  // From now on compilation ends when `wish` becomes true; it is set by any thread. NULL: never.
  void begin(const std::atomic<bool>* wish);
  // Puts back what the end of a compilation has changed. What has come stays known until the next begin().
  void end();
  // Whether compilation is to end; notes when that is known first. Never between end() and begin().
  bool comes();
  // Whether it has come since begin().
  bool has_come() const { return has_come_; }

  // Whether the parser finds the end of the file at its next token, once it has come.
  void cut(bool cuts) { cuts_ = cuts; }

  // What was being instantiated when it came, the outermost first: none of it is as it should be.
  const std::vector<clang::NamedDecl*>& spoiled() const { return spoiled_; }

  // Passes that code generation can do without; see llvm::OptPassGate.
  bool shouldRunPass(llvm::StringRef, llvm::StringRef) override { return false; }
  bool isEnabled() const override { return has_come_; }

 private:
  class Preprocessing;
  class Instances;

  clang::CompilerInstance& instance_;
  const std::atomic<bool>* wish_ = nullptr;
  bool has_come_ = false;
  bool cuts_ = false;
  unsigned depth_ = 0;  // the limits that Clang was set up with
  unsigned calls_ = 0;
  unsigned steps_ = 0;
  std::vector<clang::NamedDecl*> open_;  // what is being instantiated
  std::vector<clang::NamedDecl*> spoiled_;
  std::vector<std::pair<clang::MacroInfo*, unsigned>> emptied_;  // macros, and how many tokens they had
};

}  // namespace hermit::cling_shell
