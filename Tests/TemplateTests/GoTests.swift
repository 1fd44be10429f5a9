import JSON
import Template
import Testing

/// A template and what Go makes of it.
struct GoAnswer: Sendable, CustomTestStringConvertible {
    let template: String
    let output: String?
    let error: String?

    var testDescription: String { template }

    static let all: [GoAnswer] = GoAnswers.lines.split(separator: "\n").map { line in
        let value = try? JSONValue(parsing: Array(line.utf8))
        return GoAnswer(
            template: value?["template"]?.string ?? "?", output: value?["output"]?.string,
            error: value?["error"]?.string)
    }

    /// The value that the answers are about.
    static let value: Value = .map(
        Map([
            ("Name", .text("web")), ("Count", .int(3)), ("Big", .int(1_234_567)), ("Minus", .int(-42)),
            ("Ratio", .float(1.5)), ("Tiny", .float(1e-7)), ("Huge", .float(1e21)), ("On", .bool(true)),
            ("Off", .bool(false)), ("Nil", .none), ("Empty", .text("")), ("Wide", .foreign("größe 日本")),
            ("Mark", .text("<a href='x'>&\"\\")), ("Control", .foreign("a\tb\nc\u{1}")),
            ("Path", .foreign("/usr/local/bin")), ("List", .foreign(["a", "b", "c"])),
            ("Numbers", .list([.int(3), .int(1), .int(2)])), ("None", .list([])),
            (
                "Map",
                .map(Map([("k", .text("v")), ("a", .int(1)), ("z", .map(Map([("deep", .bool(true))])))]))
            ),
        ]))
}

/// The output of a template, or the error's message.
func run(
    _ source: String, on value: Value = GoAnswer.value, failsOnMissingKeys: Bool = false,
    limits: TemplateLimits = TemplateLimits(), screen: (@Sendable (String) -> String)? = nil
) -> (output: String?, error: String?) {
    do throws(TemplateError) {
        let template = try Template(
            parsing: Array(source.utf8), failsOnMissingKeys: failsOnMissingKeys, limits: limits)
        var workshop = Workshop(limits: limits, screen: screen)
        return (String(decoding: try template.text(of: value, in: &workshop), as: UTF8.self), nil)
    } catch {
        return (nil, error.description)
    }
}

/// Issue 3: the everyday CLI; templates mean what they mean to docker.
@Suite struct `A template` {
    @Test(arguments: GoAnswer.all) func `does what Go does`(answer: GoAnswer) {
        let (output, error) = run(answer.template)
        #expect(output == answer.output)
        // Go says of a value in a map that it is anything; here its own type is said.
        let anything = " in type interface {}"
        if let expected = answer.error, expected.hasSuffix(anything) {
            #expect(error?.hasPrefix(expected.dropLast(12)) == true)
        } else {
            #expect(error == answer.error)
        }
    }

    @Test func `was compared with Go often enough`() {
        #expect(GoAnswer.all.count > 200)
        #expect(GoAnswer.all.count { $0.error != nil } > 80)
    }
}
