package dev.plugbay.plugins.libvirt;

import dev.plugbay.cloud.ExportOptions;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * The XML of a domain that has the exported disks: libvirt makes a new machine of it once the names of its files are made absolute. What ties the original to its place is
 * left out: its UUID, hardware addresses, labels, the variables of its firmware, where its disks were, media in its drives.
 */
final class ExportDescription {
    /** What of a disk tells where and how its bytes were stored. */
    private static final Set<String> STORAGE =
            Set.of("source", "backingStore", "mirror", "transient", "auth", "encryption", "shareable", "readonly");

    private ExportDescription() {}

    /**
     * Makes it.
     *
     * @param xml the domain as it would be started
     * @param live the domain as it runs, which may have disks besides: those that were plugged in; the same as {@code xml} when it does not
     * @param files the exported files' names by the disks' ids
     */
    static String of(String xml, String live, Map<String, String> files, ExportOptions options) {
        Document document = Xml.document(xml);
        Element domain = document.getDocumentElement();
        domain.removeAttribute("id");
        remove(domain, "uuid");
        remove(domain, "seclabel");
        for (Element os : children(domain, "os")) {
            for (Element nvram : children(os, "nvram")) {
                forget(os, nvram);
            }
        }
        for (Element devices : children(domain, "devices")) {
            plugged(devices, live, files.keySet());
            for (Element disk : children(devices, "disk")) {
                rewrite(disk, files, options);
            }
            for (Element nic : children(devices, "interface")) {
                remove(nic, "mac");
            }
        }
        return text(document);
    }

    /** The variables are the original's own; what new ones are made from is kept, for there may be no other way to find it. */
    private static void forget(Element os, Element nvram) {
        if (nvram.hasAttribute("template")) {
            nvram.setTextContent("");
        } else {
            os.removeChild(nvram);
        }
    }

    /** Adds the exported disks that only the running domain has. */
    private static void plugged(Element devices, String live, Set<String> exported) {
        Set<String> known =
                children(devices, "disk").stream().map(ExportDescription::id).collect(Collectors.toSet());
        Element running = Xml.document(live).getDocumentElement();
        for (Element other : children(running, "devices")) {
            for (Element disk : children(other, "disk")) {
                if (exported.contains(id(disk)) && !known.contains(id(disk))) {
                    Element copy = (Element) devices.getOwnerDocument().importNode(disk, true);
                    remove(copy, "alias");
                    remove(copy, "address");
                    devices.appendChild(copy);
                }
            }
        }
    }

    private static String id(Element disk) {
        return children(disk, "target").stream()
                .map(target -> target.getAttribute("dev"))
                .findFirst()
                .orElse("");
    }

    private static void rewrite(Element disk, Map<String, String> files, ExportOptions options) {
        String id = id(disk);
        String device = disk.getAttribute("device");
        boolean drive = device.equals("cdrom") || device.equals("floppy");
        if (drive ? device.equals("cdrom") && options.removeCdrom() : !files.containsKey(id)) {
            disk.getParentNode().removeChild(disk);
            return;
        }
        for (String name : STORAGE) {
            if (!(drive && name.equals("readonly"))) {
                remove(disk, name);
            }
        }
        disk.setAttribute("type", "file");
        if (device.equals("lun")) { // which only a device can be
            disk.setAttribute("device", "disk");
            disk.removeAttribute("sgio");
            disk.removeAttribute("rawio");
        }
        String file = files.get(id);
        if (file != null) {
            for (Element driver : children(disk, "driver")) {
                driver.setAttribute("type", ExportRules.format(options));
            }
            Element source = disk.getOwnerDocument().createElement("source");
            source.setAttribute("file", file);
            disk.appendChild(source);
        }
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element child && name.equals(child.getLocalName())) {
                found.add(child);
            }
        }
        return found;
    }

    private static void remove(Element parent, String name) {
        for (Element child : children(parent, name)) {
            Node blank = child.getPreviousSibling();
            if (blank != null
                    && blank.getNodeType() == Node.TEXT_NODE
                    && blank.getTextContent().isBlank()) {
                parent.removeChild(blank);
            }
            parent.removeChild(child);
        }
    }

    private static String text(Document document) {
        try {
            Transformer transformer = TransformerFactory.newDefaultInstance().newTransformer();
            transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
            StringWriter text = new StringWriter();
            transformer.transform(new DOMSource(document), new StreamResult(text));
            return text.toString();
        } catch (TransformerException e) {
            throw new IllegalStateException("a document that was read cannot be written", e);
        }
    }
}
