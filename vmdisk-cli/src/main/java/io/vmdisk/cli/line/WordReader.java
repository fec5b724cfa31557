package io.vmdisk.cli.line;

/**
 * Makes a value of a word of the command line.
 *
 * <p>Not picocli's interface of that kind: no JDK keeps a class in an archive that implements a class of so old a version,
 * and every command reads words. {@link PicocliConverter} is for picocli. A reader may lie in no class that extends that one
 * and is in none itself: a lambda of the reader would belong to it, and be left out with it.
 *
 * @param <T> the value's type
 */
public interface WordReader<T> {
    /**
     * Reads the word.
     *
     * @throws WordException if it is not such a value, with what is wrong
     */
    T convert(String text);
}
