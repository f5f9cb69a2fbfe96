// Sets Clang up, and turns cells into modules.
#include "compiler.hpp"

#include <clang/Lex/HeaderSearchOptions.h>

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
  diagnostics_ = new Diagnostics;
  instance_->getDiagnostics().setClient(diagnostics_, /*ShouldOwnClient=*/true);
  instance_->LoadRequestedPlugins();

  auto& instance = *instance_;
  generator_.reset(clang::CreateLLVMCodeGen(
      instance.getDiagnostics(), "prelude", &instance.createFileManager()->getVirtualFileSystem(),
      instance.getHeaderSearchOpts(), instance.getPreprocessorOpts(), instance.getCodeGenOpts(), context_));
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

std::optional<Unit> Compiler::compile(const std::string& name, std::string_view code,
                                      std::string_view shown) {
  Plan plan;
  for (int attempts = 0; attempts < most_attempts; ++attempts) {
    Attempt attempt = parse(name, code, plan, shown);
    if (!diagnostics_->has_errors()) {
      if (auto unit = generate(attempt)) return unit;
      shadow_->drop(attempt.part, attempt.file);
      shadow_->restore();
      return std::nullopt;
    }
    // The generator takes nothing while there are errors.
    instance_->getDiagnostics().Reset(/*soft=*/true);
    consumer_->discard([&](const clang::Decl* decl) {
      const auto& sources = instance_->getSourceManager();
      return !decl->isInvalidDecl() &&
             sources.getFileID(sources.getFileLoc(decl->getLocation())) != attempt.file;
    });
    shadow_->drop(attempt.part, attempt.file);
    const bool again = extend(plan, attempt);
    shadow_->restore();
    if (!again) break;
  }
  return std::nullopt;
}

}  // namespace hermit::cling_shell
