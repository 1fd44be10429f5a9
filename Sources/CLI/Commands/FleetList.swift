import JSON
import Settings

/// A list that is fetched page by page and shown in any form.
struct FleetList<Row: Sendable> {
    let kind: ListKind<Row>
    /// Reads an item of the API's list as a row.
    let read: @Sendable (inout JSONReader) throws(JSONError) -> Row

    /// The form that is asked for; what is wrong with it is told before anybody is asked.
    func form(_ call: Invocation) throws(Failure) -> ListForm<Row> {
        try ListForm(
            call, kind, isQuiet: call.settings[ListingOptions.quiet],
            isWhole: call.settings[ListingOptions.noTrunc])
    }

    /// Every page as one document: what the first says of all, and the items of all.
    func document(_ query: Query, _ call: Invocation) async throws(Failure) -> [UInt8] {
        var items: [ArraySlice<UInt8>] = []
        var first: [(name: String, value: ArraySlice<UInt8>)] = []
        var next = ""
        repeat {
            var page = query
            page.add("continue", optional: next)
            let body = try await call.api.get(page)
            let list = try ListDocument(body) { reader throws(JSONError) in try reader.readRaw() }
            items += list.items
            if next.isEmpty { first = try members(body) }
            next = list.next
        } while !next.isEmpty
        var writer = JSONWriter()
        writer.object { writer in
            for member in first where !["items", "continue"].contains(member.name) {
                writer.key(member.name)
                writer.raw(member.value)
            }
            writer.array("items") { writer in
                for item in items { writer.raw(item) }
            }
        }
        return writer.bytes
    }

    private func members(_ body: [UInt8]) throws(Failure) -> [(name: String, value: ArraySlice<UInt8>)] {
        do throws(JSONError) {
            var reader = JSONReader(body, limits: JSONLimits(length: 256 << 20))
            var members: [(name: String, value: ArraySlice<UInt8>)] = []
            try reader.beginObject()
            while let name = try reader.nextKey() { members.append((name.string, try reader.readRaw())) }
            return members
        } catch {
            throw Failure.unreadable(error)
        }
    }

    /// Shows a document of this kind; how many rows there were.
    @discardableResult
    func show(_ document: [UInt8], _ call: Invocation) throws(Failure) -> Int {
        let asked = try form(call)
        var printer = ListPrinter(asked, call)
        let rows = try ListDocument(document, read: read).items
        if asked.isDocument {
            try printer.show(document: document, call, read: read)
        } else {
            for row in rows { printer.add(row) }
            try printer.show(call)
        }
        return rows.count
    }
}

extension Invocation {
    /// The hosts that a question is about, and what its parameters say of them.
    func chosenHosts(_ query: inout Query) async throws(Failure) -> [HostRow] {
        var listing = Listing()
        listing.hosts = settings[ListingOptions.host]
        listing.hostSelector = try FilterOptions.selector(FilterOptions.hostSelector, self)
        let hosts = try listing.chosen(from: try await Listing.hosts(api))
        if !listing.hosts.isEmpty {
            for host in hosts { query.add("host", host.id) }
            // What no host has must not become a question about all.
            if hosts.isEmpty { query.add("hostSelector", optional: listing.hostSelector?.text) }
        } else {
            query.add("hostSelector", optional: listing.hostSelector?.text)
        }
        return hosts
    }
}
