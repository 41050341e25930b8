package dev.plugbay.cloud;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Cursors for providers: the last id of the page before, so that machines that come and go meanwhile neither repeat nor hide others. */
public final class Cursors {
    private static final String PREFIX = "after:";

    private Cursors() {}

    /** The cursor of the page after the one that ends with this id. */
    public static String after(String id) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString((PREFIX + id).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The id that a cursor stands for.
     *
     * @throws PluginException {@link ErrorCode#INVALID_REQUEST} for a text that is no cursor
     */
    public static String id(String cursor) {
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
