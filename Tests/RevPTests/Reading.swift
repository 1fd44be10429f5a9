import RevP

/// Reads labels given as a list, which keeps their order and may hold a key twice.
func parsed(_ labels: KeyValuePairs<String, String>, cut: [String] = []) -> ParsedLabels {
    ParsedLabels(labels.map { ($0.key, $0.value) }, cutPaths: cut)
}

/// Reads one property beside a domain, in the flat grammar.
func parsed(_ property: String, _ value: String) -> ParsedLabels {
    parsed(["snadboy.revp.domain": "a.example.com", "snadboy.revp.\(property)": value])
}

extension ParsedLabels {
    /// The codes of all diagnostics, in order.
    var codes: [DiagnosticCode] { diagnostics.map(\.code) }
    /// The only service, if there is exactly one.
    var only: Service? { services.count == 1 ? services[0] : nil }
}
