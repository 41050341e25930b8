package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Questions whose answer one can do without, to things that may hang: then there is none, and the same thing is not asked again before it has answered.
 *
 * <p>Shared by all callers. {@code open}, and the stage of each {@link Question} in it, are guarded by {@code lock}; nothing is asked under it. A thing has one open question at most, and so many things at once have one. A
 * question whose caller has left stays open until it is answered; so things that hang hold that many questions at most, however many of them there are and however often they are asked.
 */
final class SlowQuestions {
    private final int atOnce;
    private final Duration limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Question> open = new HashMap<>();

    /** At most so many at once; each waits so long for its turn. */
    SlowQuestions(int atOnce, Duration limit) {
        this.atOnce = atOnce;
        this.limit = limit;
    }

    private enum Stage {
        NEW,
        ASKED,
        /** Asked, and its caller has left. */
        LATE,
        OVER
    }

    /** One question. */
    final class Question {
        private final String about;
        private Stage stage = Stage.NEW;

        private Question(String about) {
            this.about = about;
        }

        /** Answers it, on the thread that may hang. */
        <T> T answer(Supplier<T> work) {
            if (!step(Stage.NEW, Stage.ASKED)) {
                throw new PluginException(ErrorCode.CALL_CANCELLED, "the caller has left");
            }
            try {
                return work.get();
            } finally {
                close();
            }
        }

        private boolean step(Stage from, Stage to) {
            lock.lock();
            try {
                boolean is = stage == from;
                stage = is ? to : stage;
                changed.signalAll();
                return is;
            } finally {
                lock.unlock();
            }
        }

        private void close() {
            lock.lock();
            try {
                stage = Stage.OVER;
                open.remove(about, this);
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        private void leave() {
            if (!step(Stage.ASKED, Stage.LATE) && step(Stage.NEW, Stage.OVER)) {
                close();
            }
        }
    }

    /** How long one may take. */
    Duration limit() {
        return limit;
    }

    /**
     * Asks one.
     *
     * @param about what is asked
     * @param way brings the question to a thread that may hang, has it {@linkplain Question#answer answered} there, and waits for that no longer than {@link #limit}
     * @return empty when there is no answer now
     * @throws PluginException {@link ErrorCode#CALL_CANCELLED} when the call is
     */
    <T> Optional<T> ask(String about, Function<Question, T> way) {
        Optional<Question> turn = turn(about);
        if (turn.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(way.apply(turn.get()));
        } catch (PluginException e) {
            if (e.code() == ErrorCode.CALL_CANCELLED) {
                throw e;
            }
            return Optional.empty();
        } finally {
            turn.get().leave();
        }
    }

    private Optional<Question> turn(String about) {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (!hangs(about) && left > 0) {
                if (!open.containsKey(about) && open.size() < atOnce) {
                    Question question = new Question(about);
                    open.put(about, question);
                    return Optional.of(question);
                }
                left = changed.awaitNanos(left);
            }
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorCode.CALL_CANCELLED, "the call was interrupted");
        } finally {
            lock.unlock();
        }
    }

    private boolean hangs(String about) {
        Question same = open.get(about);
        boolean late = same != null && same.stage == Stage.LATE;
        return late
                || open.values().stream().filter(it -> it.stage == Stage.LATE).count() >= atOnce;
    }
}
