// What Clang says of a cell: the text to show, and the redefinitions among the errors.
#pragma once

#include <string>
#include <vector>

#include "clang.hpp"

namespace hermit::cling_shell {

// A name of the cell's that clashes with one that is there already.
struct Clash {
  clang::SourceLocation at;        // of the new declaration, or what stands for it
  clang::SourceLocation previous;  // of the old one
};

// Takes the place of Clang's own consumer. Used under the lock of the session.
class Diagnostics : public clang::DiagnosticConsumer {
 public:
  Diagnostics();
  ~Diagnostics() override;

  // Forgets what was said. To be called before each attempt at a cell.
  void begin();
  // As long as it is set, nothing is taken down.
  void mute(bool muted) { muted_ = muted; }

  bool has_errors() const { return errors_ > 0; }
  // Whether each error is a clash with an earlier declaration.
  const std::vector<Clash>& clashes() const { return clashes_; }
  // The first error in one line, without its place.
  const std::string& first_error() const { return first_error_; }
  // Whether something was taken for a declaration that may well be an expression, such as `std::pair(1, 2)`.
  bool has_odd_declaration() const { return has_odd_declaration_; }
  // All of it, with carets and colours; warnings included.
  const std::string& text() const { return text_; }

  void BeginSourceFile(const clang::LangOptions& options, const clang::Preprocessor* preprocessor) override;
  void EndSourceFile() override;
  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& said) override;

 private:
  void note_clash(const clang::Diagnostic& said);

  std::string text_;
  llvm::raw_string_ostream stream_;
  std::unique_ptr<clang::TextDiagnosticPrinter> printer_;
  const clang::Preprocessor* preprocessor_ = nullptr;
  std::vector<Clash> clashes_;
  std::string first_error_;
  clang::SourceLocation clash_at_;  // of an error whose note is still to come
  unsigned errors_ = 0;
  bool has_odd_declaration_ = false;
  bool muted_ = false;
};

}  // namespace hermit::cling_shell
