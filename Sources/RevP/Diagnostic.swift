/// What is wrong with one label, for whoever wrote it: what was found, why not, and what to write instead.
///
/// Its texts are printable ASCII whatever the label held.
package struct Diagnostic: Hashable, Sendable {
    /// What it means for the service.
    package enum Severity: String, Sendable {
        /// The label is not used, and its service is not routed where that could lead to the wrong place.
        case error
        /// The service works; the label does less than it seems to.
        case warning
    }

    /// What it means for the service.
    package let severity: Severity
    /// Names the kind of fault; scripts may rely on it.
    package let code: DiagnosticCode
    /// The service that the label is about; nil where it is about none or all.
    package let service: ServiceKey?
    /// The label's key, made safe; the key that is missing where one is missing.
    package let label: String
    /// An excerpt of the label's value, made safe.
    package let value: String
    /// What was found, in a sentence.
    package let problem: String
    /// What to write instead, in a sentence.
    package let remedy: String

    init(_ severity: Severity, _ error: ValueError, _ service: ServiceKey?, label: String, value: String) {
        self.severity = severity
        code = error.code
        self.service = service
        self.label = UntrustedText.excerpt(label)
        self.value = UntrustedText.excerpt(value)
        problem = error.problem
        remedy = error.remedy
    }
}

extension Diagnostic: Comparable {
    package static func < (one: Diagnostic, other: Diagnostic) -> Bool {
        (one.label, one.code.rawValue, one.value, one.problem)
            < (other.label, other.code.rawValue, other.value, other.problem)
    }
}

/// What is wrong with a value, before it is known which label held it.
struct ValueError: Error, Hashable {
    let code: DiagnosticCode
    let problem: String
    let remedy: String

    init(_ code: DiagnosticCode, _ problem: String, _ remedy: String) {
        self.code = code
        self.problem = problem
        self.remedy = remedy
    }
}
