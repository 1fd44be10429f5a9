import Inventory
import Settings

/// The options that choose containers as docker and kubectl do, and how fresh an answer has to be.
enum FilterOptions {
    static let filter = Setting(
        "filter", .list(of: .text("KEY=VALUE")), default: [], short: "f",
        help: "Only containers that fit, as with `docker ps`; several times narrows. KEY is one of "
            + ContainerFilters.keys.joined(separator: ", ") + "; or one of "
            + ContainerFilters.numberKeys.joined(separator: ", ")
            + " with >, >=, <, <= or = and a number: cpu>80 (percent of one CPU), memory>90 (percent of what it "
            + "may use), restarts>5.",
        sources: .flag)
    static let environment = Setting(
        "env", .list(of: .text("KEY[=VALUE]")), default: [],
        help: "Only containers with this environment variable; a value is found where its host shows it.",
        sources: .flag)
    static let last = Setting(
        "last", optional: .count(1...1_000_000), short: "n",
        help: "Only the last N that were created, whatever their state.", sources: .flag)
    static let latest = Setting(
        "latest", .bool, default: false, help: "Only the one that was created last, whatever its state.",
        sources: .flag)
    static let hostSelector = Setting(
        "host-selector", optional: .text("SELECTOR"),
        help: "Only hosts with these labels, written as for --selector.", sources: .flag)

    /// What a listing of containers takes.
    static let all: [any SettingDeclaration] = [
        filter, environment, hostSelector, last, latest,
    ]

    /// The filters that are given, checked here so that a bad one costs no question.
    static func filters(_ call: Invocation) throws(Failure) -> [String] {
        let texts = call.settings[filter] + call.settings[environment].map { "env=\($0)" }
        _ = try parsed(texts)
        return texts
    }

    /// What filters mean.
    ///
    /// - Throws: Exit code 2, with what is known.
    static func parsed(_ texts: [String]) throws(Failure) -> ContainerFilters {
        var filters = ContainerFilters()
        do throws(FilterError) {
            for text in texts { try filters.add(text) }
        } catch {
            throw Failure(.usage, "\(error.sentence.sentenceCased).")
        }
        return filters
    }

    /// How many of the newest are asked for; nil for all.
    static func newest(_ call: Invocation) throws(Failure) -> Int? {
        guard call.settings[latest] else { return call.settings[last] }
        guard call.settings[last] ?? 1 == 1 else {
            throw Failure(.usage, "--latest is short for --last 1; give only one of them.")
        }
        return 1
    }

    /// A label selector; one that can't be read is shown with the place, on a terminal under a mark.
    static func selector(
        _ option: Setting<String?>, _ call: Invocation
    ) throws(Failure) -> (text: String, meaning: Selector)? {
        guard let text = call.settings[option] else { return nil }
        do throws(SelectorError) {
            return (text, try Selector(parsing: text))
        } catch {
            var sentence = "--\(option.facts.name) is \(error)."
            if call.surroundings.terminal != nil {
                let before = String(String.UnicodeScalarView(text.unicodeScalars.prefix(error.position)))
                let blanks = DisplayWidth.of(TerminalText.safe(before))
                sentence += "\n  \(TerminalText.safe(text))\n  \(String(repeating: " ", count: blanks))^"
            }
            throw Failure(.usage, sentence)
        }
    }
}

extension Invocation {
    /// Tells that values of variables can't be compared where hosts hide them.
    func note(hiddenValues: [String: Int64]) {
        for (key, count) in hiddenValues.sorted(by: { $0.key < $1.key }) {
            note(
                "\(count == 1 ? "1 container has" : "\(count) containers have") \(key) with a value that its host "
                    + "doesn't show, so it can't be found by that; --env \(key) finds all that have it.")
        }
    }
}

extension String {
    /// With a capital letter.
    fileprivate var sentenceCased: String { prefix(1).uppercased() + dropFirst() }
}
