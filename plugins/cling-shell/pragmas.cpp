// Handlers that take the place of Clang's own.
#include "pragmas.hpp"

#include <clang/Lex/Pragma.h>

namespace hermit::cling_shell {
namespace {

using Handle = void (*)(clang::Preprocessor& preprocessor, clang::Token& token);

class InFiles : public clang::PragmaHandler {
 public:
  InFiles(llvm::StringRef name, Handle handle) : PragmaHandler(name), handle_(handle) {}

  void HandlePragma(clang::Preprocessor& preprocessor, clang::PragmaIntroducer,
                    clang::Token& token) override {
    const clang::PreprocessorLexer* lexer = preprocessor.getCurrentFileLexer();
    if (lexer != nullptr && lexer->getFileEntry()) handle_(preprocessor, token);
  }

 private:
  const Handle handle_;
};

}  // namespace

void keep_pragmas_to_files(clang::Preprocessor& preprocessor) {
  const Handle once = [](clang::Preprocessor& of, clang::Token& token) { of.HandlePragmaOnce(token); };
  const Handle system = [](clang::Preprocessor& of, clang::Token& token) {
    of.HandlePragmaSystemHeader(token);
  };
  preprocessor.AddPragmaHandler(new InFiles("once", once));
  preprocessor.AddPragmaHandler("GCC", new InFiles("system_header", system));
  preprocessor.AddPragmaHandler("clang", new InFiles("system_header", system));
}

}  // namespace hermit::cling_shell
