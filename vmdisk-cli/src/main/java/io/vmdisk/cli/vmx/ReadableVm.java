package io.vmdisk.cli.vmx;

import io.vmdisk.MalformedFileException;
import io.vmdisk.cli.line.VmArgument;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.storage.Volume;
import io.vmdisk.vmx.EncryptedVmx;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A VM whose configuration is read, and the password if it is encrypted. */
final class ReadableVm {
    private static final int MAX_PASSWORD_BYTES = 4096;

    @Parameters(
            index = "0",
            paramLabel = "VM",
            converter = VmArgument.Converter.class,
            description = "A .vmx or .vmtx, or a folder with exactly one.")
    private VmArgument vm = new VmArgument(Path.of(""));

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "The first line is the password of an encrypted configuration.")
    private @Nullable Path passwordFile;

    /** As it was typed. */
    Path path() {
        return vm.path();
    }

    /** Where the configuration lies. */
    Path configuration() throws IOException {
        return vm.configuration();
    }

    /** The configuration, decrypted where a password was given. */
    VmxFile open() throws IOException {
        return opened(VmxFile.read(Volume.system(), vm.configuration()));
    }

    /** The same, whatever the file holds: to tell what is wrong with it. */
    VmxFile lenient() throws IOException {
        return opened(VmxFile.of(Dictionary.read(Volume.system(), vm.configuration())));
    }

    private VmxFile opened(VmxFile vmx) throws IOException {
        if (passwordFile == null) {
            return vmx;
        }
        Optional<EncryptedVmx> encrypted = EncryptedVmx.of(vmx);
        return encrypted.isPresent() ? encrypted.get().decrypt(password(passwordFile)) : vmx;
    }

    private static char[] password(Path file) throws IOException {
        byte[] bytes = Volume.system().readAll(file, MAX_PASSWORD_BYTES);
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') {
            end++;
        }
        if (end == 0) {
            throw new MalformedFileException("password", file, 0, "the first line is empty, expected a password");
        }
        return new String(Arrays.copyOf(bytes, end), StandardCharsets.UTF_8).toCharArray();
    }
}
