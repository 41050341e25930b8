package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that do what the protocol forbids: each lie is a failure that says so, never a wrong disk, a hang or an exhausted heap. */
@Timeout(60)
class NbdLiesTest {
    @TempDir
    Path temp;

    /** What is done to reads; the map is told honestly. */
    private interface ReadAnswer {
        void to(long handle, long offset, int length, SocketChannel channel) throws IOException;
    }

    private PluginException readFails(ReadAnswer answer) throws Exception {
        return fails((command, handle, offset, length, channel) -> {
            if (command == NbdProtocol.COMMAND_BLOCK_STATUS) {
                NbdLiar.allIsData(channel, handle, length);
            } else {
                answer.to(handle, offset, length, channel);
            }
        });
    }

    private PluginException fails(NbdLiar.Answer answer) throws Exception {
        try (NbdLiar liar = new NbdLiar(temp, answer);
                NbdDisk disk = NbdDisk.open(liar.socket, "any", Duration.ofSeconds(20))) {
            PluginException failure = catchThrowableOfType(PluginException.class, () -> {
                for (long at = 0; at < disk.size(); ) {
                    at += disk.extent(at).data()
                            ? disk.read(ByteBuffer.allocate(64 * 1024), at)
                            : disk.extent(at).length();
                }
            });
            assertThat(failure).as("a failure").isNotNull();
            return failure;
        }
    }

    private static void assertBroken(PluginException failure) {
        assertThat(failure.code()).isEqualTo(ErrorCode.CALL_FAILED);
        assertThat(failure).hasMessageContaining("breaks the protocol");
    }

    private static ByteBuffer data(long offset, int length) {
        return ByteBuffer.allocate(8 + length).putLong(offset).put(new byte[length]);
    }

    @Test
    void more_data_than_was_asked_for() throws Exception {
        assertBroken(readFails((handle, offset, length, channel) ->
                NbdLiar.chunk(channel, 1, NbdProtocol.CHUNK_DATA, handle, length + 9, data(offset, length + 1))));
    }

    @Test
    void a_chunk_that_says_it_has_gigabytes() throws Exception {
        assertBroken(readFails((handle, offset, length, channel) ->
                NbdLiar.chunk(channel, 1, NbdProtocol.CHUNK_DATA, handle, -1, data(offset, length))));
    }

    @Test
    void less_data_than_was_asked_for() throws Exception {
        assertBroken(readFails((handle, offset, length, channel) ->
                NbdLiar.chunk(channel, 1, NbdProtocol.CHUNK_DATA, handle, length + 7, data(offset, length - 1))));
    }

    @Test
    void data_from_another_place() throws Exception {
        assertBroken(readFails((handle, offset, length, channel) ->
                NbdLiar.chunk(channel, 1, NbdProtocol.CHUNK_DATA, handle, length + 8, data(offset + 1, length))));
    }

    @Test
    void the_same_data_twice() throws Exception {
        assertBroken(readFails((handle, offset, length, channel) -> {
            NbdLiar.chunk(channel, 0, NbdProtocol.CHUNK_DATA, handle, length + 8, data(offset, length));
            NbdLiar.chunk(channel, 1, NbdProtocol.CHUNK_DATA, handle, length + 8, data(offset, length));
        }));
    }

    @Test
    void a_hole_beyond_what_was_asked_for() throws Exception {
        assertBroken(readFails((handle, offset, length, channel) -> NbdLiar.chunk(
                channel,
                1,
                NbdProtocol.CHUNK_HOLE,
                handle,
                12,
                ByteBuffer.allocate(12).putLong(offset).putInt(-1))));
    }

    @Test
    void a_reply_to_nothing() throws Exception {
        assertBroken(readFails((handle, offset, length, channel) ->
                NbdLiar.chunk(channel, 1, NbdProtocol.CHUNK_DATA, handle + 99, length + 8, data(offset, length))));
    }

    @Test
    void a_simple_reply_where_structured_ones_were_agreed_upon() throws Exception {
        assertBroken(readFails((handle, offset, length, channel) -> NbdLiar.write(
                channel,
                ByteBuffer.allocate(16 + length)
                        .putInt(NbdProtocol.SIMPLE_REPLY_MAGIC)
                        .putInt(0)
                        .putLong(handle)
                        .put(new byte[length]))));
    }

    @Test
    void noise() throws Exception {
        assertBroken(readFails((handle, offset, length, channel) ->
                NbdLiar.write(channel, ByteBuffer.allocate(64).put(new byte[64]))));
    }

    @Test
    void an_error_is_told_with_its_name_and_place() throws Exception {
        PluginException failure = readFails((handle, offset, length, channel) -> NbdLiar.chunk(
                channel,
                1,
                NbdProtocol.CHUNK_ERROR,
                handle,
                6,
                ByteBuffer.allocate(6).putInt(5).putShort((short) 0)));
        assertThat(failure.code()).isEqualTo(ErrorCode.CALL_FAILED);
        assertThat(failure).hasMessageContaining("input/output error").hasMessageContaining("byte 0");
    }

    @Test
    void a_server_that_shuts_down_is_unavailable() throws Exception {
        PluginException failure = readFails((handle, offset, length, channel) -> NbdLiar.write(
                channel,
                ByteBuffer.allocate(16)
                        .putInt(NbdProtocol.SIMPLE_REPLY_MAGIC)
                        .putInt(108)
                        .putLong(handle)));
        assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    private PluginException mapFails(int bytes, int... words) throws Exception {
        return fails((command, handle, offset, length, channel) -> {
            ByteBuffer data = ByteBuffer.allocate(words.length * 4);
            for (int word : words) {
                data.putInt(word);
            }
            NbdLiar.chunk(channel, 1, NbdProtocol.CHUNK_BLOCK_STATUS, handle, bytes, data);
        });
    }

    @Test
    void a_map_without_extents() throws Exception {
        assertBroken(mapFails(4, 7));
    }

    @Test
    void a_map_of_empty_extents() throws Exception {
        assertBroken(mapFails(12, 7, 0, 0));
    }

    @Test
    void a_map_that_nobody_asked_for() throws Exception {
        assertBroken(mapFails(12, 8, NbdLiar.SIZE, 0));
    }

    @Test
    void a_map_that_is_refused() throws Exception {
        PluginException failure = fails((command, handle, offset, length, channel) -> NbdLiar.chunk(
                channel,
                1,
                NbdProtocol.CHUNK_ERROR,
                handle,
                6,
                ByteBuffer.allocate(6).putInt(22).putShort((short) 0)));
        assertThat(failure).hasMessageContaining("invalid argument");
    }
}
