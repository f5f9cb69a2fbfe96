// Sets Clang up, and turns cells into modules.
#include "compiler.hpp"

#include <clang/Basic/Stack.h>
#include <clang/Lex/HeaderSearchOptions.h>

#include "pragmas.hpp"
#include "regular_files.hpp"

namespace hermit::cling_shell {
namespace {

// A cell that redefines more than this many things is parsed no further.
constexpr int most_attempts = 40;

// Begins a source file as Clang's tools do, and leaves it open.
class OpenAction : public clang::ASTFrontendAction {
 public:
  explicit OpenAction(std::unique_ptr<Consumer> consumer) : consumer_(std::move(consumer)) {}

  clang::TranslationUnitKind getTranslationUnitKind() override { return clang::TU_Incremental; }

 protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance&, llvm::StringRef) override {
    return std::move(consumer_);
  }
  void ExecuteAction() override {
    clang::CompilerInstance& instance = getCompilerInstance();
    instance.createSema(getTranslationUnitKind(), nullptr);
    instance.getPreprocessor().EnterMainSourceFile();
  }
  void EndSourceFile() override {}

 private:
  std::unique_ptr<Consumer> consumer_;
};

}  // namespace

std::vector<std::string> arguments_of(const CompilerOptions& options) {
  std::vector<std::string> list = {"-std=" + options.standard, "-fPIC",          "-fexceptions",
                                   "-fcxx-exceptions",         "-femulated-tls", "-fno-stack-protector",
                                   "-gline-tables-only"};
  list.push_back("-resource-dir=" CLANG_RESOURCES);
  for (const char* each : {"-mno-constructor-aliases", "-fdeprecated-macro"}) {
    list.push_back("-Xclang");
    list.push_back(each);
  }
  for (const char* each :
       {"-Wno-macro-redefined", "-Wno-builtin-macro-redefined", "-Wno-unused-value", "-Wno-unused-comparison",
        "-Wno-predefined-identifier-outside-function", "-Wno-unused-command-line-argument"})
    list.push_back(each);
  list.push_back("-O" + std::to_string(options.optimisation == 0 ? 0 : options.optimisation));
  for (const std::string& path : options.include_paths) list.push_back("-I" + path);
  list.insert(list.end(), options.flags.begin(), options.flags.end());
  return list;
}

std::unique_ptr<Compiler> Compiler::open(const CompilerOptions& options, std::string& why) {
  std::unique_ptr<Compiler> compiler(new Compiler);
  if (!compiler->set_up(options, why)) return nullptr;
  return compiler;
}

bool Compiler::set_up(const CompilerOptions& options, std::string& why) {
  std::vector<std::string> list = arguments_of(options);
  if (!options.precompiled.empty())
    list.insert(list.end(), {"-Xclang", "-include-pch", "-Xclang", options.precompiled});
  std::vector<const char*> arguments;
  for (const std::string& each : list) arguments.push_back(each.c_str());
  clang::IncrementalCompilerBuilder builder;
  builder.SetCompilerArgs(arguments);
  auto made = builder.CreateCpp();
  if (!made) {
    why = llvm::toString(made.takeError());
    return false;
  }
  instance_ = std::move(*made);
  // Inspection shows any comment before a declaration, not only those in the style of Doxygen.
  instance_->getLangOpts().CommentOpts.ParseAllComments = true;
  diagnostics_ = new Diagnostics;
  instance_->getDiagnostics().setClient(diagnostics_, /*ShouldOwnClient=*/true);
  instance_->LoadRequestedPlugins();

  auto& instance = *instance_;
  generator_.reset(clang::CreateLLVMCodeGen(
      instance.getDiagnostics(), "prelude",
      &instance.createFileManager(regular_files())->getVirtualFileSystem(), instance.getHeaderSearchOpts(),
      instance.getPreprocessorOpts(), instance.getCodeGenOpts(), *context_));
  auto consumer = std::make_unique<Consumer>(*generator_);
  consumer_ = consumer.get();
  action_ = std::make_unique<OpenAction>(std::move(consumer));
  if (!action_->BeginSourceFile(instance, instance.getFrontendOpts().Inputs[0])) {
    why = diagnostics_->text().empty() ? "Clang cannot begin a file" : diagnostics_->text();
    return false;
  }
  if (llvm::Error error = action_->Execute()) {
    why = llvm::toString(std::move(error));
    return false;
  }
  parser_ = std::make_unique<clang::Parser>(instance.getPreprocessor(), instance.getSema(), false);
  parser_->Initialize();
  shadow_ = std::make_unique<Shadow>(instance.getSema(), *parser_);
  halt_ = std::make_unique<Halt>(instance);
  keep_pragmas_to_files(instance.getPreprocessor());
  if (auto* external = instance.getASTContext().getExternalSource())
    external->StartTranslationUnit(consumer_);
  return true;
}

