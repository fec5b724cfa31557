package io.vmdisk.names;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTextTest {
    @Test
    void whatDrivesATerminalOrFeignsALineIsWrittenOut() {
        assertThat(PlainText.line("a\nb\rc\td")).isEqualTo("a\\x0ab\\x0dc\\x09d");
        assertThat(PlainText.line("\u001b[2J\u009b31m\u007f")).isEqualTo("\\x1b[2J\\x9b31m\\x7f");
        assertThat(PlainText.line("\u202egpj.exe\u2066\u200f\u061c")).isEqualTo("\\u202egpj.exe\\u2066\\u200f\\u061c");
        assertThat(PlainText.line("one\u2028two\u2029\ufeff\ud800")).isEqualTo("one\\u2028two\\u2029\\ufeff\\ud800");
    }

    @Test
    void writingOfAnyScriptStays() {
        String text = "диск 磁盘 קובץ ملف \ud83d\udc69\u200d\ud83d\udcbb می\u200cخواهم";

        assertThat(PlainText.line(text)).isEqualTo(text);
    }
}
