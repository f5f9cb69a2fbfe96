// From the declarations of a cell to a module.
#include <clang/AST/DeclFriend.h>

#include "compiler.hpp"
#include "leave.hpp"

namespace hermit::cling_shell {

struct SetLinkage {
  friend constexpr auto leave(SetLinkage);
};
template struct Leave<&clang::Decl::setCachedLinkage, SetLinkage>;

// Gives internal names of a cell the linkage that lets later cells use them.
//
// Clang would make a copy of its own of an internal object for each cell that uses it.
void Compiler::publish(clang::DeclContext* context, bool unnamed) {
  constexpr auto set_linkage = leave(SetLinkage{});
  for (clang::Decl* decl : context->noload_decls()) {
    bool inside = unnamed;
    if (auto* space = llvm::dyn_cast<clang::NamespaceDecl>(decl);
        space != nullptr && space->isAnonymousNamespace()) {
      space->setDeclName(&instance_->getASTContext().Idents.get("(anonymous)"));
      inside = true;
    }
    auto* named = llvm::dyn_cast<clang::NamedDecl>(decl);
    // What was found out about linkage so far has to be found out anew.
    if (named != nullptr && inside) (named->*set_linkage)(clang::Linkage::Invalid);
    if (llvm::isa<clang::NamespaceDecl, clang::LinkageSpecDecl>(decl) ||
        (inside && llvm::isa<clang::CXXRecordDecl, clang::EnumDecl>(decl)))
      publish(llvm::cast<clang::DeclContext>(decl), inside);
    if (auto* variable = llvm::dyn_cast<clang::VarDecl>(decl)) publish(variable);
    auto* function = llvm::dyn_cast<clang::FunctionDecl>(decl);
    if (function == nullptr || llvm::isa<clang::CXXMethodDecl>(function) || function->isInvalidDecl())
      continue;
    if (function->getStorageClass() != clang::SC_Static) continue;
    function->setStorageClass(clang::SC_None);
    (function->*set_linkage)(clang::Linkage::Invalid);
  }
}

void Compiler::publish(clang::VarDecl* variable) {
  constexpr auto set_linkage = leave(SetLinkage{});
  if (variable->isInvalidDecl() || variable->isTemplated() || !variable->isFileVarDecl()) return;
  if (variable->isStaticDataMember()) return;
  if (variable->isConstexpr() || variable->isInline()) return;
  const bool is_const = variable->getType().isConstQualified() && !variable->getType().isVolatileQualified();
  if (variable->getStorageClass() == clang::SC_Static) variable->setStorageClass(clang::SC_None);
  // An object that is const is internal, unless it says that it is not.
  if (is_const && variable->hasInit()) variable->setStorageClass(clang::SC_Extern);
  (variable->*set_linkage)(clang::Linkage::Invalid);
}

// Whether a declaration is something that values may be shown by from now on.
bool Compiler::declares_looks(const clang::Decl* decl) {
  if (llvm::isa<clang::NamespaceDecl, clang::LinkageSpecDecl>(decl))
    return llvm::any_of(llvm::cast<clang::DeclContext>(decl)->noload_decls(), declares_looks);
  if (const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(decl))
    return record->hasDefinition() && llvm::any_of(record->friends(), [](const clang::FriendDecl* each) {
             return each->getFriendDecl() != nullptr && declares_looks(each->getFriendDecl());
           });
  if (const auto* made = llvm::dyn_cast<clang::FunctionTemplateDecl>(decl)) decl = made->getTemplatedDecl();
  const auto* function = llvm::dyn_cast<clang::FunctionDecl>(decl);
  if (function == nullptr) return false;
  return function->getOverloadedOperator() == clang::OO_LessLess ||
         (function->getDeclName().isIdentifier() && function->getName() == "mime_bundle_repr");
}

void Compiler::note_looks() {
  ++generation_;
  are_looks_stale_ = true;
}

// The functions that show values on demand, once more: their instances have been made with the old looks.
std::string Compiler::looks() const {
  const std::string number = std::to_string(generation_);
  return "namespace hermit { template <typename T> std::string text(const T& value) { return text_as<" +
         number +
         ">(value); } template <typename T> handle display(const T& value, std::string_view id = {}) { "
         "return "
         "display_as<" +
         number +
         ">(value, id); } template <typename T> void update(std::string_view id, const T& value) { "
         "detail::show_value<" +
         number + ">(hermit_cpp_update, value, id); } }";
}

std::optional<Unit> Compiler::generate(const Attempt& attempt) {
  Unit unit;
  unit.part = attempt.part;
  unit.file = attempt.file;
  unit.marks = attempt.marks;
  unit.has_value = attempt.has_value;
  const std::string tag = "c" + std::to_string(++units_);
  for (clang::Decl* decl : attempt.part->noload_decls()) shadow_->tag(decl, tag);
  publish(attempt.part, false);
  unit.renewed = shadow_->renewed();
  consumer_->flush();
  generator_->HandleTranslationUnit(instance_->getASTContext());
  unit.module.reset(generator_->ReleaseModule());
  unit.context = std::move(context_);
  unit.context->setOptPassGate(*halt_);
  context_ = std::make_unique<llvm::LLVMContext>();
  generator_->StartModule("unit" + std::to_string(units_), *context_);
  if (diagnostics_->has_errors() || unit.module == nullptr) return std::nullopt;
  return unit;
}

}  // namespace hermit::cling_shell
