# What `cpack` makes of the components of cmake/Install.cmake: an archive of everything, to be extracted anywhere, and
# Debian packages.
set(CPACK_GENERATOR TGZ DEB)
set(CPACK_PACKAGE_NAME hermit)
set(CPACK_PACKAGE_VENDOR "The Hermit authors")
set(CPACK_PACKAGE_CONTACT "The Hermit authors <hermit@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGE_FILE_NAME hermit-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_STRIP_FILES ON)
set(CPACK_ARCHIVE_COMPONENT_INSTALL OFF)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_COMPONENTS_ALL host sdk)
if(TARGET hermit-cpp)
  list(APPEND CPACK_COMPONENTS_ALL cpp)
endif()
if(TARGET hermit-embed)
  list(APPEND CPACK_COMPONENTS_ALL embed)
endif()

# Headers of both kinds are one package: they share files.
set(CPACK_COMPONENT_SDK_GROUP dev)
set(CPACK_COMPONENT_EMBED_GROUP dev)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)

set(CPACK_DEBIAN_HOST_PACKAGE_NAME hermit)
set(CPACK_COMPONENT_HOST_DESCRIPTION "Jupyter kernel host, with the shell for Lua\nRuns notebooks in languages that are libraries loaded at run time.")

set(CPACK_DEBIAN_CPP_PACKAGE_NAME hermit-cpp)
set(CPACK_COMPONENT_CPP_DESCRIPTION "C++ kernels for Jupyter, a shell of Hermit's\nC++17, C++20 and C++23 in notebooks, on the libraries of Clang.")
# The headers of Clang, of the C++ library and of the C library, which its libraries do not depend on.
set(CPACK_DEBIAN_CPP_PACKAGE_DEPENDS
    "hermit (= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}), libclang-common-19-dev, libstdc++-12-dev | libstdc++-dev")

set(CPACK_DEBIAN_DEV_PACKAGE_NAME hermit-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_DEV_DESCRIPTION "headers for writing shells of Hermit\nThe C headers of the shell interface, and functions for CMake.")
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "hermit (= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")

include(CPack)
