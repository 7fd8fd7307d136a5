/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_LIST_H
#define SST_CENSOR_LIST_H

#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst-censor
 * Split the text form of a censor's list.
 *
 * @param text items separated by commas, spaces or both
 * @return the items, empty ones left out
 */
std::vector<std::string> SstSplitCensorList(const std::string& text);

} // namespace ns3

#endif // SST_CENSOR_LIST_H
