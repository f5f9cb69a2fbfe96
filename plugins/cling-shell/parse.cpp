// A cell from its text to declarations, and what is put into it on the way.
#include <clang/Sema/EnterExpressionEvaluationContext.h>

#include "compiler.hpp"
#include "polls.hpp"
#include "returns.hpp"

namespace hermit::cling_shell {
namespace {

// Whether the assembly that begins there has qualifiers or operands, which only a statement can have. At file
// level there may be but a text.
bool is_asm_statement(const std::vector<clang::Token>& tokens, size_t at) {
  namespace tok = clang::tok;
  if (!tokens[at].is(tok::kw_asm)) return false;
  if (at + 1 < tokens.size() && tokens[at + 1].isNot(tok::l_paren)) return true;
  for (; at < tokens.size() && tokens[at].isNot(tok::semi); ++at) {
    if (tokens[at].isOneOf(tok::colon, tok::coloncolon)) return true;
  }
  return false;
}

void put_bracket(std::vector<clang::Token>& tokens, size_t before, clang::tok::TokenKind kind) {
  clang::Token bracket = tokens[before];
  bracket.setKind(kind);
  bracket.setIdentifierInfo(nullptr);
  bracket.setLength(0);
  tokens.insert(tokens.begin() + static_cast<std::ptrdiff_t>(before), bracket);
}

// Puts brackets around the last statement, whose semicolon was left out. So it is an expression, though it
// looks like a declaration: `std::pair(1, 2)`.
void enclose_last(std::vector<clang::Token>& tokens) {
  namespace tok = clang::tok;
  if (tokens.size() < 3) return;
  const size_t end = tokens.size() - 2;  // the semicolon, with the end of the file behind it
  size_t begin = 0;
  unsigned depth = 0;
  for (size_t at = 0; at < end; ++at) {
    if (tokens[at].isOneOf(tok::l_brace, tok::l_paren, tok::l_square)) ++depth;
    if (tokens[at].isOneOf(tok::r_brace, tok::r_paren, tok::r_square) && depth > 0) --depth;
    if (depth == 0 && tokens[at].isOneOf(tok::semi, tok::r_brace)) begin = at + 1;
  }
  put_bracket(tokens, end, tok::r_paren);
  put_bracket(tokens, begin, tok::l_paren);
}

// Changes what Clang would not take outside of functions, though in a cell it means something.
//
// A lambda there may not capture all that is around it: there is nothing to capture, so `[&]` becomes `[]`.
// And nothing may begin with a sign: brackets go around such an expression. Assembly that uses objects
// becomes a block.
void adapt(std::vector<clang::Token>& tokens) {
  namespace tok = clang::tok;
  const std::vector<clang::Token> given = std::move(tokens);
  tokens.clear();
  unsigned braces = 0;
  unsigned others = 0;
  bool has_sign = false;
  bool has_asm = false;
  bool begins = true;
  const auto bracket = [&](const clang::Token& at, tok::TokenKind kind) {
    tokens.push_back(at);
    tokens.back().setKind(kind);
    tokens.back().setIdentifierInfo(nullptr);
    tokens.back().setLength(0);
  };
  for (size_t at = 0; at < given.size(); ++at) {
    const clang::Token& token = given[at];
    if (begins && token.isOneOf(tok::plus, tok::minus)) {
      has_sign = true;
      bracket(token, tok::l_paren);
    }
    if (begins && is_asm_statement(given, at)) {
      has_asm = true;
      bracket(token, tok::l_brace);
    }
    if (token.is(tok::l_brace)) ++braces;
    if (token.is(tok::r_brace) && braces > 0) --braces;
    if (token.isOneOf(tok::l_paren, tok::l_square)) ++others;
    if (token.isOneOf(tok::r_paren, tok::r_square) && others > 0) --others;
    if (has_sign && braces == 0 && others == 0 && token.is(tok::semi)) {
      has_sign = false;
      bracket(token, tok::r_paren);
    }
    begins = braces == 0 && others == 0 && token.is(tok::semi);
    tokens.push_back(token);
    if (has_asm && token.is(tok::semi)) {
      has_asm = false;
      bracket(token, tok::r_brace);
    }
    const bool captures = braces == 0 && token.is(tok::l_square) && at + 2 < given.size() &&
                          given[at + 1].isOneOf(tok::amp, tok::equal) &&
                          given[at + 2].isOneOf(tok::r_square, tok::comma);
    if (!captures) continue;
    at += given[at + 2].is(tok::comma) ? 2 : 1;
  }
}

}  // namespace

// Whether a type has to do with something that cells declare, and that they may declare more about.
bool Compiler::is_of_cells(clang::QualType type) {
  type = type.getCanonicalType().getNonReferenceType();
  if (const auto* array = llvm::dyn_cast<clang::ArrayType>(type.getTypePtr()))
    return is_of_cells(array->getElementType());
  if (type->isPointerType()) return is_of_cells(type->getPointeeType());
  const clang::TagDecl* tag = type->getAsTagDecl();
  if (tag == nullptr) return false;
  if (const auto* made = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(tag)) {
    for (const clang::TemplateArgument& each : made->getTemplateArgs().asArray()) {
      if (each.getKind() == clang::TemplateArgument::Type && is_of_cells(each.getAsType())) return true;
      if (each.getKind() != clang::TemplateArgument::Pack) continue;
      for (const clang::TemplateArgument& inner : each.pack_elements()) {
        if (inner.getKind() == clang::TemplateArgument::Type && is_of_cells(inner.getAsType())) return true;
      }
    }
  }
  return !tag->isInStdNamespace();
}

// Clang tells once what is wrong with an instance of a template, and where it comes upon it again it says
// nothing. What it has told of one that a halt left half made nobody has seen.
void Compiler::refuse_ruins(clang::SourceLocation place) {
  if (diagnostics_->has_errors() || halt_->comes()) return;
  auto& said = instance_->getDiagnostics();
  const unsigned error =
      said.getCustomDiagID(clang::DiagnosticsEngine::Error,
                           "an interrupted cell has left an instance of a template half made that this "
                           "needs; run the cell with the template again");
  said.Report(place, error);
}

// Puts a call of the prelude's function around the expression.
void Compiler::show_value(clang::TopLevelStmtDecl* statement, std::string_view shown, Attempt& attempt) {
  auto* value = llvm::dyn_cast_or_null<clang::Expr>(statement->getStmt());
  if (shown.empty() || value == nullptr || value->getType()->isVoidType()) return;
  if (value->isTypeDependent()) return refuse_ruins(value->getBeginLoc());
  clang::Sema& sema = instance_->getSema();
  clang::ASTContext& context = sema.getASTContext();
  const clang::SourceLocation place = value->getBeginLoc();
  clang::LookupResult found(sema, &context.Idents.get(llvm::StringRef(shown.data(), shown.size())), place,
                            clang::Sema::LookupOrdinaryName);
  sema.LookupQualifiedName(found, context.getTranslationUnitDecl());
  if (found.empty()) return;
  const bool cleans = llvm::isa<clang::ExprWithCleanups>(value);
  if (cleans) value = llvm::cast<clang::ExprWithCleanups>(value)->getSubExpr();
  clang::CXXScopeSpec scope;
  clang::TemplateArgumentListInfo arguments(place, place);
  const unsigned generation = is_of_cells(value->getType()) ? generation_ : 0;
  const clang::TemplateArgument number(context, llvm::APSInt::get(generation).extOrTrunc(32), context.IntTy);
  arguments.addArgument(sema.getTrivialTemplateArgumentLoc(number, context.IntTy, place));
  clang::ExprResult function =
      sema.BuildTemplateIdExpr(scope, place, found, /*RequiresADL=*/false, &arguments);
  if (function.isInvalid()) return;
  if (cleans) sema.Cleanup.setExprNeedsCleanups(true);
  clang::Expr* passed[] = {value};
  clang::ExprResult call =
      sema.ActOnCallExpr(parser_->getCurScope(), function.get(), place, passed, value->getEndLoc());
  if (call.isInvalid()) return refuse_ruins(place);
  call = sema.ActOnFinishFullExpr(call.get(), /*DiscardedValue=*/false);
  if (call.isInvalid()) return refuse_ruins(place);
  statement->setStmt(call.get());
  attempt.has_value = true;
}

// Preprocesses the cell and hands its tokens to the parser.
//
// The parser sees the end of a file after them, which it can always cope with; the token that stands for the
// end of an interpreter's input makes it loop where a bracket is open. And a semicolon that is left out at
// the end is put there, whatever it is that lacks it.
void Compiler::feed(Attempt& attempt, const std::string& name, std::string_view code, bool encloses) {
  clang::Preprocessor& preprocessor = instance_->getPreprocessor();
  std::string text(code);
  text += '\n';
  attempt.file = instance_->getSourceManager().createFileID(llvm::MemoryBuffer::getMemBufferCopy(text, name));
  preprocessor.EnterSourceFile(attempt.file, nullptr, clang::SourceLocation());
  std::vector<clang::Token> tokens;
  // Meanwhile the end of the cell is that of a file: at the other kind of end a macro call that is not closed
  // would take in tokens for ever.
  auto& language = instance_->getLangOpts();
  language.IncrementalExtensions = false;
  for (clang::Token token;;) {
    preprocessor.Lex(token);
    if (token.isOneOf(clang::tok::eof, clang::tok::annot_repl_input_end)) {
      attempt.lacks_semicolon = !tokens.empty() && tokens.back().isNot(clang::tok::semi);
      clang::Token end;
      end.startToken();
      end.setLocation(token.getLocation());
      if (attempt.lacks_semicolon) {
        end.setKind(clang::tok::semi);
        end.setLocation(tokens.back().getEndLoc().isValid() && !tokens.back().isAnnotation()
                            ? tokens.back().getEndLoc()
                            : token.getLocation());
        tokens.push_back(end);
      }
      end.setKind(clang::tok::eof);
      tokens.push_back(end);
      break;
    }
    tokens.push_back(token);
  }
  language.IncrementalExtensions = true;
  auto& said = instance_->getDiagnostics();
  const unsigned error = said.getCustomDiagID(
      clang::DiagnosticsEngine::Error,
      "a cell has nothing to return from; its value is its last expression, without a semicolon");
  for (const clang::SourceLocation place : returns_from_nothing(tokens)) said.Report(place, error);
  adapt(tokens);
  if (encloses && attempt.lacks_semicolon) enclose_last(tokens);
  auto stream = std::make_unique<clang::Token[]>(tokens.size());
  std::copy(tokens.begin(), tokens.end(), stream.get());
  preprocessor.EnterTokenStream(std::move(stream), tokens.size(), /*DisableMacroExpansion=*/true,
                                /*IsReinject=*/false);
}

// After what code initialises comes a call that counts, so that it is known what a cell that throws has left
// without a value.
void Compiler::add_mark(Attempt& attempt, clang::DeclGroupRef declared) {
  clang::Sema& sema = instance_->getSema();
  clang::ASTContext& context = sema.getASTContext();
  std::vector<clang::NamedDecl*> group;
  for (clang::Decl* decl : declared) {
    auto* variable = llvm::dyn_cast<clang::VarDecl>(decl);
    if (variable == nullptr || variable->isInvalidDecl() || variable->isTemplated() ||
        variable->isConstexpr())
      continue;
    const bool is_class = variable->getType()->getBaseElementTypeUnsafe()->isRecordType();
    if (!is_class && (!variable->hasInit() || variable->getInit()->isConstantInitializer(context, false)))
      continue;
    group.push_back(variable);
    if (auto* parts = llvm::dyn_cast<clang::DecompositionDecl>(variable)) {
      for (auto* part : parts->bindings()) group.push_back(part);
    }
  }
  if (group.empty()) return;
  clang::LookupResult found(sema, &context.Idents.get("hermit_cpp_mark"), clang::SourceLocation(),
                            clang::Sema::LookupOrdinaryName);
  sema.LookupQualifiedName(found, context.getTranslationUnitDecl());
  if (found.empty()) return;
  clang::CXXScopeSpec scope;
  const clang::SourceLocation place = group.front()->getLocation();
  clang::ExprResult function = sema.BuildDeclarationNameExpr(scope, found, /*NeedsADL=*/false);
  clang::ExprResult call = sema.ActOnCallExpr(parser_->getCurScope(), function.get(), place, {}, place);
  if (call.isInvalid()) return;
  attempt.marks.push_back(std::move(group));
  consumer_->HandleTopLevelDecl(clang::DeclGroupRef(clang::TopLevelStmtDecl::Create(context, call.get())));
}

// Reads what the parser was not given, so that the next cell does not begin with it.
void Compiler::drain() {
  clang::Token token;
  do {
    instance_->getPreprocessor().Lex(token);
  } while (!token.isOneOf(clang::tok::eof, clang::tok::annot_repl_input_end));
}

// Takes what is local to a block out of it, as the block is in no function: Clang can neither make tables of
// lines for a class there nor give it or a static object a symbol.
void Compiler::lift_locals(clang::TopLevelStmtDecl& block, clang::TranslationUnitDecl* part) {
  clang::ASTContext& context = instance_->getASTContext();
  const llvm::SmallVector<clang::Decl*, 8> inside(block.noload_decls());
  for (clang::Decl* inner : inside) {
    if (auto* type = llvm::dyn_cast<clang::TagDecl>(inner)) {
      type->setDeclContext(part);
      // What other blocks have of that name is another type.
      const std::string tag = "cl" + std::to_string(++locals_);
      llvm::StringRef tags[] = {tag};
      if (!type->getName().empty()) type->addAttr(clang::AbiTagAttr::CreateImplicit(context, tags, 1));
    }
    auto* variable = llvm::dyn_cast<clang::VarDecl>(inner);
    if (variable == nullptr || !variable->isStaticLocal()) continue;
    variable->setDeclContext(part);
    const std::string symbol = "hermit_static_" + std::to_string(++locals_);
    variable->addAttr(clang::AsmLabelAttr::CreateImplicit(context, symbol, true));
  }
}

void Compiler::parse_declarations(Attempt& attempt, const Plan& plan) {
  clang::SourceManager& sources = instance_->getSourceManager();
  auto due = plan.begin();
  clang::Parser::DeclGroupPtrTy group;
  clang::Sema::ModuleImportState imports = clang::Sema::ModuleImportState::NotACXX20Module;
  while (parser_->getCurToken().isNot(clang::tok::eof)) {
    const clang::SourceLocation place = sources.getFileLoc(parser_->getCurToken().getLocation());
    if (sources.getFileID(place) == attempt.file) {
      const unsigned offset = sources.getFileOffset(place);
      attempt.starts.push_back(offset);
      for (; due != plan.end() && due->first <= offset; ++due) shadow_->hide(due->second);
    }
    attempt.last = nullptr;
    group = {};
    bool ended = false;
    {
      // Calls of consteval functions are evaluated where their context ends; a statement has none of its own
      // here.
      clang::EnterExpressionEvaluationContext evaluated(
          instance_->getSema(), clang::Sema::ExpressionEvaluationContext::PotentiallyEvaluated);
      ended = parser_->ParseTopLevelDecl(group, imports);
    }
    if (group) {
      clang::DeclGroupRef declared = group.get();
      for (clang::Decl* decl : declared) {
        if (declares_looks(decl)) note_looks();
        const bool is_own = sources.getFileID(sources.getFileLoc(decl->getLocation())) == attempt.file;
        if (is_own && !diagnostics_->has_errors() && !halt_->has_come() &&
            instance_->getCodeGenOpts().OptimizationLevel == 0)
          add_polls(instance_->getSema(), decl);
      }
      if (declared.isSingleDecl())
        attempt.last = llvm::dyn_cast<clang::TopLevelStmtDecl>(declared.getSingleDecl());
      if (attempt.last != nullptr) {
        if (const auto* value = llvm::dyn_cast_or_null<clang::Expr>(attempt.last->getStmt());
            value != nullptr && value->containsErrors())
          refuse_ruins(value->getBeginLoc());
        lift_locals(*attempt.last, attempt.part);
      }
      const bool at_end = parser_->getCurToken().is(clang::tok::eof);
      if (at_end && attempt.last != nullptr && attempt.lacks_semicolon && consumer_->on_value)
        consumer_->on_value(attempt.last);
      consumer_->HandleTopLevelDecl(declared);
      add_mark(attempt, declared);
    }
    if (ended) break;
  }
}

Compiler::Attempt Compiler::parse(const std::string& name, std::string_view code, const Plan& plan,
                                  std::string_view shown, bool encloses) {
  Attempt attempt;
  clang::Sema& sema = instance_->getSema();
  clang::ASTContext& context = sema.getASTContext();
  diagnostics_->begin();
  instance_->getDiagnostics().Reset(/*soft=*/true);
  shadow_->mark();
  consumer_->pass_through(false);
  consumer_->on_value = [&](clang::TopLevelStmtDecl* statement) { show_value(statement, shown, attempt); };

  clang::Sema::GlobalEagerInstantiationScope global(sema, /*Enabled=*/true);
  clang::Sema::LocalEagerInstantiationScope local(sema);
  clang::NamespaceDecl* unnamed = context.getTranslationUnitDecl()->getAnonymousNamespace();
  context.addTranslationUnitDecl();
  attempt.part = context.getTranslationUnitDecl();
  if (unnamed != nullptr) attempt.part->setAnonymousNamespace(unnamed);
  parser_->ExitScope();
  sema.CurContext = nullptr;
  parser_->EnterScope(clang::Scope::DeclScope);
  sema.ActOnTranslationUnitScope(parser_->getCurScope());
  sema.PendingInstantiations.insert(sema.PendingInstantiations.end(), owed_instances_.begin(),
                                    owed_instances_.end());
  attempt.owed = std::move(owed_instances_);
  owed_instances_.clear();
  sema.VTableUses.append(owed_tables_.begin(), owed_tables_.end());
  owed_tables_.clear();
  feed(attempt, name, code, encloses);
  halt_->cut(true);
  parser_->ConsumeAnyToken();
  parse_declarations(attempt, plan);
  halt_->cut(false);
  if (halt_->comes()) drain();
  local.perform();
  if (diagnostics_->has_errors() || halt_->comes()) {
    for (const auto& [instance, place] : sema.PendingInstantiations) owe(instance);
    sema.PendingInstantiations.clear();
    for (const auto& use : sema.VTableUses) {
      if (clang::isTemplateInstantiation(use.first->getTemplateSpecializationKind()))
        owed_tables_.push_back(use);
    }
    sema.VTableUses.clear();
  }
  global.perform();
  return attempt;
}

}  // namespace hermit::cling_shell