Compiler::~Compiler() {
  parser_.reset();
  if (instance_ && instance_->hasSema()) instance_->takeSema().reset();
}

void Compiler::set_optimisation(int level) {
  auto& options = instance_->getCodeGenOpts();
  options.OptimizationLevel = static_cast<unsigned>(level);
  options.setInlining(level >= 2 ? clang::CodeGenOptions::NormalInlining
                                 : clang::CodeGenOptions::OnlyAlwaysInlining);
  options.UnrollLoops = level >= 2;
  options.VectorizeLoop = level >= 2;
  options.VectorizeSLP = level >= 2;
  options.DisableO0ImplyOptNone = false;
}

// Adds what the attempt clashed with to the plan. Returns false when nothing is new.
bool Compiler::extend(Plan& plan, const Attempt& attempt) const {
  auto& sources = instance_->getSourceManager();
  bool is_new = false;
  for (const Clash& clash : diagnostics_->clashes()) {
    const unsigned offset = sources.getFileOffset(sources.getFileLoc(clash.at));
    unsigned start = 0;
    for (const unsigned each : attempt.starts) {
      if (each <= offset && each > start) start = each;
    }
    for (clang::NamedDecl* decl : shadow_->find(clash)) {
      if (decl->getTranslationUnitDecl() == attempt.part) continue;
      const auto same = [&](const auto& item) { return item.second == decl; };
      if (llvm::any_of(plan, same)) continue;
      plan.emplace_back(start, decl);
      is_new = true;
    }
  }
  llvm::stable_sort(plan, [](const auto& left, const auto& right) { return left.first < right.first; });
  return is_new;
}

std::string Compiler::due() {
  if (!are_looks_stale_) return "";
  are_looks_stale_ = false;
  return looks();
}

std::optional<Unit> Compiler::compile(const std::string& name, std::string_view code, std::string_view shown,
                                      const std::atomic<bool>* wish) {
  // Clang goes on with another stack where this one is nearly used up, if it knows where it begins.
  clang::noteBottomOfStack();
  halt_->begin(wish);
  std::optional<Unit> unit;
  Plan plan;
  bool encloses = false;
  for (int attempts = 0; attempts < most_attempts && !unit; ++attempts) {
    Attempt attempt = parse(name, code, plan, shown, encloses);
    const bool is_good = !diagnostics_->has_errors() && !halt_->comes();
    bool again = false;
    if (is_good) {
      unit = generate(attempt);
      if (unit && !ask_for_owed(*unit->module)) break;
      again = unit.has_value();
      if (again) --attempts;  // each of these makes something that no other will have to
      unit.reset();
      shadow_->drop(attempt.part, attempt.file);
    } else {
      take_back(attempt);
      again = !halt_->has_come() && extend(plan, attempt);
      const bool could_be_value = attempt.lacks_semicolon && diagnostics_->has_odd_declaration();
      if (!halt_->has_come() && could_be_value && !encloses) again = encloses = true;
    }
    shadow_->restore();
    if (!again) break;
  }
  halt_->end();
  return unit;
}

}  // namespace hermit::cling_shell
