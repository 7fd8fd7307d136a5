/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_EPOCHS_H
#define SST_EPOCHS_H

#include "sst/cipher.h"
#include "sst/replay-window.h"
#include "sst/types.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace sst
{

/**
 * Packet numbers, keys and replay windows of one session, both directions.
 *
 * "Epoch of a packet = packet number >> 24; key of epoch e+1 = Noise REKEY(key e). An endpoint has
 * one epoch E: the larger of the one it sends in and the highest it has opened; it never sends in a
 * lower one." E+1 has no state of its own before a packet of it was opened.
 */
class alignas(64) Epochs
{
  public:
    /// When epochs end.
    struct Limits
    {
        uint64_t epochNs; //!< time in one epoch
        uint64_t oldNs;   //!< E-1 is held that long after the first packet opened in E
        uint32_t reserve; //!< with fewer epochs left, time no longer ends one
        uint64_t stop;    //!< first number never used
    };

    /// Whether a packet may be sent.
    enum class Sending : uint8_t
    {
        READY,     //!< with NextNumber() and SendKey()
        EXHAUSTED, //!< not before the peer sends in this epoch
        STOP,      //!< never again
    };

    /// Where a number received stands.
    enum class Place : uint8_t
    {
        CURRENT,  //!< E
        PREVIOUS, //!< E-1, still held
        NEXT,     //!< E+1
        OLD,      //!< E-1 no longer held, or older
        AHEAD,    //!< beyond E+1
        STOP,     //!< a number nobody sends
    };

    Epochs() = default;
    Epochs(const Epochs&) = delete;
    Epochs& operator=(const Epochs&) = delete;

    /**
     * Begin epoch 0.
     * @param send key of this direction
     * @param receive key of the other
     * @param nowNs monotonic time
     */
    void Start(const SecretKey& send, const SecretKey& receive, uint64_t nowNs);

    /**
     * Step to the next epoch where it is time to and allowed.
     * @param limits when
     * @param cipher for REKEY
     * @param nowNs monotonic time
     * @return whether a packet may be sent now
     */
    [[nodiscard]] Sending Prepare(const Limits& limits, const Cipher& cipher, uint64_t nowNs);

    /// @return number of the next packet sent
    uint64_t NextNumber() const
    {
        return m_next;
    }

    /// The next number was used.
    void Sent()
    {
        ++m_next;
    }

    /**
     * Leave numbers out.
     * @param number the next to be sent: not lower than now, not beyond the first of E+1
     * @return false when refused
     */
    [[nodiscard]] bool Skip(uint64_t number);

    /// @return key packets are sealed with
    const uint8_t* SendKey() const
    {
        return m_sendKey.Data();
    }

    /// @return where a received number stands
    Place Locate(uint32_t number, uint64_t stop, uint64_t nowNs) const;

    /**
     * @param place CURRENT, PREVIOUS or NEXT
     * @param cipher for REKEY
     * @param scratch filled with the key of NEXT
     * @return key to open with
     */
    const uint8_t* ReceiveKey(Place place,
                              const Cipher& cipher,
                              std::optional<SecretKey>& scratch) const;

    /// @return true when the number is neither seen nor below the window of its epoch
    bool IsFresh(Place place, uint32_t number) const;

    /**
     * A packet was opened.
     * @param place its place before
     * @param number its number, fresh
     * @param limits how long E-1 is held
     * @param cipher for REKEY
     * @param nowNs monotonic time
     */
    void Opened(Place place,
                uint32_t number,
                const Limits& limits,
                const Cipher& cipher,
                uint64_t nowNs);

    /// @return E
    uint32_t Epoch() const
    {
        return m_epoch;
    }

    /// @return highest number opened in E, or in E-1 while none of E was; 0 when there is none
    uint64_t HighestOpened() const;

    /// @return true while E-1 is held
    bool HasPrevious() const
    {
        return m_previous != nullptr;
    }

    /// Wipe E-1 when its time is over.
    void Expire(uint64_t nowNs);

    /// @return monotonic time E-1 is wiped at, UINT64_MAX while nothing is due
    uint64_t ExpiryNs() const;

    /// Fetch ahead what the next packet sent needs.
    void PrefetchForSending() const
    {
        PrefetchLine(&m_sendKey);
    }

    /// Fetch ahead what the packet of a number needs, if it is of E.
    void PrefetchForReceiving(uint32_t number) const
    {
        PrefetchLine(&m_sendKey); // E stands there too
        PrefetchLine(&m_receiving);
        m_receiving.window.Prefetch(number);
    }

    /// @return true in the second half of an epoch: the sender will step soon
    static bool IsSecondHalf(uint32_t number);

  private:
    /// What one epoch is received with.
    struct Receiving
    {
        SecretKey key;       //!< of the epoch
        ReplayWindow window; //!< of the epoch
    };

    /// E-1.
    struct Previous
    {
        Receiving receiving;        //!< key and window
        uint64_t endNs{UINT64_MAX}; //!< wiped then
    };

    void Advance(const Cipher& cipher, uint64_t nowNs);
    bool MayStep() const;

    // By cache lines: what sending reads, what receiving reads, the window.
    SecretKey m_sendKey;                  //!< of E
    uint64_t m_next{0};                   //!< number of the next packet sent
    uint64_t m_enteredNs{0};              //!< E began here
    std::unique_ptr<Previous> m_previous; //!< of E-1, while held
    uint32_t m_epoch{0};                  //!< E
    alignas(64) Receiving m_receiving;    //!< of E
};

} // namespace sst

#endif /* SST_EPOCHS_H */
