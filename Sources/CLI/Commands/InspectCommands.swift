import JSON
import Settings

/// `bayplan host inspect` and `bayplan stack inspect`: whole records as a JSON array, as `docker inspect` prints them.
enum InspectCommands {
    static let host = Command(
        name: "host inspect",
        summary: "Show everything about one or more hosts, as JSON",
        usage: "HOST [HOST...]",
        about: """
            Prints an array with everything that is known of each host, given by its id or name. One that doesn't \
            exist is told about, the others are printed all the same, and the exit code is 1.
            """,
        arguments: 1...64,
        examples: [("host inspect attic cellar", "Two hosts, whole.")],
        run: { call throws(Failure) in
            let all = try await Listing.hosts(call.api)
            return try await array(call) { name throws(Failure) in
                var listing = Listing()
                listing.hosts = [name]
                let found = try listing.chosen(from: all)
                guard let host = found.first, found.count == 1 else {
                    let ids = found.map(\.id).joined(separator: ", ")
                    throw Failure(.failed, "Several hosts are named \(name); say which by its id: \(ids).")
                }
                return try await call.api.get(Query("hosts", host.id))
            }
        },
    )

    static let stack = Command(
        name: "stack inspect",
        summary: "Show everything about one or more stacks, as JSON",
        usage: "[OPTIONS] STACK [STACK...]",
        about: """
            Prints an array with each Compose project or Swarm stack: its hosts, its services with counts, and its \
            containers. One that doesn't exist is told about, the others are printed all the same, and the exit \
            code is 1.
            """,
        options: [StackCommands.kind],
        arguments: 1...64,
        examples: [("stack inspect shop", "Where the parts of `shop` are, whole.")],
        run: { call throws(Failure) in
            try await array(call) { name throws(Failure) in
                var query = Query("stacks", name)
                query.add("kind", optional: call.settings[StackCommands.kind])
                return try await call.api.get(query)
            }
        },
    )

    /// Prints what is found of each argument, and tells about the others.
    private static func array(
        _ call: Invocation, find: (String) async throws(Failure) -> [UInt8]
    ) async throws(Failure) -> ExitCode {
        var result = ExitCode.ok
        var records: [[UInt8]] = []
        for name in call.arguments {
            do throws(Failure) {
                records.append(try await find(name))
            } catch {
                guard error.code == .failed || error.code == .usage else { throw error }
                call.note(error.sentence)
                result = .failed
            }
        }
        var writer = JSONWriter()
        writer.array { writer in
            for record in records { writer.raw(record.trimmed) }
        }
        try call.show(document: writer.bytes)
        return result
    }
}

extension [UInt8] {
    /// Without the line end of the answer.
    fileprivate var trimmed: ArraySlice<UInt8> { last == 0x0A ? dropLast() : self[...] }
}
