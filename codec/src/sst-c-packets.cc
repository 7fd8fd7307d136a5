/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ip-header.h"
#include "sst-c-endpoint.h"

#include <algorithm>
#include <cstring>

namespace
{

constexpr size_t MAX_PACKET = 65535;     //!< no IP packet is longer
constexpr size_t HANDSHAKE_ROOM = 256;   //!< more than INIT and RESP add, padding included
constexpr size_t SMALLEST_INGRESS = 128; //!< an ICMP message is rebuilt in place

enum class Direction : uint8_t
{
    EGRESS,
    INGRESS,
};

/// @return the capacity the buffer of an item must have
size_t
CapacityFor(const sst_endpoint& endpoint, Direction direction, const sst_batch_item& item)
{
    if (direction == Direction::INGRESS)
    {
        return sst_ingress_capacity(item.data_size);
    }
    // A session remembers the MTU of an earlier packet.
    const uint32_t mtu =
        endpoint.padded ? std::max(endpoint.largestMtu, item.meta.mtu) : item.meta.mtu;
    return sst_egress_capacity(item.data_size, mtu);
}

bool
FromC(const sst_meta& meta, sst::Meta& out)
{
    out.protocol = meta.protocol;
    out.mtu = meta.mtu;
    out.marked = meta.marked != 0;
    out.cookie = meta.cookie;
    return ::FromC(meta.local, out.local) && ::FromC(meta.peer, out.peer) &&
           out.local.length == out.peer.length && meta.marked <= 1;
}

/// @return SST_OK, or why an item cannot be worked on; on SST_E_SPACE its data_size is changed
int
Check(sst_endpoint& endpoint, Direction direction, sst_batch_item& item)
{
    if (item.data == nullptr)
    {
        return SST_E_NULL;
    }
    sst::Meta meta;
    if (!FromC(item.meta, meta) || item.data_size > MAX_PACKET || item.data_size > item.capacity)
    {
        return SST_E_VALUE;
    }
    if (direction == Direction::EGRESS && item.request != nullptr)
    {
        const int error = ::FromC(*item.request, endpoint.requests[0]);
        if (error != SST_OK)
        {
            return error;
        }
        endpoint.padded = endpoint.padded || item.request->padding != SST_PADDING_NONE;
    }
    const size_t wanted = CapacityFor(endpoint, direction, item);
    if (item.capacity < wanted)
    {
        item.data_size = wanted;
        return SST_E_SPACE;
    }
    if (direction == Direction::EGRESS)
    {
        endpoint.largestMtu = std::max(endpoint.largestMtu, item.meta.mtu);
    }
    return SST_OK;
}

/// Hands up to BATCH checked items to the codec.
int
Work(sst_endpoint& endpoint,
     Direction direction,
     sst_batch_item* items,
     size_t count,
     const sst::Clock& clock)
{
    for (size_t i = 0; i < count; ++i)
    {
        sst::BatchItem& item = endpoint.batch[i];
        (void)FromC(items[i].meta, item.meta);
        if (endpoint.padded && item.meta.mtu == 0)
        {
            item.meta.mtu = sst::UNKNOWN_MTU; // what the capacity was asked for
        }
        item.request = nullptr;
        if (direction == Direction::EGRESS && items[i].request != nullptr)
        {
            (void)::FromC(*items[i].request, endpoint.requests[i]);
            item.request = &endpoint.requests[i];
        }
        item.buffer = &endpoint.buffers[i];
        item.buffer->Assign(items[i].data, items[i].data_size);
    }
    if (count == 1)
    {
        sst::BatchItem& item = endpoint.batch[0];
        item.verdict = direction == Direction::EGRESS
                           ? endpoint.endpoint.Egress(item.meta, item.request, *item.buffer, clock)
                           : endpoint.endpoint.Ingress(item.meta, *item.buffer, clock);
    }
    else if (direction == Direction::EGRESS)
    {
        endpoint.endpoint.EgressBatch(endpoint.batch.data(), count, clock);
    }
    else
    {
        endpoint.endpoint.IngressBatch(endpoint.batch.data(), count, clock);
    }
    for (size_t i = 0; i < count; ++i)
    {
        const sst::Verdict& verdict = endpoint.batch[i].verdict;
        const sst::Buffer& buffer = endpoint.buffers[i];
        if (verdict.outcome == sst::Outcome::SEND || verdict.outcome == sst::Outcome::DELIVER)
        {
            if (buffer.Size() > items[i].capacity)
            {
                return SST_E_INTERNAL; // the capacities asked for are wrong
            }
            std::memcpy(items[i].data, buffer.Data(), buffer.Size());
            items[i].data_size = buffer.Size();
        }
        items[i].verdict.reason = static_cast<uint16_t>(verdict.reason);
        items[i].verdict.outcome = static_cast<uint8_t>(verdict.outcome);
        items[i].verdict.protocol = verdict.protocol;
        items[i].verdict.mark = verdict.outcome == sst::Outcome::SEND && verdict.mark ? 1 : 0;
    }
    return SST_OK;
}

int
Batch(sst_endpoint* endpoint,
      Direction direction,
      sst_batch_item* items,
      size_t count,
      const sst_clock* clock,
      size_t* refused)
{
    if (clock == nullptr || (items == nullptr && count > 0))
    {
        return SST_E_NULL;
    }
    return Enter(endpoint, [&] {
        for (size_t i = 0; i < count; ++i)
        {
            const int error = Check(*endpoint, direction, items[i]);
            if (error != SST_OK)
            {
                if (refused != nullptr)
                {
                    *refused = i;
                }
                return error;
            }
        }
        if (refused != nullptr)
        {
            *refused = count;
        }
        int error = SST_OK;
        for (size_t at = 0; at < count && error == SST_OK; at += sst_endpoint::BATCH)
        {
            const size_t part = std::min(count - at, sst_endpoint::BATCH);
            error = Work(*endpoint, direction, items + at, part, endpoint->Now(*clock));
        }
        return error;
    });
}

int
One(sst_endpoint* endpoint,
    Direction direction,
    const sst_meta* meta,
    const sst_request* request,
    uint8_t* data,
    size_t* size,
    size_t capacity,
    const sst_clock* clock,
    sst_verdict* verdict)
{
    if (meta == nullptr || data == nullptr || size == nullptr || verdict == nullptr)
    {
        return SST_E_NULL;
    }
    sst_batch_item item{*meta, request, data, *size, capacity, {}};
    const int error = Batch(endpoint, direction, &item, 1, clock, nullptr);
    if (error == SST_OK || error == SST_E_SPACE)
    {
        *size = item.data_size;
    }
    if (error == SST_OK)
    {
        *verdict = item.verdict;
    }
    return error;
}

} // namespace

