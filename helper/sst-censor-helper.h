/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_HELPER_H
#define SST_CENSOR_HELPER_H

#include "ns3/address.h"
#include "ns3/attribute.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"
#include "ns3/node.h"
#include "ns3/sst-censor-middlebox.h"
#include "ns3/sst-exposure-tap.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst-censor
 *
 * Makes censors from their names, such as "port-drop+dns-strip", and puts them and the tap on a
 * router. Errors come back as text that names the value and what is allowed; nothing aborts.
 */
class SstCensorHelper
{
  public:
    /**
     * @return the censor names, "none" first
     */
    static const std::vector<std::string>& GetKnownNames();

    /**
     * @param specification censor names joined by '+'
     * @return empty when all are known and none is there twice, else what is wrong
     */
    static std::string Check(const std::string& specification);

    /**
     * @param text addresses and prefixes of the servers, separated by commas
     * @return empty, or what is wrong with which item
     */
    std::string SetServers(const std::string& text);

    /**
     * @param address one more server, with or without a port
     */
    void AddServer(const Address& address);

    /**
     * @param text ports blocked by port-drop and port-rst, separated by commas
     * @return empty, or what is wrong with which item
     */
    std::string SetBlockedPorts(const std::string& text);

    /**
     * @param text ports let through by port-allow, separated by commas; default 53,80,443
     * @return empty, or what is wrong with which item
     */
    std::string SetAllowedPorts(const std::string& text);

    /**
     * @param text host names blocked by sni, sni-scan and dns-forge, separated by commas
     * @return empty, or what is wrong with which item
     */
    std::string SetBlockedNames(const std::string& text);

    /**
     * @param v4 address in forged A records
     * @param v6 address in forged AAAA records
     */
    void SetSinkhole(Ipv4Address v4, Ipv6Address v6);

    /**
     * @param address an address of the resolver, for the tap
     */
    void AddResolver(const Address& address);

    /**
     * @param value value of the bits of the IPv6 mark
     * @param mask bits of the Traffic Class that make the mark
     */
    void SetTrafficClassMark(uint8_t value, uint8_t mask);

    /**
     * Set an attribute of a rule, after those the helper sets itself.
     *
     * @param censor a censor name
     * @param attribute name of an attribute of its rule
     * @param value the value
     */
    void SetRuleAttribute(const std::string& censor,
                          const std::string& attribute,
                          const AttributeValue& value);

    /**
     * @param specification censor names joined by '+'; "none" has no rules
     * @param [out] error empty, or what is wrong
     * @return the censor, nullptr after an error
     */
    Ptr<CensorMiddlebox> Create(const std::string& specification, std::string& error) const;

    /**
     * @param node a forwarding node with SstTrafficControlLayer
     * @param specification censor names joined by '+'; "none" has no rules
     * @param [out] error empty, or what is wrong
     * @return the censor on the node, nullptr after an error
     */
    Ptr<CensorMiddlebox> Install(Ptr<Node> node,
                                 const std::string& specification,
                                 std::string& error) const;

    /**
     * Put a tap on a node. Call it before Install(), so that it sees what the censor drops.
     *
     * @param node a forwarding node with SstTrafficControlLayer
     * @param [out] error empty, or what is wrong
     * @return the tap, nullptr after an error
     */
    Ptr<SstExposureTap> InstallTap(Ptr<Node> node, std::string& error) const;

  private:
    /**
     * @param name a censor name other than "none"
     * @param [out] error empty, or what is wrong
     * @return its rule, nullptr after an error
     */
    Ptr<SstCensorRule> CreateRule(const std::string& name, std::string& error) const;

    std::string m_servers;                          //!< addresses and prefixes
    std::string m_blockedPorts;                     //!< ports blocked
    std::string m_allowedPorts{"53,80,443"};        //!< ports let through
    std::string m_blockedNames;                     //!< host names
    Ipv4Address m_sinkholeV4{"10.10.34.34"};        //!< address in forged A records
    Ipv6Address m_sinkholeV6{"2001:0:a0a:2222::1"}; //!< address in forged AAAA records
    std::vector<Address> m_resolvers;               //!< addresses of the resolver
    uint8_t m_tclassValue{0xac};                    //!< IPv6 mark
    uint8_t m_tclassMask{0xfc};                     //!< bits of the IPv6 mark
    /// Attributes set by the caller, by censor name.
    std::map<std::string, std::vector<std::pair<std::string, Ptr<AttributeValue>>>> m_attributes;
};

} // namespace ns3

#endif // SST_CENSOR_HELPER_H
