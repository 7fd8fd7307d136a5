/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_TYPES_H
#define SST_TYPES_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

/**
 * @file
 * Plain types shared by every part of the codec.
 */

namespace sst
{

/// IP protocol numbers the codec knows (IANA "Assigned Internet Protocol Numbers").
constexpr uint8_t PROTOCOL_ICMP = 1;
constexpr uint8_t PROTOCOL_TCP = 6;
constexpr uint8_t PROTOCOL_UDP = 17;
constexpr uint8_t PROTOCOL_ICMPV6 = 58;
constexpr uint8_t PROTOCOL_NONE = 59; //!< no next header: dummy, or an empty INIT/RESP

/// An IPv4 or IPv6 address as raw bytes in network order.
struct IpAddress
{
    std::array<uint8_t, 16> bytes{}; //!< the address; bytes beyond `length` are zero
    uint8_t length{0};               //!< 0 none, 4 or 16 bytes

    /**
     * @param data the raw address
     * @param length 4 or 16; anything else gives the empty address
     * @return the address
     */
    static IpAddress From(const uint8_t* data, uint8_t length);

    /// @return true for multicast, the limited broadcast and the unspecified address
    bool IsGroup() const;

    /// @return the address itself (IPv4) or its /64 (IPv6): what limits count as "one peer"
    IpAddress Site() const;

    /// @return dotted decimal or RFC 5952 style text; "none" when empty
    std::string ToString() const;

    bool operator==(const IpAddress& other) const
    {
        // Two words: on the path of every packet.
        uint64_t own[2];
        uint64_t others[2];
        std::memcpy(own, bytes.data(), sizeof own);
        std::memcpy(others, other.bytes.data(), sizeof others);
        return ((own[0] ^ others[0]) | (own[1] ^ others[1])) == 0 && length == other.length;
    }

    bool operator!=(const IpAddress& other) const
    {
        return !(*this == other);
    }

    bool operator<(const IpAddress& other) const
    {
        return length != other.length ? length < other.length : bytes < other.bytes;
    }
};

/// How many leading bytes of a TCP or UDP segment are sealed.
enum class Coverage : uint8_t
{
    SEGMENT = 0, //!< all of it
    HEADER = 1,  //!< the transport header
    PORTS = 2,   //!< the first four bytes
};

/// How a packet looks to the network.
enum class Layout : uint8_t
{
    N = 0, //!< native
    U = 1, //!< behind a UDP header
};

/// What a socket, or the table standing in for it, asks of its packets.
enum class Policy : uint8_t
{
    OFF,           //!< clear
    OPPORTUNISTIC, //!< sealed where the peer can, else clear, and reported as such
    REQUIRE,       //!< sealed or not at all
    PIN,           //!< REQUIRE for a name once seen with the strict flag, else OPPORTUNISTIC
};

/// Which layouts a flow may use.
enum class LayoutChoice : uint8_t
{
    AUTO, //!< N, then U when N gave no answer and the server offers it
    N,    //!< native only
    U,    //!< behind a UDP header only
};

/// What is added to DATA packets that are sealed whole.
struct Padding
{
    /// How.
    enum class Mode : uint8_t
    {
        NONE,     //!< nothing
        MULTIPLE, //!< to a multiple of `multiple` bytes, from offset 0
        MTU,      //!< as long as the path carries
    };

    static constexpr uint16_t MAX_MULTIPLE = 1024; //!< bytes

    Mode mode{Mode::NONE}; //!< how
    uint16_t multiple{0};  //!< 2 to MAX_MULTIPLE

    /// @return one number for all of it: 0 none, UINT16_MAX up to the MTU, else the multiple
    uint16_t Code() const;
};

/**
 * @param code of a Padding
 * @param size of a packet without padding
 * @param limit largest packet the path carries
 * @return zeros to add
 */
size_t PaddingSize(uint16_t code, size_t size, size_t limit);

/// @return kebab-case name of the coverage
const char* ToString(Coverage coverage);
/// @return kebab-case name of the policy
const char* ToString(Policy policy);
/// @return "n" or "u"
const char* ToString(Layout layout);

/// Both clocks, handed in with every call: the codec never reads one.
struct Clock
{
    uint64_t monotonicNs{0}; //!< never steps back; timers
    uint64_t unixMs{0};      //!< Unix time in milliseconds; messages
};

using PublicKey = std::array<uint8_t, 32>;

/// A server's static X25519 key.
struct KeyPair
{
    PublicKey publicKey{};               //!< what key65280 publishes
    std::array<uint8_t, 32> secretKey{}; //!< the scalar
    uint8_t keyId{0};                    //!< key_id of the INIT
    uint8_t flags{1};                    //!< as published; KEY_FLAG_EARLY_UDP decides on early UDP
    uint64_t createdUnixMs{0}; //!< 0 unknown; else waives the 20 s rule when not before the start
    uint64_t retireUnixMs{0};  //!< 0 never; else forgotten and wiped from then on
};

/// One transport flow as this host names it.
struct FlowKey
{
    uint8_t protocol{0};   //!< 6 or 17
    uint16_t localPort{0}; //!< port at this host
    IpAddress peer{};      //!< the other host
    uint16_t peerPort{0};  //!< port at the other host

    bool operator==(const FlowKey& other) const
    {
        return protocol == other.protocol && localPort == other.localPort &&
               peerPort == other.peerPort && peer == other.peer;
    }

    bool operator!=(const FlowKey& other) const
    {
        return !(*this == other);
    }

    bool operator<(const FlowKey& other) const;

    /// @return "tcp 1234 <-> 10.0.0.1:80"
    std::string ToString() const;
};

/// Unkeyed hash for containers that no attacker fills.
struct FlowKeyHash
{
    size_t operator()(const FlowKey& key) const;
};

/**
 * Overwrite memory in a way the compiler keeps.
 * @param data first byte
 * @param size bytes
 */
void Wipe(void* data, size_t size);

/// Wipes what a container holds at the end of a scope, however that ends.
template <typename Container>
class WipeAtEnd
{
  public:
    /// @param bytes outlives this object
    explicit WipeAtEnd(Container& bytes)
        : m_bytes(bytes)
    {
    }

    WipeAtEnd(const WipeAtEnd&) = delete;
    WipeAtEnd& operator=(const WipeAtEnd&) = delete;

    ~WipeAtEnd()
    {
        Wipe(m_bytes.data(), m_bytes.size());
    }

  private:
    Container& m_bytes; //!< what is wiped
};

/// 32 secret bytes that wipe themselves.
class SecretKey
{
  public:
    SecretKey() = default;

    explicit SecretKey(const std::array<uint8_t, 32>& bytes)
        : m_bytes(bytes)
    {
    }

    SecretKey(const SecretKey&) = default;
    SecretKey& operator=(const SecretKey&) = default;

    ~SecretKey()
    {
        Wipe(m_bytes.data(), m_bytes.size());
    }

    uint8_t* Data()
    {
        return m_bytes.data();
    }

    const uint8_t* Data() const
    {
        return m_bytes.data();
    }

    static constexpr size_t SIZE = 32; //!< bytes

  private:
    std::array<uint8_t, 32> m_bytes{}; //!< the secret
};

} // namespace sst

#endif /* SST_TYPES_H */
