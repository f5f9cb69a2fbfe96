// LLVM's own pipelines, with the target machine kept between cells.
#include "emit.hpp"

#include <llvm/Analysis/TargetLibraryInfo.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/SmallVectorMemoryBuffer.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Target/TargetMachine.h>

namespace hermit::cling_shell {
namespace {

llvm::OptimizationLevel level_of(int level) {
  switch (level) {
    case 0:
      return llvm::OptimizationLevel::O0;
    case 1:
      return llvm::OptimizationLevel::O1;
    case 2:
      return llvm::OptimizationLevel::O2;
    default:
      return llvm::OptimizationLevel::O3;
  }
}

}  // namespace

Emitter::Emitter(clang::CompilerInstance& instance) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  llvm::InitializeNativeTargetAsmParser();
  const clang::TargetOptions& target = instance.getTarget().getTargetOpts();
  std::string why;
  const llvm::Target* found = llvm::TargetRegistry::lookupTarget(target.Triple, why);
  llvm::TargetOptions options;
  options.EmulatedTLS = true;
  options.UseInitArray = true;
  std::string features;
  for (const std::string& each : target.Features) features += (features.empty() ? "" : ",") + each;
  machine_.reset(found->createTargetMachine(target.Triple, target.CPU, features, options, llvm::Reloc::PIC_,
                                            llvm::CodeModel::Small, llvm::CodeGenOptLevel::None,
                                            /*JIT=*/false));
}

Emitter::~Emitter() = default;

void Emitter::optimise(llvm::Module& module, int level, const std::function<bool()>& stops) {
  module.setDataLayout(machine_->createDataLayout());
  machine_->setOptLevel(level == 0 ? llvm::CodeGenOptLevel::None : llvm::CodeGenOptLevel::Default);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager calls;
  llvm::ModuleAnalysisManager modules;
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = level >= 2;
  tuning.SLPVectorization = level >= 2;
  llvm::PassInstrumentationCallbacks callbacks;
  callbacks.registerShouldRunOptionalPassCallback([&](llvm::StringRef, llvm::Any) { return !stops(); });
  llvm::PassBuilder builder(machine_.get(), tuning, std::nullopt, &callbacks);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(calls);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, calls, modules);
  llvm::ModulePassManager passes = level == 0 ? builder.buildO0DefaultPipeline(llvm::OptimizationLevel::O0)
                                              : builder.buildPerModuleDefaultPipeline(level_of(level));
  passes.run(module, modules);
}

std::unique_ptr<llvm::MemoryBuffer> Emitter::object(llvm::Module& module, int level) {
  machine_->setOptLevel(level == 0 ? llvm::CodeGenOptLevel::None : llvm::CodeGenOptLevel::Default);
  machine_->setFastISel(level == 0);
  llvm::SmallVector<char, 0> bytes;
  {
    llvm::raw_svector_ostream stream(bytes);
    llvm::legacy::PassManager passes;
    if (machine_->addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::ObjectFile))
      return nullptr;
    passes.run(module);
  }
  return std::make_unique<llvm::SmallVectorMemoryBuffer>(std::move(bytes), module.getModuleIdentifier(),
                                                         false);
}

}  // namespace hermit::cling_shell
