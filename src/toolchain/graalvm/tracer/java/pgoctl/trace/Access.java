package pgoctl.trace;

/** What a call of one of the {@link Points} means. */
interface Access {
    /**
     * The event to write.
     *
     * @param point the method that was called
     * @param self what it was called on; null for a static method or a constructor
     * @param args its first arguments that are objects
     * @return null where the call reaches nothing that has to be told
     */
    Event of(Point point, Object self, Object[] args);
}
