/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/hash.h"

#include "sst/types.h"

#include <sodium.h>

namespace sst
{

static_assert(crypto_hash_sha256_BYTES == 32, "SHA-256 gives 32 bytes");

Digest
Sha256(Bytes first, Bytes second)
{
    Digest out;
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, first.data, first.size);
    crypto_hash_sha256_update(&state, second.data, second.size);
    crypto_hash_sha256_final(&state, out.data());
    Wipe(&state, sizeof state);
    return out;
}

Digest
HmacSha256(Bytes key, Bytes first, Bytes second, Bytes third)
{
    Digest out;
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key.data, key.size);
    crypto_auth_hmacsha256_update(&state, first.data, first.size);
    crypto_auth_hmacsha256_update(&state, second.data, second.size);
    crypto_auth_hmacsha256_update(&state, third.data, third.size);
    crypto_auth_hmacsha256_final(&state, out.data());
    Wipe(&state, sizeof state);
    return out;
}

void
Hkdf2(const uint8_t* chainingKey, Bytes input, uint8_t* first, uint8_t* second)
{
    // Noise 4.3: "Sets temp_key = HMAC-HASH(chaining_key, input_key_material). Sets output1 =
    // HMAC-HASH(temp_key, byte(0x01)). Sets output2 = HMAC-HASH(temp_key, output1 || byte(0x02))."
    const uint8_t one = 1;
    const uint8_t two = 2;
    Digest temp = HmacSha256({chainingKey, 32}, input);
    Digest out1 = HmacSha256({temp.data(), temp.size()}, {&one, 1});
    Digest out2 = HmacSha256({temp.data(), temp.size()}, {out1.data(), out1.size()}, {&two, 1});
    for (size_t i = 0; i < out1.size(); ++i)
    {
        first[i] = out1[i];
        second[i] = out2[i];
    }
    Wipe(temp.data(), temp.size());
    Wipe(out1.data(), out1.size());
    Wipe(out2.data(), out2.size());
}

} // namespace sst
