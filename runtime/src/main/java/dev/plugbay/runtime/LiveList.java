package dev.plugbay.runtime;

import java.util.AbstractList;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.Spliterator;
import java.util.function.Supplier;

/** An unmodifiable list that is made anew for each question; an iteration sees one moment. */
final class LiveList<T> extends AbstractList<T> {
    private final Supplier<List<T>> now;

    LiveList(Supplier<List<T>> now) {
        this.now = now;
    }

    @Override
    public T get(int index) {
        return now.get().get(index);
    }

    @Override
    public int size() {
        return now.get().size();
    }

    @Override
    public Iterator<T> iterator() {
        return now.get().iterator();
    }

    @Override
    public ListIterator<T> listIterator(int index) {
        return now.get().listIterator(index);
    }

    @Override
    public Spliterator<T> spliterator() {
        return now.get().spliterator();
    }

    @Override
    public Object[] toArray() {
        return now.get().toArray();
    }

    @Override
    @SuppressWarnings("NullAway") // the contract of toArray
    public <A> A[] toArray(A[] array) {
        return now.get().toArray(array);
    }
}
