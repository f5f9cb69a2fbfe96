// Clang's own code completion, with a consumer that keeps what it is told.
#include "suggest.hpp"

#include <algorithm>

#include "compiler.hpp"

namespace hermit::cling_shell {
namespace {

const char* kind_of(const clang::CodeCompletionResult& result) {
  if (result.Kind == clang::CodeCompletionResult::RK_Keyword) return "keyword";
  if (result.Kind == clang::CodeCompletionResult::RK_Macro) return "macro";
  if (result.Kind == clang::CodeCompletionResult::RK_Pattern) return "statement";
  const clang::NamedDecl* decl = result.Declaration->getUnderlyingDecl();
  if (llvm::isa<clang::FunctionTemplateDecl, clang::FunctionDecl>(decl)) return "function";
  if (llvm::isa<clang::FieldDecl>(decl)) return "property";
  if (llvm::isa<clang::NamespaceDecl, clang::NamespaceAliasDecl>(decl)) return "module";
  if (llvm::isa<clang::TypeDecl, clang::ClassTemplateDecl, clang::TypeAliasTemplateDecl>(decl))
    return "class";
  if (llvm::isa<clang::ParmVarDecl>(decl)) return "param";
  return "instance";
}

class Collector : public clang::CodeCompleteConsumer {
 public:
  Collector(std::string_view prefix, std::vector<Suggestion>& found)
      : CodeCompleteConsumer(options()),
        prefix_(prefix),
        found_(found),
        info_(std::make_shared<clang::GlobalCodeCompletionAllocator>()) {}

  static clang::CodeCompleteOptions options() {
    clang::CodeCompleteOptions options;
    options.IncludeMacros = true;
    options.IncludeCodePatterns = false;
    options.IncludeGlobals = true;
    options.IncludeNamespaceLevelDecls = true;
    options.IncludeBriefComments = false;
    options.IncludeFixIts = false;
    return options;
  }

  void ProcessCodeCompleteResults(clang::Sema& sema, clang::CodeCompletionContext context,
                                  clang::CodeCompletionResult* results, unsigned count) override {
    for (unsigned at = 0; at < count; ++at) {
      clang::CodeCompletionResult& result = results[at];
      if (result.Kind == clang::CodeCompletionResult::RK_Declaration && repeats(result.Declaration)) continue;
      const auto* string = result.CreateCodeCompletionString(sema, context, getAllocator(), info_, false);
      if (string == nullptr || string->getTypedText() == nullptr) continue;
      Suggestion made;
      made.text = string->getTypedText();
      if (!fits(made.text)) continue;
      made.kind =
          context.getKind() == clang::CodeCompletionContext::CCC_IncludedFile ? "path" : kind_of(result);
      made.priority = result.Priority;
      made.decl = result.Kind == clang::CodeCompletionResult::RK_Declaration ? result.Declaration : nullptr;
      std::string returned;
      add_signature(*string, made.signature, returned);
      if (!returned.empty()) made.signature += (made.signature.empty() ? "" : " → ") + returned;
      found_.push_back(std::move(made));
    }
  }

  clang::CodeCompletionAllocator& getAllocator() override { return info_.getAllocator(); }
  clang::CodeCompletionTUInfo& getCodeCompletionTUInfo() override { return info_; }

 private:
  // What begins with an underscore is the library's own, and shown when it is asked for.
  bool fits(std::string_view text) const {
    if (!text.starts_with(prefix_)) return false;
    return !prefix_.empty() || !(text.starts_with("_") || text.starts_with("hermit_cpp_") ||
                                 text.starts_with("~") || text.starts_with("operator"));
  }

  // The class stands for its constructors, and needs not be offered among its own members.
  static bool repeats(const clang::NamedDecl* decl) {
    if (const auto* made = llvm::dyn_cast<clang::FunctionTemplateDecl>(decl)) decl = made->getTemplatedDecl();
    const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(decl);
    return llvm::isa<clang::CXXConstructorDecl, clang::CXXDeductionGuideDecl>(decl) ||
           (record != nullptr && record->isInjectedClassName());
  }

  // What may be left out stands in square brackets.
  static void add_signature(const clang::CodeCompletionString& string, std::string& signature,
                            std::string& returned) {
    for (const auto& chunk : string) {
      switch (chunk.Kind) {
        case clang::CodeCompletionString::CK_ResultType:
          returned = chunk.Text;
          break;
        case clang::CodeCompletionString::CK_TypedText:
          break;
        case clang::CodeCompletionString::CK_Optional:
          signature += '[';
          add_signature(*chunk.Optional, signature, returned);
          signature += ']';
          break;
        default:
          if (chunk.Text != nullptr) signature += chunk.Text;
      }
    }
  }

