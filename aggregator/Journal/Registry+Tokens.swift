import Inventory
import SQLite

extension Registry {
    /// Every token, by id.
    package func tokens() throws(JournalError) -> [StoredToken] {
        try write { (connection) throws(SQLiteError) in
            let uses = try connection.prepare("SELECT token, instance FROM token_instance ORDER BY 1, 2")
            var instances: [String: [String]] = [:]
            while try uses.step() { instances[uses.text(0) ?? "", default: []].append(uses.text(1) ?? "") }
            let select = try connection.prepare(
                """
                SELECT id, secret_hash, host, scope, created, created_by, expires, uses_limit, uses, last_used
                FROM token ORDER BY id
                """)
            var tokens: [StoredToken] = []
            while try select.step() {
                let subject: StoredToken.Subject
                if let text = select.text(2) {
                    guard let host = HostID(text) else { continue }
                    subject = .host(host)
                } else {
                    subject = .scope(select.text(3) ?? "")
                }
                let id = select.text(0) ?? ""
                tokens.append(
                    StoredToken(
                        id: id, secretHash: select.blob(1) ?? [], subject: subject, created: select.int64(4),
                        createdBy: select.text(5) ?? "", expires: select.int64(6),
                        usesLimit: select.int64(7), uses: select.int64(8), lastUsed: select.int64(9),
                        instances: instances[id] ?? []))
            }
            return tokens
        }
    }

    /// Stores a new token.
    ///
    /// - Throws: Why it was not stored; an id that exists is never replaced.
    package func add(_ token: StoredToken) throws(JournalError) {
        try write { (connection) throws(SQLiteError) in
            let insert = try connection.prepare(
                """
                INSERT INTO token(id, secret_hash, host, scope, created, created_by, expires, uses_limit, uses, last_used)
                VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                """)
            try insert.bind(token.id, at: 1)
            try insert.bind(token.secretHash, at: 2)
            switch token.subject {
            case .host(let host):
                try insert.bind(host.rawValue, at: 3)
                try insert.bindNull(at: 4)
            case .scope(let name):
                try insert.bindNull(at: 3)
                try insert.bind(name, at: 4)
            }
            try insert.bind(token.created, at: 5)
            try insert.bind(token.createdBy, at: 6)
            try insert.bind(token.expires, at: 7)
            try insert.bind(token.usesLimit, at: 8)
            try insert.bind(token.uses, at: 9)
            try insert.bind(token.lastUsed, at: 10)
            try insert.run()
        }
    }

    /// Removes tokens, all or none; those that aren't there are passed over.
    ///
    /// - Returns: Which were there.
    @discardableResult
    package func remove(tokens ids: [String]) throws(JournalError) -> [String] {
        guard !ids.isEmpty else { return [] }
        return try write { (connection) throws(SQLiteError) in
            var removed: [String] = []
            for id in ids where try Self.delete(token: id, connection) { removed.append(id) }
            return removed
        }
    }

    /// Counts one request of a token that is good for only so many.
    ///
    /// - Returns: False when it isn't there any more or was used up before; then nothing was counted.
    package func spend(token id: String) throws(JournalError) -> Bool {
        try write { (connection) throws(SQLiteError) in
            let update = try connection.prepare(
                "UPDATE token SET uses = uses + 1 WHERE id = ?1 AND (uses_limit = 0 OR uses < uses_limit)")
            try update.bind(id, at: 1)
            try update.run()
            return connection.changes > 0
        }
    }

    /// Stores when tokens were used last, in milliseconds since 1970.
    package func used(_ times: [String: Int64]) throws(JournalError) {
        guard !times.isEmpty else { return }
        try write { (connection) throws(SQLiteError) in
            let update = try connection.prepare("UPDATE token SET last_used = ?2 WHERE id = ?1")
            for (id, time) in times {
                try update.bind(id, at: 1)
                try update.bind(time, at: 2)
                try update.run()
            }
        }
    }

    /// Writes that an instance uses a token; answers why it may not.
    static func use(
        _ token: String?, by instance: String, at now: Int64, _ connection: borrowing Connection
    ) throws(SQLiteError) -> Claim? {
        guard let token else { return nil }
        let find = try connection.prepare(
            """
            SELECT uses_limit, (SELECT count(*) FROM token_instance WHERE token = ?1),
                EXISTS(SELECT 1 FROM token_instance WHERE token = ?1 AND instance = ?2)
            FROM token WHERE id = ?1
            """)
        try find.bind(token, at: 1)
        try find.bind(instance, at: 2)
        guard try find.step() else { return .tokenGone }
        let (limit, uses, isKnown) = (find.int64(0), find.int64(1), find.int64(2) == 1)
        find.reset()
        if isKnown { return nil }
        guard limit == 0 || uses < limit else { return .tokenUsedUp }
        let insert = try connection.prepare(
            "INSERT INTO token_instance(token, instance, first_used) VALUES(?1, ?2, ?3)")
        try insert.bind(token, at: 1)
        try insert.bind(instance, at: 2)
        try insert.bind(now, at: 3)
        try insert.run()
        return nil
    }

    static func delete(token id: String, _ connection: borrowing Connection) throws(SQLiteError) -> Bool {
        let delete = try connection.prepare("DELETE FROM token WHERE id = ?1")
        try delete.bind(id, at: 1)
        try delete.run()
        let wasThere = connection.changes > 0
        let uses = try connection.prepare("DELETE FROM token_instance WHERE token = ?1")
        try uses.bind(id, at: 1)
        try uses.run()
        return wasThere
    }
}
