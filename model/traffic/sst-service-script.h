/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_SERVICE_SCRIPT_H
#define SST_SERVICE_SCRIPT_H

#include "ns3/nstime.h"
#include "ns3/simple-ref-count.h"
#include "ns3/sst-service-message.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

/// The two sides of a service.
enum class SstServiceSide : uint8_t
{
    CLIENT, //!< opens the connection
    SERVER  //!< is connected to
};

/**
 * @ingroup sst
 *
 * What the two sides of a service say, as data: who, what, when. Both applications play the same
 * script; each sends its own messages and verifies the other's.
 *
 * On TCP the messages of a side form one stream. On UDP a message is a datagram: one request of
 * the client, then the server's datagrams.
 */
class SstServiceScript : public SimpleRefCount<SstServiceScript>
{
  public:
    /// When a message may leave.
    enum Start : uint8_t
    {
        AFTER_PEER, //!< once every message of the other side listed before it was received
        AT_ONCE     //!< right behind this side's message before it
    };

    /// A message and its place in the script.
    struct Step
    {
        SstServiceMessage message; //!< what is said
        uint64_t offset{0};        //!< its position in the stream of its side
        uint64_t awaits{0};        //!< bytes of the other side that must have been received first
        Time delay;                //!< how long the side waits once it may send
    };

    /**
     * @param name name of the service
     * @param protocol 6 TCP, 17 UDP
     * @param port port of the server
     */
    SstServiceScript(const std::string& name, uint8_t protocol, uint16_t port);

    /**
     * @param side who sends it
     * @param message what is sent
     * @param start when it may leave
     * @param delay how long the side waits then
     */
    void AddStep(SstServiceSide side,
                 const SstServiceMessage& message,
                 Start start = AFTER_PEER,
                 Time delay = Time(0));

    /**
     * @param side who closes the TCP connection once all is said; the default is the client
     */
    void SetCloser(SstServiceSide side);

    /**
     * @param share share of the server's datagrams that the client needs, above 0 and at most 1
     */
    void SetNeeded(double share);

    /// @return name of the service
    const std::string& GetName() const;

    /// @return 6 TCP, 17 UDP
    uint8_t GetProtocol() const;

    /// @return whether the service runs over TCP
    bool IsStream() const;

    /// @return port of the server
    uint16_t GetPort() const;

    /// @return who closes the TCP connection
    SstServiceSide GetCloser() const;

    /**
     * @param side a side
     * @return what it sends, in order
     */
    const std::vector<Step>& GetSteps(SstServiceSide side) const;

    /**
     * @param side a side
     * @return bytes that it sends in all
     */
    uint64_t GetSize(SstServiceSide side) const;

    /// @return how many of the server's datagrams the client needs
    uint32_t GetNeeded() const;

    /**
     * @param side a side
     * @param offset position in its stream of the first byte of @p data
     * @param data bytes received from that side
     * @param size how many there are
     * @return how many of them, from the first one on, are those of the script
     */
    std::size_t Match(SstServiceSide side,
                      uint64_t offset,
                      const uint8_t* data,
                      std::size_t size) const;

    /**
     * @param side a side
     * @return the other one
     */
    static SstServiceSide Other(SstServiceSide side);

  private:
    std::string m_name;                              //!< name of the service
    uint8_t m_protocol;                              //!< 6 TCP, 17 UDP
    uint16_t m_port;                                 //!< port of the server
    SstServiceSide m_closer{SstServiceSide::CLIENT}; //!< who closes
    double m_share{1.0};                             //!< share of the datagrams needed
    std::vector<Step> m_steps[2];                    //!< messages by side
    uint64_t m_size[2]{0, 0};                        //!< bytes by side
};

} // namespace ns3

#endif // SST_SERVICE_SCRIPT_H
