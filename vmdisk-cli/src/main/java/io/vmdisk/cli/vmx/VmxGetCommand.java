package io.vmdisk.cli.vmx;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.dictionary.Dictionary;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Prints the value of one key. */
@Command(
        name = "get",
        description = "Prints the value of a key; exit code 1 if it is not set.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk vmx get web01.vmx memSize",
            "  vmdisk vmx get --json web01 scsi0:0.fileName",
            "  vmdisk vmx get --password-file secret.txt vault.vmx guestOS",
        })
public final class VmxGetCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private ReadableVm vm = new ReadableVm();

    @Parameters(
            index = "1",
            paramLabel = "KEY",
            converter = VmxKey.Converter.class,
            description = "The key, in any case.")
    private VmxKey key = new VmxKey("");

    public VmxGetCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        Dictionary keys = vm.open().dictionary();
        Optional<String> value = keys.get(key.name());
        if (value.isEmpty()) {
            global.note(key.name() + " is not set");
        }
        if (value.isPresent() || global.json()) {
            global.show(vm.path(), new Value(key.name(), value.orElse(null), keys.lineOf(key.name())));
        }
        return value.isPresent() ? ExitCodes.DONE : ExitCodes.NO;
    }

    private record Value(String key, @Nullable String value, OptionalInt line) implements Result {
        @Override
        public void print(TableView text) throws IOException {
            text.line(String.valueOf(value));
        }

        @Override
        public void write(JsonView json) throws IOException {
            json.field("key", key)
                    .field("value", value)
                    .number("line", line.isPresent() ? OptionalLong.of(line.getAsInt()) : OptionalLong.empty());
        }
    }
}
