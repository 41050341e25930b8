package dev.plugbay.daemon;

/** A part of the REST interface: adds its routes to the table. */
interface Routes {
    /** Adds them. */
    void addTo(RouteTable table);
}
