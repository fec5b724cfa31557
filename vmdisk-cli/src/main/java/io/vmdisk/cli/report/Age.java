package io.vmdisk.cli.report;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** How long ago something was, in words. */
final class Age {
    private static final long DAYS_OF_MONTH = 30;
    private static final long MANY_MONTHS = 24;
    private static final long DAYS_OF_YEAR = 365;

    private Age() {}

    /** A point in time, to the minute. */
    static String moment(Instant then) {
        try {
            // Not by a pattern: to compile one takes longer than to write the page.
            LocalDateTime minute = LocalDateTime.ofInstant(then, ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES);
            return minute.toLocalDate() + " " + minute.toLocalTime() + " UTC";
        } catch (DateTimeException e) {
            // A list may claim a time that no calendar has.
            return then.toString();
        }
    }

    static String of(Instant then, Instant now) {
        if (then.isAfter(now)) {
            return "in the future";
        }
        Duration age = Duration.between(then, now);
        if (age.toHours() < 1) {
            return "less than an hour";
        }
        if (age.toDays() < 1) {
            return count(age.toHours(), "hour");
        }
        if (age.toDays() < 2 * DAYS_OF_MONTH) {
            return count(age.toDays(), "day");
        }
        long months = age.toDays() / DAYS_OF_MONTH;
        return months < MANY_MONTHS ? count(months, "month") : count(age.toDays() / DAYS_OF_YEAR, "year");
    }

    private static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
