// How the code of cells reaches the shell: C functions that the shell puts into each session. Cells use
// hermit.hpp.
#pragma once

#include <cstddef>

extern "C" {

// One representation of a value.
struct hermit_cpp_part {
  const char* type;
  std::size_t type_size;
  const char* data;
  std::size_t data_size;
};

// What becomes of a value.
enum hermit_cpp_way { hermit_cpp_result = 0, hermit_cpp_display = 1, hermit_cpp_update = 2 };

void hermit_cpp_show(int way, const hermit_cpp_part* parts, std::size_t count, const char* metadata,
                     std::size_t metadata_size, const char* id, std::size_t id_size);
void hermit_cpp_clear(int wait);
// Called by cells after each initialisation.
void hermit_cpp_mark();
// Returns 0 when a line was put, 1 when there is nobody to ask.
int hermit_cpp_input(const char* prompt, std::size_t size, int password,
                     void (*put)(void* context, const char* data, std::size_t size), void* context);
void hermit_cpp_sleep(double seconds);
// Puts the name of the enumerator that has the value, or nothing.
void hermit_cpp_enumerator(const char* type, long long value,
                           void (*put)(void* context, const char* data, std::size_t size), void* context);
// Bytes of anything.
struct hermit_cpp_bytes {
  const char* data;
  std::size_t size;
};
// What goes over a comm: JSON, and any bytes beside it.
struct hermit_cpp_message {
  hermit_cpp_bytes data;
  hermit_cpp_bytes metadata;
  const hermit_cpp_bytes* buffers;
  std::size_t buffer_count;
};
// what: 0 opens, 1 sends, 2 closes. Returns 0, or 1 when it could not be done.
int hermit_cpp_comm(int what, const char* id, const char* target, const hermit_cpp_message* message,
                    void (*put)(void* context, const char* data, std::size_t size), void* context);
// Has `call` called with what clients do with comms of a target: what 0 opened, 1 received, 2 closed.
void hermit_cpp_listen(const char* target,
                       void (*call)(void* context, int what, const char* id,
                                    const hermit_cpp_message* message),
                       void* context);
// Throws when the cell of this thread has been asked to end.
void hermit_cpp_check();
// Not 0 while any cell is asked to end.
extern volatile int hermit_cpp_flag;
}

// Begins the body of each loop in code that is not optimised.
__attribute__((always_inline)) constexpr inline void hermit_cpp_poll() {
  if (!__builtin_is_constant_evaluated() && hermit_cpp_flag != 0) hermit_cpp_check();
}
