// What the shell replaces in the libraries is found by comparing them before and after, so that it can be put
// back, and put in again.
#include "attached.hpp"

#include <lua.hpp>

#include "lanes.hpp"
#include "session.hpp"

namespace hermit::lua_shell {
namespace {

// The addresses are keys in the registry: of the session in its userdata, and of the list of what was
// replaced.
const char session_key = 0;
const char changes_key = 0;

constexpr const char* libraries[] = {LUA_LOADLIBNAME, LUA_COLIBNAME,  LUA_IOLIBNAME,  LUA_OSLIBNAME,
                                     LUA_DBLIBNAME,   LUA_STRLIBNAME, LUA_TABLIBNAME, LUA_MATHLIBNAME};

// A record of the list: what stood at a key of a table before, and what the shell has put there.
enum Field { table_field = 1, key_field, before_field, after_field };

lua_State* main_thread(lua_State* L) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
  lua_State* main = lua_tothread(L, -1);
  lua_pop(L, 1);
  return main;
}

// Adds the table on top of the stack, if it is one, to the set at `tables` with a copy of itself; pops it.
void add_copy(lua_State* L, int tables) {
  if (lua_istable(L, -1)) {
    lua_pushvalue(L, -1);
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, -4) != 0;) {
      lua_pushvalue(L, -2);
      lua_insert(L, -2);
      lua_rawset(L, -4);
    }
    lua_rawset(L, tables);
  }
  lua_pop(L, 1);
}

// Pushes a table from each table that the shell could change to a copy of it.
void push_copies(lua_State* L) {
  lua_newtable(L);
  const int tables = lua_gettop(L);
  lua_pushglobaltable(L);
  add_copy(L, tables);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  for (lua_pushnil(L); lua_next(L, tables + 1) != 0;) add_copy(L, tables);
  add_copy(L, tables);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  add_copy(L, tables);
  luaL_getmetatable(L, LUA_FILEHANDLE);
  lua_getfield(L, -1, "__index");
  add_copy(L, tables);
  add_copy(L, tables);
}

// Appends a record to the list at `changes`; on top of the stack are the value before, and the one now.
void add_change(lua_State* L, int changes, int table, int key) {
  lua_createtable(L, after_field, 0);
  lua_insert(L, -3);
  lua_rawseti(L, -3, after_field);
  lua_rawseti(L, -2, before_field);
  lua_pushvalue(L, key);
  lua_rawseti(L, -2, key_field);
  lua_pushvalue(L, table);
  lua_rawseti(L, -2, table_field);
  lua_rawseti(L, changes, static_cast<lua_Integer>(lua_rawlen(L, changes)) + 1);
}

// Pushes the list of what is otherwise now than in the copies at `copies`.
void push_changes(lua_State* L, int copies) {
  lua_newtable(L);
  const int changes = lua_gettop(L);
  for (lua_pushnil(L); lua_next(L, copies) != 0; lua_pop(L, 1)) {
    const int table = changes + 1;
    const int copy = changes + 2;
    for (lua_pushnil(L); lua_next(L, table) != 0; lua_settop(L, copy + 1)) {
      const int key = copy + 1;
      lua_pushvalue(L, key);
      lua_rawget(L, copy);
      if (lua_rawequal(L, -1, -2) != 0) continue;
      lua_insert(L, -2);
      add_change(L, changes, table, key);
    }
  }
}

// Where a table of the list still has the value of the field `from`, that of the field `to` is put.
void exchange(lua_State* L, Field from, Field to) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &changes_key);
  const int changes = lua_gettop(L);
  for (lua_Integer i = 1; lua_rawgeti(L, changes, i) == LUA_TTABLE; ++i, lua_settop(L, changes)) {
    const int record = changes + 1;
    lua_rawgeti(L, record, table_field);
    lua_rawgeti(L, record, key_field);
    lua_pushvalue(L, -1);
    lua_rawget(L, -3);
    lua_rawgeti(L, record, from);
    const bool is_untouched = lua_rawequal(L, -1, -2) != 0;
    lua_pop(L, 2);
    if (!is_untouched) continue;
    lua_rawgeti(L, record, to);
    lua_rawset(L, -3);
  }
  lua_settop(L, changes - 1);
}

