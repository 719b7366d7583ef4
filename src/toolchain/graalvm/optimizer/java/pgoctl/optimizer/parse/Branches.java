package pgoctl.optimizer.parse;

/** Reads out of a method's byte code where its branches and switches go. Indices are byte code indices. */
public final class Branches {
    private static final int TABLESWITCH = 0xaa;
    private static final int LOOKUPSWITCH = 0xab;

    private Branches() {
    }

    /** Whether the instruction is a two-way branch ({@code ifeq} to {@code if_acmpne}, {@code ifnull}, {@code ifnonnull}). */
    public static boolean isBranch(byte[] code, int bci) {
        int opcode = opcode(code, bci);
        return opcode >= 0x99 && opcode <= 0xa6 || opcode == 0xc6 || opcode == 0xc7;
    }

    public static boolean isSwitch(byte[] code, int bci) {
        int opcode = opcode(code, bci);
        return opcode == TABLESWITCH || opcode == LOOKUPSWITCH;
    }

    /** Where the branch goes when it jumps. */
    public static int target(byte[] code, int bci) {
        return bci + (short) (byteAt(code, bci + 1) << 8 | byteAt(code, bci + 2));
    }

    /** Where the branch goes when it does not jump. */
    public static int next(int bci) {
        return bci + 3;
    }

    /**
     * Where the branch goes, in the order in which the builder numbers the ways: most often it keeps the tests for equality,
     * for less and for null, and turns the others round.
     */
    public static int[] ways(byte[] code, int bci) {
        boolean targetFirst = switch (opcode(code, bci)) {
            case 0x99, 0x9f, 0xa5, 0xc6, 0x9b, 0xa1, 0x9e, 0xa3 -> true;
            default -> false;
        };
        return targetFirst ? new int[]{target(code, bci), next(bci)} : new int[]{next(bci), target(code, bci)};
    }

    /** Where each case goes, in the order of the byte code, the default last. */
    public static int[] targets(byte[] code, int bci) {
        int operands = bci + 4 - (bci & 3);
        int otherwise = bci + intAt(code, operands);
        boolean table = opcode(code, bci) == TABLESWITCH;
        int first = operands + 12;
        int step = table ? 4 : 8;
        int cases = table ? intAt(code, operands + 8) - intAt(code, operands + 4) + 1 : intAt(code, operands + 4);
        int[] targets = new int[cases + 1];
        for (int i = 0; i < cases; i++) {
            targets[i] = bci + intAt(code, first + i * step);
        }
        targets[cases] = otherwise;
        return targets;
    }

    private static int opcode(byte[] code, int bci) {
        return bci >= 0 && bci < code.length ? byteAt(code, bci) : 0;
    }

    private static int byteAt(byte[] code, int index) {
        return code[index] & 0xff;
    }

    private static int intAt(byte[] code, int index) {
        return byteAt(code, index) << 24 | byteAt(code, index + 1) << 16 | byteAt(code, index + 2) << 8 | byteAt(code, index + 3);
    }
}
