// Sorts what Clang says.
#include "diagnostics.hpp"

#include <clang/Basic/DiagnosticSema.h>

#include "hints.hpp"

namespace hermit::cling_shell {
namespace {

bool is_clash(unsigned id) {
  switch (id) {
    case clang::diag::err_redefinition:
    case clang::diag::err_redefinition_different_kind:
    case clang::diag::err_redefinition_different_type:
    case clang::diag::err_redefinition_different_typedef:
    case clang::diag::err_redefinition_different_namespace_alias:
    case clang::diag::err_redefinition_of_enumerator:
    case clang::diag::err_redefinition_different_concept:
    case clang::diag::err_redefinition_variably_modified_typedef:
    case clang::diag::err_redefinition_extern_inline:
    case clang::diag::err_ovl_diff_return_type:
    case clang::diag::err_conflicting_types:
    case clang::diag::err_param_default_argument_redefinition:
    case clang::diag::err_template_param_default_arg_redefinition:
    case clang::diag::err_use_with_wrong_tag:
    case clang::diag::err_enum_redeclare_type_mismatch:
    case clang::diag::err_enum_redeclare_fixed_mismatch:
    case clang::diag::err_enum_redeclare_scoped_mismatch:
    case clang::diag::err_constexpr_redecl_mismatch:
    case clang::diag::err_static_non_static:
    case clang::diag::err_non_static_static:
    case clang::diag::err_thread_non_thread:
    case clang::diag::err_non_thread_thread:
    case clang::diag::err_inline_decl_follows_def:
    case clang::diag::err_using_decl_conflict:
    case clang::diag::err_using_decl_conflict_reverse:
    case clang::diag::err_template_param_list_different_arity:
    case clang::diag::err_template_param_different_kind:
    case clang::diag::err_template_nontype_parm_different_type:
    case clang::diag::err_template_different_requires_clause:
    case clang::diag::err_template_different_type_constraint:
    case clang::diag::err_mismatched_exception_spec:
    case clang::diag::err_different_language_linkage:
    case clang::diag::err_auto_different_deductions:
      return true;
    default:
      return false;
  }
}

clang::DiagnosticOptions* looks() {
  auto* options = new clang::DiagnosticOptions;
  options->ShowColors = true;
  options->ShowOptionNames = false;
  options->ShowCarets = true;
  // Clang finds the headers of the C++ library by way of the compiler's folder, with many dots.
  options->AbsolutePath = true;
  options->SpellCheckingLimit = 20;
  return options;
}

}  // namespace

Diagnostics::Diagnostics() : stream_(text_) {
  stream_.enable_colors(true);
  printer_ = std::make_unique<clang::TextDiagnosticPrinter>(stream_, looks());
}

Diagnostics::~Diagnostics() = default;

void Diagnostics::begin() {
  text_.clear();
  clashes_.clear();
  first_error_.clear();
  clash_at_ = {};
  errors_ = 0;
  has_odd_declaration_ = false;
  clear();
}

void Diagnostics::BeginSourceFile(const clang::LangOptions& options,
                                  const clang::Preprocessor* preprocessor) {
  printer_->BeginSourceFile(options, preprocessor);
  preprocessor_ = preprocessor;
}

void Diagnostics::EndSourceFile() { printer_->EndSourceFile(); }

// A clash is told in two parts: the error, and the note that says where the old declaration is.
void Diagnostics::note_clash(const clang::Diagnostic& said) {
  clashes_.push_back({clash_at_, said.getLocation()});
  clash_at_ = {};
}

void Diagnostics::HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& said) {
  if (muted_) return;
  DiagnosticConsumer::HandleDiagnostic(level, said);
  printer_->HandleDiagnostic(level, said);
  if (level == clang::DiagnosticsEngine::Note) {
    if (clash_at_.isValid() && said.getLocation().isValid()) note_clash(said);
    return;
  }
  clash_at_ = {};
  if (level < clang::DiagnosticsEngine::Error) return;
  ++errors_;
  if (said.getID() == clang::diag::err_deduced_class_template_compound_type) has_odd_declaration_ = true;
  if (is_clash(said.getID())) clash_at_ = said.getLocation();
  llvm::SmallString<256> text;
  said.FormatDiagnostic(text);
  if (first_error_.empty()) first_error_ = text.str().str();
  if (preprocessor_ == nullptr) return;
  if (const std::string hint = hint_for(text.str(), *preprocessor_); !hint.empty())
    stream_ << "\x1b[0;1;36mhint:\x1b[0m " << hint << "\n";
}

}  // namespace hermit::cling_shell
