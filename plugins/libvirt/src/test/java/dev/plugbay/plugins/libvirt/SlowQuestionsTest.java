package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SlowQuestionsTest {
    private static final int AT_ONCE = 2;

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final LentCalls calls = new LentCalls(executor, 10);
    private final SlowQuestions questions = new SlowQuestions(AT_ONCE, Duration.ofSeconds(2));
    private final CountDownLatch answers = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void end() {
        answers.countDown();
        executor.shutdownNow();
    }

    private Optional<String> ask(String about, boolean hangs) {
        return questions.ask(
                about,
                question -> calls.run(
                        "nobody answered", questions.limit(), left -> question.answer(() -> answer(about, hangs))));
    }

    private String answer(String about, boolean hangs) {
        asked.incrementAndGet();
        try {
            if (hangs) {
                answers.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return about;
    }

    @Test
    void what_hangs_is_not_asked_again_before_it_has_answered_and_keeps_no_other() {
        assertThat(ask("a", true)).isEmpty();
        for (int i = 0; i < 10; i++) {
            assertThat(ask("a", true)).isEmpty();
        }
        assertThat(asked).hasValue(1);
        assertThat(ask("b", false)).contains("b");

        answers.countDown();
        await().until(() -> ask("a", false).isPresent());
    }

    @Test
    void however_many_hang_no_more_are_asked_than_may_be_at_once() {
        for (String about : List.of("a", "b", "c", "d")) {
            assertThat(ask(about, true)).isEmpty();
        }
        assertThat(asked).hasValue(AT_ONCE);

        answers.countDown();
        await().until(() -> ask("a", false).isPresent());
        for (String about : List.of("a", "b", "c", "d")) {
            assertThat(ask(about, false)).contains(about); // each permit came back
        }
    }
}
