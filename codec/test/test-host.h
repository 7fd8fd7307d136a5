// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#ifndef SST_TEST_HOST_H
#define SST_TEST_HOST_H

#include "sst/endpoint.h"
#include "test-reference.h"
#include "test-segment.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace ssttest
{

constexpr uint64_t MS = 1000000;       //!< nanoseconds
constexpr uint64_t S = 1000 * MS;      //!< nanoseconds
constexpr uint64_t MINUTE = 60 * S;    //!< nanoseconds
constexpr uint64_t HOUR = 60 * MINUTE; //!< nanoseconds

/// Randomness with a fixed seed, a stream for each purpose, remembered.
class FixedRandom : public sst::Random
{
  public:
    explicit FixedRandom(uint64_t seed);
    void Fill(sst::Purpose purpose, uint8_t* out, size_t size) override;

    std::vector<Bytes> ephemerals; //!< every EPHEMERAL drawn
    std::vector<Bytes> indices;    //!< every INDEX drawn
    std::vector<Bytes> retries;    //!< every RETRY secret drawn
    std::deque<Bytes> nextIndices; //!< handed out before any other INDEX
    std::deque<Bytes> nextPorts;   //!< handed out before any other PORT

  private:
    std::map<sst::Purpose, Dice> m_dice; //!< one stream a purpose
};

/// What lies on the wire.
struct Packet
{
    sst::IpAddress from; //!< IP source
    sst::IpAddress to;   //!< IP destination
    uint8_t protocol{0}; //!< of the IP header
    bool marked{false};  //!< SST's mark
    Bytes bytes;         //!< behind the IP header
    uint64_t at{0};      //!< monotonic time it left
};

/// What a stack got from below.
struct Received
{
    sst::IpAddress from; //!< IP source
    uint8_t protocol{0}; //!< 6, 17, 1 or 58
    Bytes bytes;         //!< segment
    bool sealed{false};  //!< came out of a session
    uint64_t at{0};      //!< monotonic time
};

class World;

/// An Endpoint with the host around it: moves bytes as the contract says, and keeps accounts.
class Host
{
  public:
    Host(World& world,
         const sst::IpAddress& address,
         const sst::EndpointConfig& config,
         uint64_t seed);

    /// Gives this host a static key. \return the entry DNS would hold
    sst::KeyEntry Serve(uint8_t keyId = 1, uint8_t flags = 1, bool fresh = true);

    /// A segment leaves the stack. \return the verdict, carried out already
    sst::Verdict Send(uint8_t protocol,
                      const sst::IpAddress& peer,
                      const Bytes& segment,
                      const sst::Request* request = nullptr,
                      uint32_t mtu = 1500);

    /// A packet comes from the wire. \return the verdict, carried out already
    sst::Verdict Receive(const Packet& packet);

    /// Keys arrive.
    void Learn(const std::string& name,
               const sst::IpAddress& peer,
               const sst::KeyEntry& entry,
               uint16_t udpPort = 0);
    void Answer(const std::string& name, const sst::IpAddress& peer, sst::KeyAnswer answer);

    /// Does what is due.
    void Tick();

    /// Gives a waiting flow up.
    void Abandon(const sst::FlowKey& flow);

    /// \return packets of a kind sent so far: top two bits of a marked packet, 1 INIT, 2 RESP, 0
    /// DATA
    std::vector<Packet> SentOfType(uint8_t type) const;

    /// \return the same of layout U: unmarked datagrams from or to \p port, by the two bits
    ///         behind the UDP header
    std::vector<Packet> SentInShell(uint8_t type, uint16_t port) const;

    /// \return how often an event was seen
    size_t EventCount(sst::Action::Event event) const;

    /// \return cookies that WAIT took and nothing ended
    std::vector<uint64_t> OpenCookies() const;

    World& world;                    //!< clock and wire
    sst::IpAddress address;          //!< own
    FixedRandom random;              //!< handed to the endpoint
    sst::Endpoint endpoint;          //!< under test
    Bytes serverSecret;              //!< static secret after Serve
    std::vector<Packet> sent;        //!< everything that left, marked or clear
    std::vector<Received> received;  //!< everything the stack got
    std::vector<sst::Action> events; //!< EVENT and RESOLVE actions (bytes empty)
    std::vector<std::pair<uint64_t, sst::Reason>> cookieDrops; //!< DROP actions with a cookie
    std::vector<uint64_t> cookieReleases;                      //!< RELEASE actions
    std::vector<uint64_t> cookiePasses;                        //!< PASS actions
    std::vector<sst::Reason> passReasons;                      //!< theirs
    std::vector<uint64_t> cookieSends;                         //!< SEND done with a cookie
    std::vector<std::string> violations;                       //!< breaches of the contract
    std::function<void(const Received&)> stack; //!< called for every segment received
    bool autoResolve{false};                    //!< answer RESOLVE with what the world knows
    uint64_t lastCookie{0};                     //!< of the last Send

  private:
    struct Kept
    {
        uint8_t protocol;
        sst::IpAddress peer;
        Bytes bytes;
        bool open;
    };

    void Drain();
    void EndCookie(uint64_t cookie, const char* how);
    void Emit(const sst::IpAddress& peer, uint8_t protocol, bool marked, Bytes bytes);
    void Deliver(const Packet& packet, uint8_t protocol, const Bytes& bytes, bool sealed);

    std::map<uint64_t, Kept> m_kept; //!< by cookie
};

/// Virtual time, a wire with delay and loss, and what DNS holds.
class World
{
  public:
    World();

    /// Adds a host.
    Host& Add(const std::string& address, uint64_t seed, sst::EndpointConfig config = {});

    /// Moves time on, delivering packets and calling Tick when it is due.
    void Run(uint64_t ns);

    /// \return both clocks
    sst::Clock Now() const
    {
        return clock;
    }

    sst::Clock clock;                    //!< the time of all hosts
    uint64_t delayNs{10 * MS};           //!< one way
    std::function<bool(Packet&)> filter; //!< false loses the packet
    std::vector<Packet> log;             //!< everything put on the wire
    std::map<std::string, std::pair<sst::IpAddress, sst::KeyEntry>> names; //!< DNS
    std::map<std::string, uint16_t> udpPorts; //!< `port` of their records
    bool carry{true};                         //!< whether packets travel at all

  private:
    friend class Host;
    void Put(const Packet& packet);

    std::multimap<uint64_t, Packet> m_flight;   //!< by arrival
    std::vector<std::unique_ptr<Host>> m_hosts; //!< all
};

/// \return a request for SST with keys of \p name
sst::Request Ask(sst::Policy policy,
                 const std::string& name = "server",
                 sst::Coverage coverage = sst::Coverage::SEGMENT,
                 bool earlyUdp = false);

/// \return bytes of a Buffer
Bytes ToBytes(const sst::Buffer& buffer);

} // namespace ssttest

#endif // SST_TEST_HOST_H
