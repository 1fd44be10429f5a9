/// An image's name as Docker understands it, so that `nginx` and `docker.io/library/nginx:latest` are the same.
///
/// The rules are those of the reference grammar (distribution/reference, `ParseNormalizedNamed`): what comes before
/// the first slash is a registry if it holds a dot or a colon, or is `localhost`; no registry means `docker.io`,
/// there no further slash means `library/`, and neither tag nor digest means the tag `latest`.
package struct ImageReference: Hashable, Sendable {
    /// Registry and path, such as `docker.io/library/nginx`.
    package let repository: String
    /// `latest` where none is given; empty beside a digest.
    package let tag: String
    /// Such as `sha256:…`; empty for none.
    package let digest: String

    /// Reads a name; whether every letter is one that Docker allows isn't looked at.
    package init(_ text: some StringProtocol) {
        var rest = String(text)
        var digest = ""
        if let at = rest.firstIndex(of: "@") {
            digest = String(rest[rest.index(after: at)...])
            rest = String(rest[..<at])
        }
        var tag = ""
        let path = rest.lastIndex(of: "/").map { rest.index(after: $0) } ?? rest.startIndex
        if let colon = rest[path...].lastIndex(of: ":") {
            tag = String(rest[rest.index(after: colon)...])
            rest = String(rest[..<colon])
        }
        let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let first = parts.count == 2 ? String(parts[0]) : ""
        let isRegistry = first.contains(".") || first.contains(":") || first == "localhost"
        var registry = isRegistry ? first : "docker.io"
        if registry == "index.docker.io" { registry = "docker.io" }
        var name = isRegistry ? String(parts[1]) : rest
        if registry == "docker.io", !name.contains("/") { name = "library/" + name }
        repository = "\(registry)/\(name)"
        self.tag = tag.isEmpty && digest.isEmpty ? "latest" : tag
        self.digest = digest
    }

    /// Whether an image of the other name is meant by this one; a digest says more than the tag beside it.
    package func names(_ other: ImageReference) -> Bool {
        guard repository == other.repository else { return false }
        return digest.isEmpty && other.digest.isEmpty ? tag == other.tag : digest == other.digest
    }

    /// How an image's id must begin to be meant by a text, such as `sha256:83aa`; nil when the text can be none.
    package static func idPrefix(_ text: String) -> String? {
        let digits = text.hasPrefix("sha256:") ? text.dropFirst(7) : text[...]
        guard (1...64).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        return "sha256:" + digits
    }
}
