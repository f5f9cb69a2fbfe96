// Works on the lookup tables of Clang's contexts, which is where later cells look for names.
#include "shadow.hpp"

#include <map>

#include "leave.hpp"

namespace hermit::cling_shell {

struct Specialisations {
  friend constexpr auto leave(Specialisations);
};
template struct Leave<&clang::ClassTemplateDecl::getSpecializations, Specialisations>;

namespace {

using clang::Decl;
using clang::DeclContext;
using clang::NamedDecl;

// The contexts whose members a cell can see without qualifying more than the context's name.
bool is_open(const Decl* decl) {
  return llvm::isa<clang::NamespaceDecl, clang::LinkageSpecDecl, clang::ExportDecl>(decl);
}

NamedDecl* templated(NamedDecl* decl) {
  if (auto* made = llvm::dyn_cast<clang::TemplateDecl>(decl)) return made->getTemplatedDecl();
  return decl;
}

// Whether a declaration is what a diagnostic has pointed at.
bool is_at(NamedDecl* decl, clang::SourceLocation place) {
  if (decl->getLocation() == place) return true;
  NamedDecl* inner = templated(decl);
  if (inner != nullptr && inner->getLocation() == place) return true;
  const auto* function = llvm::dyn_cast_or_null<clang::FunctionDecl>(inner);
  if (function == nullptr) return false;
  const auto has_place = [&](const clang::ParmVarDecl* each) { return each->getLocation() == place; };
  return llvm::any_of(function->parameters(), has_place);
}

void find_at(DeclContext* context, clang::SourceLocation place, std::vector<NamedDecl*>& found) {
  for (Decl* decl : context->noload_decls()) {
    if (auto* named = llvm::dyn_cast<NamedDecl>(decl); named != nullptr && is_at(named, place))
      found.push_back(named);
    if (auto* tag = llvm::dyn_cast<clang::EnumDecl>(decl)) find_at(tag, place, found);
    if (is_open(decl)) find_at(llvm::cast<DeclContext>(decl), place, found);
  }
}

NamedDecl* outermost(NamedDecl* decl) {
  if (auto* function = llvm::dyn_cast<clang::FunctionDecl>(decl)) {
    if (auto* made = function->getDescribedFunctionTemplate()) return made;
  }
  if (auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(decl)) {
    if (auto* made = record->getDescribedClassTemplate()) return made;
  }
  if (auto* variable = llvm::dyn_cast<clang::VarDecl>(decl)) {
    if (auto* made = variable->getDescribedVarTemplate()) return made;
  }
  if (auto* alias = llvm::dyn_cast<clang::TypeAliasDecl>(decl)) {
    if (auto* made = alias->getDescribedAliasTemplate()) return made;
  }
  return decl;
}

void remove_from(DeclContext* context, NamedDecl* decl) {
  clang::StoredDeclsMap* map = context->getLookupPtr();
  if (map == nullptr) return;
  const auto entry = map->find(decl->getDeclName());
  if (entry != map->end() && llvm::is_contained(entry->second.getLookupResult(), decl))
    entry->second.remove(decl);
}

}  // namespace

std::vector<NamedDecl*> Shadow::find(const Clash& clash) const {
  std::vector<NamedDecl*> found;
  clang::ASTContext& context = sema_.getASTContext();
  for (auto* part : context.getTranslationUnitDecl()->redecls()) find_at(part, clash.previous, found);
  if (found.empty()) {
    // It comes from a header that was precompiled, so it is in no part.
    const std::string name =
        clang::Lexer::getSourceText(clang::CharSourceRange::getTokenRange(clash.previous),
                                    sema_.getSourceManager(), sema_.getLangOpts())
            .str();
    if (name.empty()) return found;
    DeclContext* global = context.getTranslationUnitDecl()->getPrimaryContext();
    for (NamedDecl* decl : global->lookup(&context.Idents.get(name))) {
      if (decl->getLocation() == clash.previous) found.push_back(decl);
    }
  }
  for (NamedDecl*& decl : found) decl = outermost(decl);
  return found;
}

void Shadow::take_from_scope(NamedDecl* decl) {
  for (clang::Scope* scope = parser_.getCurScope(); scope != nullptr; scope = scope->getParent())
    scope->RemoveDecl(decl);
  auto& resolver = sema_.IdResolver;
  for (auto at = resolver.begin(decl->getDeclName()); at != resolver.end(); ++at) {
    if (*at != decl) continue;
    resolver.RemoveDecl(decl);
    return;
  }
}

void Shadow::remove(NamedDecl* decl) {
  if (!decl->getDeclName()) return;
  take_from_scope(decl);
  DeclContext* context = decl->getDeclContext()->getRedeclContext()->getPrimaryContext();
  remove_from(sema_.getASTContext().getExternCContextDecl(), decl);
  // What is inside a transparent context can be seen from outside, too.
  for (DeclContext* each = context; each != nullptr; each = each->getParent()) {
    remove_from(each->getPrimaryContext(), decl);
    if (!each->isTransparentContext() && !each->isInlineNamespace()) break;
  }
}

// Takes a specialisation, in whichever of its declarations, out of its template's.
void Shadow::take_specialisation(clang::ClassTemplateSpecializationDecl* decl) {
  constexpr auto specialisations = leave(Specialisations{});
  auto& set = (decl->getSpecializedTemplate()->*specialisations)();
  std::vector<clang::ClassTemplateSpecializationDecl*> others;
  for (auto& each : set) {
    const bool is_meant = each.getCanonicalDecl() == decl->getCanonicalDecl();
    (is_meant ? specialised_ : others).push_back(&each);
  }
  set.clear();
  for (auto* each : others) set.InsertNode(each);
}

// What belongs to something that stays cannot be put out of sight itself: it loses its definition.
bool Shadow::undefine(NamedDecl* decl) {
  if (auto* made = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(decl)) {
    take_specialisation(made);
    std::unique_ptr<clang::MangleContext> mangler(sema_.getASTContext().createMangleContext());
    std::string symbol;
    llvm::raw_string_ostream stream(symbol);
    mangler->mangleCXXRTTIName(sema_.getASTContext().getRecordType(made), stream);
    // "_ZTS", and "N" with its "E" around a nested name, are not in the symbols of the members.
    symbol = symbol.substr(4);
    if (symbol.starts_with("N")) symbol = symbol.substr(1, symbol.size() - 2);
    renewed_.push_back(symbol);
    return true;
  }
  auto* function = llvm::dyn_cast<clang::FunctionDecl>(decl);
  if (function == nullptr) return false;
  const bool is_member = llvm::isa<clang::CXXMethodDecl>(function) && function->isOutOfLine();
  if (!is_member && function->getTemplateSpecializationKind() != clang::TSK_ExplicitSpecialization)
    return false;
  undefined_.push_back({function, function->getBody()});
  function->setBody(nullptr);
  return true;
}

void Shadow::mark() {
  hidden_.clear();
  undefined_.clear();
  specialised_.clear();
  renewed_.clear();
}

void Shadow::hide(NamedDecl* decl) {
  if (undefine(decl)) return;
  DeclContext* context = decl->getDeclContext()->getRedeclContext()->getPrimaryContext();
  std::vector<NamedDecl*> all;
  for (Decl* each : decl->redecls()) {
    if (auto* named = llvm::dyn_cast<NamedDecl>(each)) all.push_back(named);
  }
  if (auto* enumeration = llvm::dyn_cast<clang::EnumDecl>(decl);
      enumeration != nullptr && !enumeration->isScoped()) {
    for (auto* enumerator : enumeration->enumerators()) all.push_back(enumerator);
  }
  for (NamedDecl* each : all) {
    remove(each);
    hidden_.push_back({context, each});
    names_.insert({context, each->getDeclName()});
  }
}

void Shadow::restore() {
  for (const Hidden& hidden : hidden_) {
    if (hidden.decl->getDeclName()) hidden.context->makeDeclVisibleInContext(hidden.decl);
  }
  for (const Undefined& each : undefined_) each.function->setBody(each.body);
  for (auto* each : specialised_) {
    constexpr auto specialisations = leave(Specialisations{});
    (each->getSpecializedTemplate()->*specialisations)().InsertNode(each);
  }
  mark();
}

void Shadow::forget(const std::set<clang::ClassTemplateSpecializationDecl*>& instances) {
  // A set of instances can only be made anew as a whole, and an interrupt may leave a hundred thousand.
  std::map<clang::ClassTemplateDecl*, std::set<const Decl*>> gone;
  for (auto* each : instances)
    gone[each->getSpecializedTemplate()->getCanonicalDecl()].insert(each->getCanonicalDecl());
  for (const auto& [from, decls] : gone) {
    constexpr auto specialisations = leave(Specialisations{});
    auto& set = (from->*specialisations)();
    std::vector<clang::ClassTemplateSpecializationDecl*> others;
    for (auto& each : set) {
      if (decls.count(each.getCanonicalDecl()) == 0) others.push_back(&each);
    }
    set.clear();
    for (auto* each : others) set.InsertNode(each);
  }
}

void Shadow::drop_all(DeclContext* context, clang::FileID file) {
  const clang::SourceManager& sources = sema_.getSourceManager();
  for (Decl* decl : context->noload_decls()) {
    if (is_open(decl)) drop_all(llvm::cast<DeclContext>(decl), file);
    if (sources.getFileID(sources.getFileLoc(decl->getLocation())) != file) continue;
    if (auto* tag = llvm::dyn_cast<clang::EnumDecl>(decl)) drop_all(tag, file);
    // A namespace that earlier cells have opened too goes on, without what this cell added.
    if (auto* space = llvm::dyn_cast<clang::NamespaceDecl>(decl); space != nullptr && !space->isFirstDecl())
      continue;
    auto* made = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(decl);
    if (made != nullptr && made->isExplicitSpecialization()) forget({made});
    if (auto* function = llvm::dyn_cast<clang::FunctionDecl>(decl);
        function != nullptr && function->isThisDeclarationADefinition() &&
        function->getPreviousDecl() != nullptr)
      function->setBody(nullptr);
    auto* named = llvm::dyn_cast<NamedDecl>(decl);
    if (named == nullptr) continue;
    remove(named);
    // A class that got stuck in its definition cannot be gone on with, under its earlier declaration either.
    if (auto* tag = llvm::dyn_cast_if_present<clang::TagDecl>(templated(named));
        tag != nullptr && tag->isThisDeclarationADefinition())
      continue;
    // What it only declared again is seen again.
    auto* previous = llvm::dyn_cast_or_null<NamedDecl>(named->getPreviousDecl());
    while (previous != nullptr && sources.getFileID(sources.getFileLoc(previous->getLocation())) == file)
      previous = llvm::dyn_cast_or_null<NamedDecl>(previous->getPreviousDecl());
    if (previous != nullptr && previous->getDeclName())
      previous->getDeclContext()->getRedeclContext()->getPrimaryContext()->makeDeclVisibleInContext(previous);
  }
}

void Shadow::drop(clang::TranslationUnitDecl* part, clang::FileID file) { drop_all(part, file); }

bool Shadow::was_hidden(const NamedDecl* decl) const {
  const DeclContext* context = decl->getDeclContext()->getRedeclContext()->getPrimaryContext();
  return names_.count({context, decl->getDeclName()}) != 0;
}

void Shadow::tag(Decl* decl, const std::string& tag) {
  if (is_open(decl)) {
    for (Decl* inner : llvm::cast<DeclContext>(decl)->noload_decls()) this->tag(inner, tag);
    return;
  }
  auto* named = llvm::dyn_cast<NamedDecl>(decl);
  if (named == nullptr || !named->getDeclName() || !was_hidden(named)) return;
  NamedDecl* target = templated(named);
  if (target == nullptr || target->hasAttr<clang::AbiTagAttr>()) return;
  clang::ASTContext& context = sema_.getASTContext();
  if (auto* function = llvm::dyn_cast<clang::FunctionDecl>(target);
      function != nullptr && function->isExternC()) {
    function->addAttr(
        clang::AsmLabelAttr::CreateImplicit(context, function->getName().str() + "." + tag, true));
    return;
  }
  llvm::StringRef tags[] = {tag};
  target->addAttr(clang::AbiTagAttr::CreateImplicit(context, tags, 1));
}

}  // namespace hermit::cling_shell
