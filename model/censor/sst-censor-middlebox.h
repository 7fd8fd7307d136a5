/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_MIDDLEBOX_H
#define SST_CENSOR_MIDDLEBOX_H

#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/sst-censor-injector.h"
#include "ns3/sst-censor-rule.h"
#include "ns3/sst-ingress-filter.h"
#include "ns3/traced-callback.h"

#include <array>
#include <map>
#include <string>
#include <vector>

namespace ns3
{

/**
 * @defgroup sst-censor Censor models
 * Middleboxes that see bytes only, and a tap that records what they could have seen.
 */

/**
 * @ingroup sst-censor
 *
 * A censor on a router. It sees the bytes of the IP packets the router forwards and nothing else,
 * shows them to its rules in their order and does what they say. A packet is lost to the rules
 * behind the one that drops it; after other verdicts the next rule sees it too.
 *
 * Packets to multicast, link-local and the router's own addresses are not forwarded and therefore
 * not judged. What is no IP packet passes, by its reason counted, unless DropMalformed is set.
 */
class CensorMiddlebox : public SstIngressFilter
{
  public:
    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    CensorMiddlebox();
    ~CensorMiddlebox() override;

    /**
     * @param node a node
     * @return empty when Install() can be called, else what is missing and the remedy
     */
    static std::string CheckNode(Ptr<Node> node);

    /**
     * Put the censor on a node. Fatal when CheckNode() says so.
     *
     * @param node a forwarding node with SstTrafficControlLayer
     */
    void Install(Ptr<Node> node);

    /**
     * @param rule a rule, judging after those already there
     */
    void AddRule(Ptr<SstCensorRule> rule);

    /**
     * @return number of rules
     */
    size_t GetNRules() const
    {
        return m_rules.size();
    }

    /**
     * @param i index of a rule, in the order they were added
     * @return the rule
     */
    Ptr<SstCensorRule> GetRule(size_t i) const
    {
        return m_rules.at(i);
    }

    /**
     * @param name name of a rule
     * @return the first rule of that name, nullptr without one
     */
    Ptr<SstCensorRule> FindRule(const std::string& name) const;

    /**
     * How often rules decided something other than to pass.
     *
     * @return counts by "rule verdict", such as "port-drop drop"
     */
    std::map<std::string, uint64_t> GetVerdictCounts() const;

    /**
     * @return packets judged that went on
     */
    uint64_t GetPassed() const
    {
        return m_passed;
    }

    /**
     * @return packets judged that a rule dropped
     */
    uint64_t GetDropped() const
    {
        return m_dropped;
    }

    /**
     * @param status why bytes were no IP packet
     * @return number of such packets
     */
    uint64_t GetMalformed(SstCensorPacket::Status status) const
    {
        return m_malformed.at(static_cast<size_t>(status));
    }

    /**
     * @return the sender of resets and forged answers, for its counters
     */
    const SstCensorInjector& GetInjector() const
    {
        return m_injector;
    }

    /**
     * Assign fixed random variable stream numbers to the rules.
     *
     * @param stream first stream index to use
     * @return the number of stream indices assigned
     */
    int64_t AssignStreams(int64_t stream);

    Verdict Filter(Ptr<NetDevice> device, Ptr<const Packet>& packet, uint16_t protocol) override;

    /**
     * TracedCallback signature of a rule's verdict.
     *
     * @param [in] rule name of the rule
     * @param [in] verdict what it decided
     * @param [in] packet the packet from its IP header on
     * @param [in] protocol the EtherType
     */
    typedef void (*VerdictTracedCallback)(const std::string& rule,
                                          SstCensorVerdict verdict,
                                          Ptr<const Packet> packet,
                                          uint16_t protocol);

    /**
     * TracedCallback signature of a packet that is no IP packet.
     *
     * @param [in] reason name of the reason
     * @param [in] packet the packet
     * @param [in] protocol the EtherType
     */
    typedef void (*MalformedTracedCallback)(const std::string& reason,
                                            Ptr<const Packet> packet,
                                            uint16_t protocol);

  protected:
    void DoDispose() override;

  private:
    /**
     * @param packet a packet
     * @return true when it goes through this router
     */
    bool IsForwarded(const SstCensorPacket& packet) const;

    /**
     * Inject what a verdict asks for.
     *
     * @param verdict the verdict
     * @param packet the packet it is about
     * @param answer the DNS message of a DNS verdict
     */
    void Inject(SstCensorVerdict verdict,
                const SstCensorPacket& packet,
                const std::vector<uint8_t>& answer);

    /**
     * @param flow from where to where
     * @param sequence its sequence number
     */
    void SendReset(SstCensorInjector::Flow flow, uint32_t sequence);

    /**
     * @param flow from where to where
     * @param answer the DNS message
     */
    void SendAnswer(SstCensorInjector::Flow flow, std::vector<uint8_t> answer);

    Ptr<Node> m_node;                        //!< where the censor sits
    std::vector<Ptr<SstCensorRule>> m_rules; //!< in the order they judge
    SstCensorInjector m_injector;            //!< sends resets and answers
    std::vector<uint8_t> m_buffer;           //!< bytes of the packet being judged
    bool m_dropMalformed{false};             //!< DropMalformed attribute
    Time m_injectionDelay;                   //!< InjectionDelay attribute
    uint64_t m_passed{0};                    //!< packets that went on
    uint64_t m_dropped{0};                   //!< packets dropped by a rule
    std::array<uint64_t, SstCensorPacket::STATUS_COUNT> m_malformed{}; //!< by status

    /// Every verdict other than PASS.
    TracedCallback<const std::string&, SstCensorVerdict, Ptr<const Packet>, uint16_t>
        m_verdictTrace;
    /// Bytes that are no IP packet.
    TracedCallback<const std::string&, Ptr<const Packet>, uint16_t> m_malformedTrace;
};

} // namespace ns3

#endif // SST_CENSOR_MIDDLEBOX_H
