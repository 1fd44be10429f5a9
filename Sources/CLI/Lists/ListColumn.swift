/// One fact about each row of a list, described once for every form of output.
struct ListColumn<Row: Sendable>: Sendable {
    /// The forms that show a column without being asked for it by name.
    struct Places: OptionSet {
        let rawValue: Int

        /// `-o table`.
        static var table: Places { Places(rawValue: 1) }

        /// `-o wide`.
        static var wide: Places { Places(rawValue: 2) }

        /// `-o csv`.
        static var csv: Places { Places(rawValue: 4) }

        /// All three.
        static var everywhere: Places { [.table, .wide, .csv] }
    }

    /// What a template calls it, docker's name where docker has one: `RunningFor`.
    let name: String

    /// The heading.
    let title: String

    /// What `--sort-by` calls it; empty when that makes no sense.
    var sortName = ""

    var places: Places = []

    /// Members of the API's objects that it needs, with commas between them.
    var fields = ""

    /// How narrow it may become in a terminal; nil when it stays whole.
    var minimum: Int?

    /// When it leaves a terminal that is too narrow: lower goes first; nil stays.
    var leaves: Int?

    /// Its text.
    let text: @Sendable (Row, ListContext) -> String

    /// What it is sorted by; its text unless something else is better.
    var key: (@Sendable (Row) -> SortKey)?

    /// The colour of its text on a terminal.
    var colour: (@Sendable (String) -> Colour?)?
}

/// What texts depend on besides their row.
struct ListContext: Sendable {
    /// Milliseconds since 1970.
    let now: Int64

    /// Whether ids, images and commands stay whole.
    var isWhole: Bool

    /// Whether there is room for what is usually shortened, such as an image's registry.
    var isWide = false

    /// Whether this is a table, which may add to a value what people should know.
    var isTable = false
}

/// A kind of list: what its rows have, and how they are named and ordered.
struct ListKind<Row: Sendable>: Sendable {
    /// What one row is, for messages: `container`.
    let noun: String

    let columns: [ListColumn<Row>]

    /// The name that stands for a row with `-o name`, unique in the fleet.
    let name: @Sendable (Row) -> String

    /// What `-q` prints.
    let id: @Sendable (Row, ListContext) -> String

    /// Members of the API's objects that `name`, `id` and `order` need.
    var fields = ""

    /// The order without `--sort-by`, and between rows that it takes for equal.
    let order: @Sendable (Row, Row) -> Bool

    /// The columns that a row as a whole (`{{json .}}`) holds; nil for all.
    var whole: Set<String>?

    /// Methods of templates that take a text, such as `Label`.
    var methods: [String] = []

    /// The answer of a method.
    var method: @Sendable (Row, String, String) -> String = { _, _, _ in "" }

    /// Members of the API's objects that methods need.
    var methodFields = ""

    /// A row of nothing, on which a template is tried before anything is asked.
    let blank: Row

    /// What `--sort-by` knows, in the order of the columns.
    var sortNames: [String] { columns.map(\.sortName).filter { !$0.isEmpty } }

    func column(sortedBy name: String) -> ListColumn<Row>? {
        columns.first { $0.sortName == name && !name.isEmpty }
    }
}
