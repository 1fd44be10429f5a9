/// An image as docker shows it: whole, or without digest and default registry and with ids cut to twelve
/// digits.
///
/// The rules are those of the docker CLI's `ContainerContext.Image`.
package func imageText(_ image: String, isWhole: Bool) -> String {
    if image.isEmpty { return "<no image>" }
    if isWhole { return image }
    if image.utf8.count >= 64 {
        let bare = image.hasPrefix("sha256:") ? image.utf8.dropFirst(7) : image.utf8[...]
        if bare.count == 64, bare.allSatisfy(isHexadecimal) { return String(Substring(bare.prefix(12))) }
    }
    guard image.utf8.contains(UInt8(ascii: "@")) || defaultRegistries.contains(where: image.hasPrefix) else {
        return image
    }
    let name = image.utf8.firstIndex(of: UInt8(ascii: "@")).map { image[..<$0] } ?? image[...]
    guard let prefix = defaultRegistries.first(where: name.hasPrefix) else { return String(name) }
    return String(name.dropFirst(prefix.count))
}

/// What stands before a name of Docker's own registry; the longer first.
private let defaultRegistries = [
    "docker.io/library/", "docker.io/", "index.docker.io/library/", "index.docker.io/",
]

private func isHexadecimal(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
}
