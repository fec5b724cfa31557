package io.vmdisk.nbd;

/** The numbers of the protocol that both sides of a connection need; the names are those of its specification. */
final class Protocol {
    static final long NBDMAGIC = 0x4e42444d41474943L;
    static final long IHAVEOPT = 0x49484156454f5054L;
    static final long OPTION_REPLY_MAGIC = 0x3e889045565a9L;
    static final int REQUEST_MAGIC = 0x25609513;
    static final int SIMPLE_REPLY_MAGIC = 0x67446698;
    static final int CHUNK_MAGIC = 0x668e33ef;

    /** Handshake flags of both sides. */
    static final int FIXED_NEWSTYLE = 1;

    static final int NO_ZEROES = 2;

    static final int OPTION_HEADER_BYTES = 16;
    static final int OPTION_REPLY_HEADER_BYTES = 20;
    static final int REQUEST_BYTES = 28;
    static final int SIMPLE_REPLY_BYTES = 16;
    static final int CHUNK_HEADER_BYTES = 20;

    /** What the specification lets a string have at most, in bytes of UTF-8. */
    static final int MAX_STRING_BYTES = 4096;

    /** What a client may expect to be let through in one request. */
    static final int MAX_REQUEST_BYTES = 32 << 20;

    static final int REPLY_ACK = 1;
    static final int REPLY_SERVER = 2;
    static final int REPLY_INFO = 3;
    static final int REPLY_META_CONTEXT = 4;

    static final int INFO_EXPORT = 0;
    static final int INFO_NAME = 1;
    static final int INFO_DESCRIPTION = 2;
    static final int INFO_BLOCK_SIZE = 3;

    /** Transmission flags. */
    static final int HAS_FLAGS = 1;

    static final int READ_ONLY = 2;
    static final int SEND_FLUSH = 4;
    static final int SEND_FUA = 8;
    static final int SEND_TRIM = 32;
    static final int SEND_WRITE_ZEROES = 64;
    static final int SEND_DF = 128;
    static final int CAN_MULTI_CONN = 256;

    /** Command flags. */
    static final int FUA = 1;

    static final int NO_HOLE = 2;
    static final int DF = 4;
    static final int REQ_ONE = 8;

    static final int CHUNK_DONE = 1;
    static final int CHUNK_NONE = 0;
    static final int CHUNK_OFFSET_DATA = 1;
    static final int CHUNK_OFFSET_HOLE = 2;
    static final int CHUNK_BLOCK_STATUS = 5;
    static final int CHUNK_ERROR = 0x8001;
    static final int CHUNK_ERROR_OFFSET = 0x8002;

    /** Flags of {@code base:allocation}. */
    static final int STATE_HOLE = 1;

    static final int STATE_ZERO = 2;

    private Protocol() {}
}
