package corpus;

import org.apache.commons.math3.complex.Complex;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.apache.commons.math3.ode.FirstOrderDifferentialEquations;
import org.apache.commons.math3.ode.nonstiff.DormandPrince853Integrator;
import org.apache.commons.math3.optim.linear.LinearConstraint;
import org.apache.commons.math3.optim.linear.LinearConstraintSet;
import org.apache.commons.math3.optim.linear.LinearObjectiveFunction;
import org.apache.commons.math3.optim.linear.NonNegativeConstraint;
import org.apache.commons.math3.optim.linear.Relationship;
import org.apache.commons.math3.optim.linear.SimplexSolver;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;
import org.apache.commons.math3.util.FastMath;

/** Commons Math: decompositions, Fourier transforms, an orbit, linear programs. Results are taken to six digits. */
public final class Main {
    public static void main(String[] arguments) {
        Input input = new Input(arguments);
        for (int round = 0; round < input.rounds; round++) {
            decompose(input);
            transform(input);
            orbit(input);
            program(input);
        }
        input.done();
    }

    private static void take(Input input, double value) {
        input.take(String.format(java.util.Locale.ROOT, "%.6g", value));
    }

    private static void decompose(Input input) {
        RealMatrix matrix = new Array2DRowRealMatrix(60, 60);
        for (int row = 0; row < 60; row++) {
            for (int column = 0; column < 60; column++) {
                matrix.setEntry(row, column, input.random.nextGaussian());
            }
        }
        take(input, new SingularValueDecomposition(matrix).getNorm());
        take(input, new EigenDecomposition(matrix.multiply(matrix.transpose())).getRealEigenvalue(0));
        take(input, MatrixUtils.inverse(matrix).getFrobeniusNorm());
    }

    private static void transform(Input input) {
        double[] signal = new double[4096];
        for (int i = 0; i < signal.length; i++) {
            signal[i] = input.random.nextGaussian();
        }
        FastFourierTransformer fourier = new FastFourierTransformer(DftNormalization.STANDARD);
        double sum = 0;
        for (Complex value : fourier.transform(signal, TransformType.FORWARD)) {
            sum += value.abs();
        }
        take(input, sum);
    }

    private static void orbit(Input input) {
        FirstOrderDifferentialEquations body = new FirstOrderDifferentialEquations() {
            @Override
            public int getDimension() {
                return 4;
            }

            @Override
            public void computeDerivatives(double t, double[] y, double[] derivative) {
                double cubed = FastMath.pow(y[0] * y[0] + y[1] * y[1], 1.5);
                derivative[0] = y[2];
                derivative[1] = y[3];
                derivative[2] = -y[0] / cubed;
                derivative[3] = -y[1] / cubed;
            }
        };
        double[] state = {1, 0, 0, 1 + input.random.nextDouble() / 10};
        new DormandPrince853Integrator(1e-8, 1, 1e-10, 1e-10).integrate(body, 0, state, 60, state);
        take(input, state[0]);
    }

    private static void program(Input input) {
        LinearConstraint[] constraints = new LinearConstraint[30];
        for (int i = 0; i < constraints.length; i++) {
            constraints[i] = new LinearConstraint(input.random.doubles(30).toArray(), Relationship.LEQ, 10 + input.random.nextDouble());
        }
        take(input, new SimplexSolver().optimize(new LinearObjectiveFunction(input.random.doubles(30).toArray(), 0),
                new LinearConstraintSet(constraints), GoalType.MAXIMIZE, new NonNegativeConstraint(true)).getValue());
    }
}
