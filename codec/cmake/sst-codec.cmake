# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
#
# libsst: compiled once, made into a static library (targets of this build link it) and a shared
# one; the program sst-key; the examples in C; what `cmake --install` puts where.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

sst_sources(codec CODEC_SOURCES)
sst_sources(codec-header CODEC_HEADERS)
sst_sources(codec-tool CODEC_TOOLS)
sst_sources(codec-example CODEC_EXAMPLES)

add_library(sst-objects OBJECT ${CODEC_SOURCES})
target_compile_features(sst-objects PUBLIC cxx_std_17)
target_compile_definitions(sst-objects PRIVATE SST_PROJECT_VERSION="${PROJECT_VERSION}")
target_include_directories(sst-objects PUBLIC ${CMAKE_SOURCE_DIR}/codec/include)
target_link_libraries(sst-objects PRIVATE PkgConfig::SODIUM)

# Objects hold machine code and what link-time optimization needs: the shared library and the
# benchmark use the latter (5 % of the time of a packet), all else links as fast as without.
include(CheckCXXCompilerFlag)
check_cxx_compiler_flag("-flto=auto -ffat-lto-objects" SST_HAS_FAT_LTO)
set(SST_LINK_TIME_OPTIMIZATION "")
if(SST_HAS_FAT_LTO AND SST_LTO AND NOT SST_SANITIZE)
  target_compile_options(sst-objects PRIVATE -flto=auto -ffat-lto-objects)
  set(SST_LINK_TIME_OPTIMIZATION -flto=auto -O2)
endif()

add_library(sst-codec STATIC $<TARGET_OBJECTS:sst-objects>)
add_library(sst-shared SHARED $<TARGET_OBJECTS:sst-objects>)
foreach(library IN ITEMS sst-codec sst-shared)
  target_compile_features(${library} PUBLIC cxx_std_17)
  target_include_directories(${library} PUBLIC
                             $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/codec/include>
                             $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${library} PRIVATE PkgConfig::SODIUM)
  set_target_properties(${library} PROPERTIES OUTPUT_NAME sst LINKER_LANGUAGE CXX)
endforeach()
set_target_properties(sst-codec PROPERTIES EXPORT_NAME sst-static)
# Before 1.0 every minor version may change the ABI. Only what begins with sst is exported.
set_target_properties(sst-shared PROPERTIES EXPORT_NAME sst VERSION ${PROJECT_VERSION}
                      SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
                      LINK_DEPENDS ${CMAKE_SOURCE_DIR}/codec/cmake/sst.map)
target_link_options(sst-shared PRIVATE ${SST_LINK_TIME_OPTIMIZATION}
                                       LINKER:--version-script=${CMAKE_SOURCE_DIR}/codec/cmake/sst.map
                                       LINKER:-Bsymbolic-functions)

add_executable(sst-key ${CODEC_TOOLS})
target_link_libraries(sst-key PRIVATE sst-codec)

# sst_c_program(NAME SOURCE...): a program in C99 against the shared library
function(sst_c_program NAME)
  add_executable(${NAME} ${ARGN})
  target_compile_options(${NAME} PRIVATE -pedantic)
  target_link_libraries(${NAME} PRIVATE sst-shared)
endfunction()
foreach(source IN LISTS CODEC_EXAMPLES)
  get_filename_component(name ${source} NAME_WE)
  sst_c_program(sst-${name} ${source})
endforeach()
if(SST_TESTS)
  sst_sources(codec-c-test CODEC_C_TESTS)
  foreach(source IN LISTS CODEC_C_TESTS)
    get_filename_component(name ${source} NAME_WE)
    sst_c_program(sst-${name} ${source})
  endforeach()
  foreach(source IN LISTS CODEC_C_TESTS CODEC_EXAMPLES)
    get_filename_component(name ${source} NAME_WE)
    add_test(NAME ${name} COMMAND sst-${name})
    set_tests_properties(${name} PROPERTIES LABELS codec)
  endforeach()
endif()

install(TARGETS sst-shared sst-codec EXPORT sst-targets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS sst-key RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
foreach(header IN LISTS CODEC_HEADERS)
  file(RELATIVE_PATH path ${CMAKE_SOURCE_DIR}/codec/include ${header})
  get_filename_component(folder ${path} DIRECTORY)
  install(FILES ${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${folder})
endforeach()
install(FILES ${CMAKE_SOURCE_DIR}/LICENSES/BSD-2-Clause.txt
        DESTINATION ${CMAKE_INSTALL_DATADIR}/licenses/sst)

set(SST_PACKAGE_FOLDER ${CMAKE_INSTALL_LIBDIR}/cmake/sst)
install(EXPORT sst-targets NAMESPACE sst:: DESTINATION ${SST_PACKAGE_FOLDER})
configure_package_config_file(${CMAKE_SOURCE_DIR}/codec/cmake/sst-config.cmake.in
                              ${CMAKE_BINARY_DIR}/sst-config.cmake
                              INSTALL_DESTINATION ${SST_PACKAGE_FOLDER})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/sst-config-version.cmake
                                 VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/sst-config.cmake ${CMAKE_BINARY_DIR}/sst-config-version.cmake
        DESTINATION ${SST_PACKAGE_FOLDER})

# From the folder of sst.pc up to the prefix: the installed tree may be moved
string(REGEX REPLACE "[^/]+" ".." SST_PREFIX_FROM_LIBDIR ${CMAKE_INSTALL_LIBDIR})
configure_file(${CMAKE_SOURCE_DIR}/codec/cmake/sst.pc.in ${CMAKE_BINARY_DIR}/sst.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/sst.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
