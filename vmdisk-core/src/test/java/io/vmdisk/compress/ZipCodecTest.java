package io.vmdisk.compress;

/** {@code java.util.zip} by itself. */
class ZipCodecTest extends GrainCodecContract {
    @Override
    GrainDeflater deflater(int level) {
        return new ZipDeflater(level);
    }

    @Override
    GrainInflater inflater() {
        return new ZipInflater();
    }
}
