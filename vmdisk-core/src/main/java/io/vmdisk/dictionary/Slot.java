package io.vmdisk.dictionary;

/** The place of one line in a document; the line in it changes when a value is set. */
final class Slot {
    DictionaryLine line;
    LineEnd end;

    Slot(DictionaryLine line, LineEnd end) {
        this.line = line;
        this.end = end;
    }

    Slot copy() {
        return new Slot(line, end);
    }
}
