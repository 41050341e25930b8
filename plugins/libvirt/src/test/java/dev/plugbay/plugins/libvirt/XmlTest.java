package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.PluginException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XmlTest {
    @Test
    void elements_are_found_along_a_path_whatever_their_namespace() {
        Xml xml = Xml.parse("<a><b><c x='1'>text</c></b><n:b xmlns:n='urn:n'><n:c/></n:b></a>");
        assertThat(xml.text("b", "c")).contains("text");
        assertThat(xml.find("b", "c").flatMap(c -> c.attribute("x"))).contains("1");
        assertThat(xml.find("b", "c").flatMap(c -> c.attribute("y"))).isEmpty();
        assertThat(xml.all("b")).extracting(Xml::namespace).containsExactly("", "urn:n");
        assertThat(xml.text("b", "d")).isEqualTo(Optional.empty());
    }

    @Test
    void a_document_with_entities_is_refused_and_nothing_is_read_for_it(@TempDir Path folder) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "secret");
        PluginException failure = catchThrowableOfType(
                PluginException.class,
                () -> Xml.parse("<!DOCTYPE a [<!ENTITY x SYSTEM '" + secret.toUri() + "'>]><a>&x;</a>"));
        assertThat(failure).hasMessageContaining("DOCTYPE");
        assertThat(failure.getMessage()).doesNotContain("secret'");
    }

    @Test
    void what_is_no_xml_is_refused() {
        assertThat(catchThrowableOfType(PluginException.class, () -> Xml.parse("<a>")))
                .hasMessageContaining("cannot be read");
    }
}
