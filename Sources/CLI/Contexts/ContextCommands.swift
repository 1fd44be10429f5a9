import JSON
import OS
import Settings

/// `bayplan context …`: named connections in the user's own folder, as `docker context` has them.
enum ContextCommands {
    static let replace = Setting(
        "replace", .bool, default: false, help: "Replace a context of that name.", sources: .flag)
    static let use = Setting(
        "use", .bool, default: false, help: "Make it the current context at once.", sources: .flag)
    static let create = Command(
        name: "context create",
        summary: "Give a connection a name",
        usage: "[OPTIONS] NAME",
        about: """
            Keeps the options that say where the aggregator is under a name. A token is copied into the user's \
            own folder, in a file that nobody else may read. Nothing is asked of the aggregator.
            """,
        options: [replace, use],
        arguments: 1...1,
        examples: [
            ("context create home --url unix:///run/bayplan/bayplan.sock --use", "The one on this machine.")
        ],
        isLocal: true,
        run: { call throws(Failure) in try await ContextCommands.create(call) },
    )

    static let list = Command(
        name: "context ls",
        aliases: ["context"],
        summary: "List the named connections",
        usage: "[OPTIONS]",
        about:
            "Lists the contexts; a star marks the current one. `default` is no context: the settings as they are.",
        options: [ListingOptions.quiet, ListingOptions.documentOutput],
        examples: [("context ls", "All connections.")],
        isLocal: true,
        run: { call throws(Failure) in try ContextCommands.list(call) },
    )

    static let choose = Command(
        name: "context use",
        summary: "Choose the connection that commands use",
        usage: "NAME",
        about: """
            Makes a context the current one: commands use it unless an option or the environment says where the \
            aggregator is. `default` chooses none.
            """,
        arguments: 1...1,
        examples: [("context use home", "From now on, ask at home.")],
        isLocal: true,
        run: { call throws(Failure) in
            let (store, name) = (try store(call), call.arguments[0])
            try await store.locked(call.surroundings.sleep) { () throws(Failure) -> Void in
                if name != Context.none { _ = try existing(name, store) }
                try store.use(name == Context.none ? nil : name)
            }
            try call.surroundings.output.line(name)
            return .ok
        },
    )

    static let show = Command(
        name: "context show",
        summary: "Show a connection, the current one unless named",
        usage: "[OPTIONS] [NAME]",
        about: "Shows what a context holds; of a token only that there is one.",
        options: [ListingOptions.documentOutput],
        arguments: 0...1,
        examples: [("context show", "Where commands ask.")],
        isLocal: true,
        run: { call throws(Failure) in
            let store = try store(call)
            let current = try store.current()
            let name = call.arguments.first ?? current ?? Context.none
            let context =
                name == Context.none
                ? Context(name: name, values: [:], keepsToken: false) : try existing(name, store)
            if let form = form(call) {
                var writer = JSONWriter()
                try write(context, store, &writer)
                try call.show(document: writer.bytes, as: form)
                return .ok
            }
            var table = Table([Table.Column("SETTING"), Table.Column("VALUE", minimum: 12)])
            table.add(["name", name])
            for (member, value) in shown(context) { table.add([member, value]) }
            try call.show(table)
            return .ok
        },
    )

    static let remove = Command(
        name: "context rm",
        summary: "Forget named connections, with their tokens",
        usage: "NAME [NAME...]",
        about: "Removes contexts and the tokens that lie with them. The tokens themselves stay valid.",
        arguments: 1...64,
        examples: [("context rm old", "Forget one.")],
        isLocal: true,
        run: { call throws(Failure) in
            let store = try store(call)
            for name in call.arguments {
                try await store.locked(call.surroundings.sleep) { () throws(Failure) -> Void in
                    let context = try existing(name, store)
                    guard try store.current() != name else {
                        throw Failure(
                            .failed,
                            "\(name) is the current context and was not removed. Choose another first, with "
                                + "`bayplan context use NAME`, or none with `bayplan context use default`.")
                    }
                    try store.remove(context)
                }
                try call.surroundings.output.line(name)
            }
            return .ok
        },
    )
}

extension ContextCommands {
    /// The document that is asked for; nil for a table.
    private static func form(_ call: Invocation) -> DocumentForm? {
        switch call.settings[ListingOptions.documentOutput] {
        case "json": .json
        case "yaml": .yaml
        default: nil
        }
    }