int release_session(lua_State* L) {
  using Owner = std::shared_ptr<Session>;
  static_cast<Owner*>(lua_touserdata(L, 1))->~Owner();
  return 0;
}

// Has the state own the session. Runs protected.
void keep(lua_State* L, const std::shared_ptr<Session>& session) {
  void* place = lua_newuserdatauv(L, sizeof session, 0);
  new (place) std::shared_ptr<Session>(session);
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, release_session);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &session_key);
  lua_pushlightuserdata(L, session->homes.data());
  lua_rawsetp(L, LUA_REGISTRYINDEX, &homes_key);
}

// Makes the state the session's, for the first time. Runs protected.
void move_in(lua_State* L, const std::shared_ptr<Session>& session) {
  keep(L, session);
  *static_cast<Home**>(lua_getextraspace(main_thread(L))) = session->homes.data();
  session->main = lua_newthread(L);  // has the same
  lua_rawsetp(L, LUA_REGISTRYINDEX, &session->main);
  const int copies = lua_gettop(L) + 1;
  push_copies(L);
  furnish(L, *session);
  push_changes(L, copies);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &changes_key);
}

const char* missing_library(lua_State* L) {
  for (const char* name : libraries) {
    const bool is_there = lua_getglobal(L, name) == LUA_TTABLE;
    lua_pop(L, 1);
    if (!is_there) return name;
  }
  return nullptr;
}

std::shared_ptr<Session> kept_session(lua_State* L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &session_key);
  const auto* kept = static_cast<std::shared_ptr<Session>*>(lua_touserdata(L, -1));
  auto session = kept == nullptr ? nullptr : *kept;
  lua_pop(L, 1);
  return session;
}

std::shared_ptr<Session> new_session(const sdk::Host& host) {
  auto session = std::make_shared<Session>(host);
  session->spare_threads.reserve(most_spare_threads);
  session->parser = luaL_newstate();
  session->is_attached = true;
  session->lock.rest_with(session->resting);
  if (session->parser == nullptr) throw sdk::Refusal{no_memory};
  return session;
}

// Gives the program back what is its own.
void detach(Session& session) {
  lua_State* L = session.main;
  session.host.leave();
  protect(L, 0, [](lua_State* inner) { exchange(inner, after_field, before_field); });
  lua_settop(L, 0);
  lua_setallocf(L, session.program_allocate, session.program_memory);
}

}  // namespace

std::shared_ptr<Session> attach(const sdk::Host& host, lua_State* state) {
  if (lua_checkstack(state, LUA_MINSTACK) == 0)
    throw sdk::Refusal{"the stack of the program's Lua state is full"};
  if (const char* missing = missing_library(state)) {
    throw sdk::Refusal{std::string("the program's Lua state has no library ") + missing +
                       "; luaL_openlibs opens all"};
  }
  auto session = kept_session(state);
  const bool is_new = session == nullptr;
  if (is_new) session = new_session(host);
  session->host = host;
  session->has_run = false;
  session->program_allocate = lua_getallocf(state, &session->program_memory);
  lua_setallocf(state, allocate, session.get());
  has_attached = true;
  const int top = lua_gettop(state);
  const int status = protect(state, 0, [&](lua_State* inner) {
    is_new ? move_in(inner, session) : exchange(inner, before_field, after_field);
  });
  std::string why;
  if (status != LUA_OK) why = message_of(state);
  lua_settop(state, top);
  if (status == LUA_OK) return {session.get(), [session](Session*) { detach(*session); }};
  lua_setallocf(state, session->program_allocate, session->program_memory);
  session->host.leave();
  throw sdk::Refusal{"the program's Lua state could not be taken: " + why};
}

}  // namespace hermit::lua_shell
