/// A function that templates can call.
struct Function: Sendable {
    /// What an argument must be.
    enum Parameter: Sendable {
        case any
        case text
        case int
        case texts

        /// Go's name of the type.
        var name: String {
            switch self {
            case .any: "interface {}"
            case .text: "string"
            case .int: "int"
            case .texts: "[]string"
            }
        }
    }

    /// Why a call has no answer.
    struct Problem: Error {
        let sentence: String

        init(_ sentence: String) { self.sentence = sentence }
    }

    /// The arguments that must be there.
    let parameters: [Parameter]

    /// Whether any number of further ones may follow.
    let isVariadic: Bool

    /// Computes the answer of checked arguments.
    let call: @Sendable ([Value], inout Workshop) throws(Problem) -> Value

    init(
        _ parameters: [Parameter], isVariadic: Bool = false,
        _ call: @escaping @Sendable ([Value], inout Workshop) throws(Problem) -> Value,
    ) {
        self.parameters = parameters
        self.isVariadic = isVariadic
        self.call = call
    }
}

/// What functions need besides their arguments: how texts are made safe, and how much may still be made.
package struct Workshop {
    /// Makes a stranger's text safe for a terminal; nil where texts go out as they are.
    let screen: (@Sendable (String) -> String)?

    /// The steps that are left.
    private(set) var steps: Int
    private let largest: Int

    /// A workshop for one or several executions, which share the steps.
    package init(limits: TemplateLimits = TemplateLimits(), screen: (@Sendable (String) -> String)? = nil) {
        self.screen = screen
        steps = limits.steps
        largest = limits.output
    }

    /// Takes steps; false when none are left.
    mutating func take(_ count: Int = 1) -> Bool {
        steps -= min(count, max(steps, 0) + 1)
        return steps >= 0
    }

    /// Takes the steps for making so many bytes.
    mutating func make(bytes: Int) throws(Function.Problem) {
        guard bytes <= largest, take(bytes / 64 + 1) else {
            throw Function.Problem("the template makes more text than is allowed")
        }
    }

    /// A text's bytes, safe where they have to be.
    func bytes(_ text: Text) -> [UInt8] {
        guard text.isForeign, let screen else { return text.bytes }
        return Array(screen(text.string).utf8)
    }

    /// A text as a string, safe where it has to be.
    func string(_ text: Text) -> String { String(decoding: bytes(text), as: UTF8.self) }

    /// The bytes of an argument that was checked to be a text.
    func bytes(_ value: Value) -> [UInt8] { if case .text(let text) = value { bytes(text) } else { [] } }
}
