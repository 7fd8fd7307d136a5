/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_NAME_LIST_H
#define SST_NAME_LIST_H

#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * Comma separated names from a command line, against the names that are known.
 */
class SstNameList
{
  public:
    SstNameList() = delete;

    /**
     * @param kind what the names stand for, for example "service"
     * @param text names separated by commas, or "all"
     * @param known the allowed names
     * @param [out] names the names in the order given, each once
     * @param [out] error the value met and the allowed ones, when something is wrong
     * @return whether all names are known and there is at least one
     */
    [[nodiscard]] static bool Parse(const std::string& kind,
                                    const std::string& text,
                                    const std::vector<std::string>& known,
                                    std::vector<std::string>& names,
                                    std::string& error);

    /**
     * @param kind what the name stands for
     * @param name the name met
     * @param known the allowed names
     * @return "unknown KIND 'NAME'; allowed: ..."
     */
    static std::string Unknown(const std::string& kind,
                               const std::string& name,
                               const std::vector<std::string>& known);
};

} // namespace ns3

#endif // SST_NAME_LIST_H
