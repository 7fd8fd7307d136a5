/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_RETRY_SECRETS_H
#define SST_RETRY_SECRETS_H

#include "sst/message.h"
#include "sst/random.h"
#include "sst/types.h"

#include <cstddef>
#include <cstdint>

namespace sst
{

/**
 * Makes and checks the tokens of RETRY without a memory of them. A secret is drawn when it is first
 * needed in its slot of time, and wiped when the slot after that has ended.
 */
class RetrySecrets
{
  public:
    /**
     * @param random outlives the object
     * @param slotNs length of a slot; 0 counts as 1
     */
    RetrySecrets(Random& random, uint64_t slotNs);

    /// @return the token of this slot for a client
    Token Make(const IpAddress& client, uint8_t keyId, uint64_t nowNs);

    /**
     * Compares in constant time.
     * @param token of an INIT, not all zero
     * @param client its source
     * @param keyId its key_id
     * @param nowNs monotonic
     * @return true when it was made for them, in this slot or in the one before
     */
    [[nodiscard]] bool IsValid(const Token& token,
                               const IpAddress& client,
                               uint8_t keyId,
                               uint64_t nowNs);

    /// Wipe what has ended.
    void Expire(uint64_t nowNs)
    {
        if (nowNs >= m_endNs)
        {
            Turn(nowNs);
        }
    }

    /// @return secrets held, 0 to 2
    size_t Held() const;

  private:
    /// The secret of a slot.
    struct Slot
    {
        bool drawn{false}; //!< there is one
        SecretKey secret;  //!< zero when there is none
    };

    void Turn(uint64_t nowNs);
    void Draw();
    static void Clear(Slot& slot);
    static Token Compute(const Slot& slot, uint64_t number, const IpAddress& client, uint8_t keyId);

    Random& m_random;     //!< handed in
    uint64_t m_slotNs;    //!< length
    uint64_t m_number{0}; //!< of the current slot
    uint64_t m_endNs{0};  //!< it ends
    Slot m_current;       //!< this slot's
    Slot m_previous;      //!< that of the one before
};

} // namespace sst

#endif /* SST_RETRY_SECRETS_H */
