// Each callback becomes a step to be taken later.
#include "consumer.hpp"

namespace hermit::cling_shell {

bool Consumer::is_instance(const clang::Decl* decl) {
  if (decl->isInvalidDecl()) return false;
  if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(decl))
    return clang::isTemplateInstantiation(function->getTemplateSpecializationKind());
  if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl))
    return clang::isTemplateInstantiation(variable->getTemplateSpecializationKind());
  return false;
}

void Consumer::add(const clang::Decl* decl, std::function<void()> pass) {
  if (passes_) return pass();
  steps_.push_back({decl, std::move(pass)});
}

void Consumer::flush() {
  // Code generation may instantiate no more, but it may ask for definitions, which come here again.
  passes_ = true;
  const std::vector<Step> steps = std::move(steps_);
  steps_.clear();
  for (const Step& step : steps) step.pass();
}

void Consumer::discard(const std::function<bool(const clang::Decl*)>& keeps) {
  const std::vector<Step> steps = std::move(steps_);
  steps_.clear();
  for (const Step& step : steps) {
    if (step.decl == nullptr || keeps(step.decl)) step.pass();
  }
}

std::vector<clang::FunctionDecl*> Consumer::instances() const {
  std::vector<clang::FunctionDecl*> list;
  for (const Step& step : steps_) {
    if (step.decl == nullptr || !is_instance(step.decl)) continue;
    if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(step.decl))
      list.push_back(const_cast<clang::FunctionDecl*>(function));
  }
  return list;
}

bool Consumer::HandleTopLevelDecl(clang::DeclGroupRef group) {
  if (group.isNull()) return true;
  add(*group.begin(), [this, group] { generator_.HandleTopLevelDecl(group); });
  return true;
}

void Consumer::HandleInlineFunctionDefinition(clang::FunctionDecl* function) {
  add(function, [this, function] { generator_.HandleInlineFunctionDefinition(function); });
}

void Consumer::HandleInterestingDecl(clang::DeclGroupRef group) {
  add(nullptr, [this, group] { generator_.HandleTopLevelDecl(group); });
}

void Consumer::HandleTagDeclDefinition(clang::TagDecl* tag) {
  add(tag, [this, tag] { generator_.HandleTagDeclDefinition(tag); });
}

void Consumer::HandleTagDeclRequiredDefinition(const clang::TagDecl* tag) {
  add(tag, [this, tag] { generator_.HandleTagDeclRequiredDefinition(tag); });
}

void Consumer::HandleCXXImplicitFunctionInstantiation(clang::FunctionDecl* function) {
  add(function, [this, function] { generator_.HandleCXXImplicitFunctionInstantiation(function); });
}

void Consumer::HandleCXXStaticMemberVarInstantiation(clang::VarDecl* variable) {
  add(variable, [this, variable] { generator_.HandleCXXStaticMemberVarInstantiation(variable); });
}

void Consumer::CompleteTentativeDefinition(clang::VarDecl* variable) {
  add(variable, [this, variable] { generator_.CompleteTentativeDefinition(variable); });
}

void Consumer::CompleteExternalDeclaration(clang::DeclaratorDecl* declaration) {
  add(declaration, [this, declaration] { generator_.CompleteExternalDeclaration(declaration); });
}

void Consumer::AssignInheritanceModel(clang::CXXRecordDecl* record) {
  add(record, [this, record] { generator_.AssignInheritanceModel(record); });
}

void Consumer::HandleVTable(clang::CXXRecordDecl* record) {
  add(record, [this, record] { generator_.HandleVTable(record); });
}

}  // namespace hermit::cling_shell
