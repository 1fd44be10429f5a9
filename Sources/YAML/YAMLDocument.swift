/// One YAML document, read whole.
///
/// ```swift
/// let document = try YAMLDocument(parsing: bytes)
/// if case .mapping(let entries)? = document.root?.content { … }
/// ```
///
/// Only the plain part of YAML is taken: anchors and aliases (which let a few lines become gigabytes), tags,
/// several documents and duplicate keys are refused with line and column.
package struct YAMLDocument: Sendable, Equatable {
    /// How much a document may hold.
    package struct Limits: Sendable {
        /// Bytes of text.
        package var size: Int

        /// Lists and mappings within each other.
        package var depth: Int

        /// Values, keys included.
        package var count: Int

        /// Limits; the defaults are for configuration files.
        package init(size: Int = 1 << 20, depth: Int = 32, count: Int = 100_000) {
            self.size = size
            self.depth = depth
            self.count = count
        }
    }

    /// The document's value; nil when the text holds nothing but blanks and comments.
    package let root: YAMLNode?

    /// Reads a document from UTF-8 (or UTF-16 with a byte order mark, YAML 1.1 section 5.2).
    package init(parsing bytes: [UInt8], limits: Limits = Limits()) throws(YAMLError) {
        guard bytes.count <= limits.size else {
            throw YAMLError(.size(limit: limits.size), at: YAMLPosition(line: 1, column: 1))
        }
        var builder = TreeBuilder(events: EventParser(bytes), limits: limits)
        root = try builder.document()
    }
}
