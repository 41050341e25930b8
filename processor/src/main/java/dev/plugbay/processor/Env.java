package dev.plugbay.processor;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.annotation.processing.Filer;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.NestingKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** What the compiler lends: elements, types, files, options, and where mistakes are reported. */
record Env(ProcessingEnvironment compiler, Mistakes mistakes) {
    static final String VERSION = "plugbay.version";
    static final String MANIFEST = "plugbay.manifest";

    Env(ProcessingEnvironment compiler) {
        this(compiler, new Mistakes(compiler.getMessager()));
    }

    Elements elements() {
        return compiler.getElementUtils();
    }

    Types types() {
        return compiler.getTypeUtils();
    }

    Filer filer() {
        return compiler.getFiler();
    }

    Optional<String> option(String name) {
        return Optional.ofNullable(compiler.getOptions().get(name)).filter(value -> !value.isBlank());
    }

    /** The Java versions that can run what is being compiled; preview features run on exactly one. */
    String javaRange() {
        int release = java.util.Objects.requireNonNull(
                        compiler.getSourceVersion().runtimeVersion())
                .feature();
        return compiler.isPreviewEnabled() ? ">=" + release + " <" + (release + 1) : ">=" + release;
    }

    /** The class of this canonical or binary name. */
    Optional<TypeElement> type(String name) {
        return Optional.ofNullable(elements().getTypeElement(name))
                .or(() -> Optional.ofNullable(elements().getTypeElement(name.replace('$', '.'))));
    }

    String binaryName(TypeElement type) {
        return elements().getBinaryName(type).toString();
    }

    /** Whether {@code type} is the class {@code name}, whatever its type arguments. */
    boolean is(TypeMirror type, String name) {
        return element(type)
                .filter(found -> found.getQualifiedName().contentEquals(name))
                .isPresent();
    }

    Optional<TypeElement> element(TypeMirror type) {
        return type.getKind() == TypeKind.DECLARED
                        && type instanceof DeclaredType declared
                        && declared.asElement() instanceof TypeElement element
                ? Optional.of(element)
                : Optional.empty();
    }

    List<? extends TypeMirror> arguments(TypeMirror type) {
        return type instanceof DeclaredType declared ? declared.getTypeArguments() : List.of();
    }

    boolean isSubtype(TypeElement type, TypeElement of) {
        return types().isSubtype(types().erasure(type.asType()), types().erasure(of.asType()));
    }

    /** Whether {@code type} has a method of its own, or one inherited from a class, in place of the default method {@code name} of an interface. */
    boolean overrides(TypeElement type, Class<?> of, String name) {
        return type(of.getCanonicalName())
                .filter(base -> ElementFilter.methodsIn(base.getEnclosedElements()).stream()
                        .filter(method -> method.getSimpleName().contentEquals(name))
                        .anyMatch(method -> ElementFilter.methodsIn(elements().getAllMembers(type)).stream()
                                .anyMatch(member -> !base.equals(member.getEnclosingElement())
                                        && elements().overrides(member, method, type))))
                .isPresent();
    }

    /** Whether a supertype cannot be found; then the compiler reports that, and anything said about the class would be noise. */
    boolean isBroken(TypeElement type) {
        return type.getSuperclass().getKind() == TypeKind.ERROR
                || type.getInterfaces().stream().anyMatch(parent -> parent.getKind() == TypeKind.ERROR)
                || types().directSupertypes(type.asType()).stream()
                        .flatMap(parent -> element(parent).stream())
                        .anyMatch(this::isBroken);
    }

    /** Whether an object of the class can be made without one of an enclosing class. */
    static boolean standsAlone(TypeElement type) {
        return type.getNestingKind() == NestingKind.TOP_LEVEL
                || type.getModifiers().contains(Modifier.STATIC);
    }

    static boolean has(TypeElement type, Modifier... modifiers) {
        return type.getModifiers().containsAll(Set.of(modifiers));
    }
}
