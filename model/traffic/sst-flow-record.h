/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_FLOW_RECORD_H
#define SST_FLOW_RECORD_H

#include "ns3/address.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <ostream>
#include <string>

namespace ns3
{

/**
 * @ingroup sst
 * How a flow of a service ended.
 */
enum class SstFlowOutcome : uint8_t
{
    PENDING,  //!< not ended yet
    COMPLETE, //!< every byte arrived and was right
    RESOLVE,  //!< no address for the name
    NO_KEY,   //!< policy require, and DNS gave no usable key
    RESET,    //!< a TCP reset ended the connection
    TIMEOUT,  //!< nothing ever arrived from the server
    STALLED,  //!< some bytes arrived, but not all
    CORRUPT   //!< the server's bytes are not those of the service
};

/**
 * @ingroup sst
 * @param outcome an outcome
 * @return its name: "pending", "complete", "resolve", "no-key", "reset", "timeout", "stalled" or
 *         "corrupt"
 */
std::string ToString(SstFlowOutcome outcome);

/**
 * @ingroup sst
 * @param os a stream
 * @param outcome an outcome
 * @return the stream
 */
std::ostream& operator<<(std::ostream& os, SstFlowOutcome outcome);

/**
 * @ingroup sst
 * What became of one flow, as its client saw it. Times are absolute; a negative one says that
 * the event did not happen.
 */
struct SstFlowRecord
{
    std::string service;             //!< name of the service
    std::string host;                //!< name of the server
    uint32_t flow{0};                //!< number that the scenario gave the flow
    Time started{NanoSeconds(-1)};   //!< start of the application
    Time resolved{NanoSeconds(-1)};  //!< the address was known
    Time connected{NanoSeconds(-1)}; //!< TCP: connection established; UDP: socket connected
    Time firstByte{NanoSeconds(-1)}; //!< first bytes of the server read
    Time completed{NanoSeconds(-1)}; //!< the last byte that completion needs arrived
    Time ended{NanoSeconds(-1)};     //!< completed or failed
    SstFlowOutcome outcome{SstFlowOutcome::PENDING}; //!< how it ended
    std::string detail;   //!< what the resolver or the side stack said, empty where nothing
    uint64_t received{0}; //!< application bytes read from the server
    uint64_t sent{0};     //!< application bytes handed to the socket
    bool fellBack{false}; //!< policy opportunistic, and the flow left in clear
    Address local;        //!< own socket address, invalid when no socket was opened
    Address remote;       //!< the server's socket address, invalid when no socket was opened

    /**
     * @return whether the flow completed
     */
    bool IsComplete() const;

    /**
     * @return seconds from the start of the application to the server's first byte, -1 when none
     */
    double GetTimeToFirstByte() const;

    /**
     * @return application bytes of both directions over the time from the start of the
     *         application to completion, Mbit/s; 0 when the flow did not complete
     */
    double GetGoodputMbps() const;
};

} // namespace ns3

#endif // SST_FLOW_RECORD_H
