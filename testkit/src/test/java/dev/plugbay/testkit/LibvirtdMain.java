package dev.plugbay.testkit;

import java.util.concurrent.CountDownLatch;

/** A test that is killed while its libvirtd runs. */
final class LibvirtdMain {
    private LibvirtdMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        System.out.println(PrivateLibvirtd.start().inside("/"));
        new CountDownLatch(1).await();
    }
}
