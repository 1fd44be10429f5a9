import Template

/// A template of `--format` for one thing, as `docker inspect` and `docker version` read it.
///
/// Other than with lists, `\t` and `\n` outside of quotes are what they look like, and a field of nothing is an error.
struct DocumentTemplate: Sendable {
    private let template: Template

    /// Reads what stands behind `--format`.
    init(_ format: String) throws(Failure) {
        do throws(TemplateError) {
            template = try Template(parsing: Array(format.utf8), failsOnMissingKeys: true)
        } catch {
            throw Failure(.usage, "--format can't be read: \(error).")
        }
    }

    /// The template's line about a value, with its end.
    func line(_ value: Value, _ call: Invocation) throws(Failure) -> [UInt8] {
        let isRaw = call.surroundings.terminal == nil
        let screen: @Sendable (String) -> String = { TerminalText.safe($0) }
        var workshop = Workshop(screen: isRaw ? nil : screen)
        do throws(TemplateError) {
            let text = try template.text(of: value, in: &workshop)
            return (isRaw ? text : Array(String(decoding: text, as: UTF8.self).utf8)) + [0x0A]
        } catch {
            throw Failure(.failed, "--format failed: \(error).")
        }
    }
}