    private static func store(_ call: Invocation) throws(Failure) -> ContextStore {
        guard let store = ContextStore(call.surroundings.input.environment) else {
            throw Failure(
                .failed,
                "Contexts are kept in a user's folder, and neither HOME nor XDG_CONFIG_HOME names one.")
        }
        return store
    }

    private static func existing(_ name: String, _ store: ContextStore) throws(Failure) -> Context {
        guard let context = try store.context(name) else {
            throw Failure(.failed, "There is no context \(name). `bayplan context ls` lists all.")
        }
        return context
    }

    private static func create(_ call: Invocation) async throws(Failure) -> ExitCode {
        let (store, name) = (try store(call), call.arguments[0])
        guard Context.isName(name), name != Context.none else {
            throw Failure(
                .usage,
                "A context's name is 1 to 63 letters, digits, `_`, `.`, `+` or `-`, the first a letter or digit, and not "
                    + "`default`.")
        }
        var values: [String: String] = [:]
        for row in call.settings.describe() where Context.members.contains(row.name) {
            if row.origin.hasPrefix("flag ") { values[row.name] = row.value }
        }
        let folder = currentFolder()
        for member in ["socket", "token-file", "ca-file"] {
            if let path = values[member], !path.hasPrefix("/"), !path.hasPrefix("@") {
                values[member] = "\(folder)/\(path)"
            }
        }
        guard !values.isEmpty else {
            throw Failure(
                .usage,
                "Say behind `bayplan context create \(name)` where the aggregator is, as with --url URL.")
        }
        var token: [UInt8]?
        if let path = values["token-file"] {
            do throws(FileError) {
                let isPrivate = try filePermissions(path).isPrivate
                token = isPrivate ? try readFile(path, limit: 65_536) : nil
            } catch {
                throw Failure(.failed, error.sentence)
            }
            guard token != nil else {
                throw Failure(
                    .notAllowed, "Others may read \(path), so its token was not taken. Run `chmod 600` on it."
                )
            }
        }
        let context = Context(name: name, values: values, keepsToken: token != nil)
        let isReplaced = call.settings[replace]
        try await store.locked(call.surroundings.sleep) { () throws(Failure) -> Void in
            let isTaken = try store.context(name) != nil
            guard isReplaced || !isTaken else {
                throw Failure(.failed, "There is a context \(name) already. Add --replace to replace it.")
            }
            try store.write(context, token: token)
            if call.settings[use] { try store.use(name) }
        }
        try call.surroundings.output.line(name)
        return .ok
    }

    private static func list(_ call: Invocation) throws(Failure) -> ExitCode {
        let store = try store(call)
        let current = try store.current() ?? Context.none
        let contexts = [Context(name: Context.none, values: [:], keepsToken: false)] + (try store.all())
        if call.settings[ListingOptions.quiet] {
            for context in contexts { try call.surroundings.output.line(context.name) }
            return .ok
        }
        if let form = form(call) {
            var writer = JSONWriter()
            writer.beginArray()
            for context in contexts { try write(context, store, &writer) }
            writer.endArray()
            try call.show(document: writer.bytes, as: form)
            return .ok
        }
        var table = Table([
            Table.Column("NAME", minimum: 8), Table.Column("CURRENT"),
            Table.Column("AGGREGATOR", minimum: 16),
            Table.Column("TOKEN"),
        ])
        for context in contexts {
            let values = context.values
            var place = values["url"] ?? values["socket"] ?? ""
            if place.isEmpty { place = context.name == Context.none ? "as set" : "as the token says" }
            table.add([
                context.name, context.name == current ? "*" : "", place,
                values["token-file"] == nil ? "no" : "yes",
            ])
        }
        try call.show(table)
        return .ok
    }

    /// What people are shown of a context: of a token that lies with it only that there is one.
    private static func shown(_ context: Context) -> [(member: String, value: String)] {
        Context.members.compactMap { member in
            guard let value = context.values[member] else { return nil }
            return member == "token-file" && context.keepsToken ? ("token", "kept") : (member, value)
        }
    }

    private static func write(_ context: Context, _ store: ContextStore, _ writer: inout JSONWriter)
        throws(Failure)
    {
        let current = try store.current() ?? Context.none
        writer.object { writer in
            writer.member("name", context.name)
            writer.member("current", context.name == current)
            for (member, value) in shown(context) {
                writer.key(member)
                writer.string(value)
            }
        }
    }
}
