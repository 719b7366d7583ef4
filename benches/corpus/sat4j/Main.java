package corpus;

import org.sat4j.core.VecInt;
import org.sat4j.minisat.SolverFactory;
import org.sat4j.specs.ContradictionException;
import org.sat4j.specs.ISolver;
import org.sat4j.specs.TimeoutException;

/** Sat4j: solves random 3-SAT problems near the threshold, where they are hard. */
public final class Main {
    public static void main(String[] arguments) throws TimeoutException {
        Input input = new Input(arguments);
        for (int round = 0; round < input.rounds; round++) {
            input.take(solve(input, 130, 550));
        }
        input.done();
    }

    private static String solve(Input input, int variables, int clauses) throws TimeoutException {
        ISolver solver = SolverFactory.newDefault();
        solver.setTimeoutOnConflicts(1_000_000);
        solver.newVar(variables);
        try {
            for (int i = 0; i < clauses; i++) {
                int[] clause = new int[3];
                for (int j = 0; j < 3; j++) {
                    clause[j] = (1 + input.random.nextInt(variables)) * (input.random.nextBoolean() ? 1 : -1);
                }
                solver.addClause(new VecInt(clause));
            }
        } catch (ContradictionException contradiction) {
            return "contradiction";
        }
        return solver.isSatisfiable() ? java.util.Arrays.toString(solver.model()) : "unsatisfiable";
    }
}
