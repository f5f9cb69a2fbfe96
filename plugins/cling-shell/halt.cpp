// Hooks of the preprocessor and of the instantiation of templates.
#include "halt.hpp"

#include <clang/Lex/MacroInfo.h>
#include <clang/Lex/PPCallbacks.h>
#include <clang/Sema/TemplateInstCallback.h>

#include "leave.hpp"

namespace hermit::cling_shell {

struct TokenCount {
  friend constexpr auto leave(TokenCount);
};
template struct Leave<&clang::MacroInfo::NumReplacementTokens, TokenCount>;
struct CutOff {
  friend constexpr auto leave(CutOff);
};
template struct Leave<&clang::Lexer::cutOffLexing, CutOff>;
struct TooDeep {
  friend constexpr auto leave(TooDeep);
};
template struct Leave<&clang::Preprocessor::HasReachedMaxIncludeDepth, TooDeep>;

// Macros become empty and files end where they begin, so that neither goes on within a single token.
class Halt::Preprocessing : public clang::PPCallbacks {
 public:
  explicit Preprocessing(Halt& halt) : halt_(halt) {}

  void MacroExpands(const clang::Token&, const clang::MacroDefinition& definition, clang::SourceRange,
                    const clang::MacroArgs*) override {
    clang::MacroInfo* macro = definition.getMacroInfo();
    if (!halt_.comes() || macro == nullptr || macro->getNumTokens() == 0) return;
    halt_.emptied_.emplace_back(macro, macro->getNumTokens());
    macro->*leave(TokenCount{}) = 0;
  }

  void FileChanged(clang::SourceLocation, FileChangeReason reason, clang::SrcMgr::CharacteristicKind,
                   clang::FileID) override {
    auto* lexer = halt_.instance_.getPreprocessor().getCurrentLexer();
    if (reason == EnterFile && lexer != nullptr && halt_.comes())
      (static_cast<clang::Lexer*>(lexer)->*leave(CutOff{}))();
  }

 private:
  Halt& halt_;
};

class Halt::Instances : public clang::TemplateInstantiationCallback {
 public:
  explicit Instances(Halt& halt) : halt_(halt) {}

  void initialize(const clang::Sema&) override {}
  void finalize(const clang::Sema&) override {}
  void atTemplateBegin(const clang::Sema&, const clang::Sema::CodeSynthesisContext& context) override {
    halt_.open_.push_back(llvm::dyn_cast_or_null<clang::NamedDecl>(context.Entity));
    halt_.comes();
  }
  void atTemplateEnd(const clang::Sema&, const clang::Sema::CodeSynthesisContext&) override {
    if (!halt_.open_.empty()) halt_.open_.pop_back();
  }

 private:
  Halt& halt_;
};

Halt::Halt(clang::CompilerInstance& instance) : instance_(instance) {
  const clang::LangOptions& language = instance.getLangOpts();
  depth_ = language.InstantiationDepth;
  calls_ = language.ConstexprCallDepth;
  steps_ = language.ConstexprStepLimit;
  clang::Preprocessor& preprocessor = instance.getPreprocessor();
  preprocessor.addPPCallbacks(std::make_unique<Preprocessing>(*this));
  preprocessor.setTokenWatcher([this](const clang::Token& token) {
    if (!cuts_ || !comes()) return;
    // The token is the parser's own variable, lent to be looked at.
    auto& own = const_cast<clang::Token&>(token);
    const clang::SourceLocation place = own.getLocation();
    own.startToken();
    own.setKind(clang::tok::eof);
    own.setLocation(place);
  });
  instance.getSema().TemplateInstCallbacks.push_back(std::make_unique<Instances>(*this));
}

void Halt::begin(const std::atomic<bool>* wish) {
  wish_ = wish;
  has_come_ = false;
  spoiled_.clear();
  open_.clear();
  // Once a cell has nested its headers too deeply, Clang would include no others any more.
  instance_.getPreprocessor().*leave(TooDeep{}) = false;
}

void Halt::end() {
  for (const auto& [macro, count] : emptied_) macro->*leave(TokenCount{}) = count;
  emptied_.clear();
  wish_ = nullptr;
  clang::LangOptions& language = instance_.getLangOpts();
  language.InstantiationDepth = depth_;
  language.ConstexprCallDepth = calls_;
  language.ConstexprStepLimit = steps_;
}

bool Halt::comes() {
  if (wish_ == nullptr) return false;
  if (has_come_ || !*wish_) return has_come_;
  has_come_ = true;
  for (clang::NamedDecl* each : open_) {
    if (each != nullptr) spoiled_.push_back(each);
  }
  clang::LangOptions& language = instance_.getLangOpts();
  language.InstantiationDepth = 0;
  language.ConstexprCallDepth = 0;
  language.ConstexprStepLimit = 0;
  return true;
}

}  // namespace hermit::cling_shell
