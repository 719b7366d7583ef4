package corpus;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZInputStream;
import org.tukaani.xz.XZOutputStream;

/** Commons Compress and XZ for Java: packs text with bzip2, LZ4 and LZMA2 and unpacks it again. */
public final class Main {
    private interface Packer {
        OutputStream open(OutputStream packed) throws IOException;
    }

    public static void main(String[] arguments) throws IOException {
        Input input = new Input(arguments);
        for (int round = 0; round < input.rounds; round++) {
            byte[] text = input.words(25_000).getBytes(StandardCharsets.UTF_8);
            byte[] bzip2 = pack(text, BZip2CompressorOutputStream::new);
            byte[] lz4 = pack(text, FramedLZ4CompressorOutputStream::new);
            byte[] xz = pack(text, packed -> new XZOutputStream(packed, new LZMA2Options(3)));
            input.take(bzip2);
            input.take(lz4);
            input.take(xz.length);
            input.take(new BZip2CompressorInputStream(new ByteArrayInputStream(bzip2)).readAllBytes());
            input.take(new FramedLZ4CompressorInputStream(new ByteArrayInputStream(lz4)).readAllBytes());
            input.take(new XZInputStream(new ByteArrayInputStream(xz)).readAllBytes());
        }
        input.done();
    }

    private static byte[] pack(byte[] text, Packer packer) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = packer.open(packed)) {
            out.write(text);
        }
        return packed.toByteArray();
    }
}
