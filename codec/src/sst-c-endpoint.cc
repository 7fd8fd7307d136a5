/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst-c-endpoint.h"

#include "sst/cipher.h"

#include <algorithm>
#include <memory>
#include <sodium.h>

namespace
{

/// @return the codec's configuration of a valid one
sst::EndpointConfig
ToConfig(const sst_config& config)
{
    sst::EndpointConfig out;
    (void)FromC(config, out);
    return out;
}

bool
IsMade(const sst_key_pair& key)
{
    sst::PublicKey publicKey;
    sst::X25519Base(key.secret_key, publicKey.data());
    return std::equal(publicKey.begin(), publicKey.end(), key.public_key);
}

} // namespace

void
CallbackRandom::Fill(sst::Purpose purpose, uint8_t* out, size_t size)
{
    if (m_callback == nullptr)
    {
        m_system.Fill(purpose, out, size);
    }
    else if (m_callback(m_user, static_cast<int>(purpose), out, size) != 0)
    {
        throw RandomFailure();
    }
}

sst_endpoint::sst_endpoint(const sst_config& settings)
    : config(settings),
      random(config.random, config.user),
      endpoint(ToConfig(config), random),
      padded(config.padding != SST_PADDING_NONE)
{
    if (config.uses_in_clear != nullptr)
    {
        endpoint.usesInClear = [this](const sst::FlowKey& flow, const sst::IpAddress& local) {
            const sst_flow cFlow = ToC(flow);
            const sst_address cLocal = ToC(local);
            return config.uses_in_clear(config.user, &cFlow, &cLocal) != 0;
        };
    }
    if (config.reserve_port != nullptr)
    {
        endpoint.reserveUdpPort = [this](const sst::IpAddress& local) {
            const sst_address cLocal = ToC(local);
            return config.reserve_port(config.user, &cLocal);
        };
    }
    if (config.release_port != nullptr)
    {
        endpoint.releaseUdpPort = [this](const sst::IpAddress& local, uint16_t port) {
            const sst_address cLocal = ToC(local);
            config.release_port(config.user, &cLocal, port);
        };
    }
}

sst::Clock
sst_endpoint::Now(const sst_clock& clock)
{
    lastNs = std::max(lastNs, clock.monotonic_ns);
    return {lastNs, clock.unix_ms};
}

int
sst_create_endpoint(const sst_config* config, sst_endpoint** endpoint)
{
    if (endpoint == nullptr)
    {
        return SST_E_NULL;
    }
    *endpoint = nullptr;
    return Guard([&] {
        sst_config settings;
        sst::EndpointConfig checked;
        int error = sst_config_init(&settings, sizeof settings);
        if (config != nullptr)
        {
            error = config->size == sizeof settings ? FromC(*config, checked) : int{SST_E_STRUCT};
            settings = error == SST_OK ? *config : settings;
        }
        if (error == SST_OK && sodium_init() < 0)
        {
            return int{SST_E_RANDOM};
        }
        if (error == SST_OK)
        {
            *endpoint = std::make_unique<sst_endpoint>(settings).release();
        }
        return error;
    });
}

void
sst_destroy_endpoint(sst_endpoint* endpoint)
{
    if (endpoint != nullptr && !endpoint->inside)
    {
        endpoint->inside = true; // a callback of the end must not call back
        delete endpoint;
    }
}

int
sst_add_server_key(sst_endpoint* endpoint, const sst_key_pair* key, const sst_clock* clock)
{
    if (key == nullptr || clock == nullptr)
    {
        return SST_E_NULL;
    }
    return Enter(endpoint, [&] {
        if (!IsMade(*key))
        {
            return int{SST_E_VALUE};
        }
        sst::KeyPair pair;
        const sst::WipeAtEnd secret(pair.secretKey);
        std::copy_n(key->public_key, pair.publicKey.size(), pair.publicKey.begin());
        std::copy_n(key->secret_key, pair.secretKey.size(), pair.secretKey.begin());
        pair.keyId = key->key_id;
        pair.flags = key->flags;
        pair.createdUnixMs = key->created_unix_ms;
        pair.retireUnixMs = key->retire_unix_ms;
        const bool added = endpoint->endpoint.AddServerKey(pair, endpoint->Now(*clock));
        auto& ids = endpoint->keyIds;
        const bool known = std::find(ids.begin(), ids.end(), key->key_id) != ids.end();
        if (added && !known)
        {
            ids.push_back(key->key_id);
        }
        return added ? int{SST_OK} : known ? int{SST_E_EXISTS} : int{SST_E_FULL};
    });
}

