package dev.plugbay.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.FilterReply;
import ch.qos.logback.core.util.FileSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where log lines go: warnings to stderr, everything from {@code INFO} on to a file that is rotated by size, and the lines of plugins to
 * {@link LogTail} too. Every one of them passes the {@link Redactor}.
 */
final class Logging {
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{24} %kvp - %msg%n%ex";
    private static final String CONSOLE = "plugbay: %-5level %logger{0} %kvp - %msg%n%nopex";
    private static final long FILE_BYTES = 10L << 20;
    private static final int OLD_FILES = 5;

    // What these say at INFO is about themselves; what fails in them also reaches us, and is said in our own words.
    private static final List<String> LIBRARIES =
            List.of("org.eclipse.jetty", "io.javalin", "com.zaxxer.hikari", "org.flywaydb");

    private Logging() {}

    /** Puts this in place of whatever was configured. */
    static void start(Path file, Redactor redactor, LogTail tail) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        for (String name : LIBRARIES) {
            context.getLogger(name).setLevel(Level.WARN);
        }
        root.addAppender(file(context, file, redactor));
        root.addAppender(console(context, redactor));
        tail.setContext(context);
        tail.start();
        root.addAppender(tail);
    }

    /** Writes what is left and closes the files. */
    static void stop() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
    }

    private static Appender<ILoggingEvent> console(LoggerContext context, Redactor redactor) {
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(encoder(context, CONSOLE, redactor));
        ThresholdFilter warnings = new ThresholdFilter();
        warnings.setLevel(Level.WARN.toString());
        warnings.start();
        console.addFilter(warnings);
        console.addFilter(new Filter<>() {
            @Override
            public FilterReply decide(ILoggingEvent event) {
                boolean library = LIBRARIES.stream().anyMatch(event.getLoggerName()::startsWith);
                return library ? FilterReply.DENY : FilterReply.NEUTRAL;
            }
        });
        console.start();
        return console;
    }

    private static Appender<ILoggingEvent> file(LoggerContext context, Path path, Redactor redactor) {
        RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();
        file.setContext(context);
        file.setFile(path.toString());
        FixedWindowRollingPolicy window = new FixedWindowRollingPolicy();
        window.setContext(context);
        window.setParent(file);
        window.setFileNamePattern(path + ".%i");
        window.setMinIndex(1);
        window.setMaxIndex(OLD_FILES);
        window.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(context);
        size.setMaxFileSize(new FileSize(FILE_BYTES));
        size.start();
        file.setRollingPolicy(window);
        file.setTriggeringPolicy(size);
        file.setEncoder(encoder(context, PATTERN, redactor));
        file.start();
        return file;
    }

    private static LayoutWrappingEncoder<ILoggingEvent> encoder(
            LoggerContext context, String pattern, Redactor redactor) {
        PatternLayout layout = new RedactingLayout(redactor);
        layout.setContext(context);
        layout.setPattern(pattern);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout);
        encoder.start();
        return encoder;
    }

    private static final class RedactingLayout extends PatternLayout {
        private final Redactor redactor;

        RedactingLayout(Redactor redactor) {
            this.redactor = redactor;
        }

        @Override
        public String doLayout(ILoggingEvent event) {
            return redactor.redact(super.doLayout(event));
        }
    }
}
