package io.vmdisk.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tries the situations of docs/rescue.md with machines that have names of other scripts, blanks and quotes: a program of its
 * own, so that it can run in any locale. Its argument is the folder to work in.
 */
final class RescueNames {
    /** Escapes, since the compiler may not know the letters either. */
    private static final List<String> NAMES = List.of(
            "\u041c\u0430\u0448\u0438\u043d\u0430 \u2116 1",
            "\u865a\u62df\u673a\u00a0\u4f4d",
            "\uac00\uc0c1 \ub514\uc2a4\ud06c",
            "it's \u201cmy\u201d $(VM) `1`");

    private RescueNames() {}

    /** One situation. */
    @FunctionalInterface
    private interface Situation {
        void run(RescueGuideTest test) throws Exception;
    }

    private static Map<String, Situation> situations() {
        Map<String, Situation> all = new LinkedHashMap<>();
        all.put("cid", test -> test.aContentIdThatBrokeAtAnyLink(1, "proof"));
        all.put("capacity", test -> test.theCapacityOfOneLinkIsWrong(1));
        all.put("grown", RescueGuideTest::theBaseWasGrownUnderItsSnapshots);
        all.put("datastores", RescueGuideTest::theDisksLayOnSeveralDatastores);
        all.put("renamed", RescueGuideTest::theMachineWasRenamedByHand);
        all.put("list", test -> test.theSnapshotListIsLost("garbled"));
        all.put("descriptor", test -> test.aDescriptorIsLost("2gbsparse", null));
        all.put("descriptor-alone", RescueGuideTest::aDescriptorIsLostAndSoIsTheMachine);
        all.put("ransom", RescueGuideTest::ransomwareTookTheSmallFiles);
        all.put("ransom-snapshots", RescueGuideTest::ransomwareTookTheSmallFilesOfAMachineWithSnapshots);
        all.put("moved", RescueGuideTest::aParentWasRenamedOrMoved);
        all.put("ova", RescueGuideTest::anOvaWasCut);
        all.put("damaged", RescueGuideTest::aDiskWasCut);
        all.put("damaged-machine", RescueGuideTest::aMachineOfWhichADiskWasCut);
        all.put("started-base", RescueGuideTest::aBaseWasStartedAlthoughItHadChildren);
        all.put("link-lost", RescueGuideTest::aLinkIsLost);
        all.put("half-done", RescueGuideTest::aMergeStoppedHalfWay);
        all.put("leftovers", RescueGuideTest::linksWereLeftThatNoSnapshotNames);
        all.put("tables", RescueGuideTest::aGrainDirectoryIsDamaged);
        all.put("suspend", RescueGuideTest::aSuspendedStateIsGone);
        all.put("grew", RescueGuideTest::aThinDiskGrewAndNeverShrank);
        return all;
    }

    /** Prints each situation that went well, and stops at the first that did not. */
    public static void main(String[] arguments) throws Exception {
        int number = 0;
        for (Map.Entry<String, Situation> situation : situations().entrySet()) {
            RescueGuideTest test = new RescueGuideTest();
            test.temp = folder(Path.of(System.getProperty("vmdisk.rescue.folder")), situation.getKey());
            test.openPage(NAMES.get(number++ % NAMES.size()));
            situation.getValue().run(test);
            System.out.println("tried: " + situation.getKey());
        }
    }

    private static Path folder(Path parent, String name) throws IOException {
        return Files.createDirectory(parent.resolve(name));
    }
}
