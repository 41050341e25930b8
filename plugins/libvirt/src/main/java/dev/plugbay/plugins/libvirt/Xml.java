package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** An element of one of libvirt's documents. Documents that declare types or entities are refused, so nothing is read but the text itself. */
final class Xml {
    private final Element element;

    private Xml(Element element) {
        this.element = element;
    }

    static Xml parse(String text) {
        return new Xml(document(text).getDocumentElement());
    }

    /** A document to be changed. */
    static Document document(String text) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
            factory.setXIncludeAware(false);
            factory.setExpandEntityReferences(false);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            return builder.parse(new InputSource(new StringReader(text)));
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new PluginException(
                    ErrorCode.CALL_FAILED, "libvirt described a machine in XML that cannot be read: " + e.getMessage());
        }
    }

    /** The elements in it with this name, of any namespace. */
    List<Xml> all(String name) {
        List<Xml> found = new ArrayList<>();
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element child && child.getLocalName().equals(name)) {
                found.add(new Xml(child));
            }
        }
        return found;
    }

    /** The first element along a path of names. */
    Optional<Xml> find(String... path) {
        Optional<Xml> at = Optional.of(this);
        for (String name : path) {
            at = at.flatMap(parent -> parent.all(name).stream().findFirst());
        }
        return at;
    }

    /** The text of the first element along a path of names; never blank. */
    Optional<String> text(String... path) {
        return find(path).map(Xml::content).filter(text -> !text.isBlank());
    }

    String content() {
        return element.getTextContent();
    }

    String namespace() {
        return Optional.ofNullable(element.getNamespaceURI()).orElse("");
    }

    /** An attribute; never empty. */
    Optional<String> attribute(String name) {
        return Optional.of(element.getAttribute(name)).filter(value -> !value.isEmpty());
    }
}
