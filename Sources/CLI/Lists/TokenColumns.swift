/// What a list of tokens has; never a secret.
enum TokenColumns {
    /// The kind of a list of tokens, in the order of the aggregator.
    static let kind = ListKind<TokenRow>(
        noun: "token", columns: columns, name: { $0.id }, id: { row, _ in row.id }, order: { _, _ in false },
        blank: TokenRow())

    private static let columns: [ListColumn<TokenRow>] = [
        ListColumn(
            name: "ID", title: "ID", sortName: "id", places: .everywhere, text: { row, _ in row.id }),
        ListColumn(
            name: "For", title: "FOR", sortName: "for", places: .everywhere, minimum: 12,
            text: { row, _ in row.subject }),
        ListColumn(
            name: "Created", title: "CREATED", sortName: "created", places: [.table, .wide], leaves: 2,
            text: { ago($0.created, $1.now) }, key: { .number($0.created) }),
        ListColumn(
            name: "CreatedAt", title: "CREATED AT", places: .csv, text: { row, _ in time(row.created) }),
        ListColumn(
            name: "Expires", title: "EXPIRES", sortName: "expires", places: [.table, .wide], leaves: 5,
            text: { $0.expiry(now: $1.now) }, key: { .number($0.expires == 0 ? .max : $0.expires) }),
        ListColumn(
            name: "ExpiresAt", title: "EXPIRES AT", places: .csv, text: { row, _ in time(row.expires) }),
        ListColumn(
            name: "Uses", title: "USES", sortName: "uses", places: .everywhere, leaves: 3,
            text: { row, _ in row.state == "used-up" ? "\(row.usage) used up" : row.usage },
            key: { .number($0.uses) }),
        ListColumn(
            name: "LastUsed", title: "LAST USED", sortName: "lastused", places: [.table, .wide], leaves: 4,
            text: { $0.lastUsed == 0 ? "never" : ago($0.lastUsed, $1.now) }, key: { .number($0.lastUsed) }),
        ListColumn(
            name: "LastUsedAt", title: "LAST USED AT", places: .csv, text: { row, _ in time(row.lastUsed) }),
        ListColumn(
            name: "State", title: "STATE", sortName: "state", places: [.wide, .csv], leaves: 0,
            text: { row, _ in row.state }),
        ListColumn(
            name: "By", title: "BY", sortName: "by", places: .everywhere, minimum: 6, leaves: 1,
            text: { row, _ in row.createdBy }),
    ]

    private static func time(_ time: Int64) -> String { time > 0 ? goTime(milliseconds: time) : "" }

    private static func ago(_ time: Int64, _ now: Int64) -> String {
        "\(humanDuration(milliseconds: now.subtractingReportingOverflow(time).partialValue)) ago"
    }
}
