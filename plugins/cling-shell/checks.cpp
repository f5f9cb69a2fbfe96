// A load, a comparison and a branch that is hardly ever taken, at the head of each loop.
#include "checks.hpp"

#include <llvm/Analysis/CFG.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstrTypes.h>
#include <llvm/IR/MDBuilder.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>

#include "clang.hpp"

namespace hermit::cling_shell {
namespace {

constexpr const char* may_throw = "hermit-may-throw";

// Whether its loops look at the flag already.
bool looks(const llvm::Function& function, const llvm::GlobalVariable& flag) {
  return llvm::any_of(flag.users(), [&](const llvm::User* user) {
    const auto* instruction = llvm::dyn_cast<llvm::Instruction>(user);
    return instruction != nullptr && instruction->getFunction() == &function;
  });
}

void add_checks(llvm::Function& function, llvm::GlobalVariable& flag, llvm::FunctionCallee check) {
  if (looks(function, flag)) return;
  llvm::SmallVector<std::pair<const llvm::BasicBlock*, const llvm::BasicBlock*>, 8> edges;
  llvm::FindFunctionBackedges(function, edges);
  llvm::SmallPtrSet<llvm::BasicBlock*, 8> heads;
  for (const auto& edge : edges) heads.insert(const_cast<llvm::BasicBlock*>(edge.second));
  for (llvm::BasicBlock* head : heads) {
    // A head that catches exceptions cannot be split where it begins.
    if (head->isEHPad()) continue;
    llvm::IRBuilder<> builder(head, head->getFirstInsertionPt());
    auto* load = builder.CreateLoad(builder.getInt32Ty(), &flag, /*isVolatile=*/true);
    llvm::Value* is_set = builder.CreateICmpNE(load, builder.getInt32(0));
    llvm::Instruction* then = llvm::SplitBlockAndInsertIfThen(
        is_set, llvm::cast<llvm::Instruction>(is_set)->getNextNode()->getIterator(), /*Unreachable=*/false,
        llvm::MDBuilder(function.getContext()).createBranchWeights(1, 1 << 20));
    auto* call = llvm::CallInst::Create(check, "", then->getIterator());
    // A call in a function that has debug information needs a place in it.
    if (auto* program = function.getSubprogram())
      call->setDebugLoc(llvm::DILocation::get(function.getContext(), program->getLine(), 0, program));
  }
}

}  // namespace

void note_throwing(llvm::Module& module) {
  for (llvm::Function& function : module) {
    if (!function.isDeclaration() && !function.doesNotThrow()) function.addFnAttr(may_throw);
  }
}

void add_checks(llvm::Module& module) {
  auto* number = llvm::Type::getInt32Ty(module.getContext());
  auto* flag = llvm::dyn_cast<llvm::GlobalVariable>(module.getOrInsertGlobal("hermit_cpp_flag", number));
  const llvm::FunctionCallee check =
      module.getOrInsertFunction("hermit_cpp_check", llvm::Type::getVoidTy(module.getContext()));
  if (flag == nullptr) return;
  for (llvm::Function& function : module) {
    if (function.isDeclaration() || function.hasAvailableExternallyLinkage()) continue;
    if (!function.hasFnAttribute(may_throw)) continue;
    add_checks(function, *flag, check);
    if (!function.doesNotThrow()) continue;
    function.removeFnAttr(llvm::Attribute::NoUnwind);
    for (llvm::User* user : function.users()) {
      auto* call = llvm::dyn_cast<llvm::CallBase>(user);
      if (call != nullptr) call->removeFnAttr(llvm::Attribute::NoUnwind);
    }
  }
}

}  // namespace hermit::cling_shell
