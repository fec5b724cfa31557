/**
 * Disks over NBD, the network block device protocol: a server that shows them to every tool that speaks it.
 *
 * <p>All numbers are big-endian. The handshake (fixed newstyle):
 *
 * <pre>
 *   server  u64 NBDMAGIC, u64 IHAVEOPT, u16 flags
 *   client  u32 flags, then options: u64 IHAVEOPT, u32 option, u32 length, data
 *   server  u64 0x3e889045565a9, u32 option, u32 type, u32 length, data
 * </pre>
 *
 * <p>After the option GO (or EXPORT_NAME) the transmission:
 *
 * <pre>
 *   client  u32 0x25609513, u16 flags, u16 command, u64 cookie, u64 offset, u32 length; the data of a write
 *   server  u32 0x67446698, u32 errno, u64 cookie, data                                    a simple reply
 *           u32 0x668e33ef, u16 flags, u16 type, u64 cookie, u32 length, payload           a chunk of a structured one
 * </pre>
 *
 * <p>Source: {@code doc/proto.md} of the NBD project. {@link io.vmdisk.nbd.NbdServer} holds the threads, {@code
 * Negotiation} the handshake, {@code Transmission} the requests, {@code Replies} the answers.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.nbd;

import org.jspecify.annotations.NullMarked;
