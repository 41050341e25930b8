package dev.plugbay.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows in aligned columns. On a terminal the widest columns give way; elsewhere nothing is cut. */
final class Table {
    private static final int GAP = 2;
    private static final int NARROWEST = 8;

    private final List<String> heads;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... heads) {
        this.heads = List.of(heads);
    }

    /** Adds a row; its cells are made safe to show. */
    Table row(String... cells) {
        List<String> row = new ArrayList<>();
        for (String cell : cells) {
            row.add(Text.clean(cell));
        }
        if (row.size() != heads.size()) {
            throw new IllegalArgumentException("a row needs " + heads.size() + " cells, not " + row.size());
        }
        rows.add(row);
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The lines; at most so many cells wide, or as wide as needed if that is 0. */
    List<String> lines(int width) {
        int[] widths = new int[heads.size()];
        boolean[] numbers = new boolean[heads.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = Text.width(heads.get(column));
            numbers[column] = !rows.isEmpty();
            for (List<String> row : rows) {
                String cell = row.get(column);
                widths[column] = Math.max(widths[column], Text.width(cell));
                numbers[column] &= cell.isEmpty() || cell.matches("[0-9]+(\\.[0-9]+)?( [KMGTPE]?i?B)?");
            }
        }
        fit(widths, width);
        List<String> lines = new ArrayList<>();
        List<String> shouted =
                heads.stream().map(head -> head.toUpperCase(Locale.ROOT)).toList();
        lines.add(line(shouted, widths, numbers));
        for (List<String> row : rows) {
            lines.add(line(row, widths, numbers));
        }
        return lines;
    }

    private static void fit(int[] widths, int width) {
        if (width <= 0) {
            return;
        }
        while (total(widths) > width) {
            int widest = 0;
            for (int column = 1; column < widths.length; column++) {
                if (widths[column] > widths[widest]) {
                    widest = column;
                }
            }
            if (widths[widest] <= NARROWEST) {
                return;
            }
            widths[widest]--;
        }
    }

    private static int total(int[] widths) {
        int total = GAP * (widths.length - 1);
        for (int width : widths) {
            total += width;
        }
        return total;
    }

    private static String line(List<String> cells, int[] widths, boolean[] numbers) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = Text.cut(cells.get(column), widths[column]);
            String padding = " ".repeat(Math.max(0, widths[column] - Text.width(cell)));
            line.append(numbers[column] ? padding + cell : cell + padding);
            if (column < widths.length - 1) {
                line.append(" ".repeat(GAP));
            }
        }
        return line.toString().stripTrailing();
    }
}
