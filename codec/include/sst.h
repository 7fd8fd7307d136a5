/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_H
#define SST_H

/**
 * @file
 * The C interface of libsst (C99 and later, C++). One `sst_endpoint` is one host's side of the
 * protocol, sans-IO: bytes and time in, verdicts and actions out. The caller moves bytes, reads and
 * writes the mark.
 *
 * - Every function that can fail returns SST_OK or one of the `SST_E_` codes; nothing is thrown and
 *   nothing is written to where an out parameter points unless said otherwise.
 * - An endpoint belongs to one thread at a time; different endpoints share nothing.
 * - After every call that may change an endpoint, carry out the verdict, then take all actions with
 *   sst_poll_action().
 * - Sizes are bytes. Names of fields say the unit of times: `_ns` nanoseconds, `_ms` milliseconds.
 * - A `uint8_t` that answers yes or no takes 0 and 1 only.
 */

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define SST_API __attribute__((visibility("default")))
#define SST_MUST_CHECK __attribute__((warn_unused_result))
#else
#define SST_API
#define SST_MUST_CHECK
#endif

#ifdef __cplusplus
extern "C"
{
#endif

/** Raised by every change that programs built before cannot run with. */
#define SST_ABI_VERSION 1

    /** What went wrong. */
    enum sst_error
    {
        SST_OK = 0,
        SST_E_NULL = 1,      /**< a pointer that must not be NULL is NULL */
        SST_E_VALUE = 2,     /**< a value out of its range */
        SST_E_STRUCT = 3,    /**< `size` of a struct is of no version this library knows */
        SST_E_SPACE = 4,     /**< the caller's memory is too small; the size wanted is told */
        SST_E_NOT_FOUND = 5, /**< no such key or session */
        SST_E_EXISTS = 6,    /**< a key with this key_id is held already */
        SST_E_FULL = 7,      /**< SST_MAX_KEYS keys are held */
        SST_E_REFUSED = 8,   /**< not in this state; the reason is told where there is one */
        SST_E_KEY_VALUE = 9, /**< no valid value of key65280 */
        SST_E_KEY_FILE = 10, /**< no valid key file */
        SST_E_NESTED = 11,   /**< called for an endpoint from inside one of its callbacks */
        SST_E_RANDOM = 12,   /**< the source of random bytes failed */
        SST_E_MEMORY = 13,   /**< out of memory */
        SST_E_INTERNAL = 14, /**< an exception of a callback, or a defect of the library */
        SST_E_BROKEN = 15    /**< an earlier call ended with SST_E_RANDOM, SST_E_MEMORY or
                                  SST_E_INTERNAL half-way: the endpoint can only be destroyed */
    };

#define SST_MAX_KEYS 4   /**< keys of a server, entries of a value of key65280 */
#define SST_MAX_NAME 253 /**< longest host name */

    /** Policies of a request. */
    enum sst_policy
    {
        SST_POLICY_OFF = 0,           /**< clear */
        SST_POLICY_OPPORTUNISTIC = 1, /**< sealed where the peer can, else clear */
        SST_POLICY_REQUIRE = 2,       /**< sealed or not at all */
        SST_POLICY_PIN = 3 /**< require for a name once seen strict, else opportunistic */
    };

    /** How much of a segment is sealed. */
    enum sst_coverage
    {
        SST_COVERAGE_SEGMENT = 0, /**< all of it */
        SST_COVERAGE_HEADER = 1,  /**< the transport header; refused outside a simulator */
        SST_COVERAGE_PORTS = 2    /**< the first four bytes; refused outside a simulator */
    };

    /** Which layouts a flow may use. */
    enum sst_layout
    {
        SST_LAYOUT_AUTO = 0, /**< N, then U where N gets no answer and the server offers it */
        SST_LAYOUT_N = 1,    /**< native: the mark is set */
        SST_LAYOUT_U = 2     /**< behind a UDP header: not marked */
    };

    /** Padding of sealed packets. */
    enum sst_padding
    {
        SST_PADDING_NONE = 0,
        SST_PADDING_MULTIPLE = 1, /**< to a multiple of `padding_multiple`, 2 to 1024 */
        SST_PADDING_MTU = 2       /**< as long as the path carries */
    };

    /** What becomes of a packet. */
    enum sst_outcome
    {
        SST_PASS = 0,     /**< goes on unchanged */
        SST_SEND = 1,     /**< the buffer holds an SST packet: send it, marked where `mark` is 1 */
        SST_DELIVER = 2,  /**< the buffer holds the inner segment: hand it to the stack */
        SST_WAIT = 3,     /**< the endpoint keeps a copy and the cookie */
        SST_CONSUMED = 4, /**< nothing further to do */
        SST_DROP = 5      /**< dropped, `reason` says why */
    };

    /** Answers to SST_ACTION_RESOLVE. */
    enum sst_key_answer
    {
        SST_KEYS_FOUND = 0,    /**< a valid value */
        SST_KEYS_ABSENT = 1,   /**< NODATA or NXDOMAIN */
        SST_KEYS_UNUSABLE = 2, /**< present, but the value is invalid: never "absent" */
        SST_KEYS_TIMEOUT = 3   /**< no answer */
    };

    /** Where a flow stands. */
    enum sst_flow_state
    {
        SST_FLOW_NONE = 0,    /**< not known: the stack's own business */
        SST_FLOW_WAITING = 1, /**< keys or handshake pending */
        SST_FLOW_SST = 2,     /**< bound to a session */
        SST_FLOW_CLEAR = 3,   /**< fell back */
        SST_FLOW_FAILED = 4   /**< with a reason */
    };

    /** What an action asks for. */
    enum sst_action_kind
    {
        SST_ACTION_NONE = 0, /**< there is none left */
        SST_ACTION_SEND = 1, /**< send `data` with IP protocol `protocol` from `local` to `peer` */
        SST_ACTION_PASS = 2, /**< send the segment kept under `cookie` in clear */
        SST_ACTION_DROP = 3, /**< the segment under `cookie` is dropped for `reason` */
        SST_ACTION_RELEASE = 4, /**< the segment under `cookie` is no longer needed */
        SST_ACTION_RESOLVE = 5, /**< ask DNS for the keys of `name` (address `peer`), then call
                                     sst_provide_keys() */
        SST_ACTION_EVENT = 6    /**< `event`, for those who watch */
    };

    /** What SST_ACTION_EVENT is about. */
    enum sst_event
    {
        SST_EVENT_NONE = 0,
        SST_EVENT_SESSION_UP = 1,     /**< `index`, `client` */
        SST_EVENT_SESSION_CLOSED = 2, /**< `index`, `client`, `reason` */
        SST_EVENT_FLOW_BOUND = 3,     /**< `flow`, `index` */
        SST_EVENT_FLOW_FAILED = 4,    /**< `flow`, `reason` */
        SST_EVENT_FLOW_FELL_BACK = 5, /**< `flow`, `reason`: goes on in clear */
        SST_EVENT_PATH_MTU = 6        /**< `index`, `mtu` */
    };

    /** What random bytes are for. */
    enum sst_purpose
    {
        SST_PURPOSE_INDEX = 0,     /**< session indices */
        SST_PURPOSE_EPHEMERAL = 1, /**< X25519 scalars */
        SST_PURPOSE_SECRET = 2,    /**< static keys, keys of hash tables */
        SST_PURPOSE_PORT = 3,      /**< UDP ports */
        SST_PURPOSE_RETRY = 4      /**< secrets of RETRY tokens */
    };

    /** Both clocks, handed in with every call that needs them. */
    typedef struct sst_clock
    {
        uint64_t monotonic_ns; /**< timers; a value lower than one before counts as that one */
        uint64_t unix_ms;      /**< Unix time */
    } sst_clock;

    /** An IPv4 or IPv6 address in network order. */
    typedef struct sst_address
    {
        uint8_t bytes[16]; /**< 4 or 16 of them count */
        uint8_t length;    /**< 4 or 16 */
    } sst_address;

    /** A transport flow as this host names it. */
    typedef struct sst_flow
    {
        sst_address peer;    /**< the other host */
        uint16_t local_port; /**< host order */
        uint16_t peer_port;  /**< host order */
        uint8_t protocol;    /**< 6 or 17 */
    } sst_flow;

    /** Called for random bytes; returns 0, or anything else when there are none. */
    typedef int (*sst_random_callback)(void* user, int purpose, uint8_t* out, size_t size);
    /**
     * Whether the local stack uses this tuple in clear: 1 yes, 0 no. A server without it does not
     * meet PORT-1: a stranger's session can take the tuple of a clear connection of this host.
     */
    typedef int (*sst_uses_in_clear_callback)(void* user,
                                              const sst_flow* flow,
                                              const sst_address* local);
    /** Reserves a random UDP port of the host; 0 when there is none. */
    typedef uint16_t (*sst_reserve_port_callback)(void* user, const sst_address* local);
    /** Gives such a port back; not called for those still in use when the endpoint is destroyed. */
    typedef void (*sst_release_port_callback)(void* user, const sst_address* local, uint16_t port);

    /**
     * Limits and choices of an endpoint. Fill it with sst_config_init(), change what is to differ.
     * Callbacks must not call the endpoint (SST_E_NESTED), nor leave by longjmp().
     */
    typedef struct sst_config
    {
        size_t size; /**< of this struct as the program knows it: set by sst_config_init() */

        void* user;                               /**< handed to every callback */
        sst_random_callback random;               /**< NULL: libsodium's generator */
        sst_uses_in_clear_callback uses_in_clear; /**< NULL: none is */
        sst_reserve_port_callback reserve_port;   /**< NULL: drawn from 49152 to 65535 */
        sst_release_port_callback release_port;   /**< NULL: nothing to do */

        uint8_t restore_checksums;     /**< write TCP, UDP, ICMP checksums into what is delivered */
        uint8_t allow_narrow_coverage; /**< coverage `header` and `ports` */
        uint8_t marked_unknown_up;     /**< IPv6: marked and unrecognised goes up unchanged */
        uint8_t accept_unmarked_init;  /**< try unmarked INITs of layout N too */
        uint8_t mark_v6_value;         /**< IPv6 mark: value of the Traffic Class ... */
        uint8_t mark_v6_mask;          /**< ... under this mask, ECN bits 0 */
        uint8_t padding;               /**< sst_padding, of every session */
        uint8_t reserved;              /**< 0 */
        uint16_t padding_multiple;     /**< for SST_PADDING_MULTIPLE */
        uint16_t udp_port;             /**< where layout U is served, 0 not */

        uint32_t init_rate;      /**< INITs a second without a token, all; with one: 4 times */
        uint32_t site_init_rate; /**< INITs a second from one address (/64) */
        uint32_t site_half_open; /**< sessions in HALF of one address (/64) */
        uint32_t reset_rate;     /**< RESETs a second to one address (/64) */
        uint32_t icmp_numbers;   /**< an ICMP error must quote one of the last numbers sent */
        uint32_t epoch_reserve;  /**< with fewer epochs left, time no longer ends one */

        size_t max_half_open;           /**< sessions in HALF, above which RETRY is asked */
        size_t max_half_open_validated; /**< in all; with a token, a /48: a quarter */
        size_t limit_buckets;           /**< of each table of limits, at least 1 */
        size_t icmp_ring;               /**< sent packets remembered for ICMP errors */
        size_t max_pins;                /**< names seen with the strict flag */
        size_t max_sessions;            /**< in all; peers': one address a sixteenth, 7/8 in all */
        size_t max_flows_per_session;   /**< flows one session carries */
        size_t max_flows;               /**< in all; one address (/64): a sixteenth; peers': 7/8 */
        size_t max_tombstones;     /**< of own flows, and of peers', for a day; a quarter shorter */
        size_t max_key_answers;    /**< names and addresses remembered */
        size_t max_replay_entries; /**< ephemerals remembered */
        size_t max_queue_packets;  /**< waiting packets of a pending session */
        size_t max_queue_bytes;    /**< and their bytes */

        uint64_t fallback_ns;       /**< opportunistic gives up */
        uint64_t half_life_ns;      /**< HALF, from its first INIT */
        uint64_t half_remnant_ns;   /**< flows of a lapsed HALF: no egress that long */
        uint64_t resp_wait_ns;      /**< RESP waits for the stack's answer */
        uint64_t time_window_ms;    /**< early data: largest difference of the clocks */
        uint64_t start_guard_ms;    /**< early data: refused that long after the start */
        uint64_t session_idle_ns;   /**< session without flows and packets */
        uint64_t tcp_closing_ns;    /**< TCP flow silent after FIN or RST */
        uint64_t tcp_idle_ns;       /**< TCP flow idle */
        uint64_t tombstone_ns;      /**< what a TCP flow leaves behind */
        uint64_t udp_idle_ns;       /**< UDP flow idle */
        uint64_t failed_flow_ns;    /**< a failed flow keeps dropping that long */
        uint64_t key_cache_ns;      /**< keys remembered, within their not_after */
        uint64_t absent_cache_ns;   /**< absent and unusable remembered */
        uint64_t timeout_cache_ns;  /**< timeout remembered */
        uint64_t key_wait_ns;       /**< SST_ACTION_RESOLVE without an answer */
        uint64_t handshake_end_ns;  /**< a handshake without an answer ends */
        uint64_t epoch_ns;          /**< time in one epoch */
        uint64_t old_epoch_ns;      /**< the epoch before is held that long */
        uint64_t epoch_answer_ns;   /**< silence after which type 59 is sent */
        uint64_t retry_slot_ns;     /**< life of a secret of RETRY tokens, at least 1 */
        uint64_t pin_ms;            /**< a name stays pinned beyond not_after */
        uint64_t max_packet_number; /**< first number never used: 1 to 2^32 - 2^16 */
        uint64_t max_failed_opens;  /**< forgeries that close a session */
    } sst_config;

    /** What is asked for a flow. Fill it with sst_request_init(). */
    typedef struct sst_request
    {
        size_t size;               /**< set by sst_request_init() */
        const char* name;          /**< host the keys belong to; NULL: keys known for no name */
        uint8_t policy;            /**< sst_policy */
        uint8_t coverage;          /**< sst_coverage */
        uint8_t layout;            /**< sst_layout */
        uint8_t padding;           /**< sst_padding; NONE: what the configuration says */
        uint16_t padding_multiple; /**< for SST_PADDING_MULTIPLE */
        uint8_t early_udp;         /**< a datagram may ride in INIT: it can be replayed */
        uint8_t reserved;          /**< 0 */
    } sst_request;

    /** What is known about a packet besides its bytes. */
    typedef struct sst_meta
    {
        sst_address local; /**< this host's address, in both directions */
        sst_address peer;  /**< the other's */
        uint64_t cookie;   /**< egress: the caller's name for this packet, 0 none */
        uint32_t mtu;      /**< of the path, IP header included; 0 unknown */
        uint8_t protocol;  /**< ingress: of the IP header; egress: of the segment */
        uint8_t marked;    /**< ingress: the mark was set */
    } sst_meta;

    /** Answer to egress and ingress. */
    typedef struct sst_verdict
    {
        uint16_t reason;  /**< why, 0 none: sst_reason_name() */
        uint8_t outcome;  /**< sst_outcome */
        uint8_t protocol; /**< outer one for SST_SEND, inner one for SST_DELIVER */
        uint8_t mark;     /**< SST_SEND: 1 to be marked, 0 not (layout U) */
    } sst_verdict;

    /** One packet of a batch. */
    typedef struct sst_batch_item
    {
        sst_meta meta;              /**< as for one packet */
        const sst_request* request; /**< egress: may be NULL; ingress: not read */
        uint8_t* data;              /**< in and out */
        size_t data_size;           /**< in and out */
        size_t capacity;            /**< of `data` */
        sst_verdict verdict;        /**< out */
    } sst_batch_item;

    /** Something the endpoint wants done. Pointers hold until the next call of sst_poll_action().
     */
    typedef struct sst_action
    {
        const uint8_t* data; /**< SST_ACTION_SEND: what follows the IP header */
        size_t data_size;    /**< its bytes */
        const char* name;    /**< SST_ACTION_RESOLVE: host name, may be empty; never NULL */
        uint64_t cookie;     /**< 0 none */
        sst_address local;   /**< this host's address */
        sst_address peer;    /**< the other's */
        sst_flow flow;       /**< of flow events */
        uint32_t index;      /**< own index of the session, 30 bits */
        uint32_t mtu;        /**< of SST_EVENT_PATH_MTU */
        uint16_t reason;     /**< why, 0 none */
        uint8_t kind;        /**< sst_action_kind */
        uint8_t event;       /**< sst_event */
        uint8_t protocol;    /**< IP protocol of `data` */
        uint8_t mark;        /**< SST_ACTION_SEND: 1 to be marked */
        uint8_t done;        /**< SST_ACTION_SEND with a cookie: the cookie is finished with */
        uint8_t client;      /**< the session was opened here */
    } sst_action;

    /** Answer of sst_find_flow(). */
    typedef struct sst_flow_info
    {
        uint64_t number;  /**< next packet number of its session */
        uint32_t index;   /**< own index of its session */
        uint32_t epoch;   /**< of its session */
        uint16_t reason;  /**< of SST_FLOW_CLEAR and SST_FLOW_FAILED */
        uint8_t state;    /**< sst_flow_state */
        uint8_t client;   /**< opened here */
        uint8_t coverage; /**< sst_coverage in force */
        uint8_t layout;   /**< SST_LAYOUT_N or SST_LAYOUT_U */
    } sst_flow_info;

    /** How much an endpoint holds. */
    typedef struct sst_counts
    {
        size_t sessions;  /**< pending, half open, open */
        size_t half_open; /**< in HALF */
        size_t flows;     /**< lapsed ones not yet swept included */
    } sst_counts;

    /** A server's static key. Wipe it with sst_wipe(). */
    typedef struct sst_key_pair
    {
        uint8_t public_key[32];   /**< what key65280 publishes */
        uint8_t secret_key[32];   /**< the X25519 scalar */
        uint64_t created_unix_ms; /**< 0 unknown */
        uint64_t retire_unix_ms;  /**< from then on forgotten and wiped; 0 never */
        uint8_t key_id;           /**< which of the server's keys */
        uint8_t flags;            /**< SST_KEY_ */
    } sst_key_pair;

#define SST_KEY_EARLY_SYN 1 /**< a SYN may ride in INIT */
#define SST_KEY_EARLY_UDP 2 /**< a datagram may ride in INIT */
#define SST_KEY_LAYOUT_U 4  /**< layout U is served */
#define SST_KEY_STRICT 8    /**< policy pin */

    /** One usable entry of key65280. */
    typedef struct sst_key_entry
    {
        uint8_t public_key[32]; /**< X25519 */
        uint32_t not_after;     /**< Unix seconds, 0 none */
        uint8_t key_id;         /**< which of the server's keys */
        uint8_t flags;          /**< SST_KEY_ */
    } sst_key_entry;

    /** A name seen with the strict flag. */
    typedef struct sst_pin
    {
        const char* name;  /**< host name */
        uint64_t until_ms; /**< Unix time it ends */
    } sst_pin;

    /** One host's side of the protocol. */
    typedef struct sst_endpoint sst_endpoint;

    /* ---- About the library ---- */

    /** @return SST_ABI_VERSION of the library in use */
    SST_API SST_MUST_CHECK uint32_t sst_abi_version(void);
    /** @return version of the project, as "0.1.0" */
    SST_API SST_MUST_CHECK const char* sst_version(void);
    /** @return name of a code, as "SST_E_SPACE"; "unknown" for others; never NULL */
    SST_API SST_MUST_CHECK const char* sst_error_name(int error);
    /** @return a sentence for people; never NULL */
    SST_API SST_MUST_CHECK const char* sst_error_text(int error);
    /** @return name of a reason, as "replay"; "unknown" for others; never NULL. Numbers may change
     *          with SST_ABI_VERSION, names do not. */
    SST_API SST_MUST_CHECK const char* sst_reason_name(unsigned reason);
    /** @return how many reasons there are: 0 to count - 1 */
    SST_API SST_MUST_CHECK unsigned sst_reason_count(void);
    /** @return name of an sst_outcome, as "send"; "unknown" for others; never NULL */
    SST_API SST_MUST_CHECK const char* sst_outcome_name(unsigned outcome);

    /* ---- Endpoint ---- */

    /**
     * The defaults of the protocol.
     * @param config written
     * @param size sizeof(sst_config)
     * @return SST_OK, SST_E_NULL, SST_E_STRUCT
     */
    SST_API SST_MUST_CHECK int sst_config_init(sst_config* config, size_t size);

    /**
     * Policy `require`, everything sealed.
     * @param request written
     * @param size sizeof(sst_request)
     * @return SST_OK, SST_E_NULL, SST_E_STRUCT
     */
    SST_API SST_MUST_CHECK int sst_request_init(sst_request* request, size_t size);

    /**
     * @param config copied; NULL for the defaults
     * @param endpoint the handle; NULL on failure
     * @return SST_OK, SST_E_NULL, SST_E_STRUCT, SST_E_VALUE, SST_E_RANDOM, SST_E_MEMORY,
     *         SST_E_INTERNAL
     */
    SST_API SST_MUST_CHECK int sst_create_endpoint(const sst_config* config,
                                                   sst_endpoint** endpoint);

    /** Wipes its keys and frees it. NULL is allowed; a call from inside a callback is ignored. */
    SST_API void sst_destroy_endpoint(sst_endpoint* endpoint);

    /**
     * From now on this end answers INIT. The first call is the server's start.
     * @param endpoint the server
     * @param key copied
     * @param clock now
     * @return SST_OK, SST_E_VALUE (the halves do not belong together), SST_E_EXISTS, SST_E_FULL,
     * ...
     */
    SST_API SST_MUST_CHECK int sst_add_server_key(sst_endpoint* endpoint,
                                                  const sst_key_pair* key,
                                                  const sst_clock* clock);

    /** Forgets and wipes a static key; sessions made with it go on. SST_E_NOT_FOUND without one. */
    SST_API SST_MUST_CHECK int sst_remove_server_key(sst_endpoint* endpoint, uint8_t key_id);

    /**
     * Keys of (name, address), asked for by SST_ACTION_RESOLVE or known otherwise.
     * @param endpoint the client
     * @param name as in the request; NULL for none
     * @param address of the server
     * @param answer sst_key_answer
     * @param entries for SST_KEYS_FOUND, as sst_parse_key_value() gave them
     * @param count 1 to SST_MAX_KEYS for SST_KEYS_FOUND, else 0
     * @param udp_port `port` of the SVCB record, where layout U is served; 0 none
     * @param clock now
     * @return SST_OK, SST_E_NULL, SST_E_VALUE, ...
     */
    SST_API SST_MUST_CHECK int sst_provide_keys(sst_endpoint* endpoint,
                                                const char* name,
                                                const sst_address* address,
                                                int answer,
                                                const sst_key_entry* entries,
                                                size_t count,
                                                uint16_t udp_port,
                                                const sst_clock* clock);

    /** @return capacity that sst_egress() asks for: no packet made of such a segment is longer */
    SST_API SST_MUST_CHECK size_t sst_egress_capacity(size_t segment_size, uint32_t mtu);
    /** @return capacity that sst_ingress() asks for */
    SST_API SST_MUST_CHECK size_t sst_ingress_capacity(size_t packet_size);

    /**
     * A segment leaves the stack.
     * @param endpoint the host
     * @param meta addresses; `protocol` 6, 17, or 1 or 58 for ICMP errors of this stack
     * @param request what is asked; NULL nothing: flows bound to a session are sealed all the same
     * @param data the segment from its byte 0; on SST_SEND the SST packet, which follows the IP
     * header
     * @param size in: bytes of the segment; out: of what `data` holds; on SST_E_SPACE the capacity
     *        wanted, nothing else was done then
     * @param capacity of `data`, at least sst_egress_capacity(*size, mtu): with padding, of the
     * largest mtu this endpoint was told
     * @param clock now
     * @param verdict SST_PASS, SST_SEND, SST_WAIT, SST_CONSUMED or SST_DROP
     * @return SST_OK, SST_E_NULL, SST_E_VALUE, SST_E_STRUCT, SST_E_SPACE, ...
     */
    SST_API SST_MUST_CHECK int sst_egress(sst_endpoint* endpoint,
                                          const sst_meta* meta,
                                          const sst_request* request,
                                          uint8_t* data,
                                          size_t* size,
                                          size_t capacity,
                                          const sst_clock* clock,
                                          sst_verdict* verdict);

    /**
     * A packet came from the wire, reassembled.
     * @param endpoint the host
     * @param meta addresses, protocol of the IP header, mark
     * @param data what follows the IP header; on SST_DELIVER the inner segment
     * @param size as for sst_egress()
     * @param capacity of `data`, at least sst_ingress_capacity(*size)
     * @param clock now
     * @param verdict SST_PASS (unchanged), SST_DELIVER, SST_CONSUMED or SST_DROP
     * @return as sst_egress()
     */
    SST_API SST_MUST_CHECK int sst_ingress(sst_endpoint* endpoint,
                                           const sst_meta* meta,
                                           uint8_t* data,
                                           size_t* size,
                                           size_t capacity,
                                           const sst_clock* clock,
                                           sst_verdict* verdict);

    /**
     * sst_egress() for many segments, in order. When an item is refused nothing was done for any.
     * Where a verdict is SST_WAIT, take the actions and send them before what later verdicts of the
     * batch say: RESP comes before the first DATA of its session.
     * @param endpoint the host
     * @param items verdict, data and data_size are written
     * @param count how many, 0 allowed
     * @param clock now
     * @param refused out, may be NULL: number of the refused item; `count` when none is. On
     *        SST_E_SPACE its data_size is the capacity wanted.
     * @return as sst_egress()
     */
    SST_API SST_MUST_CHECK int sst_egress_batch(sst_endpoint* endpoint,
                                                sst_batch_item* items,
                                                size_t count,
                                                const sst_clock* clock,
                                                size_t* refused);

    /** sst_ingress() for many packets, in order: see sst_egress_batch(). */
    SST_API SST_MUST_CHECK int sst_ingress_batch(sst_endpoint* endpoint,
                                                 sst_batch_item* items,
                                                 size_t count,
                                                 const sst_clock* clock,
                                                 size_t* refused);

    /**
     * Cheap test whether sst_ingress() must see an unmarked packet.
     * @param endpoint the host
     * @param meta addresses, protocol
     * @param first leading bytes, 8 are enough
     * @param size how many
     * @param concerned 0: the packet may go up without sst_ingress()
     */
    SST_API SST_MUST_CHECK int sst_test_packet(const sst_endpoint* endpoint,
                                               const sst_meta* meta,
                                               const uint8_t* first,
                                               size_t size,
                                               int* concerned);

    /** The same for sst_egress() of a segment for which nothing is asked. */
    SST_API SST_MUST_CHECK int sst_test_flow(const sst_endpoint* endpoint,
                                             const sst_flow* flow,
                                             int* concerned);

    /** Does what is due. */
    SST_API SST_MUST_CHECK int sst_tick(sst_endpoint* endpoint, const sst_clock* clock);

    /** Tells the monotonic time of the next thing due, UINT64_MAX for none. */
    SST_API SST_MUST_CHECK int sst_next_deadline(const sst_endpoint* endpoint,
                                                 uint64_t* monotonic_ns);

    /** Takes the next action; `kind` is SST_ACTION_NONE when there is none left. */
    SST_API SST_MUST_CHECK int sst_poll_action(sst_endpoint* endpoint, sst_action* action);

    /** The local stack gave a flow up while it waited. */
    SST_API SST_MUST_CHECK int sst_abandon_flow(sst_endpoint* endpoint,
                                                const sst_flow* flow,
                                                const sst_clock* clock);

    /** Tells where a flow stands. */
    SST_API SST_MUST_CHECK int sst_find_flow(const sst_endpoint* endpoint,
                                             const sst_flow* flow,
                                             sst_flow_info* info);

    /**
     * Tells the largest segment that fits the path of a flow when it is sealed.
     * @param endpoint the host
     * @param flow its tuple
     * @param mtu of the path, IP header included; 0 unknown
     * @param size bytes with the transport header, padding not counted
     */
    SST_API SST_MUST_CHECK int sst_find_segment_size(const sst_endpoint* endpoint,
                                                     const sst_flow* flow,
                                                     uint32_t mtu,
                                                     size_t* size);

    /**
     * Sends a packet that the peer ignores.
     * @param endpoint the host
     * @param index own index of an open session
     * @param size bytes from the end of the IP header
     * @param clock now
     * @param reason out, may be NULL: why, on SST_E_REFUSED
     * @return SST_OK, SST_E_NOT_FOUND, SST_E_VALUE (size), SST_E_REFUSED, ...
     */
    SST_API SST_MUST_CHECK int sst_send_dummy(sst_endpoint* endpoint,
                                              uint32_t index,
                                              size_t size,
                                              const sst_clock* clock,
                                              uint16_t* reason);

    /** Leaves packet numbers out, up to `number`. SST_E_REFUSED: no such session, or out of range.
     */
    SST_API SST_MUST_CHECK int sst_skip_numbers(sst_endpoint* endpoint,
                                                uint32_t index,
                                                uint64_t number);

    /**
     * Names seen with the strict flag, to be kept over a restart.
     * @param endpoint the host; names point into it until the next call of this function
     * @param pins written
     * @param count in: room; out: how many there are, also on SST_E_SPACE
     */
    SST_API SST_MUST_CHECK int sst_get_pins(sst_endpoint* endpoint, sst_pin* pins, size_t* count);
    /** Takes over names kept; they are copied. */
    SST_API SST_MUST_CHECK int sst_set_pins(sst_endpoint* endpoint,
                                            const sst_pin* pins,
                                            size_t count);

    /** Tells how much is held. */
    SST_API SST_MUST_CHECK int sst_get_counts(const sst_endpoint* endpoint, sst_counts* counts);
    /** Tells how often a reason was met by packets and waiting segments. SST_E_VALUE: no reason. */
    SST_API SST_MUST_CHECK int sst_count_reason(const sst_endpoint* endpoint,
                                                unsigned reason,
                                                uint64_t* count);

    /* ---- Keys ---- */

    /**
     * A new static key.
     * @param random NULL: libsodium's generator
     * @param user handed to `random`
     * @param key_id which of the server's keys
     * @param flags SST_KEY_
     * @param unix_ms now
     * @param key written
     */
    SST_API SST_MUST_CHECK int sst_generate_key_pair(sst_random_callback random,
                                                     void* user,
                                                     uint8_t key_id,
                                                     uint8_t flags,
                                                     uint64_t unix_ms,
                                                     sst_key_pair* key);

    /**
     * Reads the value of the SVCB parameter key65280.
     * @param value as it came from DNS
     * @param size its bytes
     * @param entries the usable ones, in order
     * @param count in: room; out: how many, also on SST_E_SPACE
     * @param problem out, may be NULL: what is wrong, as "truncated"; "ok" on success
     * @return SST_OK, SST_E_KEY_VALUE (answer sst_provide_keys() with SST_KEYS_UNUSABLE), ...
     */
    SST_API SST_MUST_CHECK int sst_parse_key_value(const uint8_t* value,
                                                   size_t size,
                                                   sst_key_entry* entries,
                                                   size_t* count,
                                                   const char** problem);

    /**
     * Writes the value of key65280.
     * @param entries 1 to SST_MAX_KEYS, the preferred one first
     * @param count how many
     * @param value written
     * @param size in: room; out: bytes, also on SST_E_SPACE
     * @return SST_OK, SST_E_VALUE (a key_id twice, a low-order key), SST_E_SPACE, ...
     */
    SST_API SST_MUST_CHECK int sst_serialize_key_value(const sst_key_entry* entries,
                                                       size_t count,
                                                       uint8_t* value,
                                                       size_t* size);

    /**
     * Zone file text of a value, quoted, for behind `key65280=`.
     * @param value its bytes
     * @param value_size how many
     * @param text written, with a 0 at the end
     * @param size in: room; out: bytes with the 0, also on SST_E_SPACE
     */
    SST_API SST_MUST_CHECK int sst_print_key_value(const uint8_t* value,
                                                   size_t value_size,
                                                   char* text,
                                                   size_t* size);

    /**
     * Reads a key file; the caller wipes the text.
     * @param text what the file holds
     * @param size its bytes
     * @param key written
     * @param not_after out, may be NULL: Unix seconds, 0 none
     * @param problem out, may be NULL: a sentence saying what is wrong
     * @param line out, may be NULL: number of the line at fault, 0 when it is not one line
     */
    SST_API SST_MUST_CHECK int sst_parse_key_file(const char* text,
                                                  size_t size,
                                                  sst_key_pair* key,
                                                  uint32_t* not_after,
                                                  const char** problem,
                                                  size_t* line);

    /**
     * Text of a key file, secret key included: to be wiped by the caller.
     * @param key a key
     * @param not_after Unix seconds, 0 none
     * @param text written, with a 0 at the end
     * @param size in: room; out: bytes with the 0, also on SST_E_SPACE
     */
    SST_API SST_MUST_CHECK int sst_print_key_file(const sst_key_pair* key,
                                                  uint32_t not_after,
                                                  char* text,
                                                  size_t* size);

    /** Overwrites memory in a way the compiler keeps. */
    SST_API void sst_wipe(void* data, size_t size);

    /* ---- Mark ---- */

    /**
     * Tells whether an IPv4 header is marked.
     * @param header from its first byte
     * @param size bytes there, at least the header's length
     * @param marked 1 or 0
     */
    SST_API SST_MUST_CHECK int sst_get_mark_v4(const uint8_t* header, size_t size, int* marked);
    /** Marks or unmarks an IPv4 header and fixes its checksum; marking sets "don't fragment". */
    SST_API SST_MUST_CHECK int sst_set_mark_v4(uint8_t* header, size_t size, int marked);
    /** @return 1 when the Traffic Class is marked, else 0 */
    SST_API SST_MUST_CHECK int sst_get_mark_v6(uint8_t traffic_class, uint8_t value, uint8_t mask);
    /** @return the Traffic Class marked, ECN bits kept */
    SST_API SST_MUST_CHECK uint8_t sst_set_mark_v6(uint8_t traffic_class,
                                                   uint8_t value,
                                                   uint8_t mask);

#ifdef __cplusplus
}
#endif

#endif /* SST_H */
