import Settings

/// What a list command was asked to print, checked before anything is asked of the aggregator.
struct ListForm<Row: Sendable>: Sendable {
    /// The forms of output.
    enum Form: Sendable {
        case table
        case wide
        case csv
        /// The aggregator's own document.
        case json
        case yaml
        /// A name that says which one, a line for each.
        case names
        /// `-q`.
        case ids
        case template(RowTemplate<Row>)
    }

    let form: Form
    let kind: ListKind<Row>
    let sort: [SortField]
    let isWhole: Bool

    /// Reads `-o`, `--format`, `--sort-by` and, where the command has them, `-q` and `--no-trunc`.
    ///
    /// `defaultFormat` is the template that the user set once and for all, if any; `rawFormat` what docker's
    /// `--format raw` stands for.
    init(
        _ call: Invocation, _ kind: ListKind<Row>, isQuiet: Bool = false, isWhole: Bool = false,
        defaultFormat: String? = nil, rawFormat: String? = nil
    ) throws(Failure) {
        self.kind = kind
        self.isWhole = isWhole
        sort =
            if let text = call.settings[ListingOptions.sortBy] {
                try SortField.parse(text, known: kind.sortNames)
            } else { [] }
        let output = call.settings[ListingOptions.output]
        let format = call.settings[ListingOptions.format]
        if let output {
            guard format == nil, !isQuiet else {
                throw Failure(
                    .usage,
                    "-o \(output) can't be combined with \(format == nil ? "-q" : "--format"); leave one out."
                )
            }
            form =
                switch output {
                case "wide": .wide
                case "csv": .csv
                case "json": .json
                case "yaml": .yaml
                case "name": .names
                default: .table
                }
            return
        }
        switch format ?? (isQuiet ? nil : defaultFormat) {
        case nil, "table": form = isQuiet ? .ids : .table
        case "json": form = isQuiet ? .ids : .template(try RowTemplate("{{json .}}", kind: kind))
        case "raw" where rawFormat != nil:
            form = isQuiet ? .ids : .template(try RowTemplate(rawFormat ?? "", kind: kind))
        case .some(let text): form = .template(try RowTemplate(text, kind: kind))
        }
    }

    /// Whether the aggregator's own document is printed.
    var isDocument: Bool {
        switch form {
        case .json, .yaml: true
        default: false
        }
    }

    /// Whether this is a table for people.
    var isTable: Bool {
        switch form {
        case .table, .wide: true
        default: false
        }
    }

    /// Whether this is the plain table in its plain order, for which there may be a faster way.
    var isPlainTable: Bool {
        guard case .table = form else { return false }
        return sort.isEmpty
    }

    /// The columns that a table or CSV shows.
    var columns: [ListColumn<Row>] {
        kind.columns.filter { column in
            switch form {
            case .table: column.places.contains(.table)
            case .wide: column.places.contains(.wide)
            case .csv: column.places.contains(.csv)
            default: false
            }
        }
    }

    /// The members of the API's objects that are needed; empty for the whole document.
    var fields: String {
        guard !isDocument else { return "" }
        var fields = columns.map(\.fields) + [kind.fields]
        for field in sort { fields.append(kind.column(sortedBy: field.name)?.fields ?? "") }
        if case .template(let template) = form { fields.append(template.fields) }
        var names: [String] = []
        for name in fields.joined(separator: ",").split(separator: ",").map(String.init)
        where !names.contains(name) { names.append(name) }
        return names.joined(separator: ",")
    }
}
