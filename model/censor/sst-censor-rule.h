/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_RULE_H
#define SST_CENSOR_RULE_H

#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/random-variable-stream.h"
#include "ns3/sst-censor-packet.h"
#include "ns3/sst-censor-prefix-list.h"
#include "ns3/sst-censor-residual-table.h"
#include "ns3/sst-censor-verdict.h"

#include <array>
#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst-censor
 *
 * One rule of a censor: one matcher, one action. The base owns direction, probability, residual
 * blocking and the counters; a subclass says what matches.
 *
 * A packet goes through, in this order:
 * 1. direction: packets of another direction pass;
 * 2. residual: a packet whose key was blocked within ResidualTime gets the Action;
 * 3. match (DoMatch()) and verdict (DoGetVerdict()); resets concern TCP alone, UDP passes, and a
 *    reset is never answered by a reset;
 * 4. probability: one draw for each packet that matched;
 * 5. the key is remembered when ResidualKey is not None.
 */
class SstCensorRule : public Object
{
  public:
    /// Which packets a rule looks at.
    enum Direction
    {
        AUTO,             //!< what the class of the rule says
        CLIENT_TO_SERVER, //!< destination is one of Servers
        SERVER_TO_CLIENT, //!< source is one of Servers
        BOTH,             //!< source or destination is one of Servers
        ANY               //!< every packet, whatever Servers holds
    };

    /// What is remembered of a blocked packet.
    enum ResidualKey
    {
        NONE,        //!< nothing
        THREE_TUPLE, //!< protocol, client address, server address and port
        FOUR_TUPLE,  //!< protocol, client address and port, server address and port
        IP_PAIR,     //!< client and server address
        SERVER       //!< server address
    };

    /// What the rule does with a packet that matches.
    enum Action
    {
        DROP,    //!< drop it
        RST,     //!< TCP resets to both sides, the packet goes on: a censor beside the path
        RST_DROP //!< TCP resets to both sides, the packet is dropped: a censor in the path
    };

    /// What became of the packets a rule was shown.
    struct Counters
    {
        uint64_t seen{0};     //!< packets of the rule's direction
        uint64_t matched{0};  //!< of them, matched and concerned by the action
        uint64_t spared{0};   //!< of the matched, let go by the probability
        uint64_t residual{0}; //!< met by residual blocking, without a match
        std::array<uint64_t, SST_CENSOR_VERDICT_COUNT> verdicts{}; //!< by SstCensorVerdict
    };

    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstCensorRule();
    ~SstCensorRule() override;

    /**
     * Judge a packet.
     *
     * @param packet the packet
     * @param [out] answer the DNS message to inject, with a DNS verdict only
     * @return the verdict
     */
    SstCensorVerdict Evaluate(const SstCensorPacket& packet, std::vector<uint8_t>& answer);

    /**
     * @return the Name attribute, by default the censor name of the class, such as "port-drop"
     */
    std::string GetName() const;

    /**
     * @return the counters
     */
    const Counters& GetCounters() const
    {
        return m_counters;
    }

    /**
     * @return the addresses that count as servers
     */
    const SstCensorPrefixList& GetServers() const
    {
        return m_servers;
    }

    /**
     * @return entries of the residual table
     */
    size_t GetResidualSize() const
    {
        return m_table.GetSize();
    }

    /**
     * Assign a fixed random variable stream number.
     *
     * @param stream first stream index to use
     * @return the number of stream indices assigned
     */
    int64_t AssignStreams(int64_t stream);

  protected:
    void DoDispose() override;

    /**
     * @param packet a packet of the rule's direction
     * @return true when the rule is about it
     */
    virtual bool DoMatch(const SstCensorPacket& packet) = 0;

    /**
     * The verdict on the packet that DoMatch() has just matched.
     *
     * @param packet the packet
     * @param [out] answer the DNS message to inject, with a DNS verdict only
     * @return by default that of the Action attribute, PASS where it is a reset and the packet
     *         cannot be reset
     */
    virtual SstCensorVerdict DoGetVerdict(const SstCensorPacket& packet,
                                          std::vector<uint8_t>& answer);

    /**
     * @return the direction AUTO stands for
     */
    virtual Direction DoGetDirection() const;

    /**
     * @return the censor name of the class
     */
    virtual std::string DoGetName() const = 0;

  private:
    /**
     * @param packet a packet
     * @param [out] toServer whether it goes from client to server
     * @return true when the packet is of the rule's direction
     */
    bool Orient(const SstCensorPacket& packet, bool& toServer) const;

    /**
     * @param packet a packet
     * @param toServer whether it goes from client to server
     * @param [out] key its residual key
     * @return false when the packet has none
     */
    bool MakeKey(const SstCensorPacket& packet,
                 bool toServer,
                 SstCensorResidualTable::Key& key) const;

    /**
     * @param packet a packet
     * @param toServer whether it goes from client to server
     * @return true when its key was blocked within ResidualTime
     */
    bool IsResidual(const SstCensorPacket& packet, bool toServer);

    /**
     * @param packet a packet
     * @return the verdict of the Action attribute where it concerns the packet, else PASS
     */
    SstCensorVerdict ActOn(const SstCensorPacket& packet) const;

    /**
     * @return true with the probability of the rule
     */
    bool Draw();

    /**
     * @return the random variable, made with its stream at its first use
     */
    Ptr<UniformRandomVariable> GetRandom();

    /**
     * @param text value of the Servers attribute
     * @return false when it is no list of addresses and prefixes
     */
    bool SetServers(std::string text);

    /**
     * @return value of the Servers attribute
     */
    std::string GetServersText() const;

    /**
     * @param bound most entries of the residual table
     */
    void SetResidualBound(uint32_t bound);

    std::string m_name;                  //!< Name attribute
    SstCensorPrefixList m_servers;       //!< Servers attribute
    double m_probability{1};             //!< Probability attribute
    Direction m_direction{AUTO};         //!< Direction attribute
    Action m_action{DROP};               //!< Action attribute
    ResidualKey m_residualKey{NONE};     //!< ResidualKey attribute
    Time m_residualTime;                 //!< ResidualTime attribute
    bool m_residualRefresh{false};       //!< ResidualRefresh attribute
    SstCensorResidualTable m_table;      //!< what is remembered
    Ptr<UniformRandomVariable> m_random; //!< draws of the probability
    Counters m_counters;                 //!< counters
};

} // namespace ns3

#endif // SST_CENSOR_RULE_H
