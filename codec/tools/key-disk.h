/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_KEY_DISK_H
#define SST_KEY_DISK_H

#include "sst/key-file.h"

#include <string>

/**
 * Reads a key file. Refuses one that others than its owner may read or write.
 * @param path of the file
 * @param out the key
 * @return empty, or why not: a sentence without the path
 */
std::string ReadKeyFile(const std::string& path, sst::KeyFile& out);

/**
 * Writes a key file for its owner alone, on the disk when this returns. What fails leaves nothing
 * behind.
 * @param path of the file
 * @param file the key
 * @param replace an existing one; without it that is an error
 * @return empty, or why not: a sentence without the path
 */
std::string WriteKeyFile(const std::string& path, const sst::KeyFile& file, bool replace);

#endif /* SST_KEY_DISK_H */
