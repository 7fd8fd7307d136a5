/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_ENDPOINT_PARTY_H
#define SST_ENDPOINT_PARTY_H

#include "fuzz-target.h"
#include "sst/endpoint.h"

#include <memory>
#include <string>
#include <vector>

namespace sstfuzz
{

/// @return the address of a host
sst::IpAddress AddressOf(uint8_t id, bool v6);

/// A packet with what the IP header says of it.
struct WirePacket
{
    static constexpr size_t CAPACITY = 1600; //!< bytes; longer ones are not put on the wire

    uint8_t from;            //!< host
    uint8_t to;              //!< host
    uint8_t protocol;        //!< of the IP header
    bool marked;             //!< SST's mark
    uint16_t size;           //!< of `bytes`
    uint8_t bytes[CAPACITY]; //!< behind the IP header

    /// Takes `count` bytes off the end.
    void Cut(size_t count);
    /// Changes the byte at `at`.
    void Change(size_t at, uint8_t by);
};

/// What was sealed: (key, number) never twice.
class SealBook
{
  public:
    void Write(const uint8_t* key, uint64_t nonce);

  private:
    struct Line
    {
        uint8_t key[32];
        uint64_t nonce;
    };

    static constexpr size_t CAPACITY = 1024; //!< more than one input can make; a power of two

    static Line* Lines();

    uint16_t m_slots[CAPACITY]{}; //!< hash to line + 1
    size_t m_count{0};            //!< lines written
};

/// All packets of one input that were sent, the oldest overwritten, and what was sealed.
class Wire
{
  public:
    static constexpr size_t CAPACITY = 64;

    void Put(const WirePacket& packet);

    size_t Count() const
    {
        return m_count < CAPACITY ? m_count : CAPACITY;
    }

    const WirePacket& At(size_t i) const
    {
        return Slots()[(m_count < CAPACITY ? i : m_count + i) % CAPACITY];
    }

    /// A segment a stack sent: by what stands behind its source port, its checksum left out.
    struct Sent
    {
        uint64_t digest;   //!< of those bytes
        uint8_t from;      //!< host
        bool mayRepeat;    //!< it may ride in INIT, so more than once
        uint8_t delivered; //!< how often
    };

    std::vector<Sent> sent; //!< by every host
    SealBook seals;         //!< by every host
    bool narrow{false};     //!< narrow coverage was asked for: payloads may show

  private:
    static WirePacket* Slots();

    size_t m_count{0}; //!< put so far
};

/// A host: an endpoint, what its stack sends, and the accounts of what must hold.
class Party
{
  public:
    Party(Wire& wire, uint8_t id, bool v6, const sst::Clock& clock);
    ~Party();

    Party(const Party&) = delete;
    Party& operator=(const Party&) = delete;

    uint8_t Id() const
    {
        return m_id;
    }

    /// A new static key. @return what DNS would hold
    sst::KeyEntry Serve(uint8_t keyId, uint8_t flags);
    /// Forgets the static key.
    void Retire();
    void Learn(uint8_t server, sst::KeyAnswer answer, const std::vector<sst::KeyEntry>& entries);
    void Send(const sst::FlowKey& flow, uint8_t flags, size_t payload, const sst::Request* request);
    void Receive(const WirePacket& packet);
    void Abandon(const sst::FlowKey& flow);
    void Skip(uint32_t number);
    void Dummy(size_t size);
    void Tick();
    /// Hours later: nothing waits, nothing is held.
    void RequireAtRest() const;

  private:
    static constexpr size_t FLOWS = 32;    //!< flows an input can name
    static constexpr size_t COOKIES = 256; //!< more than an input has steps

    /// A segment that the endpoint keeps.
    enum class Cookie : uint8_t
    {
        NONE,
        OPEN,
        ENDED,
    };

    struct Kept
    {
        Cookie state;
        bool mayPass;      //!< the policy allows clear
        sst::FlowKey flow; //!< whose
    };

    class WatchedCipher;

    size_t SlotOf(const sst::FlowKey& flow) const;
    void Drain();
    void End(uint64_t cookie);
    void Emit(const sst::IpAddress& peer, uint8_t protocol, bool marked, const sst::Buffer& buffer);
    void CheckDelivered(const sst::Verdict& verdict, const sst::Buffer& buffer);
    void CheckBounds() const;
    void Finish();

    Wire& m_wire;                              //!< of all
    uint8_t m_id;                              //!< place
    bool m_v6;                                 //!< addresses
    const sst::Clock& m_clock;                 //!< of all
    std::unique_ptr<sst::Random> m_random;     //!< of the endpoint
    std::unique_ptr<sst::Endpoint> m_endpoint; //!< under test
    uint8_t m_keyId{0};                        //!< of the static key
    bool m_serves{false};                      //!< there is one
    uint32_t m_index{0};                       //!< of the session opened last
    uint64_t m_cookie{0};                      //!< of the segment sent last
    std::vector<Kept> m_kept;                  //!< by cookie
    uint64_t m_sealedNs[FLOWS]{};              //!< last sealed or delivered, by flow
    bool m_clear[FLOWS]{};                     //!< the stack uses it in clear
    sst::Buffer m_buffer;                      //!< reused
    sst::Action m_action;                      //!< reused
};

} // namespace sstfuzz

#endif // SST_ENDPOINT_PARTY_H
