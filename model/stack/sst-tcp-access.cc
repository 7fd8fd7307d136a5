/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-tcp-access.h"

#include "ns3/assert.h"
#include "ns3/tcp-socket-state.h"
#include "ns3/tcp-tx-buffer.h"

namespace ns3
{

namespace
{

/**
 * Names protected members of TcpSocketBase, as a class derived from it may. The pointers to
 * members it forms have the type of the base class.
 */
struct Member : public TcpSocketBase
{
    /// @return the state
    static auto State()
    {
        return &Member::m_state;
    }

    /// @return the control block
    static auto ControlBlock()
    {
        return &Member::m_tcb;
    }

    /// @return the transmit buffer
    static auto TxBuffer()
    {
        return &Member::m_txBuffer;
    }
};

} // namespace

TcpSocket::TcpStates_t
SstTcpAccess::GetState(const TcpSocketBase& socket)
{
    return (socket.*Member::State()).Get();
}

uint32_t
SstTcpAccess::GetSegmentSize(const TcpSocketBase& socket)
{
    return (socket.*Member::ControlBlock())->m_segmentSize;
}

void
SstTcpAccess::LowerSegmentSize(const TcpSocketBase& socket, uint32_t size)
{
    NS_ASSERT_MSG(size > 0, "a TCP segment holds at least one byte");
    if (size < GetSegmentSize(socket))
    {
        (socket.*Member::ControlBlock())->m_segmentSize = size;
        (socket.*Member::TxBuffer())->SetSegmentSize(size);
    }
}

} // namespace ns3
