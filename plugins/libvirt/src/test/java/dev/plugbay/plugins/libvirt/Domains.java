package dev.plugbay.plugins.libvirt;

import dev.plugbay.testkit.PrivateLibvirtd;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Machines for tests. None has a system on its disks: they come up to their firmware, which does not answer the power button. */
final class Domains {
    private Domains() {}

    /** One that can run: {@code number} is the end of its id and of its hardware address. */
    static String small(String name, int number, String devices) {
        return """
                <domain type='qemu'>
                  <name>%s</name>
                  <uuid>%s</uuid>
                  <memory unit='MiB'>32</memory>
                  <vcpu>1</vcpu>
                  <os><type arch='x86_64'>hvm</type></os>
                  <features><acpi/></features>
                  <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>%s</devices>
                </domain>
                """.formatted(name, id(number), devices);
    }

    static String id(int number) {
        return "11111111-2222-4333-8444-0000000000%02d".formatted(number);
    }

    /** All that the plugin tells of a machine. */
    static String rich(String name, int number, Path disk) {
        return """
                <domain type='qemu'>
                  <name>%s</name>
                  <uuid>%s</uuid>
                  <title>The rich one</title>
                  <description>Has everything.</description>
                  <metadata>
                    <libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>
                      <libosinfo:os id='http://debian.org/debian/12'/>
                    </libosinfo:libosinfo>
                    <p:tags xmlns:p='urn:plugbay:tags'><p:tag name='env'>prod</p:tag><p:tag name='team'>blue</p:tag></p:tags>
                    <o:tags xmlns:o='urn:others'><o:tag name='env'>none</o:tag></o:tags>
                  </metadata>
                  <memory unit='GiB'>1</memory>
                  <currentMemory unit='MiB'>512</currentMemory>
                  <vcpu current='2'>4</vcpu>
                  <os><type arch='x86_64'>hvm</type></os>
                  <devices>
                    <emulator>/usr/bin/qemu-system-x86_64</emulator>
                    <disk type='file' device='disk'>
                      <driver name='qemu' type='raw'/>
                      <source file='%s'/>
                      <target dev='vda' bus='virtio'/>
                      <boot order='1'/>
                    </disk>
                    <disk type='file' device='disk'>
                      <driver name='qemu' type='qcow2'/>
                      <source file='/nonexistent/gone.qcow2'/>
                      <target dev='sdb' bus='scsi'/>
                    </disk>
                    <disk type='file' device='cdrom'>
                      <target dev='sdc' bus='sata'/>
                      <readonly/>
                    </disk>
                    <interface type='network'>
                      <mac address='52:54:00:00:00:01'/>
                      <source network='lan'/>
                      <model type='virtio'/>
                    </interface>
                    <interface type='user'>
                      <mac address='52:54:00:00:00:02'/>
                      <model type='e1000'/>
                    </interface>
                  </devices>
                </domain>
                """.formatted(name, id(number), disk);
    }

    /** A hole of this size. */
    static Path disk(PrivateLibvirtd libvirtd, String name, long bytes) {
        Path file = libvirtd.disks().resolve(name);
        try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
            disk.setLength(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }
}
