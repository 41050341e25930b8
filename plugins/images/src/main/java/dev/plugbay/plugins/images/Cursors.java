package dev.plugbay.plugins.images;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Cursors: the last id of the page before, so that images that come and go meanwhile neither repeat nor hide others. */
final class Cursors {
    private static final String PREFIX = "after:";

    private Cursors() {}

    static String after(String id) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString((PREFIX + id).getBytes(StandardCharsets.UTF_8));
    }

    /** The id that a cursor stands for. */
    static String id(String cursor) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor)))
                    .toString();
            if (text.startsWith(PREFIX)
                    && after(text.substring(PREFIX.length())).equals(cursor)) {
                return text.substring(PREFIX.length());
            }
        } catch (IllegalArgumentException | CharacterCodingException e) {
            // refused below, like every other text that is no cursor
        }
        throw new PluginException(
                ErrorCode.INVALID_REQUEST,
                "the cursor is none of this provider's; use the \"next\" of the page before");
    }
}
