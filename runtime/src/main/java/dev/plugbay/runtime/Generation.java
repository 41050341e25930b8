package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.SavedState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One loaded copy of an instance, however it is isolated. One thread at a time takes it through its life: the instance's, then its retirement's. Nobody but
 * the instance, its running calls and its retirement holds one.
 */
interface Generation extends CallTarget {
    /** Its manifest. */
    Manifest manifest();

    /** What it was loaded from. */
    Artifact artifact();

    /** Where it is in its life. */
    LifeCycle life();

    /** The configuration in force. */
    Map<String, Object> config();

    /** The extensions that it offers, by order and name. */
    List<EntryPoints.ExtensionClass> offers();

    /** Constructs and initialises the plugin, starts it, and makes its extensions. */
    void start();

    /** Asks for health; a failure or a hang is an answer too. */
    Health askHealth();

    /** The last answer. */
    Health health();

    /** Until it acquires again it is degraded at least, for this reason, whatever it answers itself. */
    void lacks(String reason);

    /** Puts another configuration in force; on failure, {@link ErrorCode#INVALID_CONFIG} or {@link ErrorCode#HOOK_TIMEOUT}, the old one is in force again. */
    void reconfigure(Map<String, Object> next);

    /** Activates what is staged; called right after the publish. */
    void published();

    /** When it was published. */
    Optional<Instant> publishedAt();

    /** Silences timers and subscriptions. */
    void withdraw();

    /** Lets what is staged miss no event from now on; within {@link EventHub#between}. */
    void awaitPublish();

    /** Lets timers and subscriptions begin nothing until {@link #resume}; within {@link EventHub#between}. */
    void pause();

    /** Lets them go on; within {@link EventHub#between}. */
    void resume();

    /** Whether nothing that timers and subscriptions began before the pause is under way. */
    boolean quiet();

    /** Whether it has a state to save. */
    boolean keepsState();

    /** Its state; {@link ErrorCode#CALL_FAILED} or {@link ErrorCode#HOOK_TIMEOUT} says why there is none. */
    Optional<SavedState> saveState(Duration limit);

    /** Takes over a state; {@link ErrorCode#START_FAILED} or {@link ErrorCode#HOOK_TIMEOUT} says why not. */
    void restoreState(SavedState state, Duration limit);

    /** Takes what only one can have; {@link ErrorCode#START_FAILED} or {@link ErrorCode#HOOK_TIMEOUT} says why not. */
    void acquire(Duration limit);

    /** Gives that back, if it was taken or tried. */
    void release(Duration limit);

    /** Runs the stop hook, if the plugin was started. */
    void stop();

    /** Takes back what was lent; afterwards nothing of the plugin should run. */
    void closeScope();

    /** Where threads that outlived the scope were started, by thread id. */
    Map<Long, String> survivors();

    /** The hook that has not returned. */
    Optional<UnloadVerdict.Holder> hung();

    /** It is about to be published: what its plugin changes of its configuration waits for {@link #keepConfig}. */
    void takeOver();

    /** Whether {@link #takeOver} was called, {@link #keepConfig} not since. */
    boolean takesOver();

    /** Keeps what the plugin changed of its configuration before it was published; {@link ErrorCode#INVALID_CONFIG} and others say why it is not kept. */
    void keepConfig();

    /** Another took over: it changes no configuration any more. */
    void replaced();

    /** The hook of the state that hangs, if one does: then no other of them is run. */
    Optional<UnloadVerdict.Holder> stateHookHung();

    /** The calls that run on it, each with its thread and place, for people. */
    List<String> runningCalls();

    /** Lets go of its code. */
    void closeLoader();
}
