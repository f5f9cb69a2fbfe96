#include "lexer.h"

static bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

bool calc_is_name_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' || is_digit(byte) ||
         (unsigned char)byte >= 0x80;
}

/* The byte `ahead` of where the lexer is, or a newline behind the end: that ends any token. */
static char peek(const calc_lexer *lexer, size_t ahead) {
  const size_t at = lexer->at + ahead;
  return at < lexer->code.size ? lexer->code.data[at] : '\n';
}

static void skip_blanks(calc_lexer *lexer) {
  while (lexer->at < lexer->code.size) {
    const char byte = peek(lexer, 0);
    if (byte == '#') {
      while (lexer->at < lexer->code.size && peek(lexer, 0) != '\n') ++lexer->at;
    } else if (byte == ' ' || byte == '\t' || byte == '\r') {
      ++lexer->at;
    } else {
      return;
    }
  }
}

/* The token of what lies between `begin` and where the lexer is now. */
static calc_token token_of(const calc_lexer *lexer, calc_token_kind kind, size_t begin) {
  const calc_token token = {kind, calc_slice(lexer->code, begin, lexer->at), begin, lexer->at, 0};
  return token;
}

static calc_token read_number(calc_lexer *lexer) {
  const size_t begin = lexer->at;
  while (is_digit(peek(lexer, 0)) || peek(lexer, 0) == '.') ++lexer->at;
  const bool has_sign = peek(lexer, 1) == '+' || peek(lexer, 1) == '-';
  if ((peek(lexer, 0) == 'e' || peek(lexer, 0) == 'E') && is_digit(peek(lexer, has_sign ? 2 : 1))) {
    lexer->at += has_sign ? 2 : 1;
    while (is_digit(peek(lexer, 0))) ++lexer->at;
  }
  calc_token token = token_of(lexer, CALC_TOKEN_NUMBER, begin);
  if (!calc_read_number(token.text, &token.number)) token.kind = CALC_TOKEN_WRONG;
  return token;
}

static calc_token read_text(calc_lexer *lexer) {
  const size_t begin = lexer->at++;
  while (lexer->at < lexer->code.size && peek(lexer, 0) != '"' && peek(lexer, 0) != '\n') ++lexer->at;
  const bool ends = lexer->at < lexer->code.size && peek(lexer, 0) == '"';
  if (!ends) return token_of(lexer, CALC_TOKEN_WRONG, begin);
  ++lexer->at;
  calc_token token = token_of(lexer, CALC_TOKEN_TEXT, begin);
  token.text = calc_slice(lexer->code, begin + 1, lexer->at - 1);
  return token;
}

static calc_token read_sign(calc_lexer *lexer) {
  const size_t begin = lexer->at;
  const char byte = peek(lexer, 0);
  if (byte == '\0' || strchr("+-*/%^(),=<>!", byte) == NULL) {
    ++lexer->at;
    return token_of(lexer, CALC_TOKEN_WRONG, begin);
  }
  const bool two = strchr("=<>!", byte) != NULL && peek(lexer, 1) == '=';
  lexer->at += two ? 2 : 1;
  return token_of(lexer, byte == '!' && !two ? CALC_TOKEN_WRONG : CALC_TOKEN_SIGN, begin);
}

calc_token calc_next_token(calc_lexer *lexer) {
  skip_blanks(lexer);
  const size_t begin = lexer->at;
  if (begin >= lexer->code.size) return token_of(lexer, CALC_TOKEN_END, begin);
  const char byte = peek(lexer, 0);
  if (byte == '\n' || byte == ';') {
    ++lexer->at;
    return token_of(lexer, CALC_TOKEN_NEWLINE, begin);
  }
  if (byte == '"') return read_text(lexer);
  if (is_digit(byte) || (byte == '.' && is_digit(peek(lexer, 1)))) return read_number(lexer);
  if (!calc_is_name_byte(byte)) return read_sign(lexer);
  while (lexer->at < lexer->code.size && calc_is_name_byte(peek(lexer, 0))) ++lexer->at;
  return token_of(lexer, CALC_TOKEN_NAME, begin);
}