size_t
sst_egress_capacity(size_t segment_size, uint32_t mtu)
{
    const size_t padded = std::min<size_t>(mtu != 0 ? mtu : sst::UNKNOWN_MTU, MAX_PACKET);
    return std::max(std::min(segment_size, MAX_PACKET) + HANDSHAKE_ROOM, padded);
}

size_t
sst_ingress_capacity(size_t packet_size)
{
    return std::max(packet_size, SMALLEST_INGRESS);
}

int
sst_egress(sst_endpoint* endpoint,
           const sst_meta* meta,
           const sst_request* request,
           uint8_t* data,
           size_t* size,
           size_t capacity,
           const sst_clock* clock,
           sst_verdict* verdict)
{
    return One(endpoint, Direction::EGRESS, meta, request, data, size, capacity, clock, verdict);
}

int
sst_ingress(sst_endpoint* endpoint,
            const sst_meta* meta,
            uint8_t* data,
            size_t* size,
            size_t capacity,
            const sst_clock* clock,
            sst_verdict* verdict)
{
    return One(endpoint, Direction::INGRESS, meta, nullptr, data, size, capacity, clock, verdict);
}

int
sst_egress_batch(sst_endpoint* endpoint,
                 sst_batch_item* items,
                 size_t count,
                 const sst_clock* clock,
                 size_t* refused)
{
    return Batch(endpoint, Direction::EGRESS, items, count, clock, refused);
}

int
sst_ingress_batch(sst_endpoint* endpoint,
                  sst_batch_item* items,
                  size_t count,
                  const sst_clock* clock,
                  size_t* refused)
{
    return Batch(endpoint, Direction::INGRESS, items, count, clock, refused);
}

int
sst_test_packet(const sst_endpoint* endpoint,
                const sst_meta* meta,
                const uint8_t* first,
                size_t size,
                int* concerned)
{
    if (meta == nullptr || first == nullptr || concerned == nullptr)
    {
        return SST_E_NULL;
    }
    return Look(endpoint, [&] {
        sst::Meta packet;
        if (!FromC(*meta, packet))
        {
            return int{SST_E_VALUE};
        }
        *concerned = endpoint->endpoint.MayConcern(packet, first, size) ? 1 : 0;
        return int{SST_OK};
    });
}

int
sst_test_flow(const sst_endpoint* endpoint, const sst_flow* flow, int* concerned)
{
    if (flow == nullptr || concerned == nullptr)
    {
        return SST_E_NULL;
    }
    return Look(endpoint, [&] {
        sst::FlowKey key;
        if (!::FromC(*flow, key))
        {
            return int{SST_E_VALUE};
        }
        *concerned = endpoint->endpoint.MayConcern(key) ? 1 : 0;
        return int{SST_OK};
    });
}

int
sst_poll_action(sst_endpoint* endpoint, sst_action* action)
{
    if (action == nullptr)
    {
        return SST_E_NULL;
    }
    return Enter(endpoint, [&] {
        *action = {};
        action->name = "";
        sst::Action& taken = endpoint->action;
        if (!endpoint->endpoint.Poll(taken))
        {
            return int{SST_OK};
        }
        const bool send = taken.kind == sst::Action::Kind::SEND;
        action->kind = static_cast<uint8_t>(static_cast<int>(taken.kind) + SST_ACTION_SEND);
        action->event = static_cast<uint8_t>(taken.event);
        action->reason = static_cast<uint16_t>(taken.reason);
        action->protocol = taken.protocol;
        action->local = ToC(taken.local);
        action->peer = ToC(taken.peer);
        action->cookie = taken.cookie;
        action->done = taken.done ? 1 : 0;
        action->name = taken.name.c_str();
        action->flow = ToC(taken.flow);
        action->index = taken.index;
        action->client = taken.client ? 1 : 0;
        action->mark = send && taken.mark ? 1 : 0;
        action->mtu = taken.mtu;
        action->data = send ? taken.bytes.Data() : nullptr;
        action->data_size = send ? taken.bytes.Size() : 0;
        return int{SST_OK};
    });
}
