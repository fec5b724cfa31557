package io.vmdisk.cli.report;

import io.vmdisk.cli.answer.LibraryWords;
import io.vmdisk.cli.answer.MachineInfo;
import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.TableView.Column;
import io.vmdisk.machine.model.VmFile;
import io.vmdisk.vmx.VmxFile;
import io.vmdisk.vmx.VmxNic;
import java.io.IOException;
import java.util.Objects;

/** What the machine is, and the files it is made of. */
record MachineChapter(MachineInfo machine) implements Chapter {
    @Override
    public String id() {
        return "machine";
    }

    @Override
    public String title() {
        return "The machine";
    }

    @Override
    public void write(Html html) throws IOException {
        VmxFile vmx = machine.vmx();
        html.open("dl");
        fact(html, "Configuration", vmx.file().map(Objects::toString).orElse(""));
        fact(html, "Guest", vmx.guestOs());
        if (vmx.hardwareVersion().isPresent()) {
            fact(html, "Hardware version", Long.toString(vmx.hardwareVersion().getAsLong()));
        }
        fact(html, "Firmware", vmx.firmware() + (vmx.secureBoot() ? ", secure boot" : ""));
        fact(
                html,
                "Processors",
                LibraryWords.count(vmx.cpu().count(), "processor") + " in "
                        + LibraryWords.count(vmx.cpu().sockets(), "socket"));
        fact(html, "Memory", ByteSize.print(ByteSize.ofMib(vmx.memory().mib())));
        if (vmx.encryption() != VmxFile.Encryption.NONE) {
            fact(html, "Encryption", LibraryWords.text(vmx.encryption()));
        }
        fact(html, "State", LibraryWords.text(machine.power().state()));
        for (String reason : machine.power().reasons()) {
            fact(html, "Because", reason);
        }
        html.close("dl");
        nics(html);
        files(html);
    }

    private static void fact(Html html, String label, String value) throws IOException {
        if (!value.isBlank()) {
            html.element("dt", label).element("dd", value);
        }
    }

    private void nics(Html html) throws IOException {
        if (machine.vmx().devices().nics().isEmpty()) {
            return;
        }
        try (HtmlTable table = new HtmlTable(
                html,
                "Network cards",
                Column.left("Card"),
                Column.left("Type"),
                Column.left("Network"),
                Column.left("Address"))) {
            for (VmxNic nic : machine.vmx().devices().nics()) {
                table.row(
                        nic.name(),
                        nic.type().isEmpty() ? "default" : nic.type(),
                        nic.network().isEmpty() ? nic.connection() : nic.network(),
                        nic.address());
            }
        }
    }

    private void files(Html html) throws IOException {
        html.open("details");
        html.element("summary", LibraryWords.count(machine.vm().files().size(), "file") + " in the folder");
        try (HtmlTable table = new HtmlTable(
                html,
                "Files of the folder",
                Column.left("File"),
                Column.left("Role"),
                Column.left("Owner"),
                Column.right("Size"))) {
            for (VmFile file : machine.vm().files()) {
                table.row(
                        Objects.toString(file.path().getFileName()),
                        LibraryWords.text(file.role()),
                        file.orphan()
                                ? "nobody"
                                : LibraryWords.text(file.owner().kind()) + " "
                                        + file.owner().name(),
                        ByteSize.print(file.sizeBytes()));
            }
        }
        html.close("details");
    }
}
