// Names that give way: how a declaration of an earlier cell is put out of sight when a later cell declares
// the same name again, and back if that cell comes to nothing.
//
// What was compiled against the old entity keeps it. The new one gets an ABI tag, so that both can be linked.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "clang.hpp"
#include "diagnostics.hpp"

namespace hermit::cling_shell {

// Used under the lock of the session.
class Shadow {
 public:
  Shadow(clang::Sema& sema, clang::Parser& parser) : sema_(sema), parser_(parser) {}

  // Finds the declarations that clash with the cell's.
  std::vector<clang::NamedDecl*> find(const Clash& clash) const;

  // Puts a declaration out of sight, with what it brings along, such as enumerators.
  void hide(clang::NamedDecl* decl);
  // What hide() has done since mark() is kept, or taken back.
  void mark();
  void restore();

  // Parts of the symbols of the specialisations that were put out of sight since mark().
  const std::vector<std::string>& renewed() const { return renewed_; }

  // Takes instances out of their templates', for good: they are made anew when they are needed.
  void forget(const std::set<clang::ClassTemplateSpecializationDecl*>& instances);

  // Puts out of sight for good all that a part of the translation unit declares in a file. What comes from
  // the headers that are included there stays, since they will not be read again.
  void drop(clang::TranslationUnitDecl* part, clang::FileID file);

  // Tags what has a name that was hidden before, so that its symbol differs from the old one's. To be called
  // for each declaration of a part before code is generated for it.
  void tag(clang::Decl* decl, const std::string& tag);

 private:
  struct Hidden {
    clang::DeclContext* context;
    clang::NamedDecl* decl;
  };

  struct Undefined {
    clang::FunctionDecl* function;
    clang::Stmt* body;
  };

  bool undefine(clang::NamedDecl* decl);
  void take_specialisation(clang::ClassTemplateSpecializationDecl* decl);
  void take_from_scope(clang::NamedDecl* decl);
  void remove(clang::NamedDecl* decl);
  void drop_all(clang::DeclContext* context, clang::FileID file);
  bool was_hidden(const clang::NamedDecl* decl) const;

  clang::Sema& sema_;
  clang::Parser& parser_;
  std::vector<Hidden> hidden_;
  std::vector<Undefined> undefined_;
  std::vector<clang::ClassTemplateSpecializationDecl*> specialised_;
  std::vector<std::string> renewed_;
  std::set<std::pair<const clang::DeclContext*, clang::DeclarationName>> names_;
};

}  // namespace hermit::cling_shell
