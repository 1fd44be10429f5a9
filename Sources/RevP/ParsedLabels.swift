package import Inventory

/// What a container's labels say of its services, in both grammars (D1, B13), and what is wrong with them.
///
/// Equal labels give an equal value, in whatever order they come. Nothing in it but ``additional`` holds text that
/// was not checked against a grammar. What is wrong with one service leaves the others as they are.
package struct ParsedLabels: Hashable, Sendable {
    /// The flat service first, then by port.
    package let services: [Service]
    /// In the same order.
    package let refused: [RefusedService]
    /// In the order of their labels.
    package let diagnostics: [Diagnostic]
    /// In the order of their keys.
    package let additional: [AdditionalLabel]

    /// Whether no label was one of ours.
    package var isEmpty: Bool {
        services.isEmpty && refused.isEmpty && diagnostics.isEmpty && additional.isEmpty
    }

    /// Reads labels.
    ///
    /// - Parameters:
    ///   - labels: Keys and values in any order; those of others are passed over.
    ///   - prefix: What our keys begin with.
    ///   - cut: The keys of labels whose value is not whole.
    ///   - isIncomplete: Whether some of our labels may be missing.
    package init(
        _ labels: some Sequence<(key: String, value: String)>, prefix: LabelPrefix = .standard,
        cut: Set<String> = [], isIncomplete: Bool = false,
    ) {
        var reader = LabelReader(prefix: prefix, cut: cut, isIncomplete: isIncomplete)
        reader.read(labels)
        services = reader.services
        refused = reader.refused
        diagnostics = reader.diagnostics.sorted()
        additional = reader.additional
    }

    /// Reads the labels of a container's configuration, minding what its agent had to cut.
    package init(_ config: Config, prefix: LabelPrefix = .standard) {
        self.init(
            config.labels.map { ($0.key, $0.value) }, prefix: prefix,
            cutPaths: config.truncated.keys.sorted())
    }

    /// Reads labels beside the paths of what an agent had to cut, such as `labels` and `labels.NAME`.
    ///
    /// An agent keeps at most 512 labels, ours first: where there is another one among 512, ours are all there.
    package init(
        _ labels: [(key: String, value: String)], prefix: LabelPrefix = .standard, cutPaths: [String]
    ) {
        let cut = cutPaths.compactMap { $0.hasPrefix("labels.") ? String($0.dropFirst(7)) : nil }
        let isFull = labels.count >= 512 && labels.contains { !prefix.isPrefix(of: $0.key) }
        self.init(labels, prefix: prefix, cut: Set(cut), isIncomplete: cutPaths.contains("labels") && !isFull)
    }
}
