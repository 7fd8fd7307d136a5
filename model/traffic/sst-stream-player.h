/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_STREAM_PLAYER_H
#define SST_STREAM_PLAYER_H

#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/socket.h"
#include "ns3/sst-service-script.h"

#include <cstdint>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * Plays one side of a TCP script on a connected socket: sends its messages when their time has
 * come, as far as the send buffer takes them, and verifies every byte of the other side.
 */
class SstStreamPlayer : public SimpleRefCount<SstStreamPlayer>
{
  public:
    /// Called after bytes were read, and when everything is said.
    using Changed = Callback<void, Ptr<SstStreamPlayer>>;

    /**
     * @param script the script
     * @param side the side to play
     * @param changed called when something changed
     */
    SstStreamPlayer(Ptr<const SstServiceScript> script, SstServiceSide side, Changed changed);

    ~SstStreamPlayer();

    /**
     * Begin to play. Takes over the receive and send callbacks of the socket.
     *
     * @param socket a connected socket
     */
    void Start(Ptr<Socket> socket);

    /**
     * Let go of the socket, which stays open. The changed callback is not called any more.
     */
    void Stop();

    /// Read what the socket still holds.
    void Drain();

    /// @return the socket, nullptr when stopped
    Ptr<Socket> GetSocket() const;

    /// @return bytes read from the other side
    uint64_t GetReceived() const;

    /// @return bytes handed to the socket
    uint64_t GetSent() const;

    /// @return whether a byte was read that is not the script's
    bool IsCorrupt() const;

    /// @return whether both sides have said everything, and nothing wrong was read
    bool IsComplete() const;

  private:
    /**
     * @param socket the socket, which has something to read
     */
    void HandleRead(Ptr<Socket> socket);

    /**
     * @param socket the socket, which takes data again
     * @param available room in its send buffer, bytes
     */
    void HandleSend(Ptr<Socket> socket, uint32_t available);

    /// Send what may be sent and the send buffer takes.
    void Pump();

    /// The delay of the current message is over.
    void EndDelay();

    Ptr<const SstServiceScript> m_script; //!< the script
    SstServiceSide m_side;                //!< the side played
    Changed m_changed;                    //!< told of changes
    Ptr<Socket> m_socket;                 //!< the socket, nullptr unless playing
    std::size_t m_step{0};                //!< own message being sent
    uint64_t m_stepDone{0};               //!< bytes of it handed to the socket
    bool m_delayDone{false};              //!< whether its delay is over
    EventId m_delayEvent;                 //!< end of its delay
    uint64_t m_received{0};               //!< bytes read
    uint64_t m_sent{0};                   //!< bytes handed to the socket
    bool m_corrupt{false};                //!< whether a wrong byte was read
    bool m_pumping{false};                //!< whether Pump is running
    std::vector<uint8_t> m_buffer;        //!< scratch space for reading and sending
};

} // namespace ns3

#endif // SST_STREAM_PLAYER_H
