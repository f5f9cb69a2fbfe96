// Leave to use what is private to a class of Clang's, where it has no other door.
//
// For a tag in this namespace, declared with `friend constexpr auto leave(Tag)`, an explicit instantiation of
// Leave names the member, since access is not checked there; leave(Tag{}) then is the pointer to it.
#pragma once

namespace hermit::cling_shell {

template <auto member, typename Tag>
struct Leave {
  friend constexpr auto leave(Tag) { return member; }
};

}  // namespace hermit::cling_shell
