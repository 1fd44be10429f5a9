import JSON
import OS

/// A named connection: values for the settings that say where the aggregator is and who asks.
struct Context: Hashable, Sendable {
    /// What it is called.
    let name: String

    /// Texts by the settings' names: `url`, `socket`, `token-file`, `ca-file`.
    let values: [String: String]

    /// Whether the token lies with the context, so that it goes with it.
    let keepsToken: Bool

    /// The settings that a context may hold.
    static let members = ["url", "socket", "token-file", "ca-file"]

    /// The name for no context.
    static let none = "default"

    /// Whether a context may be called so: it becomes a file's name.
    static func isName(_ text: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        return (1...63).contains(text.utf8.count) && text.utf8.first.map(isAlphanumeric) == true
            && text.utf8.allSatisfy { isAlphanumeric($0) || "_.+-".utf8.contains($0) }
    }
}

/// The contexts of one user, in a folder that only the user may enter.
///
/// `NAME.json` is a context, `NAME.token` the token that lies with it, `current` the name of the one in use. Each file
/// is replaced whole (``OS/writeFileAtomically(_:_:mode:)``), under a lock where several change together.
struct ContextStore {
    /// The folder; it need not be there.
    let folder: String

    /// A store beside the user's settings; nil for a user without a home.
    init?(_ environment: (String) -> String?) {
        let file = ClientSettings.defaultFile(environment)
        guard !file.hasPrefix("/etc/"), let slash = file.lastIndex(of: "/") else { return nil }
        folder = "\(file[..<slash])/contexts"
    }

    /// The name of the context in use; nil for none.
    func current() throws(Failure) -> String? {
        guard let bytes = try bytes(of: "current") else { return nil }
        let name = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
        return Context.isName(name) && name != Context.none ? name : nil
    }

    /// Every context by name.
    func all() throws(Failure) -> [Context] {
        let names: [String]
        do throws(FileError) {
            guard fileExists(folder) else { return [] }
            names = try fileNames(in: folder)
        } catch {
            throw Failure(.failed, error.sentence)
        }
        var contexts: [Context] = []
        for file in names where file.hasSuffix(".json") {
            if let context = try context(String(file.dropLast(5))) { contexts.append(context) }
        }
        return contexts
    }

    /// A context; nil when there is none of that name.
    func context(_ name: String) throws(Failure) -> Context? {
        guard Context.isName(name), let bytes = try bytes(of: "\(name).json") else { return nil }
        guard let document = try? JSONValue(parsing: bytes, limits: JSONLimits(depth: 4, length: 65_536))
        else {
            throw Failure(
                .failed, "The context \(name) can't be read: \(folder)/\(name).json is no JSON document.")
        }
        var values: [String: String] = [:]
        for member in Context.members { values[member] = document[member]?.string }
        let keepsToken = document["keepsToken"]?.bool == true
        if keepsToken { values["token-file"] = "\(folder)/\(name).token" }
        return Context(name: name, values: values, keepsToken: keepsToken)
    }

    /// Keeps a context, with a token's text where one is given.
    func write(_ context: Context, token: [UInt8]?) throws(Failure) {
        if let token { try write("\(context.name).token", token) }
        var writer = JSONWriter()
        writer.object { writer in
            for member in Context.members where member != "token-file" || token == nil {
                if let value = context.values[member] {
                    writer.key(member)
                    writer.string(value)
                }
            }
            if token != nil { writer.member("keepsToken", true) }
        }
        writer.newline()
        try write("\(context.name).json", writer.bytes)
        if token == nil { try remove("\(context.name).token") }
    }

    /// Forgets a context and the token that lies with it.
    func remove(_ context: Context) throws(Failure) {
        try remove("\(context.name).json")
        try remove("\(context.name).token")
    }

    /// Chooses the context in use; nil for none.
    func use(_ name: String?) throws(Failure) {
        guard let name else { return try remove("current") }
        try write("current", Array("\(name)\n".utf8))
    }

    /// Does something while no other process changes contexts.
    func locked<Answer>(
        _ sleep: (Duration) async throws -> Void, _ body: () throws(Failure) -> Answer
    ) async throws(Failure) -> Answer {
        var triesLeft = 40
        while true {
            let lock: FileLock
            do throws(FileError) {
                try makeDirectories(folder)
                lock = try FileLock("\(folder)/.lock")
            } catch {
                triesLeft -= 1
                guard error.reason == .wouldBlock, triesLeft > 0 else {
                    throw Failure(.failed, error.sentence)
                }
                try? await sleep(.milliseconds(50))
                continue
            }
            let answer = try body()
            // Held until here.
            _ = consume lock
            return answer
        }
    }

    private func bytes(of file: String) throws(Failure) -> [UInt8]? {
        do throws(FileError) {
            return try readFile("\(folder)/\(file)", limit: 65_536)
        } catch {
            if error.reason == .noSuchFile || error.reason == .notADirectory { return nil }
            throw Failure(.failed, error.sentence)
        }
    }

    private func write(_ file: String, _ bytes: [UInt8]) throws(Failure) {
        do throws(FileError) {
            try writeFileAtomically("\(folder)/\(file)", bytes, mode: 0o600)
        } catch {
            throw Failure(.failed, error.sentence)
        }
    }

    private func remove(_ file: String) throws(Failure) {
        do throws(FileError) {
            try removeFile("\(folder)/\(file)")
        } catch {
            throw Failure(.failed, error.sentence)
        }
    }
}
