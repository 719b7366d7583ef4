package pgoctl.optimizer.profile;

/** A profile that cannot be used; its message names the file, the place and what is wrong there. */
public final class ProfileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ProfileException(String message) {
        super(message);
    }

    public ProfileException(String message, Throwable cause) {
        super(message, cause);
    }
}
