package io.vmdisk.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;

/**
 * Runs a command of vmdisk under the flight recorder and prints where its threads were, as lines {@code hot PERCENT METHOD},
 * the hottest first: the method at the top of the stack, and behind an arrow the method of ours that called it.
 *
 * <p>Usage: {@code java -cp … io.vmdisk.cli.Profile RECORDING COMMAND…}
 */
public final class Profile {
    private static final int SHOWN = 8;

    private Profile() {}

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);
        String[] command = new String[arguments.length - 1];
        System.arraycopy(arguments, 1, command, 0, command.length);
        try (Recording recording = new Recording(Configuration.getConfiguration("profile"))) {
            recording.enable("jdk.ExecutionSample").with("period", "10 ms");
            recording.enable("jdk.NativeMethodSample").with("period", "10 ms");
            recording.start();
            Main.runInThisProcess(command);
            recording.stop();
            recording.dump(file);
        }
        tell(file);
        Runtime.getRuntime().halt(0);
    }

    private static void tell(Path file) throws IOException {
        Map<String, Integer> count = new TreeMap<>();
        int all = 0;
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                boolean sample = event.getEventType().getName().endsWith("Sample");
                if (sample && event.getStackTrace() != null && !waits(event)) {
                    count.merge(place(event), 1, Integer::sum);
                    all++;
                }
            }
        }
        List<Map.Entry<String, Integer>> sorted = new ArrayList<>(count.entrySet());
        sorted.sort(Map.Entry.<String, Integer>comparingByValue().reversed());
        for (Map.Entry<String, Integer> each : sorted.subList(0, Math.min(SHOWN, sorted.size()))) {
            System.out.printf("hot %.1f %s%n", 100.0 * each.getValue() / all, each.getKey());
        }
    }

    /** A thread that is in the kernel for want of work counts as running there. */
    private static boolean waits(RecordedEvent event) {
        String top = event.getStackTrace().getFrames().get(0).getMethod().getName();
        return top.matches("epollWait|poll0?|accept0?|park|waitForReferencePendingList|wait0?");
    }

    private static String place(RecordedEvent event) {
        List<RecordedFrame> frames = event.getStackTrace().getFrames();
        String top = name(frames.get(0).getMethod());
        for (RecordedFrame frame : frames) {
            String ours = name(frame.getMethod());
            if (frame.getMethod().getType().getName().startsWith("io.vmdisk.") && !ours.startsWith("Profile.")) {
                return ours.equals(top) ? top : top + " ← " + ours;
            }
        }
        return top;
    }

    private static String name(RecordedMethod method) {
        String type = method.getType().getName();
        return type.substring(type.lastIndexOf('.') + 1) + "." + method.getName();
    }
}
