// Finds the declarations of the name as completion does, in a copy of the process, and describes them there.
#include "inspect.hpp"

#include <clang/AST/RawCommentList.h>

#include <algorithm>

#include "compiler.hpp"
#include "lexer.hpp"
#include "look.hpp"
#include "session.hpp"
#include "suggest.hpp"
#include "text.hpp"

namespace hermit::cling_shell {
namespace {

// More overloads than these are counted, not listed.
constexpr size_t most_overloads = 12;

std::string place_of(const clang::NamedDecl& decl) {
  const auto& context = decl.getASTContext();
  const clang::PresumedLoc place = context.getSourceManager().getPresumedLoc(decl.getLocation());
  return place.isInvalid() ? "" : std::string(place.getFilename()) + ":" + std::to_string(place.getLine());
}

std::string declaration_of(const clang::NamedDecl& decl, bool whole) {
  clang::PrintingPolicy policy = decl.getASTContext().getPrintingPolicy();
  policy.TerseOutput = !whole;
  policy.PolishForDeclaration = true;
  policy.SuppressInitializers = false;
  policy.FullyQualifiedName = false;
  std::string text;
  llvm::raw_string_ostream stream(text);
  decl.print(stream, policy);
  return text;
}

// Where the fields of a type lie.
void add_layout(const clang::CXXRecordDecl& record, std::string& out) {
  if (!record.hasDefinition() || record.isDependentType() || record.isInvalidDecl()) return;
  auto& context = record.getASTContext();
  const clang::CXXRecordDecl* definition = record.getDefinition();
  const auto& layout = context.getASTRecordLayout(definition);
  out += "\nSize: " + std::to_string(layout.getSize().getQuantity()) + " bytes, alignment " +
         std::to_string(layout.getAlignment().getQuantity()) + "\n";
  for (const auto& base : definition->bases()) {
    const auto* of = base.getType()->getAsCXXRecordDecl();
    if (of == nullptr || base.isVirtual()) continue;
    out += "  at " + std::to_string(layout.getBaseClassOffset(of).getQuantity()) + ": base " +
           base.getType().getAsString(context.getPrintingPolicy()) + "\n";
  }
  unsigned index = 0;
  for (const auto* field : definition->fields()) {
    const uint64_t bits = layout.getFieldOffset(index++);
    out += "  at " + std::to_string(bits / 8) + ": " +
           field->getType().getAsString(context.getPrintingPolicy()) + " " + field->getNameAsString() + "\n";
  }
}

std::string comment_of(const clang::NamedDecl& decl) {
  const auto& context = decl.getASTContext();
  const clang::RawComment* comment = context.getRawCommentForAnyRedecl(&decl);
  return comment == nullptr ? ""
                            : comment->getFormattedText(context.getSourceManager(), context.getDiagnostics());
}

void describe(const clang::NamedDecl& given, bool whole, std::string& out) {
  const clang::NamedDecl* decl = given.getUnderlyingDecl();
  out += declaration_of(*decl, whole) + "\n";
  if (const auto* value = llvm::dyn_cast<clang::VarDecl>(decl)) {
    auto& context = decl->getASTContext();
    const clang::QualType type = value->getType();
    out += "\nType: " + type.getAsString(context.getPrintingPolicy()) + "\n";
    const std::string plain = type.getCanonicalType().getAsString(context.getPrintingPolicy());
    if (plain != type.getAsString(context.getPrintingPolicy())) out += "That is: " + plain + "\n";
    if (!type->isIncompleteType() && !type->isDependentType())
      out += "Size: " + std::to_string(context.getTypeSizeInChars(type).getQuantity()) + " bytes\n";
  }
  if (const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(decl)) add_layout(*record, out);
  if (const auto* alias = llvm::dyn_cast<clang::TypedefNameDecl>(decl)) {
    if (const auto* record = alias->getUnderlyingType()->getAsCXXRecordDecl()) add_layout(*record, out);
  }
  const std::string comment = comment_of(*decl);
  if (!comment.empty()) out += "\n" + comment + "\n";
  const std::string place = place_of(*decl);
  if (!place.empty()) out += "\nDeclared at " + place + "\n";
}

std::string description(Compiler& compiler, std::string_view code, size_t end, const Position& position,
                        std::string_view name, bool whole) {
  std::string out;
  size_t count = 0;
  std::set<const clang::Decl*> known;
  for (const Suggestion& each : suggest(compiler, code, end, position.begin, position.depth)) {
    if (each.text != name || each.decl == nullptr) continue;
    if (!known.insert(each.decl->getUnderlyingDecl()->getCanonicalDecl()).second) continue;
    if (++count > most_overloads) continue;
    if (count > 1) out += "\n";
    describe(*each.decl, whole, out);
  }
  if (count > most_overloads) out += "\n… and " + std::to_string(count - most_overloads) + " more\n";
  return out;
}

}  // namespace

hermit_status inspect(Session& session, hermit_request request, std::string_view code, size_t cursor,
                      uint32_t detail, const hermit_bundle_sink& sink) {
  Lane lane;
  lane.session = &session;
  const Serving serving(session.interrupts, lane, request);
  auto [begin, end] = name_at(code, cursor);
  // Inside the brackets of a call it is the function that is asked for.
  if (begin == end && begin > 0 && (code[begin - 1] == '(' || code[begin - 1] == '<'))
    std::tie(begin, end) = name_at(code, begin - 1);
  if (begin == end) return HERMIT_OK;
  const Position position = position_of(code, end);
  if (!position.is_code) return HERMIT_OK;
  const std::string_view name = code.substr(begin, end - begin);
  const size_t stop = end;
  std::string answer;
  const hermit_status status = look(
      session, lane,
      [&] { return description(*session.compiler, code.substr(0, stop), stop, position, name, detail > 0); },
      answer);
  if (status != HERMIT_OK || answer.empty()) return status;
  Bundle bundle;
  bundle.parts.push_back({"text/plain", std::move(answer), HERMIT_MIME_TEXT});
  with_bundle(bundle, [&](const hermit_bundle* lent) { sink.put(sink.context, lent); });
  return HERMIT_OK;
}

}  // namespace hermit::cling_shell