int
sst_remove_server_key(sst_endpoint* endpoint, uint8_t key_id)
{
    return Enter(endpoint, [&] {
        auto& ids = endpoint->keyIds;
        ids.erase(std::remove(ids.begin(), ids.end(), key_id), ids.end());
        return endpoint->endpoint.RemoveServerKey(key_id) ? int{SST_OK} : int{SST_E_NOT_FOUND};
    });
}

int
sst_provide_keys(sst_endpoint* endpoint,
                 const char* name,
                 const sst_address* address,
                 int answer,
                 const sst_key_entry* entries,
                 size_t count,
                 uint16_t udp_port,
                 const sst_clock* clock)
{
    if (address == nullptr || clock == nullptr || (entries == nullptr && count > 0))
    {
        return SST_E_NULL;
    }
    return Enter(endpoint, [&] {
        std::string host;
        sst::IpAddress peer;
        const bool found = answer == SST_KEYS_FOUND;
        if (FromC(name, host) != SST_OK || !FromC(*address, peer) || answer < SST_KEYS_FOUND ||
            answer > SST_KEYS_TIMEOUT || count > SST_MAX_KEYS || (count > 0) != found)
        {
            return int{SST_E_VALUE};
        }
        std::vector<sst::KeyEntry> keys(count);
        for (size_t i = 0; i < count; ++i)
        {
            keys[i].keyId = entries[i].key_id;
            keys[i].flags = entries[i].flags;
            keys[i].notAfter = entries[i].not_after;
            std::copy_n(entries[i].public_key, keys[i].publicKey.size(), keys[i].publicKey.begin());
            if (sst::IsLowOrder(keys[i].publicKey))
            {
                return int{SST_E_VALUE};
            }
        }
        endpoint->endpoint.ProvideKeys(host,
                                       peer,
                                       static_cast<sst::KeyAnswer>(answer),
                                       keys,
                                       endpoint->Now(*clock),
                                       udp_port);
        return int{SST_OK};
    });
}

int
sst_tick(sst_endpoint* endpoint, const sst_clock* clock)
{
    if (clock == nullptr)
    {
        return SST_E_NULL;
    }
    return Enter(endpoint, [&] {
        endpoint->endpoint.Tick(endpoint->Now(*clock));
        return int{SST_OK};
    });
}

int
sst_next_deadline(const sst_endpoint* endpoint, uint64_t* monotonic_ns)
{
    if (monotonic_ns == nullptr)
    {
        return SST_E_NULL;
    }
    return Look(endpoint, [&] {
        *monotonic_ns = endpoint->endpoint.NextDeadlineNs();
        return int{SST_OK};
    });
}

int
sst_abandon_flow(sst_endpoint* endpoint, const sst_flow* flow, const sst_clock* clock)
{
    if (flow == nullptr || clock == nullptr)
    {
        return SST_E_NULL;
    }
    return Enter(endpoint, [&] {
        sst::FlowKey key;
        if (!FromC(*flow, key))
        {
            return int{SST_E_VALUE};
        }
        endpoint->endpoint.Abandon(key, endpoint->Now(*clock));
        return int{SST_OK};
    });
}

int
sst_find_flow(const sst_endpoint* endpoint, const sst_flow* flow, sst_flow_info* info)
{
    if (flow == nullptr || info == nullptr)
    {
        return SST_E_NULL;
    }
    return Look(endpoint, [&] {
        sst::FlowKey key;
        if (!FromC(*flow, key))
        {
            return int{SST_E_VALUE};
        }
        const sst::FlowInfo found = endpoint->endpoint.FindFlow(key);
        *info = {};
        info->number = found.number;
        info->index = found.index;
        info->epoch = found.epoch;
        info->reason = static_cast<uint16_t>(found.reason);
        info->state = static_cast<uint8_t>(found.state);
        info->client = found.client ? 1 : 0;
        info->coverage = static_cast<uint8_t>(found.coverage);
        info->layout = found.layout == sst::Layout::U ? SST_LAYOUT_U : SST_LAYOUT_N;
        return int{SST_OK};
    });
}

