package io.vmdisk.cli.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.CommandLineRun;
import io.vmdisk.cli.Sample;
import io.vmdisk.cli.line.ExitCodes;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MapPictureTest {
    private static final int BASE = 0x2CA02C;

    @TempDir
    Path folder;

    private Path top;

    @BeforeEach
    void copySample() throws IOException {
        top = Sample.copyTo(folder).resolve("web01-000002.vmdk");
    }

    private Path draw(String name) {
        Path picture = folder.resolve(name);
        CommandLineRun run = CommandLineRun.of("map", "--image", picture, top);
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out(folder))
                .contains("picture:          FOLDER/" + name)
                .containsPattern("#1F77B4 +0 +web01-000002.vmdk +36 KiB")
                .containsPattern("#2CA02C +2 +web01.vmdk +246 KiB");
        return picture;
    }

    @Test
    void drawsEachLinkInItsColourAsText() throws IOException {
        String svg = Files.readString(draw("a.svg"), StandardCharsets.UTF_8);

        assertThat(svg).startsWith("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1024\" height=\"692\"");
        assertThat(svg)
                .contains(
                        "<title>web01-000002.vmdk</title>",
                        "web01-000002.vmdk, 16 MiB</text>",
                        ">A cell is about 2 KiB, a row 256 KiB;",
                        "web01.vmdk: data, 246 KiB</text>",
                        "<title>at 0 bytes, ",
                        ": web01.vmdk</title></rect>",
                        ">never written</text>",
                        ">zeros, as a file says</text>");
        assertThat(svg).contains("fill=\"#1F77B4\"", "fill=\"#FF7F0E\"", "fill=\"#2CA02C\"", "fill=\"#E6E6E6\"");
        assertThat(svg).endsWith("</svg>\n");
    }

    @Test
    void drawsTheSameInPixels() throws IOException {
        BufferedImage image = ImageIO.read(draw("a.PNG").toFile());

        assertThat(image.getWidth()).isEqualTo(1024);
        assertThat(image.getHeight()).as("title, scale and five keys").isEqualTo(512 + 7 * 24 + 4);
        assertThat(inkIn(image, 512, 536)).as("the title").isPositive();
        assertThat(inkIn(image, 536, 560)).as("the scale").isPositive();
        int[] keys = {0x1F77B4, 0xFF7F0E, BASE, 0xB8C4D0, 0xE6E6E6};
        for (int i = 0; i < keys.length; i++) {
            int top = 560 + 24 * i;
            assertThat(image.getRGB(10, top + 8) & 0xFFFFFF).isEqualTo(keys[i]);
            assertThat(inkIn(image, top, top + 24)).isPositive();
        }
        // The first 2 KiB come from the base.
        assertThat(image.getRGB(0, 0) & 0xFFFFFF).isEqualTo(BASE);
    }

    private static long inkIn(BufferedImage image, int from, int to) {
        long ink = 0;
        for (int y = from; y < to; y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                ink += (image.getRGB(x, y) & 0xFFFFFF) == 0 ? 1 : 0;
            }
        }
        return ink;
    }

    @Test
    void zerosAreAnotherColourThanWhatWasNeverWritten() throws IOException {
        Path base = folder.resolve("base.vmdk");
        Path disk = folder.resolve("z.vmdk");
        byte[] data = new byte[1 << 20];
        Arrays.fill(data, (byte) 7);
        Path input = Files.write(folder.resolve("data"), data);
        Path zeros = Files.write(folder.resolve("zeros"), new byte[1 << 20]);
        CommandLineRun.of("create", base, "8M", "-O", "monolithicSparse", "-q");
        CommandLineRun.of("write", base, "--offset", "0", "-i", input, "-q");
        CommandLineRun.of("create", disk, "8M", "-O", "seSparse", "-b", base, "-q");
        CommandLineRun.of("write", disk, "--offset", "0", "-i", zeros, "-q");
        CommandLineRun.of("map", "--image", folder.resolve("z.svg"), disk);

        assertThat(Files.readString(folder.resolve("z.svg")))
                .contains(
                        "height=\"8\" fill=\"#B8C4D0\"><title>at 0 bytes, 128 KiB: zeros</title>",
                        "height=\"8\" fill=\"#E6E6E6\"");
    }

    @Test
    void aDiskOfLessBytesThanCellsIsDrawnToo() throws IOException {
        Path tiny = Files.write(folder.resolve("tiny.img"), new byte[512]);

        CommandLineRun run = CommandLineRun.of("map", "--json", "--image", folder.resolve("t.svg"), "raw:" + tiny);

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("\"colour\": \"#1F77B4\"");
    }

    @Test
    void refusesAnotherFormatAndAFileThatExists() throws IOException {
        CommandLineRun format = CommandLineRun.of("map", "--image", folder.resolve("a.gif"), top);
        assertThat(format.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(format.err()).contains("a picture is named .svg or .png");

        Path there = Files.writeString(folder.resolve("there.svg"), "mine");
        CommandLineRun exists = CommandLineRun.of("map", "--image", there, top);
        assertThat(exists.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(Files.readString(there)).isEqualTo("mine");
    }
}
