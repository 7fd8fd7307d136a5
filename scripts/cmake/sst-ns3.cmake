# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
#
# The ns-3 module against an installed ns-3 (the PyPI wheel: pass -Dns3_DIR=.../ns3/lib64/cmake/ns3).

file(STRINGS ${CMAKE_SOURCE_DIR}/NS3-VERSION NS3_VERSION_LINE LIMIT_COUNT 1)
string(REGEX REPLACE "^release ns-" "" SST_NS3_VERSION "${NS3_VERSION_LINE}")
find_package(ns3 ${SST_NS3_VERSION} QUIET)
if(NOT ns3_FOUND)
  message(FATAL_ERROR "ns-3 ${SST_NS3_VERSION} was not found. Run ./sst setup, or pass "
                      "-Dns3_DIR=SITE-PACKAGES/ns3/lib64/cmake/ns3 of the installed wheel.")
endif()

# The wheel's targets name folders and libraries of the machine that built it: only what exists
# here is kept.
get_property(imported DIRECTORY PROPERTY IMPORTED_TARGETS)
foreach(target IN LISTS imported)
  if(NOT target MATCHES "^ns3::")
    continue()
  endif()
  get_target_property(kind ${target} TYPE)
  if(kind STREQUAL "EXECUTABLE")
    continue()
  endif()
  get_target_property(folders ${target} INTERFACE_INCLUDE_DIRECTORIES)
  set(kept "")
  foreach(folder IN LISTS folders)
    if(IS_DIRECTORY "${folder}" AND EXISTS "${folder}/ns3/core-module.h")
      list(APPEND kept ${folder})
    endif()
  endforeach()
  set_target_properties(${target} PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${kept}")
  get_target_property(libraries ${target} INTERFACE_LINK_LIBRARIES)
  if(libraries)
    list(FILTER libraries EXCLUDE REGEX "^/|no-as-needed|as-needed")
    set_target_properties(${target} PROPERTIES INTERFACE_LINK_LIBRARIES "${libraries}")
  endif()
endforeach()

set(SST_NS3_LIBRARIES ns3::core ns3::network ns3::internet ns3::traffic-control
                      ns3::applications ns3::point-to-point)
get_target_property(NS3_LIBRARY_FILE ns3::core LOCATION)
get_filename_component(NS3_LIBRARY_FOLDER ${NS3_LIBRARY_FILE} DIRECTORY)

sst_sources(model MODEL_SOURCES)
sst_sources(helper HELPER_SOURCES)
set(SST_LIBRARY ns${SST_NS3_VERSION}-sst)
add_library(${SST_LIBRARY} SHARED ${MODEL_SOURCES} ${HELPER_SOURCES})
target_compile_features(${SST_LIBRARY} PUBLIC cxx_std_20)
target_include_directories(${SST_LIBRARY} PUBLIC ${CMAKE_BINARY_DIR}/include)
# The wheel is built with -Wall alone: its headers are not ours to warn about.
target_compile_options(${SST_LIBRARY} PRIVATE -Wno-unused-parameter)
target_link_libraries(${SST_LIBRARY} PUBLIC sst-codec ${SST_NS3_LIBRARIES}
                                     PRIVATE PkgConfig::LDNS PkgConfig::SODIUM)
target_link_options(${SST_LIBRARY} PRIVATE LINKER:-rpath,${NS3_LIBRARY_FOLDER})
# Calls within the library are direct ones, not through the dynamic linker's table: a few percent
# of a simulation's time.
target_compile_options(${SST_LIBRARY} PRIVATE -fno-semantic-interposition -fno-plt)
target_link_options(${SST_LIBRARY} PRIVATE LINKER:-Bsymbolic-functions)
target_precompile_headers(${SST_LIBRARY} PRIVATE ${CMAKE_SOURCE_DIR}/scripts/cmake/sst-pch.h)

# Everything that links the module shares its precompiled header's compile options.
function(sst_program NAME)
  add_executable(${NAME} ${ARGN})
  target_link_libraries(${NAME} PRIVATE ${SST_LIBRARY})
  target_compile_options(${NAME} PRIVATE -Wno-unused-parameter)
  target_compile_definitions(${NAME} PRIVATE SST_NS3_VERSION="${SST_NS3_VERSION}")
endfunction()

sst_sources(example EXAMPLES)
foreach(source IN LISTS EXAMPLES)
  get_filename_component(name ${source} NAME_WE)
  sst_program(${name} ${source})
endforeach()

if(SST_TESTS)
  sst_sources(test MODULE_TESTS)
  if(MODULE_TESTS)
    sst_program(sst-test-runner ${CMAKE_SOURCE_DIR}/test/sst-test-runner.cc ${MODULE_TESTS})
    target_include_directories(sst-test-runner PRIVATE ${CMAKE_SOURCE_DIR}/test)
    target_precompile_headers(sst-test-runner PRIVATE ${CMAKE_SOURCE_DIR}/scripts/cmake/sst-pch.h)
    # GCC 12 takes the string literals of the NS_TEST_ macros for overreads at -O2; tests need no -O2.
    target_compile_options(sst-test-runner PRIVATE -O1 -Wno-array-bounds -Wno-stringop-overread
                                                   -Wno-stringop-overflow -Wno-restrict)
    target_link_libraries(sst-test-runner PRIVATE PkgConfig::SODIUM)
    # One ctest per suite: the suites of a file are its `TestSuite("name"` texts.
    foreach(source IN LISTS MODULE_TESTS)
      file(STRINGS ${source} lines REGEX "TestSuite\\(\"[a-z0-9-]+\"")
      set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
      foreach(line IN LISTS lines)
        string(REGEX REPLACE ".*TestSuite\\(\"([a-z0-9-]+)\".*" "\\1" suite "${line}")
        add_test(NAME ${suite} COMMAND sst-test-runner --suite=${suite} --verbose)
        set_tests_properties(${suite} PROPERTIES LABELS ns3 TIMEOUT 600)
      endforeach()
    endforeach()
  endif()
endif()
