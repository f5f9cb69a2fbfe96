// What a compiler knows by name: enumerators, what cells have declared, what a failed cell leaves without a
// value.
#include <clang/Lex/HeaderSearch.h>
#include <llvm/ADT/StringExtras.h>

#include "compiler.hpp"

namespace hermit::cling_shell {
namespace {

// What a declaration without a type is, in the words of C++: "struct", "class template", "namespace".
std::string kind_of(const clang::NamedDecl& named) {
  if (const auto* tag = llvm::dyn_cast<clang::TagDecl>(&named)) return tag->getKindName().str();
  std::string words;
  for (const char letter : llvm::StringRef(named.getDeclKindName())) {
    if (llvm::isUpper(letter) && !words.empty()) words += ' ';
    words += llvm::toLower(letter);
  }
  return words;
}

}  // namespace

std::string Compiler::enumerator(const std::string& type, long long value) {
  clang::ASTContext& context = instance_->getASTContext();
  clang::DeclContext* place = context.getTranslationUnitDecl()->getPrimaryContext();
  llvm::SmallVector<llvm::StringRef, 4> names;
  llvm::StringRef(type).split(names, "::");
  clang::EnumDecl* found = nullptr;
  for (llvm::StringRef name : names) {
    name = name.substr(0, name.find("[abi:"));
    if (place == nullptr) return "";
    clang::DeclContext* next = nullptr;
    for (clang::NamedDecl* decl : place->lookup(&context.Idents.get(name))) {
      if (auto* tag = llvm::dyn_cast<clang::TagDecl>(decl)) next = tag;
      if (auto* space = llvm::dyn_cast<clang::NamespaceDecl>(decl)) next = space;
      found = llvm::dyn_cast<clang::EnumDecl>(decl);
    }
    place = next;
  }
  if (found == nullptr) return "";
  for (const clang::EnumConstantDecl* each : found->enumerators()) {
    if (each->getInitVal().getExtValue() != value) continue;
    return found->isScoped() ? found->getName().str() + "::" + each->getName().str() : each->getName().str();
  }
  return "";
}

void Compiler::drop_after(const Unit& unit, size_t reached) {
  shadow_->mark();
  for (size_t at = reached; at < unit.marks.size(); ++at) {
    for (clang::NamedDecl* decl : unit.marks[at]) shadow_->hide(decl);
  }
  shadow_->mark();
}

bool Compiler::add_include_path(const std::string& path) {
  auto folder = instance_->getFileManager().getOptionalDirectoryRef(path);
  if (!folder) return false;
  auto& search = instance_->getPreprocessor().getHeaderSearchInfo();
  search.AddSearchPath(clang::DirectoryLookup(*folder, clang::SrcMgr::C_User, false), /*isAngled=*/true);
  return true;
}

std::vector<std::pair<std::string, std::string>> Compiler::declared() {
  clang::ASTContext& context = instance_->getASTContext();
  clang::SourceManager& sources = instance_->getSourceManager();
  clang::DeclContext* global = context.getTranslationUnitDecl()->getPrimaryContext();
  std::vector<std::pair<std::string, std::string>> list;
  for (clang::TranslationUnitDecl* part : context.getTranslationUnitDecl()->redecls()) {
    for (clang::Decl* decl : part->noload_decls()) {
      auto* named = llvm::dyn_cast<clang::NamedDecl>(decl);
      if (named == nullptr || !named->getDeclName().isIdentifier() || named->getName().empty() ||
          named->isImplicit())
        continue;
      const llvm::StringRef file = sources.getBufferName(sources.getFileLoc(named->getLocation()));
      if (!file.starts_with("cell [") || !llvm::is_contained(global->lookup(named->getDeclName()), named))
        continue;
      std::string type = kind_of(*named);
      if (const auto* value = llvm::dyn_cast<clang::ValueDecl>(named))
        type = value->getType().getAsString(context.getPrintingPolicy());
      list.emplace_back(named->getNameAsString(), type);
    }
  }
  llvm::sort(list);
  return list;
}

}  // namespace hermit::cling_shell
