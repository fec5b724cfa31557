/**
 * Lossless documents of {@code key = "value"} lines, the form of {@code .vmx}, {@code .vmtx} and {@code .vmsd} files.
 *
 * <p>The grammar of a line, where {@code ws} is a run of blanks and tabs:
 *
 * <pre>
 * ws name ws = ws value ws [#comment]      no blank, tab, NUL or # in the value
 * ws name ws = ws "value" ws [#comment]    no quote and no NUL in the value; backslash is a plain byte
 * ws name ws = ws [#comment]               the empty value
 * ws [#comment]
 * </pre>
 *
 * <p>Names hold anything but NUL, blank, tab, {@code #} and {@code =}. In both kinds of value a pipe and two
 * hexadecimal digits stand for one byte. Lines end in LF, CRLF or CR. A line of any other shape is kept as it is and
 * reported with its number.
 *
 * <p>Start at {@link io.vmdisk.dictionary.Dictionary}.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.dictionary;

import org.jspecify.annotations.NullMarked;
