# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""A second implementation of SST version 1, written from the protocol's text for clarity.

It shares no code with the codec and no library below the handshake: what both say alike is what
the text says. Sans-IO like the codec: bytes, time and randomness are handed in.
"""
