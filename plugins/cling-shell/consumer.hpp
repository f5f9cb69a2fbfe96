// Between Clang's parser and its code generator: holds back what a cell declares until all of it has been
// understood, so that a cell with an error leaves no code behind.
#pragma once

#include <functional>
#include <vector>

#include "clang.hpp"

namespace hermit::cling_shell {

// Used under the lock of the session.
class Consumer : public clang::ASTConsumer {
 public:
  // The generator receives what is passed on; it outlives this.
  explicit Consumer(clang::CodeGenerator& generator) : generator_(generator) {}

  // Called with the last statement of a cell if it lacks its semicolon: it may put another expression in its
  // place.
  std::function<void(clang::TopLevelStmtDecl*)> on_value;

  // Passes everything on to the generator.
  void flush();
  // Passes on only what later cells rely on, as `keeps` says.
  void discard(const std::function<bool(const clang::Decl*)>& keeps);
  // The functions that were asked to be instantiated since the cell began.
  std::vector<clang::FunctionDecl*> instances() const;
  // Whether a declaration is an instance of a template, which Clang makes but once.
  static bool is_instance(const clang::Decl* decl);
  // From now on everything goes straight to the generator.
  void pass_through(bool passes) { passes_ = passes; }

  void Initialize(clang::ASTContext& context) override { generator_.Initialize(context); }
  bool HandleTopLevelDecl(clang::DeclGroupRef group) override;
  void HandleInlineFunctionDefinition(clang::FunctionDecl* function) override;
  void HandleInterestingDecl(clang::DeclGroupRef group) override;
  void HandleTagDeclDefinition(clang::TagDecl* tag) override;
  void HandleTagDeclRequiredDefinition(const clang::TagDecl* tag) override;
  void HandleCXXImplicitFunctionInstantiation(clang::FunctionDecl* function) override;
  void HandleCXXStaticMemberVarInstantiation(clang::VarDecl* variable) override;
  void CompleteTentativeDefinition(clang::VarDecl* variable) override;
  void CompleteExternalDeclaration(clang::DeclaratorDecl* declaration) override;
  void AssignInheritanceModel(clang::CXXRecordDecl* record) override;
  void HandleVTable(clang::CXXRecordDecl* record) override;

 private:
  struct Step {
    const clang::Decl* decl;
    std::function<void()> pass;
  };
  void add(const clang::Decl* decl, std::function<void()> pass);

  clang::CodeGenerator& generator_;
  std::vector<Step> steps_;
  bool passes_ = true;
};

}  // namespace hermit::cling_shell
