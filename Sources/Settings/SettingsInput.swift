import OS

/// The world that settings are read from, as values, so that tests can bring their own.
package struct SettingsInput: Sendable {
    /// Why a file was not read.
    package enum FileProblem: Error, Sendable {
        /// There is none.
        case missing
        /// It can't be read; the system's word for it.
        case unreadable(String)
        /// It is longer than the limit in bytes.
        case tooLong(Int)
    }

    /// The command line without the program's name.
    package let arguments: [String]

    /// Looks up one environment variable.
    package let environment: @Sendable (String) -> String?

    /// Reads a whole file of at most so many bytes.
    package let read: @Sendable (String, Int) throws(FileProblem) -> [UInt8]

    /// Values that stand in for the file's and the environment's; nil for none.
    package let context: SettingsContext?

    /// A world.
    package init(
        arguments: [String],
        environment: @escaping @Sendable (String) -> String?,
        context: SettingsContext? = nil,
        read: @escaping @Sendable (String, Int) throws(FileProblem) -> [UInt8],
    ) {
        self.arguments = arguments
        self.context = context
        self.environment = environment
        self.read = read
    }

    /// This process's command line and environment, and the real files.
    package static func ofProcess(
        arguments: [String] = Array(CommandLine.arguments.dropFirst()),
    ) -> SettingsInput {
        SettingsInput(
            arguments: arguments,
            environment: { ThisProcess.environment($0) },
            read: { (path, limit) throws(FileProblem) in try wholeFile(path, limit: limit) },
        )
    }

    /// The text of a secret's file, without the line's end.
    func secret(at path: String) -> Reading<String> {
        do throws(FileProblem) {
            let bytes = try read(path, 65_536)
            guard var text = String(validating: bytes, as: UTF8.self) else {
                return .refused("the file \(quoted(path)) is not UTF-8 text")
            }
            if text.last?.isNewline == true { text.removeLast() }
            return .value(text)
        } catch {
            return .refused(error.sentence(path))
        }
    }

    private static func wholeFile(_ path: String, limit: Int) throws(FileProblem) -> [UInt8] {
        do {
            return try readFile(path, limit: limit)
        } catch {
            switch error.reason {
            case .noSuchFile, .notADirectory: throw .missing
            case .messageTooLong: throw .tooLong(limit)
            default: throw .unreadable(error.reason.sentence)
            }
        }
    }
}

/// A named set of values, such as a connection, that holds as a whole: of its settings only a flag says otherwise.
package struct SettingsContext: Sendable {
    /// What the user calls it.
    package let name: String

    /// Which settings it is about; those without a value have their default.
    package let settings: Set<String>

    /// Texts by their setting's name.
    package let values: [String: String]

    /// A set of values.
    package init(name: String, settings: Set<String>, values: [String: String]) {
        self.name = name
        self.settings = settings
        self.values = values
    }
}

extension SettingsInput.FileProblem {
    /// What happened and what to do.
    func sentence(_ path: String) -> String {
        switch self {
        case .missing: "the file \(quoted(path)) doesn't exist; correct the path or make the file"
        case .unreadable(let reason):
            "the file \(quoted(path)) can't be read (\(reason)); give this user access or correct the path"
        case .tooLong(let limit):
            "the file \(quoted(path)) is longer than \(ByteCount.text(limit)); is it the right one?"
        }
    }
}

/// Text of somebody else's in backticks: short, on one line, nothing in it that a terminal obeys.
func quoted(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars.prefix(80) {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator:
            shown += "\\u{\(String(scalar.value, radix: 16))}"
        default: shown.unicodeScalars.append(scalar)
        }
    }
    return "`\(shown)\(text.unicodeScalars.count > 80 ? "…" : "")`"
}
