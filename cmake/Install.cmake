# What `cmake --install` puts where, in components that are packages too: host (the program and the Lua shell), cpp (the
# C++ shells) and sdk (the headers and functions for writing a shell). The layout is that of the build tree, and nothing
# in it knows its own absolute path, so that the tree can be moved.
include(CMakePackageConfigHelpers)

# Shells and their kernelspecs lie where the program looks, whatever the system calls its folder of libraries.
set(HERMIT_INSTALL_SHELLS lib/hermit/shells)
set(HERMIT_INSTALL_SDK lib/cmake/hermit-sdk)

install(TARGETS hermit RUNTIME DESTINATION bin COMPONENT host)
install(DIRECTORY ${CMAKE_BINARY_DIR}/share/hermit/kernelspecs DESTINATION share/hermit COMPONENT host)
install(FILES README.md CHANGELOG.md LICENSE DESTINATION share/doc/hermit COMPONENT host)
# What is made of the program's own lists: the manual page, and the files of shells that complete its options.
foreach(folder man bash-completion zsh fish)
  install(DIRECTORY ${CMAKE_BINARY_DIR}/share/${folder} DESTINATION share COMPONENT host OPTIONAL)
endforeach()

# hermit_install_shell(NAME COMPONENT): the library of the target hermit-NAME, its manifest and its kernelspec.
function(hermit_install_shell NAME COMPONENT)
  if(NOT TARGET hermit-${NAME})
    return()
  endif()
  install(TARGETS hermit-${NAME} LIBRARY DESTINATION ${HERMIT_INSTALL_SHELLS} COMPONENT ${COMPONENT})
  install(FILES ${HERMIT_SHELLS_DIR}/${NAME}.shell.json DESTINATION ${HERMIT_INSTALL_SHELLS} COMPONENT ${COMPONENT})
  install(DIRECTORY ${CMAKE_BINARY_DIR}/share/jupyter/kernels/hermit-${NAME} DESTINATION share/jupyter/kernels
          COMPONENT ${COMPONENT})
endfunction()
hermit_install_shell(lua host)
foreach(name cpp cpp17 cpp23)
  hermit_install_shell(${name} cpp)
endforeach()
if(TARGET hermit-cpp)
  # What their manifests call "files".
  install(DIRECTORY ${HERMIT_SHELLS_DIR}/cpp DESTINATION ${HERMIT_INSTALL_SHELLS} COMPONENT cpp)
endif()

# find_package(hermit-sdk) gives hermit::hermit-sdk, the program as hermit::program, and what HermitShell.cmake has.
# It finds the build tree too, so that a shell can be written against a checkout.
set(sdk_files ${CMAKE_BINARY_DIR}/${HERMIT_INSTALL_SDK})
file(REMOVE_RECURSE ${CMAKE_BINARY_DIR}/cmake)  # where a build folder of an earlier age has it, half of it
foreach(file HermitShell.cmake HermitInstallKernelspec.cmake)
  configure_file(cmake/${file} ${sdk_files}/${file} COPYONLY)
endforeach()
install(DIRECTORY sdk/include/hermit DESTINATION include COMPONENT sdk)
install(DIRECTORY ${CMAKE_BINARY_DIR}/share/hermit/templates DESTINATION share/hermit COMPONENT sdk)
install(TARGETS hermit-sdk EXPORT hermit-sdk)
install(EXPORT hermit-sdk NAMESPACE hermit:: FILE hermit-sdk-targets.cmake DESTINATION ${HERMIT_INSTALL_SDK} COMPONENT sdk)
export(EXPORT hermit-sdk NAMESPACE hermit:: FILE ${sdk_files}/hermit-sdk-targets.cmake)
configure_package_config_file(cmake/hermit-sdk-config.cmake.in ${sdk_files}/hermit-sdk-config.cmake
                              INSTALL_DESTINATION ${HERMIT_INSTALL_SDK} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${sdk_files}/hermit-sdk-config-version.cmake COMPATIBILITY SameMinorVersion
                                 ARCH_INDEPENDENT)
install(FILES ${sdk_files}/hermit-sdk-config.cmake ${sdk_files}/hermit-sdk-config-version.cmake
              ${sdk_files}/HermitShell.cmake ${sdk_files}/HermitInstallKernelspec.cmake
        DESTINATION ${HERMIT_INSTALL_SDK} COMPONENT sdk)
