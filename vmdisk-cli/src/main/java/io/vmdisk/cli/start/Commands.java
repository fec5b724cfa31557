package io.vmdisk.cli.start;

import io.vmdisk.cli.disk.CompareCommand;
import io.vmdisk.cli.disk.ConvertCommand;
import io.vmdisk.cli.disk.CreateCommand;
import io.vmdisk.cli.disk.HashCommand;
import io.vmdisk.cli.disk.MapCommand;
import io.vmdisk.cli.disk.MeasureCommand;
import io.vmdisk.cli.disk.ReadCommand;
import io.vmdisk.cli.disk.RebaseCommand;
import io.vmdisk.cli.disk.RemoveCommand;
import io.vmdisk.cli.disk.ResizeCommand;
import io.vmdisk.cli.disk.ServeCommand;
import io.vmdisk.cli.disk.SplitsCommand;
import io.vmdisk.cli.disk.UnmapCommand;
import io.vmdisk.cli.disk.WriteCommand;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.machine.CheckCommand;
import io.vmdisk.cli.machine.CloneCommand;
import io.vmdisk.cli.machine.ConsolidateCommand;
import io.vmdisk.cli.machine.FilesCommand;
import io.vmdisk.cli.machine.InfoCommand;
import io.vmdisk.cli.machine.RecoverCommand;
import io.vmdisk.cli.machine.RenameCommand;
import io.vmdisk.cli.machine.RepairCommand;
import io.vmdisk.cli.machine.SnapshotCreateCommand;
import io.vmdisk.cli.machine.SnapshotDeleteAllCommand;
import io.vmdisk.cli.machine.SnapshotDeleteCommand;
import io.vmdisk.cli.machine.SnapshotListCommand;
import io.vmdisk.cli.machine.SnapshotRevertCommand;
import io.vmdisk.cli.machine.TemplateCommand;
import io.vmdisk.cli.report.ReportCommand;
import io.vmdisk.cli.vmx.HardwareCommand;
import io.vmdisk.cli.vmx.VmxGetCommand;
import io.vmdisk.cli.vmx.VmxLintCommand;
import io.vmdisk.cli.vmx.VmxListCommand;
import io.vmdisk.cli.vmx.VmxSetCommand;
import io.vmdisk.cli.vmx.VmxUnsetCommand;
import io.vmdisk.cli.vmx.VmxUpgradeCommand;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Which commands there are. A command is added in two lines: {@link #PATHS} and {@link #create}. */
public final class Commands {
    /** Every command, in the order of the help; two words are a command of a group. */
    public static final List<String> PATHS = List.of(
            "info",
            "map",
            "files",
            "read",
            "write",
            "serve",
            "create",
            "convert",
            "compare",
            "measure",
            "hash",
            "splits",
            "resize",
            "clone",
            "rename",
            "remove",
            "rebase",
            "check",
            "repair",
            "report",
            "unmap",
            "snapshot list",
            "snapshot create",
            "snapshot revert",
            "snapshot delete",
            "snapshot delete-all",
            "consolidate",
            "recover",
            "template",
            "vmx get",
            "vmx set",
            "vmx unset",
            "vmx list",
            "vmx lint",
            "vmx upgrade",
            "hardware",
            "completion");

    private Commands() {}

    /** The command of this path, with nothing set but what all commands share. */
    static Callable<Integer> create(String path, GlobalOptions options) {
        return switch (path) {
            case "info" -> new InfoCommand(options);
            case "map" -> new MapCommand(options);
            case "files" -> new FilesCommand(options);
            case "read" -> new ReadCommand(options);
            case "convert" -> new ConvertCommand(options);
            case "write" -> new WriteCommand(options);
            case "serve" -> new ServeCommand(options);
            case "create" -> new CreateCommand(options);
            case "compare" -> new CompareCommand(options);
            case "measure" -> new MeasureCommand(options);
            case "hash" -> new HashCommand(options);
            case "splits" -> new SplitsCommand(options);
            case "resize" -> new ResizeCommand(options);
            case "clone" -> new CloneCommand(options);
            case "rename" -> new RenameCommand(options);
            case "remove" -> new RemoveCommand(options);
            case "rebase" -> new RebaseCommand(options);
            case "check" -> new CheckCommand(options);
            case "repair" -> new RepairCommand(options);
            case "report" -> new ReportCommand(options);
            case "unmap" -> new UnmapCommand(options);
            case "snapshot list" -> new SnapshotListCommand(options);
            case "snapshot create" -> new SnapshotCreateCommand(options);
            case "snapshot revert" -> new SnapshotRevertCommand(options);
            case "snapshot delete" -> new SnapshotDeleteCommand(options);
            case "snapshot delete-all" -> new SnapshotDeleteAllCommand(options);
            case "consolidate" -> new ConsolidateCommand(options);
            case "recover" -> new RecoverCommand(options);
            case "template" -> new TemplateCommand(options);
            case "vmx get" -> new VmxGetCommand(options);
            case "vmx set" -> new VmxSetCommand(options);
            case "vmx unset" -> new VmxUnsetCommand(options);
            case "vmx list" -> new VmxListCommand(options);
            case "vmx lint" -> new VmxLintCommand(options);
            case "vmx upgrade" -> new VmxUpgradeCommand(options);
            case "hardware" -> new HardwareCommand(options);
            case "completion" -> new CompletionCommand(options);
            default -> throw new IllegalArgumentException("no command " + path);
        };
    }

    /** The command that these arguments name, or null if they name none. */
    static @Nullable String pathOf(List<String> arguments) {
        if (arguments.isEmpty()) {
            return null;
        }
        String first = arguments.get(0);
        if (PATHS.contains(first)) {
            return first;
        }
        String both = arguments.size() > 1 ? first + " " + arguments.get(1) : first;
        return PATHS.contains(both) ? both : null;
    }
}
