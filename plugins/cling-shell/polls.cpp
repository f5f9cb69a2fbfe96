// Walks statements and gives each loop a body that begins with a call of the prelude's.
#include "polls.hpp"

namespace hermit::cling_shell {
namespace {

class Walker {
 public:
  explicit Walker(clang::Sema& sema) : sema_(sema) {}

  void walk(clang::Decl* decl) {
    if (auto* made = llvm::dyn_cast<clang::TemplateDecl>(decl)) {
      if (made->getTemplatedDecl() != nullptr) walk(made->getTemplatedDecl());
    } else if (auto* function = llvm::dyn_cast<clang::FunctionDecl>(decl)) {
      // What leaves a function that lets nothing out would end the process.
      const auto* type = function->getType()->getAs<clang::FunctionProtoType>();
      const bool lets_out = !llvm::isa<clang::CXXDestructorDecl>(function) && type != nullptr &&
                            !clang::isNoexceptExceptionSpec(type->getExceptionSpecType());
      if (lets_out && function->doesThisDeclarationHaveABody()) walk(function->getBody());
    } else if (auto* variable = llvm::dyn_cast<clang::VarDecl>(decl)) {
      if (variable->hasInit()) walk(variable->getInit());
    } else if (auto* statement = llvm::dyn_cast<clang::TopLevelStmtDecl>(decl)) {
      walk(statement->getStmt());
    } else if (llvm::isa<clang::NamespaceDecl, clang::LinkageSpecDecl, clang::CXXRecordDecl>(decl)) {
      for (clang::Decl* inner : llvm::cast<clang::DeclContext>(decl)->noload_decls()) walk(inner);
    }
  }

 private:
  void walk(clang::Stmt* statement) {
    if (statement == nullptr) return;
    if (auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(statement)) return walk(lambda->getBody());
    // A local class has functions of its own.
    if (auto* declared = llvm::dyn_cast<clang::DeclStmt>(statement)) {
      for (clang::Decl* decl : declared->decls()) {
        if (llvm::isa<clang::CXXRecordDecl>(decl)) walk(decl);
      }
    }
    for (clang::Stmt* child : statement->children()) walk(child);
    if (auto* loop = llvm::dyn_cast<clang::ForStmt>(statement)) loop->setBody(with_poll(loop->getBody()));
    if (auto* loop = llvm::dyn_cast<clang::WhileStmt>(statement)) loop->setBody(with_poll(loop->getBody()));
    if (auto* loop = llvm::dyn_cast<clang::DoStmt>(statement)) loop->setBody(with_poll(loop->getBody()));
    if (auto* loop = llvm::dyn_cast<clang::CXXForRangeStmt>(statement))
      loop->setBody(with_poll(loop->getBody()));
  }

  clang::Stmt* with_poll(clang::Stmt* body) {
    clang::ASTContext& context = sema_.getASTContext();
    const clang::SourceLocation place = body == nullptr ? clang::SourceLocation() : body->getBeginLoc();
    clang::LookupResult found(sema_, &context.Idents.get("hermit_cpp_poll"), place,
                              clang::Sema::LookupOrdinaryName);
    sema_.LookupQualifiedName(found, context.getTranslationUnitDecl());
    auto* poll = found.getAsSingle<clang::FunctionDecl>();
    if (body == nullptr || poll == nullptr) return body;
    clang::Expr* function = sema_.BuildDeclRefExpr(poll, poll->getType(), clang::VK_LValue,
                                                   clang::DeclarationNameInfo(poll->getDeclName(), place));
    clang::ExprResult call = sema_.BuildCallExpr(nullptr, function, place, {}, place);
    if (call.isInvalid()) return body;
    clang::Stmt* both[] = {call.get(), body};
    return clang::CompoundStmt::Create(context, both, clang::FPOptionsOverride(), place, body->getEndLoc());
  }

  clang::Sema& sema_;
};

}  // namespace

void add_polls(clang::Sema& sema, clang::Decl* decl) { Walker(sema).walk(decl); }

}  // namespace hermit::cling_shell
