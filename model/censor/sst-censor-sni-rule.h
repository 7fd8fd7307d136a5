/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_SNI_RULE_H
#define SST_CENSOR_SNI_RULE_H

#include "ns3/sst-censor-name-list.h"
#include "ns3/sst-censor-rule.h"

namespace ns3
{

/**
 * @ingroup sst-censor
 *
 * Censor `sni`: reads the payload of a TCP segment at its data offset as a TLS ClientHello (SNI)
 * or an HTTP/1 request (Host), on every port. Segments and TLS records are not reassembled: a
 * name cut by a segment's end passes, as with the censors of SstCensorHostParser.
 */
class SstCensorSniRule : public SstCensorRule
{
  public:
    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstCensorSniRule();
    ~SstCensorSniRule() override;

  protected:
    bool DoMatch(const SstCensorPacket& packet) override;
    std::string DoGetName() const override;

    /**
     * @return the blocked names
     */
    const SstCensorNameList& GetNameList() const
    {
        return m_names;
    }

  private:
    /**
     * @param text value of the Names attribute
     * @return false when it is no list of host names
     */
    bool SetNames(std::string text);

    /**
     * @return value of the Names attribute
     */
    std::string GetNames() const;

    SstCensorNameList m_names; //!< blocked names
};

} // namespace ns3

#endif // SST_CENSOR_SNI_RULE_H
