/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_SECRET_H
#define SST_SECRET_H

/**
 * @file
 * Where secrets end: what may be looked at although it was computed from keys. Says nothing to the
 * compiler; only the constant-time test (codec/test/constant-time-test.cc), which compiles some
 * files with SST_CTGRIND, tells Valgrind.
 */

#ifdef SST_CTGRIND
#include <valgrind/memcheck.h>
/// From here on `size` bytes at `data` are no secret: a verdict, an opened plaintext.
#define SST_DECLASSIFY(data, size) ((void)VALGRIND_MAKE_MEM_DEFINED(data, size))
#else
/// From here on `size` bytes at `data` are no secret: a verdict, an opened plaintext.
#define SST_DECLASSIFY(data, size) ((void)0)
#endif

#endif /* SST_SECRET_H */
