package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;

/** Numbers and failures of the NBD protocol; see {@code doc/proto.md} of the Network Block Device project. */
final class NbdProtocol {
    static final long MAGIC = 0x4e42444d41474943L; // "NBDMAGIC"
    static final long OPTION_MAGIC = 0x49484156454f5054L; // "IHAVEOPT"
    static final long OPTION_REPLY_MAGIC = 0x3e889045565a9L;
    static final int REQUEST_MAGIC = 0x25609513;
    static final int SIMPLE_REPLY_MAGIC = 0x67446698;
    static final int STRUCTURED_REPLY_MAGIC = 0x668e33ef;

    static final int FIXED_NEWSTYLE = 1;
    static final int NO_ZEROES = 2;

    static final int OPTION_ABORT = 2;
    static final int OPTION_GO = 7;
    static final int OPTION_STRUCTURED_REPLY = 8;
    static final int OPTION_SET_META_CONTEXT = 10;

    static final int REPLY_ACK = 1;
    static final int REPLY_INFO = 3;
    static final int REPLY_META_CONTEXT = 4;
    static final int REPLY_ERROR = 0x80000000; // the bit that all errors have
    static final int REPLY_ERROR_UNKNOWN = 0x80000006;

    static final int INFO_EXPORT = 0;
    static final int INFO_BLOCK_SIZE = 3;

    static final int COMMAND_READ = 0;
    static final int COMMAND_DISCONNECT = 2;
    static final int COMMAND_BLOCK_STATUS = 7;

    static final int CHUNK_DONE = 1;
    static final int CHUNK_NONE = 0;
    static final int CHUNK_DATA = 1;
    static final int CHUNK_HOLE = 2;
    static final int CHUNK_BLOCK_STATUS = 5;
    static final int CHUNK_ERROR = 0x8001;
    static final int CHUNK_ERROR_OFFSET = 0x8002;
    static final int CHUNK_IS_ERROR = 0x8000;

    /** In {@code base:allocation}: reads as zeros. */
    static final int STATE_ZERO = 2;

    private static final int SHUTDOWN = 108;

    private NbdProtocol() {}

    /** The server says what the protocol does not allow. */
    static PluginException broken(String what) {
        return new PluginException(ErrorCode.CALL_FAILED, "the hypervisor's NBD server breaks the protocol: " + what);
    }

    /** The server answered with an error. */
    static PluginException refused(int error, String what) {
        String name = switch (error) {
            case 1 -> "operation not permitted";
            case 5 -> "input/output error";
            case 12 -> "out of memory";
            case 22 -> "invalid argument";
            case 28 -> "no space left";
            case 75 -> "value too large";
            case 95 -> "not supported";
            case SHUTDOWN -> "the server is shutting down";
            default -> "error " + Integer.toUnsignedString(error);
        };
        return new PluginException(
                error == SHUTDOWN ? ErrorCode.UNAVAILABLE : ErrorCode.CALL_FAILED,
                "the hypervisor cannot " + what + ": " + name);
    }
}
