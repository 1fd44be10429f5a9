/// The fleet's database: an append-only log, and the table of containers that it is folded into.
///
/// - `change`: one row for each change of one container. A facet is NULL when untouched, a blob of length zero when
///   deleted, else its JSON bytes exactly as they were sent. `kind` says what the row is: 0 put, 1 destroyed, 2 absent,
///   3 forgotten. No second index: appending then costs little more than the bytes.
/// - `container`: every container with the revision of each facet. Rows may be ahead of the mark `folded`, never behind:
///   the state is this table with the log after the mark applied on top. An ordinary table with a unique index, since
///   rows of two kilobytes make an index-organised one deep (measured: a third of the updates per second, twice the
///   bytes written).
/// - `base`: the values that facets had at the revision `floor`, unless they still have them. With `container` and the
///   log after the floor it tells the fleet's state at any later revision (H1).
/// - `host`: `gone` is the revision at which a host left the fleet; the row stays while the log speaks of it.
/// - `run`: one row for each start of the process; its revisions begin at `first_revision`.
/// - `samples`: the last samples of a host's containers, a blob now and then; not history, and no part of a revision.
/// - `meta`: `folded`, `floor`, and `highest_host`, the highest host key that was ever given.
enum FleetSchema {
    static let schema = DatabaseFile.Schema(
        applicationID: 0x4261_7950,
        preparation: ["PRAGMA page_size = 4096", "PRAGMA auto_vacuum = INCREMENTAL"],
        configuration: [
            "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA wal_autocheckpoint = 0",
            "PRAGMA journal_size_limit = 67108864", "PRAGMA cache_size = -16384",
            "PRAGMA temp_store = MEMORY",
        ],
        steps: [first, samples])

    private static let samples = """
        CREATE TABLE samples(
            host INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            value BLOB NOT NULL
        ) STRICT;
        """

    private static let first = """
        CREATE TABLE meta(
            name TEXT PRIMARY KEY,
            value INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO meta VALUES('folded', 0), ('floor', 0), ('highest_host', 0);
        CREATE TABLE run(
            ordinal INTEGER PRIMARY KEY,
            run INTEGER NOT NULL UNIQUE,
            first_revision INTEGER NOT NULL,
            at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE host(
            key INTEGER PRIMARY KEY,
            id TEXT NOT NULL,
            info BLOB,
            epoch BLOB,
            version INTEGER,
            digest_key BLOB,
            last_heard INTEGER NOT NULL,
            gone INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX host_id ON host(id) WHERE gone IS NULL;
        CREATE TABLE change(
            revision INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            host INTEGER NOT NULL,
            container BLOB NOT NULL,
            kind INTEGER NOT NULL,
            status BLOB,
            network BLOB,
            config BLOB,
            compose BLOB
        ) STRICT;
        CREATE TABLE container(
            host INTEGER NOT NULL,
            container BLOB NOT NULL,
            changed_at INTEGER NOT NULL,
            status_revision INTEGER NOT NULL,
            network_revision INTEGER NOT NULL,
            config_revision INTEGER NOT NULL,
            compose_revision INTEGER NOT NULL,
            status BLOB,
            network BLOB,
            config BLOB,
            compose BLOB,
            UNIQUE(host, container)
        ) STRICT;
        CREATE TABLE base(
            host INTEGER NOT NULL,
            container BLOB NOT NULL,
            facet INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            value BLOB NOT NULL,
            UNIQUE(host, container, facet)
        ) STRICT;
        """
}
