package dev.plugbay.runtime;

/** What a generated handle refers to: an extension by reference, place and name, or a child object. Immutable. */
sealed interface HandleState {
    /** Enters for one call. */
    ActiveCall enter(MethodInfo method);

    /** Makes child handles. */
    HandleFactory factory();

    /** The instance's name. */
    String instance();

    /** An extension. */
    record OfExtension(HandleFactory factory, TargetRef ref, int place, String point, String name)
            implements HandleState {
        @Override
        public ActiveCall enter(MethodInfo method) {
            return factory.guard().enter(ref, place, point, name, method);
        }

        @Override
        public String instance() {
            return ref.instance();
        }
    }

    /** An object that an extension of a local point returned. */
    record OfChild(HandleFactory factory, ChildRef child) implements HandleState {
        @Override
        public ActiveCall enter(MethodInfo method) {
            return factory.guard().enter(child, method);
        }

        @Override
        public String instance() {
            return child.instance();
        }
    }
}
