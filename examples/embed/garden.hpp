// A program with an object model of its own: a garden of plants that grow, and a Lua state in which it is
// known. It has nothing to do with Hermit; callable.cpp and sockets.cpp embed a kernel in it.
#pragma once

#include <lua.hpp>

#include <memory>
#include <string>
#include <vector>

struct Plant {
  std::string name;
  double height = 0;    // in cm
  double growth = 0.1;  // in cm a step
};

// The garden, and the Lua state with the function `plant(name)` and the table `garden` with `count`,
// `height(name)`, `set_growth(name, growth)` and `steps()`.
class Garden {
 public:
  Garden() : lua_(luaL_newstate(), lua_close) {
    lua_State* L = lua_.get();
    luaL_openlibs(L);
    const luaL_Reg functions[] = {{"plant", plant},
                                  {"height", height},
                                  {"set_growth", set_growth},
                                  {"steps", steps},
                                  {nullptr, nullptr}};
    lua_pushlightuserdata(L, this);
    lua_setfield(L, LUA_REGISTRYINDEX, "garden");
    luaL_newlib(L, functions);
    lua_setglobal(L, "garden");
    luaL_dostring(L, "greeting = 'from the program'");
  }

  // One turn of the main loop: everything grows, and Lua may have something to say.
  void step() {
    ++steps_;
    for (Plant& each : plants_) each.height += each.growth;
    lua_State* L = lua_.get();
    if (lua_getglobal(L, "on_step") == LUA_TFUNCTION) {
      lua_pushinteger(L, steps_);
      if (lua_pcall(L, 1, 0, 0) == LUA_OK) return;
    }
    lua_pop(L, 1);
  }

  lua_State* lua() const { return lua_.get(); }

 private:
  static Garden& of(lua_State* L) {
    lua_getfield(L, LUA_REGISTRYINDEX, "garden");
    auto& garden = *static_cast<Garden*>(lua_touserdata(L, -1));
    lua_pop(L, 1);
    return garden;
  }
  static Plant& named(lua_State* L) {
    const std::string name = luaL_checkstring(L, 1);
    for (Plant& each : of(L).plants_) {
      if (each.name == name) return each;
    }
    of(L).plants_.push_back({name});
    return of(L).plants_.back();
  }
  static int plant(lua_State* L) {
    named(L);
    return 0;
  }
  static int height(lua_State* L) {
    lua_pushnumber(L, named(L).height);
    return 1;
  }
  static int set_growth(lua_State* L) {
    named(L).growth = luaL_checknumber(L, 2);
    return 0;
  }
  static int steps(lua_State* L) {
    lua_pushinteger(L, of(L).steps_);
    return 1;
  }

  std::vector<Plant> plants_;
  lua_Integer steps_ = 0;
  std::unique_ptr<lua_State, void (*)(lua_State*)> lua_;
};
