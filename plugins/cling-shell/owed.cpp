// What a cell that came to nothing leaves: instances of templates that it has asked for, and that Clang
// believes made.
//
// Clang makes an instance when it is first asked for, and never asks again. An instance that nobody made is
// owed to the cells that follow. Functions are not made before the code of one of them calls for it: there
// may be more than anybody could wait for, which is why the cell was interrupted.
#include "compiler.hpp"

namespace hermit::cling_shell {

// Undoes an attempt that came to nothing.
void Compiler::take_back(const Attempt& attempt) {
  // The generator takes nothing while there are errors.
  instance_->getDiagnostics().Reset(/*soft=*/true);
  if (halt_->has_come()) ask_again(attempt);
  Instances classes;
  consumer_->discard([&](const clang::Decl* decl) {
    const auto& sources = instance_->getSourceManager();
    if (Consumer::is_instance(decl)) {
      if (is_sound(decl)) return true;
      if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl))
        forget_value(const_cast<clang::VarDecl&>(*variable), classes);
      return false;
    }
    return !decl->isInvalidDecl() &&
           sources.getFileID(sources.getFileLoc(decl->getLocation())) != attempt.file;
  });
  shadow_->forget(classes);
  shadow_->drop(attempt.part, attempt.file);
}

// Whether an instance of a template is as it would have been without a halt.
bool Compiler::is_sound(const clang::Decl* decl) const {
  const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl);
  if (variable == nullptr || !halt_->has_come()) return true;
  const auto* place = llvm::dyn_cast<clang::Decl>(variable->getDeclContext());
  return variable->hasInit() && !variable->getInit()->containsErrors() &&
         !llvm::is_contained(halt_->spoiled(), decl) && !llvm::is_contained(halt_->spoiled(), place);
}

// Has the value of an instance be found anew: Clang finds that of a static member once for each class.
void Compiler::forget_value(clang::VarDecl& variable, Instances& classes) {
  auto* made = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(variable.getDeclContext());
  if (made != nullptr) {
    classes.insert(made);
    return;
  }
  variable.setInit(nullptr);
  variable.setInvalidDecl(false);
}

// What was being instantiated when the compilation was halted, or was refused from then on, is instantiated
// anew when it is needed.
void Compiler::ask_again(const Attempt& attempt) {
  Instances classes;
  for (clang::NamedDecl* each : halt_->spoiled()) {
    if (auto* made = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(each)) classes.insert(made);
    if (auto* variable = llvm::dyn_cast<clang::VarDecl>(each);
        variable != nullptr && Consumer::is_instance(variable))
      forget_value(*variable, classes);
    auto* function = llvm::dyn_cast<clang::FunctionDecl>(each);
    if (function == nullptr || !function->isTemplateInstantiation()) continue;
    function->setBody(nullptr);
    function->setInvalidDecl(false);
    owe(function);
  }
  shadow_->forget(classes);
  for (clang::FunctionDecl* each : consumer_->instances()) owe(each);
  for (const auto& [owed, place] : attempt.owed) {
    if (llvm::isa<clang::FunctionDecl>(owed)) owe(owed);
  }
}

// The symbols that code may call a function by.
std::vector<std::string> Compiler::symbols_of(const clang::FunctionDecl* function) {
  std::vector<clang::GlobalDecl> ways;
  if (const auto* made = llvm::dyn_cast<clang::CXXConstructorDecl>(function)) {
    ways = {{made, clang::Ctor_Complete}, {made, clang::Ctor_Base}};
  } else if (const auto* unmade = llvm::dyn_cast<clang::CXXDestructorDecl>(function)) {
    ways = {{unmade, clang::Dtor_Deleting}, {unmade, clang::Dtor_Complete}, {unmade, clang::Dtor_Base}};
  } else {
    ways = {clang::GlobalDecl(function)};
  }
  std::vector<std::string> symbols;
  for (const clang::GlobalDecl& each : ways) symbols.push_back(generator_->GetMangledName(each).str());
  return symbols;
}

void Compiler::owe(clang::ValueDecl* instance) {
  auto* function = llvm::dyn_cast<clang::FunctionDecl>(instance);
  if (function == nullptr) {
    owed_instances_.emplace_back(instance, instance->getLocation());
    return;
  }
  if (function->isDefined() || function->isInvalidDecl() || function->isDependentContext()) return;
  for (std::string& symbol : symbols_of(function)) owed_functions_[std::move(symbol)] = function;
}

// Has the next attempt make what is owed to this code. Returns false when nothing is.
bool Compiler::ask_for_owed(const llvm::Module& module) {
  if (owed_functions_.empty()) return false;
  std::set<clang::FunctionDecl*> wanted;
  for (const llvm::Function& function : module) {
    if (!function.isDeclaration()) continue;
    const auto found = owed_functions_.find(function.getName().str());
    if (found != owed_functions_.end()) wanted.insert(found->second);
  }
  bool asks = false;
  for (clang::FunctionDecl* each : wanted) {
    for (const std::string& symbol : symbols_of(each)) owed_functions_.erase(symbol);
    if (each->isDefined()) continue;
    owed_instances_.emplace_back(each, each->getPointOfInstantiation());
    asks = true;
  }
  return asks;
}

}  // namespace hermit::cling_shell