  std::string_view prefix_;
  std::vector<Suggestion>& found_;
  clang::CodeCompletionTUInfo info_;
};

bool is_name_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
         byte == '_' || static_cast<unsigned char>(byte) >= 0x80;
}

// Words with which something begins that cannot stand in a function.
bool declares(std::string_view statement) {
  statement.remove_prefix(std::min(statement.find_first_not_of(" \t\n"), statement.size()));
  for (const std::string_view word : {"#", "template", "namespace", "using", "struct", "class", "enum",
                                      "extern", "inline", "static", "concept", "union"}) {
    if (statement.starts_with(word)) return true;
  }
  return false;
}

bool is_block(std::string_view statement) {
  statement.remove_prefix(std::min(statement.find_first_not_of(" \t\n"), statement.size()));
  for (const std::string_view word : {"{", "for", "if", "while", "do", "switch", "try"}) {
    if (statement.starts_with(word)) return true;
  }
  return false;
}

}  // namespace

std::pair<size_t, size_t> name_at(std::string_view code, size_t cursor) {
  size_t begin = std::min(cursor, code.size());
  size_t end = begin;
  while (begin > 0 && is_name_byte(code[begin - 1])) --begin;
  while (end < code.size() && is_name_byte(code[end])) ++end;
  return {begin, end};
}

std::vector<Suggestion> suggest(Compiler& compiler, std::string_view code, size_t cursor, size_t begin,
                                unsigned depth) {
  std::vector<Suggestion> found;
  const std::string_view statement = code.substr(begin, cursor - begin);
  const size_t line_begin = code.rfind('\n', cursor == 0 ? 0 : cursor - 1);
  const std::string_view line =
      code.substr(line_begin == std::string_view::npos ? 0 : line_begin + 1, cursor);
  const bool includes = line.substr(0, line.find_first_of("<\"")).find("#") != std::string_view::npos;
  std::string text(code.substr(0, begin));
  // Statements are completed as in a function, where everything is seen that they may use.
  if (!includes && (depth == 0 ? !declares(statement) : is_block(statement)))
    text += "\nvoid hermit_cpp_here() {\n";
  text += statement;
  const size_t place = text.size();
  const auto line_number = static_cast<unsigned>(1 + std::count(text.begin(), text.end(), '\n'));
  const size_t last = text.rfind('\n', place);
  const auto column = static_cast<unsigned>(place - (last == std::string::npos ? 0 : last + 1) + 1);
  text += "\n";

  std::string_view prefix = code.substr(name_at(code, cursor).first, cursor - name_at(code, cursor).first);
  if (includes) prefix = line.substr(std::min(line.find_last_of("<\"/") + 1, line.size()));
  if (includes) prefix = prefix.substr(0, cursor - static_cast<size_t>(prefix.data() - code.data()));
  Collector collector(prefix, found);
  clang::CompilerInstance& instance = compiler.instance();
  compiler.diagnostics().mute(true);
  clang::Sema& sema = compiler.sema();
  sema.CodeCompletion().CodeCompleter = &collector;
  auto& sources = instance.getSourceManager();
  auto& preprocessor = instance.getPreprocessor();
  const clang::FileEntryRef file =
      instance.getFileManager().getVirtualFileRef("hermit-cell", static_cast<off_t>(text.size()), 0);
  sources.overrideFileContents(file, llvm::MemoryBuffer::getMemBufferCopy(text, "hermit-cell"));
  preprocessor.SetCodeCompletionPoint(file, line_number, column);
  preprocessor.setCodeCompletionHandler(compiler.parser());
  const clang::FileID id = sources.createFileID(file, clang::SourceLocation(), clang::SrcMgr::C_User);
  preprocessor.EnterSourceFile(id, nullptr, clang::SourceLocation());
  clang::Parser& parser = compiler.parser();
  parser.ConsumeAnyToken();
  clang::Parser::DeclGroupPtrTy group;
  clang::Sema::ModuleImportState imports = clang::Sema::ModuleImportState::NotACXX20Module;
  while (parser.getCurToken().isNot(clang::tok::eof) && !preprocessor.isCodeCompletionReached()) {
    if (parser.getCurToken().is(clang::tok::annot_repl_input_end)) break;
    if (parser.ParseTopLevelDecl(group, imports)) break;
  }
  return found;
}

}  // namespace hermit::cling_shell