int
sst_find_segment_size(const sst_endpoint* endpoint,
                      const sst_flow* flow,
                      uint32_t mtu,
                      size_t* size)
{
    if (flow == nullptr || size == nullptr)
    {
        return SST_E_NULL;
    }
    return Look(endpoint, [&] {
        sst::FlowKey key;
        if (!FromC(*flow, key))
        {
            return int{SST_E_VALUE};
        }
        *size = endpoint->endpoint.SegmentSize(key, mtu);
        return int{SST_OK};
    });
}

int
sst_send_dummy(sst_endpoint* endpoint,
               uint32_t index,
               size_t size,
               const sst_clock* clock,
               uint16_t* reason)
{
    if (clock == nullptr)
    {
        return SST_E_NULL;
    }
    return Enter(endpoint, [&] {
        const sst::Reason why = endpoint->endpoint.SendDummy(index, size, endpoint->Now(*clock));
        if (reason != nullptr)
        {
            *reason = static_cast<uint16_t>(why);
        }
        switch (why)
        {
        case sst::Reason::NONE:
            return int{SST_OK};
        case sst::Reason::UNKNOWN_INDEX:
            return int{SST_E_NOT_FOUND};
        case sst::Reason::LENGTH:
            return int{SST_E_VALUE};
        default:
            return int{SST_E_REFUSED};
        }
    });
}

int
sst_skip_numbers(sst_endpoint* endpoint, uint32_t index, uint64_t number)
{
    return Enter(endpoint, [&] {
        return endpoint->endpoint.SkipNumbers(index, number) ? int{SST_OK} : int{SST_E_REFUSED};
    });
}

int
sst_get_pins(sst_endpoint* endpoint, sst_pin* pins, size_t* count)
{
    if (count == nullptr || (pins == nullptr && *count > 0))
    {
        return SST_E_NULL;
    }
    return Look(endpoint, [&] {
        endpoint->pins = endpoint->endpoint.Pins();
        const size_t room = *count;
        *count = endpoint->pins.size();
        if (*count > room)
        {
            return int{SST_E_SPACE};
        }
        for (size_t i = 0; i < *count; ++i)
        {
            pins[i] = {endpoint->pins[i].name.c_str(), endpoint->pins[i].untilMs};
        }
        return int{SST_OK};
    });
}

int
sst_set_pins(sst_endpoint* endpoint, const sst_pin* pins, size_t count)
{
    if (pins == nullptr && count > 0)
    {
        return SST_E_NULL;
    }
    return Enter(endpoint, [&] {
        std::vector<sst::Pin> taken;
        for (size_t i = 0; i < count; ++i)
        {
            sst::Pin pin;
            pin.untilMs = pins[i].until_ms;
            if (pins[i].name == nullptr || FromC(pins[i].name, pin.name) != SST_OK)
            {
                return pins[i].name == nullptr ? int{SST_E_NULL} : int{SST_E_VALUE};
            }
            taken.push_back(pin);
        }
        endpoint->endpoint.SetPins(taken);
        return int{SST_OK};
    });
}

int
sst_get_counts(const sst_endpoint* endpoint, sst_counts* counts)
{
    if (counts == nullptr)
    {
        return SST_E_NULL;
    }
    return Look(endpoint, [&] {
        counts->sessions = endpoint->endpoint.SessionCount();
        counts->half_open = endpoint->endpoint.HalfOpenCount();
        counts->flows = endpoint->endpoint.FlowCount();
        return int{SST_OK};
    });
}

int
sst_count_reason(const sst_endpoint* endpoint, unsigned reason, uint64_t* count)
{
    if (count == nullptr)
    {
        return SST_E_NULL;
    }
    return Look(endpoint, [&] {
        if (reason >= sst::REASON_COUNT)
        {
            return int{SST_E_VALUE};
        }
        *count = endpoint->endpoint.Count(static_cast<sst::Reason>(reason));
        return int{SST_OK};
    });
}
